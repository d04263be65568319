"""Records the answers that the end-to-end tests expect.

    python models/demo/record.py

reads e2e/media/conversations.json, a list of {name, kind, messages} whose messages are those of the user, lets the
reference answer them one after the other and writes e2e/media/expected.json. Run it after every change of the
checkpoint, or choose_media.py where the answers are no longer right.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from reference import Answer, Messages, Reference

CHECKPOINT = Path(__file__).parent
MEDIA = Path(__file__).parents[2] / "e2e" / "media"


def answer_in_turn(reference: Reference, user_messages: Messages, folder: Path) -> list[Answer]:
    """The answer to every message of the user, each with all that was said before it."""
    said: Messages = []
    answers = []
    for message in user_messages:
        said.append(message)
        answer = reference.answer(said, folder)
        answers.append(answer)
        said.append({"role": "assistant", "content": [{"type": "text", "text": answer.text}]})
    return answers


def write_expected(checkpoint: Path, folder: Path, answers: dict[str, list[Answer]]) -> None:
    """Writes expected.json."""
    expected: dict[str, Any] = {
        "checkpoint_sha256": hashlib.sha256((checkpoint / "model.safetensors").read_bytes()).hexdigest(),
        "answers": {name: [asdict(answer) for answer in turns] for name, turns in answers.items()},
    }
    text = json.dumps(expected, indent=1, ensure_ascii=False) + "\n"
    (folder / "expected.json").write_text(text, encoding="utf-8")


def main() -> None:
    """Records as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, default=CHECKPOINT)
    parser.add_argument("--media", type=Path, default=MEDIA, help="folder of conversations.json and its media")
    options = parser.parse_args()

    reference = Reference(options.checkpoint)
    answers = {}
    for conversation in json.loads((options.media / "conversations.json").read_text(encoding="utf-8")):
        turns = answer_in_turn(reference, conversation["messages"], options.media)
        answers[conversation["name"]] = turns
        print(conversation["name"], *(f"{turn.text!r} (margin {turn.margin})" for turn in turns))
    write_expected(options.checkpoint, options.media, answers)


if __name__ == "__main__":
    main()
