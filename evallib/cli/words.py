"""Messages in the workspace's language: English templates in the code, Finnish and Swedish beside."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from evallib.codes import LANGUAGES
from evallib.errors import EvallibError, Text

CATALOGUE = Path(__file__).parent / "messages.json"
_DECLARED = re.compile(r"^language:\s*[\"']?(fi|sv|en)\b", re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Speaker:
    """Says texts in one language; a text without a translation is said in English."""

    def __init__(self, language: str) -> None:
        self.language = language

    @cached_property
    def _translations(self) -> dict[str, dict[str, str]]:
        if self.language == "en":
            return {}
        known: dict[str, dict[str, str]] = json.loads(CATALOGUE.read_text(encoding="utf-8"))
        return known

    def say(self, what: Text | str) -> str:
        if isinstance(what, str):
            return what
        template = self._translations.get(what.template, {}).get(self.language, what.template)
        values = {name: self.say(v) if isinstance(v, Text) else v for name, v in what.values.items()}
        return template.format(**values)


def workspace_language(start: Path, arguments: Sequence[str]) -> str:
    """The language asked for with ``--language``, else the workspace's, else Finnish.

    Reads one line of project.yaml without parsing it: even a broken file gets its error in the
    right language.
    """
    for position, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--language":
            asked = value or (arguments[position + 1] if position + 1 < len(arguments) else "")
            if asked in LANGUAGES:
                return asked
    for folder in (start, *start.parents):
        declared = folder / "surveys" / "project.yaml"
        if declared.is_file():
            found = _DECLARED.search(declared.read_text(encoding="utf-8", errors="replace"))
            return found[1] if found else "fi"
    return "fi"


def escaped(written: str) -> str:
    """JSON for a terminal: signs that could steer it stand as ``\\u`` and four digits."""
    return _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", written)


def printable(written: str) -> str:
    """Text for a terminal: control sequences from files can't move its cursor or change its colours."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", written)


_LABELS = {
    "problem": Text("Error"),
    "where": Text("Where"),
    "expected": Text("Expected"),
    "found": Text("Found"),
    "repair": Text("What to do"),
}


def told(fault: EvallibError, speaker: Speaker) -> list[str]:
    """The parts of a fault in the speaker's language, a line each, with what they are before them."""
    parts = fault.parts().items()
    return [f"{speaker.say(_LABELS[name])}: {printable(speaker.say(part))}" for name, part in parts]


def plain(fault: EvallibError) -> dict[str, str | int]:
    """The parts of a fault in English, as programs read them in JSON."""
    spoken = {"kind": type(fault).__name__, "message": str(fault.problem), "place": str(fault.where)}
    spoken |= {name: str(getattr(fault, name)) for name in ("expected", "found", "repair")}
    return {**spoken, "exit_code": fault.exit_code}


def told_here(fault: EvallibError) -> list[str]:
    """The same in the language of the workspace that Python runs in, for a notebook."""
    return told(fault, Speaker(workspace_language(Path.cwd(), ())))
