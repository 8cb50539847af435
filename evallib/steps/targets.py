"""plan targets: a worksheet for the meeting that agrees on targets, and back into ``surveys/targets.yaml``.

The sheet holds released values only. What comes back is added; nothing that was agreed before is changed.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from evallib.errors import InputError, MissingStepError, Text, UsageError, text
from evallib.plan.model import Indicator, TargetForm
from evallib.records import read_whole
from evallib.results import Kind, Released, ReleasedCell
from evallib.steps.context import Context
from evallib.steps.one_file import write_file

if TYPE_CHECKING:
    from evallib.plan.model import Target

Say = Callable[[Text | str], str]
AGREED, PARAGRAPH = "agreed_date", "minutes_paragraph"
_COLUMNS = 10
_TARGET, _BY, _BETTER = 6, 7, 8  # places in a row
_BETTER_WORDS = {"": "up", "up": "up", "down": "down"}
_EITHER_WAY = (TargetForm.AT_LEAST, TargetForm.CHANGE)
_FORMS = {
    TargetForm.SUM: text("a number since the start of the project"),
    TargetForm.AT_LEAST: text("at least this value or share"),
    TargetForm.CHANGE: text("a change from the start of at least this size, without sign"),
    TargetForm.MEDIAN: text("a median of at least this level"),
}


@dataclass(frozen=True)
class Agreed:
    """A target of the sheet. place: the sheet's row."""

    indicator: str
    value: float
    direction: str
    by: str
    place: Text

    def line(self, on: date, paragraph: str) -> str:
        """As a line of ``targets.yaml``."""
        turned = ", direction: down" if self.direction == "down" else ""
        said = json.dumps(paragraph, ensure_ascii=False)
        what = f"indicator: {self.indicator}, value: {self.value:.12g}{turned}, by: {json.dumps(self.by)}"
        return f"  - {{{what}, agreed_date: {on.isoformat()}, minutes_paragraph: {said}}}"


def asked(context: Context) -> list[Indicator]:
    """Indicators that can have a target; cooperation is agreed cell by cell in ``targets.yaml`` itself."""
    return [one for one in context.plan.indicators if one.target in _FORMS]


