"""The error family: what went wrong, in words an evaluator can act on.

Every known fault is an :class:`EvallibError` with four parts (expected, found, where, repair) and the
exit code of its kind. Texts are :class:`Text` templates, written in English in the code; the command
line shows them in the workspace's language through its catalogue.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True)
class Text:
    """A sentence with places for values, translatable by its English template."""

    template: str
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.values) if self.values else self.template


def text(template: str, **values: Any) -> Text:
    """Mark a sentence for translation; ``{name}`` places are filled from ``values``."""
    return Text(template, values)


def _plainly(fault: EvallibError) -> list[str]:
    """The parts of a fault in English, a line each."""
    return [str(part) for part in fault.parts().values()]


class EvallibError(Exception):
    """A known fault. Raised with what was expected, what was found, where, and what to do next."""

    exit_code: ClassVar[int] = 1
    teller: ClassVar[Callable[[EvallibError], list[str]]] = _plainly

    def __init__(
        self,
        problem: Text | str,
        *,
        expected: Text | str = "",
        found: Text | str = "",
        where: Text | str = "",
        repair: Text | str = "",
    ) -> None:
        super().__init__(str(problem))
        self.problem, self.expected, self.found = problem, expected, found
        self.where, self.repair = where, repair

    def parts(self) -> dict[str, Text | str]:
        """The non-empty parts in the order in which they are shown."""
        named = {
            "problem": self.problem,
            "where": self.where,
            "expected": self.expected,
            "found": self.found,
            "repair": self.repair,
        }
        return {name: part for name, part in named.items() if str(part)}

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows below a cell instead of a traceback."""
        return type(self).teller(self)


class UsageError(EvallibError):
    """A command or parameter that does not exist or has an impossible value."""

    exit_code = 2


class DeclarationError(EvallibError):
    """A fault in what the project declares: plan, targets, questionnaires, project, mappings."""

    exit_code = 3


class InputError(EvallibError):
    """A received file that can't be read as what it claims to be."""

    exit_code = 4


class ServerError(EvallibError):
    """A server that did not answer as agreed."""

    exit_code = 5


class ReconciliationError(EvallibError):
    """Numbers that do not add up; the run stops rather than print them."""

    exit_code = 6


class PrivacyError(EvallibError):
    """Something that must not leave would leave, or an undeclared field would enter."""

    exit_code = 7


class StoreError(EvallibError):
    """The store is damaged, locked by another run, or of an unknown version."""

    exit_code = 8


class OutputError(EvallibError):
    """A product can't be written: full disk, read-only folder, file open elsewhere."""

    exit_code = 9


class MissingStepError(EvallibError):
    """Something has to be run first, or a period has no data."""

    exit_code = 10


class NotebookError(EvallibError):
    """A notebook stopped while it was running."""

    exit_code = 11


def nearest(name: str, known: list[str] | tuple[str, ...]) -> str:
    """The known name closest to ``name``, or an empty text when nothing is near."""
    import difflib

    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return close[0] if close else ""
