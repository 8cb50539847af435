"""A publication in one language: the one place where released cells become words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from evallib.codes import LANGUAGES
from evallib.display import about, i18n, labels, numbers
from evallib.display.publication import (
    CellText,
    Column,
    NothingToShow,
    Paragraph,
    Publication,
    Span,
    TableData,
)
from evallib.records import PeriodSpan
from evallib.results import Assessment, Kind, Mask, Released, ReleasedCell, ResultId
from evallib.results.rounding import AT_LEAST

EMPTY = CellText(numbers.DASH)
Cells = Sequence[CellText | str]  # a row in the making; plain words become cells


@dataclass(frozen=True)
class Edition:
    """One language edition. Cells are asked for as ``I20.by_month[month=01]``, without period."""

    publication: Publication
    language: str

    # words -------------------------------------------------------------------------------------

    def t(self, key: str, count: float | None = None, /, **values: object) -> str:
        return i18n.say(key, self.language, count, **values)

    def p(self, key: str, count: float | None = None, /, **values: object) -> Paragraph:
        return i18n.compose(key, self.language, count, **values)

    def label(self, dim: str, code: str) -> str:
        return labels.label(self.publication, dim, code, self.language)

    def parts(self, dim: str, code: str) -> tuple[str, ...]:
        """What a declared wider class unites; nothing for a code of its own."""
        found = (one.merges.get(code, ()) for one in self.publication.plan.dimensions if one.code == dim)
        return next(found, ())

    def inner(self, dim: str, code: str) -> str:
        """A label inside a sentence: its capital falls unless the word is an abbreviation."""
        words = self.label(dim, code)
        return words if words[1:2].isupper() else words[:1].lower() + words[1:]

    def indicator(self, code: str) -> str:
        return labels.indicator_name(self.publication, code, self.language)

    def name(self, code: str) -> str:
        """An indicator's name, or that of what is counted beside the plan (answers, the register)."""
        return self.t(f"name.{code}") if i18n.has(f"name.{code}") else self.indicator(code)

    def item(self, series: str, sub: str = "") -> str:
        return labels.item_label(self.publication, series, self.language, sub)

    def option(self, series: str, code: str) -> str:
        return labels.option_label(self.publication, series, code, self.language)

    def day(self, when: date | str, *, long: bool = False) -> str:
        return numbers.day(when, self.language, long=long)

    def nothing(self, key: str = "nothing.data", /, **values: object) -> NothingToShow:
        """To be raised where there is nothing to show."""
        return NothingToShow(self.t(key, **values))

    # releases ----------------------------------------------------------------------------------

    @property
    def released(self) -> Released:
        return self.publication.released

    @property
    def period(self) -> str:
        return self.released.period

    @property
    def before(self) -> Released | None:
        """The latest earlier release, with which this period is compared."""
        return self.publication.earlier[-1] if self.publication.earlier else None

    @property
    def first(self) -> bool:
        """Whether there is no earlier period at all, as against one that the report does not look at."""
        periods: Iterable[PeriodSpan] = getattr(self.publication.project, "periods", ())
        return next((one.id for one in periods), self.period) == self.period

    @property
    def then(self) -> str:
        """The period compared with, as in ``the same as …``."""
        assert self.before is not None
        periods: Iterable[PeriodSpan] = getattr(self.publication.project, "periods", ())
        known = [one.id for one in periods]
        named = known[known.index(self.before.period) + 1 :][:1] != [self.period] if known else False
        return self.t("word.then_named" if named else "word.then", period=self.before.period)

    @property
    def releases(self) -> tuple[Released, ...]:
        """All releases, oldest first, this one last."""
        return (*self.publication.earlier, self.released)

    def dates(self) -> PeriodSpan | None:
        """The period as the project declares it, where it does."""
        periods: Iterable[PeriodSpan] = getattr(self.publication.project, "periods", ())
        return next((one for one in periods if one.id == self.period), None)

    def fact(self, name: str) -> object:
        """A fact of the release; without it there is nothing to show."""
        found = self.released.facts.get(name)
        if not found:
            raise self.nothing()
        return found

    def records(self, name: str) -> list[Mapping[str, object]]:
        """A fact that is a list of records."""
        found = self.fact(name)
        assert isinstance(found, list | tuple), name
        return [one for one in found if isinstance(one, Mapping)]

    def quoted(self, record: Mapping[str, object], stem: str) -> Span:
        """A record's words in this language (``text_fi`` …), else in one that the log has, marked so.

        A column without languages, such as an organisation's name, is as it is.
        """
        for language in (self.language, *LANGUAGES):
            if written := str(record.get(f"{stem}_{language}", "") or ""):
                return Span(written, lang="" if language == self.language else language)
        return Span(str(record.get(stem, "") or ""))

    def quote(self, record: Mapping[str, object], stem: str) -> CellText:
        """The same for a table; a dash where the log is silent."""
        words = self.quoted(record, stem)
        return CellText(words.text, lang=words.lang) if words.text else EMPTY

    def judged(self, subject: str) -> Assessment | None:
        return self.released.assessments.get(subject)

    # cells -------------------------------------------------------------------------------------

    def cell(self, written: str) -> ReleasedCell | None:
        return self.released.get(written)

    def earlier(self, written: str) -> ReleasedCell | None:
        """The same cell in the latest earlier release."""
        return self.before.get(written) if self.before else None

    def history(self, written: str) -> list[tuple[str, ReleasedCell | None]]:
        """The cell in every release, oldest first."""
        return [(one.period, one.get(written)) for one in self.releases]

    def series(self, name: str, *dims: str) -> list[ReleasedCell]:
        """Cells of ``I20.by_month`` whose dims are exactly ``dims``."""
        return series(self.released, name, *dims)

    def span(self, cell: ReleasedCell | None) -> Span:
        """A cell as a number in running text, with its id."""
        if cell is not None and cell.note == AT_LEAST and cell.value is not None:
            return Span(self.t("word.no_less", n=self.amount(cell.value, cell.kind)), str(cell.id))
        return Span(self.text(cell), str(cell.id) if cell else "")

    def amount(self, value: float, kind: Kind = Kind.COUNT) -> str:
        return numbers.of_kind(value, kind, self.language)

    def text(self, cell: ReleasedCell | None) -> str:
        """A cell as text: its value, ``4 of 7`` under the percent base, or why there is none."""
        if cell is None:
            return numbers.DASH
        if cell.mask is not None:
            word = "mask.late" if cell.mask is Mask.LATE else "mask.hidden"
            return self.t(word)
        if self.few(cell):
            words = self.t("word.of", count=self.amount(cell.count or 0), base=self.amount(cell.base or 0))
            return about.number(self, cell, words)
        if self.nobody(cell):
            return self.t("note.no_data")
        if cell.value is None:
            key = f"note.{cell.note.rstrip('0123456789').rstrip('_')}"  # base_under_10
            return self.t(key if i18n.has(key) else "note.other")
        if cell.rounded and cell.kind is Kind.SHARE:
            return about.share(self, cell)
        words = numbers.of_kind(cell.value, cell.kind, self.language, cell.count, cell.base)
        return about.number(self, cell, words)

    def marked(self, cell: ReleasedCell) -> bool:
        """Whether a number is printed with a mark: about so many, or at least."""
        return bool(cell.rounded and cell.count) or cell.note == AT_LEAST

    def few(self, cell: ReleasedCell) -> bool:
        """Whether a share rests on too few for a percentage (but count and base may be told)."""
        small = cell.base is not None and cell.base < self.publication.plan.policy.percent_base
        counted = cell.count is not None and cell.base is not None and cell.base > 0
        if cell.kind is not Kind.SHARE or cell.mask is not None or not counted:
            return False
        return small or (cell.rounded > 0 and about.percent(cell) is None)

    def nobody(self, cell: ReleasedCell) -> bool:
        """Whether a count is broken down of nothing: its zero is no finding."""
        return cell.kind is Kind.COUNT and cell.shown and cell.base == 0 and bool(cell.id.dims)

    def show(self, cell: ReleasedCell | None) -> CellText:
        """A cell for a table; a rounded number is words, so that nobody goes on computing with it."""
        if cell is None:
            return EMPTY
        said = not cell.shown or self.few(cell) or self.nobody(cell) or self.marked(cell)
        value = None if said else cell.value
        mark = "hidden" if cell.mask is not None else ""
        return CellText(self.text(cell), value, (str(cell.id),), mark)

    def part(self, cell: ReleasedCell) -> CellText:
        """A count as a share of its base, for the rows of a distribution; ``4 of 7`` under the floor."""
        if not cell.shown or not cell.base or cell.value is None:
            return self.show(cell)
        if cell.base < self.publication.plan.policy.percent_base:
            words = self.t("word.of", count=self.amount(cell.value), base=self.amount(cell.base))
            return CellText(about.number(self, cell, words), None, (str(cell.id),))
        if cell.rounded:
            return CellText(about.share(self, cell), None, (str(cell.id),))
        share = cell.value / cell.base
        words = numbers.percent(share, self.language, int(cell.value), cell.base)
        return CellText(words, share, (str(cell.id),))

    def base(self, cell: ReleasedCell | None) -> CellText:
        """The base of a cell (n) for a table."""
        if cell is None or cell.mask is not None or cell.base is None:
            return EMPTY
        return CellText(self.n(cell), None if cell.rounded else cell.base, (str(cell.id),))

    def n(self, cell: ReleasedCell) -> str:
        """The base of a cell that has one, as a number in words."""
        words = self.amount(cell.base or 0)
        return self.t("word.about", n=words) if cell.rounded and cell.base else words

    def between(self, cell: ReleasedCell | None) -> str:
        """The uncertainty under a header that says so: ``58–71%``; "" where there is no interval."""
        if cell is None or not cell.shown or cell.interval is None or self.few(cell):
            return ""
        return numbers.interval(*cell.interval, cell.kind, self.language)

    def likely(self, cell: ReleasedCell | None) -> str:
        """The uncertainty in words: ``probably 58–71%``; "" where there is no interval."""
        between = self.between(cell)
        return self.t("word.likely", interval=between) if between else ""

    def state(self, subject: str) -> CellText:
        """The colour of an assessment as a word with its mark."""
        found = self.judged(subject)
        if found is None:
            return EMPTY
        return CellText(self.t(f"colour.{found.colour}"), mark=str(found.colour))

    def evidence(self, subject: str) -> str:
        """The evidence grade of a question or theme in words, with what would raise it."""
        found = self.judged(subject)
        key = f"evidence.{found.grade_reason}" if found else ""
        return self.t(key if i18n.has(key) else "evidence.not_coloured")

    def reason(self, subject: str) -> str:
        """Why the assessment has its colour; "" where the reason is unknown to the catalogue."""
        found = self.judged(subject)
        key = f"reason.{found.reason}" if found else ""
        return self.t(key) if found and i18n.has(key) else ""

    # tables ------------------------------------------------------------------------------------

    def id(self, name: str) -> str:
        return f"{self.period}/{name}"

    def columns(self, *specs: str) -> tuple[Column, ...]:
        """Columns from ``stage`` (text), ``n:count``, or with ready words ``=2025:number``."""
        columns = []
        for spec in specs:
            if spec.startswith("="):
                words, _, kind = spec[1:].rpartition(":")
            else:
                name, _, kind = spec.partition(":")
                words = self.t(f"column.{name}")
            columns.append(Column(words, kind or "text"))
        return tuple(columns)

    def past(self, kind: str = "number") -> tuple[str, ...]:
        """The column of the earlier period, where there is one."""
        return (f"={self.before.period}:{kind}",) if self.before else ()

    def past_cell(self, written: str) -> tuple[CellText, ...]:
        """The earlier period's cell under that column."""
        return (self.show(self.earlier(written)),) if self.before else ()

    def table(
        self,
        name: str,
        title: str,
        columns: tuple[Column, ...],
        rows: Iterable[Cells],
        note: str = "",
        *,
        grouped: bool = False,
    ) -> TableData:
        """A table with the notes that its cells call for; without rows there is nothing to show."""
        kept = tuple(tuple(CellText(c) if isinstance(c, str) else c for c in row) for row in rows)
        if not kept:
            raise self.nothing()
        shown = [cell for row in kept for cell in row]
        notes = [note] if note else []
        if any(self._method_changed(one) for cell in shown for one in cell.ids):
            notes.append(self.t("note.method_changed"))
        if any(cell.lang for cell in shown):
            notes.append(self.t("note.quoted"))
        notes += self.together(written for cell in shown for written in cell.ids)
        notes += about.notes(self, (written for cell in shown for written in cell.ids))
        if hidden := [one for cell in shown if cell.mark == "hidden" for one in cell.ids]:
            notes.append(self.t("mask.legend", threshold=about.limit(self, hidden)))
        return TableData(self.id(name), title, columns, kept, " ".join(notes), grouped)

    def together(self, ids: Iterable[str]) -> list[str]:
        """What the wider classes among the cells unite, and that they count again; empty without them."""
        used = dict.fromkeys(pair for written in ids for pair in ResultId.parse(written).dims)
        united = [
            f"{self.label(dim, code)} = {', '.join(self.label(dim, part) for part in parts)}"
            for dim, code in used
            if (parts := self.parts(dim, code))
        ]
        return [self.t("note.together", classes="; ".join(united))] if united else []

    def _method_changed(self, written: str) -> bool:
        found = self.released.cells.get(ResultId.parse(written))
        return found is not None and found.note == "method_changed"


def series(released: Released, name: str, *dims: str) -> list[ReleasedCell]:
    """Cells of one measure of a release whose dims are exactly ``dims``, in computed order."""
    indicator, measure = name.split(".", 1)
    wanted = sorted(dims)
    return [
        cell for cell in released.series(indicator, measure) if [dim for dim, _ in cell.id.dims] == wanted
    ]


def code(cell: ReleasedCell, dim: str) -> str:
    """The cell's code of one of its dims."""
    return dict(cell.id.dims)[dim]


def key(cell: ReleasedCell) -> str:
    """The cell's id without its period, to look it up in another release."""
    return str(cell.id).split("/", 1)[1]
