"""Answers to the questions of ``map``, kept as they are typed, for a run that breaks off."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from evallib.errors import DeclarationError, InputError, Text, text
from evallib.steps.context import Context
from evallib.steps.fingerprint import hash_bytes
from evallib.steps.one_file import write_file

Ask = Callable[[Text, Sequence[str], str], str]  # question, choices (none: free text), suggestion → answer


@contextmanager
def kept_answers(context: Context, data: bytes, ask: Ask) -> Iterator[Ask]:
    """``ask``, without asking anew what was answered about the same file before.

    Forgotten when all went well, and where the answers do not fit the file. Kept are choices, each under a
    hash of what was asked, so that no cell of the file stands there; what is typed freely is asked anew.
    """
    path = context.workspace.surveys / "mappings" / f"unfinished-{hash_bytes(data)[:12]}.json"
    answers = _read(path)
    if answers:
        shown = context.workspace.shown(path)
        context.tell(text("{n} answers of last time are kept; to be asked anew, remove {file}",
                          n=len(answers), file=shown))  # fmt: skip

    def asked(question: Text, choices: Sequence[str], suggestion: str) -> str:
        key = hash_bytes(json.dumps([str(question), *choices], ensure_ascii=True).encode())
        if not choices:
            return ask(question, choices, suggestion)
        if answers.get(key) not in choices:
            answers[key] = ask(question, choices, suggestion)
            write_file(path, json.dumps(answers, ensure_ascii=False, indent=1).encode(), folders=True)
        return answers[key]

    try:
        yield asked
    except (DeclarationError, InputError):
        path.unlink(missing_ok=True)
        raise
    path.unlink(missing_ok=True)


def _read(path: Path) -> dict[str, str]:
    """What was kept; nothing of a file that is none of ours."""
    try:
        kept = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    sound = isinstance(kept, dict) and all(isinstance(one, str) for one in kept.values())
    return kept if sound else {}