def write_sheet(context: Context, file: Path, say: Say) -> int:
    """Write the worksheet; returns how many indicators it has. UsageError where something is already."""
    import xlsxwriter

    if file.suffix.casefold() != ".xlsx":
        raise UsageError(text("The worksheet is an Excel workbook"), expected=".xlsx", found=file.name)
    if file.exists():
        raise UsageError(
            text("{file} exists already", file=file.name),
            repair=text(
                "Choose another name, or take it over: evallib plan targets --take {file}", file=file.name
            ),
        )
    stream, indicators = io.BytesIO(), asked(context)
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False,
                                        "strings_to_numbers": False, "strings_to_urls": False})  # fmt: skip
    bold, wrapped = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"text_wrap": True})
    typed = book.add_format({"bg_color": "#FFF7D6", "border": 1, "num_format": "@"})
    sheet = book.add_worksheet("targets")
    sheet.write_string(0, 0, say(_TITLE), bold)
    for row, (key, words) in enumerate(((AGREED, _DAY), (PARAGRAPH, _WHERE)), 1):
        sheet.write_string(row, 0, key)
        sheet.write_blank(row, 1, None, typed)
        sheet.write_string(row, 2, say(words))
    for column, words in enumerate(_HEADS):
        sheet.write_string(4, column, say(words), bold)
    releases = list(_releases(context))
    for row, one in enumerate(indicators, 5):
        for column, cell in enumerate(_row(context, one, releases, say)):
            sheet.write_string(row, column, cell, typed if column in (_TARGET, _BY, _BETTER) else wrapped)
    periods = [one.id for one in context.workspace.project.periods]
    last = 4 + len(indicators)
    sheet.data_validation(5, _BY, last, _BY, {"validate": "list", "source": ["end", *periods]})
    sheet.data_validation(5, _BETTER, last, _BETTER, {"validate": "list", "source": ["up", "down"]})
    for column, width in enumerate((16, 46, 30, 16, 34, 16, 12, 10, 10, 24)):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(5, 2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    book.close()
    write_file(file, stream.getvalue())
    return len(indicators)


def take_sheet(context: Context, file: Path) -> list[str]:
    """Add the targets of a filled worksheet to ``surveys/targets.yaml``; returns the lines added.

    Raises InputError with the row for a target that is none, UsageError for a meeting without day or
    paragraph and for a sheet without targets. Nothing is written unless the whole file is right.
    """
    from evallib.plan.load import parse_targets
    from evallib.sources.decode import read_sheet

    if not file.is_file():
        raise UsageError(text("There is no file {file}", file=file.name), where=str(file.parent))
    rows = read_sheet(read_whole(file.name, file), file.name, by_hand=True).rows
    on, paragraph = _meeting(rows, file.name)
    known = {one.code: one for one in asked(context)}
    found = [one for one in (_agreed(context, row, number, file.name, known)
                             for number, row in enumerate(rows, 1)) if one is not None]  # fmt: skip
    if not found:
        raise UsageError(
            text("No target is filled in"),
            where=file.name,
            repair=text("Write the agreed targets into the coloured column, then take the sheet over again"),
        )
    _refuse_twice(context.targets.targets, found, on)
    lines = [one.line(on, paragraph) for one in found]
    path = context.workspace.surveys / "targets.yaml"
    written = _with_lines(path.read_bytes().decode("utf-8"), lines)
    periods = [one.id for one in context.workspace.project.periods]
    parse_targets(written, context.plan, periods, "surveys/targets.yaml")
    write_file(path, written.encode())
    return [line.strip(" -") for line in lines]


def _releases(context: Context) -> Iterator[Released]:
    from evallib.steps.release import opened
    from evallib.steps.states import official

    for period in sorted(context.workspace.project.periods, key=lambda one: one.end):
        manifest = official(context, period)
        if manifest is not None:
            yield opened(context, manifest)


def _row(context: Context, one: Indicator, releases: list[Released], say: Say) -> list[str]:
    """What the meeting needs to know of an indicator, and empty cells for what it agrees."""
    from evallib.display.numbers import of_kind

    language = context.workspace.project.language
    shown = [
        (release.period, of_kind(cell.value, cell.kind, language, cell.count, cell.base))
        for release in releases
        if (cell := headline(release, one)) is not None and cell.shown and cell.value is not None
    ]
    start = f"{shown[0][1]} ({shown[0][0]})" if shown else say(text("no value yet"))
    trend = " → ".join(f"{period}: {value}" for period, value in shown[1:])
    last = context.targets.of(one.code, "end", date.max)
    kind = next((cell.kind for release in releases if (cell := headline(release, one))), None)
    kind = kind or (Kind.SHARE if _is_share(context, one) else None)
    agreed = of_kind(last.value, kind, language) if last and kind else f"{last.value:g}" if last else ""
    name = f"{one.name[language]} ({one.unit[language]})"
    return [one.code, name, say(_FORMS[one.target]), start, trend, agreed, "", "end", "up", ""]


def headline(release: Released, one: Indicator) -> ReleasedCell | None:
    """The number that a target is compared with."""
    from evallib.indicators.judge import headline_cell

    return headline_cell(release.cells, one, release.period)


def _meeting(rows: list[list[str]], name: str) -> tuple[date, str]:
    """The day of the meeting and the paragraph of its minutes."""
    from evallib.steps.publish import PARAGRAPH as FORM

    said = {
        row[0]: (row[1] if len(row) > 1 else "").strip()
        for row in rows
        if row and row[0] in (AGREED, PARAGRAPH)
    }
    try:
        on = date.fromisoformat(said.get(AGREED, "")[:10])
    except ValueError:
        raise InputError(
            text("The day of the meeting is missing or no day"),
            where=f"{name}: {AGREED}",
            expected="2026-01-20",
            found=repr(said.get(AGREED, "")),
        ) from None
    if not FORM.fullmatch(said.get(PARAGRAPH, "")):
        raise InputError(
            text("The paragraph of the minutes is missing or none"),
            where=f"{name}: {PARAGRAPH}",
            expected=text("as: § 4"),
            found=repr(said.get(PARAGRAPH, "")),
        )
    return on, said[PARAGRAPH]


def _agreed(
    context: Context, row: list[str], number: int, name: str, known: dict[str, Indicator]
) -> Agreed | None:
    """The target of a row, None where none is filled in; InputError for what is none."""
    cells = [cell.strip() for cell in (*row, *[""] * _COLUMNS)]
    if not re.fullmatch(r"[A-Z]\d+", cells[0]) or not cells[_TARGET]:
        return None
    place = text("{file}, row {row}", file=name, row=number)
    if cells[0] not in known:
        raise InputError(
            text("{name} is not known here", name=repr(cells[0])), where=place, expected=", ".join(known)
        )
    by, better = cells[_BY] or "end", cells[_BETTER].casefold()
    periods = [one.id for one in context.workspace.project.periods]
    if by not in ("end", *periods):
        raise InputError(
            text("A target is for a period or for the end"),
            where=place,
            expected=", ".join(["end", *periods]),
            found=repr(by),
        )
    if better not in _BETTER_WORDS:
        raise InputError(text("Better is up or down"), where=place, expected="up, down", found=repr(better))
    if better == "down" and known[cells[0]].target not in _EITHER_WAY:
        raise InputError(
            text("In the target of {indicator}, more is always better", indicator=cells[0]),
            where=place,
            expected="up",
            found="down",
        )
    value = _number(cells[_TARGET], _is_share(context, known[cells[0]]), place)
    return Agreed(cells[0], value, _BETTER_WORDS[better], by, place)


def _is_share(context: Context, one: Indicator) -> bool:
    kinds = {cell.kind for release in _releases(context) if (cell := headline(release, one))}
    return Kind.SHARE in kinds or (not kinds and one.unit["fi"].startswith("%"))


def _number(written: str, share: bool, place: Text) -> float:
    """A number as people type it, of a share from 0 to 1; InputError for words and for doubtful shares."""
    plain = re.sub(r"[\s\u00a0\u202f]", "", written).replace("\u2212", "-").replace(",", ".")
    percent = plain.endswith("%")
    try:
        value = float(plain.removesuffix("%")) / (100 if percent else 1)
    except ValueError:
        value = float("nan")
    if not 0 <= value < 1e12 or (percent and not share):
        raise InputError(
            text("A target is a number without sign"),
            where=place,
            expected=text("as 70 % or 0.7") if share else text("as 1200 or 3.5"),
            found=repr(written),
        )
    if share and value > 1:
        raise InputError(
            text("A share is at most 100 %"),
            where=place,
            expected=text("as 70 % or 0.7"),
            found=repr(written),
        )
    return round(value, 10)


def _refuse_twice(agreed: tuple[Target, ...], found: list[Agreed], on: date) -> None:
    there = {(one.indicator, one.by) for one in agreed if one.agreed_date == on}
    for one in found:
        if (one.indicator, one.by) in there:
            raise InputError(
                text("A target of {indicator} was agreed on that day already", indicator=one.indicator),
                where=one.place,
                found=on.isoformat(),
                repair=text("Leave the row empty, or correct surveys/targets.yaml by hand"),
            )
        there.add((one.indicator, one.by))


def _with_lines(written: str, lines: list[str]) -> str:
    """The file with targets added at the end of its list; every other letter stays."""
    import yaml

    node = yaml.compose(written)
    pairs = {key.value: value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}
    listed = pairs.get("targets")
    added = "".join(f"{line}\n" for line in lines)
    if listed is None:
        return f"{written.rstrip()}\ntargets:\n{added}"
    if not isinstance(listed, yaml.SequenceNode) or (listed.flow_style and listed.value):
        raise MissingStepError(
            text("The list of targets stands on one line"),
            where=f"surveys/targets.yaml:{listed.start_mark.line + 1}",
            repair=text(
                "Write each target on a line of its own, begun with a hyphen; then run the same again"
            ),
        )
    if not listed.value:
        before, after = written[: listed.start_mark.index], written[listed.end_mark.index :]
        return f"{before.rstrip()}\n{added.rstrip()}{after}"
    end = written.find("\n", listed.value[-1].end_mark.index - 1)
    whole = written if end >= 0 else f"{written}\n"
    end = end if end >= 0 else len(whole) - 1
    indent = " " * listed.value[0].start_mark.column
    added = "".join(f"{indent[:-2]}{line[2:]}\n" for line in lines)
    return whole[: end + 1] + added + whole[end + 1 :]


_TITLE = text(
    "Targets for the steering group to agree on. Fill the coloured cells; leave empty what is not agreed."
)
_DAY = text("day of the meeting, as 2026-01-20")
_WHERE = text("paragraph of its minutes, as § 4")
_HEADS = (
    text("code"), text("indicator"), text("the target is"), text("at the start"), text("since then"),
    text("agreed now"), text("target"), text("by"), text("better"), text("remarks"),
)  # fmt: skip
