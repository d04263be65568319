"""Answers of a checkpoint by Transformers and qwen-vl-utils, the reference that the TypeScript engine is held to.

Conventions, the same as the engine's:

- What a part of a message does not say about pixels comes from the checkpoint: a picture's from
  preprocessor_config.json, a clip's from video_preprocessor_config.json: fps, min_frames and max_frames, for every
  frame min_pixels = shortest_edge and max_pixels = longest_edge / max_frames (inference/media/pixelBudget.ts).
- Pictures are turned as EXIF says, and only the first frame of an animation counts.
- In the prompt a clip's `<|vision_start|><|video_pad|><|vision_end|>` is replaced whole by the start, the frames and
  the end of every pair of frames, as Transformers 4.57 and vLLM do; 5.23 would leave the outer pair standing.
- Greedy, in float32.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from PIL import Image, ImageOps
from qwen_vl_utils import process_vision_info
from transformers import AutoProcessor, Qwen3VLForConditionalGeneration

Messages = list[dict[str, Any]]

MAX_NEW_TOKENS = 400
CLIP_IN_PROMPT = "<|vision_start|><|video_pad|><|vision_end|>"


@dataclass(frozen=True)
class Answer:
    """What a model answered."""

    text: str
    token_ids: list[int]
    """Without the token that ends the answer."""
    prompt_tokens: int
    margin: float
    """By how much the logit of every token exceeds the runner-up's, at least: small margins depend on rounding."""
    ended: bool
    """Whether the model ended the answer itself."""


class Reference:
    """A checkpoint that answers."""

    def __init__(self, folder: Path) -> None:
        self._model = Qwen3VLForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()
        self._processor = AutoProcessor.from_pretrained(folder)
        self._image_size = json.loads((folder / "preprocessor_config.json").read_text())["size"]
        self._video = json.loads((folder / "video_preprocessor_config.json").read_text())

    @torch.no_grad()
    def answer(self, messages: Messages, folder: Path) -> Answer:
        """The answer to messages whose media are files of a folder."""
        inputs = self._inputs(self._with_defaults(messages, folder))
        end_tokens = self._model.generation_config.eos_token_id
        output = self._model.generate(
            **inputs,
            max_new_tokens=MAX_NEW_TOKENS,
            do_sample=False,
            pad_token_id=self._processor.tokenizer.pad_token_id,
            output_logits=True,
            return_dict_in_generate=True,
        )
        self._model.model.rope_deltas = None  # or the next prompt would continue the positions of this one
        prompt_tokens = inputs["input_ids"].shape[1]
        token_ids = output.sequences[0, prompt_tokens:].tolist()
        best = torch.stack([logits[0].topk(2).values for logits in output.logits])
        ended = token_ids[-1] in end_tokens
        if ended:
            token_ids.pop()
        return Answer(
            text=self._processor.tokenizer.decode(token_ids, skip_special_tokens=True),
            token_ids=token_ids,
            prompt_tokens=prompt_tokens,
            margin=round((best[:, 0] - best[:, 1]).min().item(), 4),
            ended=ended,
        )

    def _with_defaults(self, messages: Messages, folder: Path) -> Messages:
        """A copy with loaded pictures, paths of clips and every option that the engine would add."""
        resolved = copy.deepcopy(messages)
        for part in (part for message in resolved if isinstance(message["content"], list) for part in message["content"]):
            if part["type"] == "image":
                part["image"] = ImageOps.exif_transpose(Image.open(folder / part["image"]))
                part.setdefault("min_pixels", self._image_size["shortest_edge"])
                part.setdefault("max_pixels", self._image_size["longest_edge"])
            if part["type"] == "video":
                part["video"] = str(folder / part["video"])
                part.setdefault("fps", self._video["fps"])
                part.setdefault("min_frames", self._video["min_frames"])
                part.setdefault("max_frames", self._video["max_frames"])
                part.setdefault("min_pixels", self._video["size"]["shortest_edge"])
                part.setdefault("max_pixels", self._video["size"]["longest_edge"] // self._video["max_frames"])
        return resolved

    def _inputs(self, messages: Messages) -> dict[str, torch.Tensor]:
        media: dict[str, Any] = {}
        images, videos, video_options = process_vision_info(
            [message for message in messages if isinstance(message["content"], list)] or [{"content": []}],
            return_video_kwargs=True,
            return_video_metadata=True,
            image_patch_size=self._processor.image_processor.patch_size,
        )
        if images:
            media["images"] = images
        if videos:
            frames, metadata = zip(*videos, strict=True)
            media |= {"videos": list(frames), "video_metadata": list(metadata), **video_options}
        prompt = self._processor.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        prompt = prompt.replace(CLIP_IN_PROMPT, "<|video_pad|>")
        return self._processor(text=[prompt], do_resize=False, return_tensors="pt", **media)
