"""transformers in bf16 as a process that is measured: the language model or the vision tower of a checkpoint's
configuration with random weights. Speaks what benchmarks/protocol.ts describes."""

import argparse
import contextlib
import json
import re
import sys
import time

arguments = argparse.ArgumentParser()
arguments.add_argument("--checkpoint", required=True)
arguments.add_argument("--part", choices=["decoder", "vision"], required=True)
arguments.add_argument("--threads", type=int, required=True)
flags = arguments.parse_args()

started = time.perf_counter()
# What libraries print must not end up between the replies.
replies, sys.stdout = sys.stdout, sys.stderr

import torch
import transformers
from transformers.models.qwen3_vl import modeling_qwen3_vl as qwen3_vl

torch.set_num_threads(flags.threads)
torch.set_grad_enabled(False)


def random_model(kind, config):
    """A model in bf16; PyTorch's own initialization, which takes minutes, is replaced by repeating a little noise."""
    skipped = [(module, module.reset_parameters) for module in (torch.nn.Linear, torch.nn.Embedding, torch.nn.LayerNorm, torch.nn.Conv3d)]
    for module, _ in skipped:
        module.reset_parameters = lambda self: None
    no_init = getattr(getattr(transformers, "initialization", None), "no_init_weights", contextlib.nullcontext)
    with no_init():
        model = kind._from_config(config, dtype=torch.bfloat16, attn_implementation="sdpa")
    for module, reset in skipped:
        module.reset_parameters = reset
    noise = torch.empty(1 << 20, dtype=torch.bfloat16).uniform_(-0.02, 0.02)
    for parameter in model.parameters():
        flat = parameter.data.view(-1)
        for start in range(0, flat.numel(), noise.numel()):
            part = flat[start : start + noise.numel()]
            part.copy_(noise[: part.numel()])
    return model.eval()


def seconds(work):
    start = time.perf_counter()
    work()
    return {"seconds": time.perf_counter() - start}


def memory():
    with open("/proc/self/smaps_rollup") as file:
        found = dict(re.findall(r"^(\w+):\s+(\d+) kB", file.read(), re.MULTILINE))
    return {"resident": 1024 * int(found["Rss"]), "proportional": 1024 * int(found["Pss"]), "anonymous": 1024 * int(found["Anonymous"])}


class Decoder:
    def __init__(self, config):
        self.model = random_model(qwen3_vl.Qwen3VLTextModel, config)
        self.cache = transformers.DynamicCache()

    def prompt(self, start, end):
        return torch.tensor([[10 + (index * 7919) % 1900 for index in range(start, end)]])

    def run(self, tokens):
        """The most probable next token; the output layer, which is the embedding, runs for the last one only."""
        hidden = self.model(input_ids=tokens, past_key_values=self.cache, use_cache=True).last_hidden_state[:, -1:]
        return torch.nn.functional.linear(hidden, self.model.embed_tokens.weight).argmax(-1)

    def prefill(self, request):
        self.cache = transformers.DynamicCache()
        return seconds(lambda: self.run(self.prompt(0, request["tokens"])))

    def decode(self, request):
        context = request["context"]
        have = self.cache.get_seq_length()
        if have >= context:
            self.cut(context - 1)
            have = context - 1
        token = self.run(self.prompt(have, context))

        def steps():
            nonlocal token
            for _ in range(request["tokens"]):
                token = self.run(token)

        result = seconds(steps)
        self.cut(context)
        return result

    def cut(self, length):
        """Negative numbers, which say how many tokens go, mean the same in all versions."""
        surplus = self.cache.get_seq_length() - length
        if surplus > 0:
            self.cache.crop(-surplus)


class Vision:
    def __init__(self, config):
        self.model = random_model(qwen3_vl.Qwen3VLVisionModel, config)
        self.config = config

    def vision(self, request):
        side = request["side"] // self.config.patch_size
        width = 3 * self.config.temporal_patch_size * self.config.patch_size**2
        patches = torch.rand(side * side, width, dtype=torch.bfloat16) * 2 - 1
        return seconds(lambda: self.model(patches, grid_thw=torch.tensor([[1, side, side]])))


def say(message):
    print(json.dumps(message), file=replies, flush=True)


config = transformers.AutoConfig.from_pretrained(flags.checkpoint)
part = Decoder(config.text_config) if flags.part == "decoder" else Vision(config.vision_config)
say({"reply": {"name": f"transformers {transformers.__version__}, bf16", "loadSeconds": time.perf_counter() - started}})
for line in sys.stdin:
    request = json.loads(line)
    try:
        say({"reply": memory() if request["do"] == "memory" else getattr(part, request["do"])(request)})
    except Exception as fault:
        say({"error": repr(fault)})
