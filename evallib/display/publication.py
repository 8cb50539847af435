"""What the display takes and gives: a publication in; drawings, tables and paragraphs out.

Everything shown carries the ids of the released cells behind it, so that a reader can ask for the source
of any number and a check can compare pictures, tables and prose with each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from evallib.codebook.model import Questionnaire
from evallib.declared import Texts
from evallib.errors import EvallibError
from evallib.plan.model import Plan
from evallib.results import Released


class ProjectLike(Protocol):
    """What the display needs to know of the project's identity."""

    @property
    def name(self) -> Texts: ...
    @property
    def invented(self) -> bool: ...


@dataclass(frozen=True)
class Publication:
    """One release with the earlier ones (oldest first) and what is needed to put it into words.

    replaced: the release of the same period that was published when this one was made, if any.
    """

    released: Released
    earlier: tuple[Released, ...]
    plan: Plan
    questionnaires: Mapping[str, Questionnaire]
    project: ProjectLike
    replaced: Released | None = None


class NothingToShow(EvallibError):
    """There is no data for this figure, table or passage; ``sentence`` is printed in its place."""

    exit_code = 10

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Span:
    """A piece of running text; ``id`` names the released cell when the piece is its number.

    lang: the language of quoted words where it is another one than the report's.
    """

    text: str
    id: str = ""
    lang: str = ""


Paragraph = tuple[Span, ...]


def plain(paragraph: Paragraph) -> str:
    """The paragraph as one string."""
    return "".join(span.text for span in paragraph)


@dataclass(frozen=True)
class Column:
    """kind: text, count, share, index, amount, balance, number (mixed) or state (a word with a mark)."""

    header: str
    kind: str = "text"

    @property
    def align(self) -> str:
        return "left" if self.kind in ("text", "state") else "right"


@dataclass(frozen=True)
class CellText:
    """A table cell as printed. value: the unrounded number where it is one; ids: the cells behind it.

    mark: "green", "amber", "red", "grey" or "hidden": a shape printed beside the word, never instead.
    lang: as of a span.
    """

    text: str
    value: float | None = None
    ids: tuple[str, ...] = ()
    mark: str = ""
    lang: str = ""


Row = tuple[CellText, ...]


@dataclass(frozen=True)
class TableData:
    """A table ready to print. grouped: the first column names the groups of rows, printed once above each."""

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    grouped: bool = False

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of all cells shown, each once, in reading order."""
        return tuple(dict.fromkeys(i for row in self.rows for cell in row for i in cell.ids))


@dataclass(frozen=True)
class Drawing:
    """A figure: picture, finding, base line, text alternative, and the same data as a table."""

    id: str
    svg: bytes
    title: str
    base: str
    alt: str
    data: TableData

    @property
    def ids(self) -> tuple[str, ...]:
        return self.data.ids
