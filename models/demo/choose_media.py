"""Chooses the media of the end-to-end tests: conversations that the embedded checkpoint answers rightly.

    PYTHONPATH=models/demo/training python models/demo/choose_media.py

goes through pictures and clips from seeds that neither the training nor the measurement of accuracy uses, takes for
every kind of question the first that the reference answers rightly and clearly, and writes the media,
conversations.json and expected.json to e2e/media. Run it after a change of the checkpoint; the same checkpoint gives
the same choice.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from expectations import ExactText, Expectation, FirstNumber, ObjectNames
from heldout import random_source
from record import CHECKPOINT, MEDIA, answer_in_turn, write_expected
from reference import Answer, Messages, Reference
from synthetic import photos, printed_text, scene_questions
from synthetic.charts import chart_sample
from synthetic.clip_samples import draw_frames, sample_of_clip
from synthetic.clips import Event, random_clip, random_timing
from synthetic.multi_image import multi_image_sample
from synthetic.photos import photo_sample
from synthetic.randomness import RandomSource
from synthetic.receipts import receipt_sample
from synthetic.sample import RgbImage, Turn
from synthetic.scenes import Scene, random_scene
from synthetic.talk import SMALL_TALK

FIRST_SEED = 100_000
"""Past the seeds of heldout.py."""
SEEDS_A_KIND = 1_000
CLEAR_MARGIN = 1.0
"""Of logits: answers that hang on less could turn with the rounding of another machine."""
SAMPLE_RATE = 2.0
ORIENTATION = 0x0112
ROTATED_LEFT = 6
"""The value of EXIF for a picture that must be turned by a quarter, clockwise."""


@dataclass
class Candidate:
    """A conversation with its media, not written yet, and what the answers must be."""

    turns: list[tuple[list[dict[str, Any]], str, Expectation]]
    """For every message of the user its media, its text and what is right."""
    files: dict[str, Callable[[Path], None]] = field(default_factory=dict)
    """What writes a medium, by its name."""

    def image(self, name: str, save: Callable[[Path], None]) -> dict[str, Any]:
        """A part of a message that shows a picture."""
        self.files[name] = save
        return {"type": "image", "image": name}

    def messages(self) -> Messages:
        """The user's messages, media first."""
        return [
            {"role": "user", "content": [*media, {"type": "text", "text": text}]} for media, text, _ in self.turns
        ]


Generator = Callable[[str, RandomSource], Candidate | None]
"""What makes a candidate of a name, or None where the seed gives none."""


@dataclass(frozen=True)
class Kind:
    """A conversation that the tests need."""

    name: str
    make: Generator
    tries: int = 80


# ---- how media are written

def still(pixels: RgbImage) -> Callable[[Path], None]:
    """In the format of the file's name, without loss where the format can."""
    return lambda path: Image.fromarray(pixels).save(path, quality=95, lossless=True)


def animation(first: RgbImage, second: RgbImage) -> Callable[[Path], None]:
    """A GIF of two frames."""
    return lambda path: Image.fromarray(first).save(
        path, save_all=True, append_images=[Image.fromarray(second)], duration=500, loop=0
    )


def lying(pixels: RgbImage) -> Callable[[Path], None]:
    """A JPEG whose pixels lie on their side, with the orientation that sets them upright."""

    def save(path: Path) -> None:
        image = Image.fromarray(pixels).transpose(Image.Transpose.ROTATE_90)
        exif = Image.Exif()
        exif[ORIENTATION] = ROTATED_LEFT
        image.save(path, quality=95, exif=exif)

    return save


ENCODINGS = {
    ".mp4": ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "12"),
    ".webm": ("-c:v", "libvpx-vp9", "-pix_fmt", "yuv420p", "-crf", "15", "-b:v", "0"),
}


def recording(frames: list[RgbImage], rate: int) -> Callable[[Path], None]:
    """A clip in the container of the file's name, at a rate in frames per second."""

    def save(path: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for index, frame in enumerate(frames):
                Image.fromarray(frame).save(f"{folder}/{index:03d}.png")
            source = ("-framerate", str(rate), "-i", f"{folder}/%03d.png")
            command = ("ffmpeg", "-v", "error", "-y", *source, *ENCODINGS[path.suffix], "-threads", "1", str(path))
            subprocess.run(command, check=True)

    return save


# ---- what is asked

Question = tuple[str, Expectation]


def exactly(turn: Turn | None) -> Question | None:
    """A question whose answer must be that of the turn."""
    return None if turn is None else (turn.question, ExactText(turn.answer))


def asks(ask: Callable[[RandomSource, Scene, bool], Turn | None], chinese: bool = False) -> Callable[..., Question | None]:
    """A question of the training about a scene."""
    return lambda rng, scene: exactly(ask(rng, scene, chinese))


def count(rng: RandomSource, scene: Scene) -> Question:
    """The number of shapes, in whatever words."""
    return scene_questions.count_objects(rng, scene, False).question, FirstNumber(len(scene.objects))


def describe(_: RandomSource, scene: Scene) -> Question:
    """All objects by name."""
    return "Describe this image.", ObjectNames(sorted(o.name() for o in scene.objects))


def drawing(
    suffix: str,
    *questions: Callable[..., Question | None],
    counts: tuple[int, ...] = (1, 2, 3),
    size: tuple[int, int] | None = None,
    save: Callable[[RgbImage], Callable[[Path], None]] = still,
) -> Generator:
    """A picture of a scene, and questions about it one after the other."""

    def make(name: str, rng: RandomSource) -> Candidate | None:
        scene = random_scene(rng, *(size or rng.choice(((160, 160), (192, 160), (192, 192), (224, 160)))), counts=counts)
        asked = [ask(rng, scene) for ask in questions]
        candidate = Candidate([])
        media = [candidate.image(f"{name}{suffix}", save(scene.draw(rng)))]
        for question in asked:
            if question is None:
                return None
            candidate.turns.append((media, *question))
            media = []
        return candidate

    return make


def first_frame_of(pixels: RgbImage) -> Callable[[Path], None]:
    """An animation that goes on with an empty frame."""
    return animation(pixels, pixels * 0 + 255)


def two_drawings(starts: tuple[str, ...]) -> Generator:
    """Two pictures and a question that starts in one of these ways."""

    def make(name: str, rng: RandomSource) -> Candidate | None:
        sample = multi_image_sample(rng, 160, 160, count=2)
        turn = next((turn for turn in sample.turns if turn.question.startswith(starts)), None)
        if turn is None:
            return None
        candidate = Candidate([])
        media = [candidate.image(f"{name}-{k}.png", still(image)) for k, image in enumerate(sample.images, start=1)]
        candidate.turns.append((media, turn.question, ExactText(turn.answer)))
        return candidate

    return make


def print_of(size: tuple[int, int], longest: int) -> Generator:
    """A picture of printed text of at most so many characters."""

    def make(name: str, rng: RandomSource) -> Candidate | None:
        sample = printed_text.printed_text_sample(rng, *size)
        wordings = printed_text.READ.english + printed_text.READ.chinese
        text = next(turn.answer for turn in sample.turns if turn.question in wordings)
        if len(text) > longest:
            return None
        candidate = Candidate([])
        media = [candidate.image(f"{name}.png", still(sample.images[0]))]
        candidate.turns.append((media, "Read the text in the image.", ExactText(text)))
        return candidate

    return make


def paper(sample_of: Callable[[RandomSource, int, int], Any]) -> Generator:
    """A picture of a chart or a receipt with its first question."""

    def make(name: str, rng: RandomSource) -> Candidate | None:
        sample = sample_of(rng, 224, 192)
        candidate = Candidate([])
        media = [candidate.image(f"{name}.png", still(sample.images[0]))]
        candidate.turns.append((media, sample.turns[0].question, ExactText(sample.turns[0].answer)))
        return candidate

    return make


def clip(suffix: str, starts: tuple[str, ...]) -> Generator:
    """A clip and a question that starts in one of these ways."""

    def make(name: str, rng: RandomSource) -> Candidate | None:
        timing = random_timing(rng, rng.choice((6, 8, 10)), SAMPLE_RATE)
        scene = random_clip(rng, 128, 128, timing)
        if scene.event is Event.STILL:
            return None
        turn = next((t for t in sample_of_clip(rng, scene, timing).turns if t.question.startswith(starts)), None)
        if turn is None:
            return None
        frames = draw_frames(scene, [frame / timing.rate for frame in range(timing.frame_total)])
        media = [{"type": "video", "video": f"{name}{suffix}"}]
        files = {f"{name}{suffix}": recording(frames, timing.rate)}
        return Candidate([(media, turn.question, ExactText(turn.answer))], files)

    return make


def texture(name: str, rng: RandomSource) -> Candidate | None:
    """A texture, which the model should say it cannot describe."""
    sample = photo_sample(rng, 256, 192)
    candidate = Candidate([])
    media = [candidate.image(f"{name}.jpg", still(sample.images[0]))]
    candidate.turns.append((media, "What is in this image?", ExactText(photos.REFUSAL)))
    return candidate


def talk(topics: range) -> Generator:
    """Words without a picture."""

    def make(_: str, rng: RandomSource) -> Candidate | None:
        small_talk = SMALL_TALK[rng.choice(topics)]
        return Candidate([([], small_talk.questions[0], ExactText(small_talk.answer))])

    return make


KINDS = (
    Kind("color", drawing(".png", asks(scene_questions.color_of_shape))),
    Kind("shape", drawing(".jpg", asks(scene_questions.shape_of_color))),
    Kind("count", drawing(".webp", count, size=(640, 480))),
    Kind("describe", drawing(".png", describe, counts=(2, 3))),
    Kind("animation", drawing(".gif", asks(scene_questions.shape_of_color), save=first_frame_of)),
    Kind("rotated", drawing(".jpg", asks(scene_questions.place_of_object), size=(224, 160), save=lying)),
    Kind("two-which", two_drawings(("Which image", "Which picture"))),
    Kind("two-compare", two_drawings(("Which has",))),
    Kind("print", print_of((128, 64), longest=24), tries=200),
    Kind("print-word", print_of((128, 64), longest=5), tries=500),
    Kind("print-short", print_of((192, 96), longest=3), tries=1000),
    Kind("chart", paper(chart_sample)),
    Kind("receipt", paper(receipt_sample), tries=100),
    Kind("clip-direction", clip(".mp4", ("In which direction", "How does", "Which way"))),
    Kind("clip-describe", clip(".webm", ("Describe", "What happens", "What is happening"))),
    Kind("chinese-count", drawing(".png", asks(scene_questions.count_objects, chinese=True))),
    Kind("chinese-shape", drawing(".png", asks(scene_questions.shape_of_color, chinese=True))),
    Kind("turns", drawing(".png", asks(scene_questions.shape_of_color), count, asks(scene_questions.background_color))),
    Kind("texture", texture),
    Kind("talk", talk(range(7))),
)


def candidates(kind: Kind, index: int) -> Iterator[Candidate]:
    """What the seeds of a kind give."""
    for seed in range(kind.tries):
        candidate = kind.make(kind.name, random_source(FIRST_SEED + index * SEEDS_A_KIND + seed))
        if candidate is not None:
            yield candidate


def choose(reference: Reference, kind: Kind, index: int, folder: Path) -> tuple[Candidate, list[Answer]] | None:
    """The first candidate that is answered rightly and clearly, or else the clearest of the right ones."""
    best: tuple[Candidate, list[Answer]] | None = None
    for candidate in candidates(kind, index):
        for name, save in candidate.files.items():
            save(folder / name)
        answers = answer_in_turn(reference, candidate.messages(), folder)
        expectations = (expectation for _, _, expectation in candidate.turns)
        if not all(expected.accepts(answer.text) for expected, answer in zip(expectations, answers, strict=True)):
            continue
        if best is None or clearness(answers) > clearness(best[1]):
            best = (candidate, answers)
        if clearness(answers) >= CLEAR_MARGIN:
            break
    return best


def clearness(answers: list[Answer]) -> float:
    """The smallest margin of all answers."""
    return min(answer.margin for answer in answers)


def main() -> None:
    """Chooses as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, default=CHECKPOINT)
    parser.add_argument("--media", type=Path, default=MEDIA, help="folder that is written anew")
    options = parser.parse_args()

    reference = Reference(options.checkpoint)
    shutil.rmtree(options.media, ignore_errors=True)
    options.media.mkdir(parents=True)
    conversations = []
    recorded = {}
    with tempfile.TemporaryDirectory() as scratch:
        for index, kind in enumerate(KINDS):
            chosen = choose(reference, kind, index, Path(scratch))
            if chosen is None:
                print(f"{kind.name}: nothing that it answers rightly", flush=True)
                continue
            candidate, answers = chosen
            for name, save in candidate.files.items():
                save(options.media / name)
            conversations.append({"name": kind.name, "messages": candidate.messages()})
            recorded[kind.name] = answers
            said = " / ".join(answer.text for answer in answers)
            print(f"{kind.name} (margin {clearness(answers)}): {said}", flush=True)
    text = json.dumps(conversations, indent=1, ensure_ascii=False) + "\n"
    (options.media / "conversations.json").write_text(text, encoding="utf-8")
    write_expected(options.checkpoint, options.media, recorded)


if __name__ == "__main__":
    main()
