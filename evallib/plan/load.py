"""The plan and the targets from ``surveys/``, with every cross-reference followed.

A plan that points at something that is not there is refused with the line of the pointer: an indicator
that no question asks for would never be reported, and nobody would notice.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from evallib.codes import LOGS, SURVEYS
from evallib.declared import Lines, parse_declared_with_lines, read_declared_with_lines
from evallib.errors import DeclarationError, nearest, text
from evallib.plan.model import Indicator, Plan, Target, TargetForm, Targets

_ITEM = re.compile(rf"(?:{'|'.join(SURVEYS)})\.[A-Z][A-Za-z0-9]*")
SOURCES = (*(f"log.{log}" for log in LOGS), "participations", "roster", "analytics")

Reference = tuple[str, tuple[str | int, ...]]


def load_plan(surveys: Path) -> Plan:
    """The evaluation plan of ``surveys/plan.yaml``; raises DeclarationError with file and line."""
    return _checked_plan(*read_declared_with_lines(surveys / "plan.yaml", Plan, shown="surveys/plan.yaml"))


def parse_plan(source: str, where: str = "plan.yaml") -> Plan:
    """Like :func:`load_plan`, from text, such as the copy stored with a release."""
    return _checked_plan(*parse_declared_with_lines(source, Plan, where))


def load_targets(surveys: Path, plan: Plan, periods: Sequence[str] = ()) -> Targets:
    """The agreed targets of ``surveys/targets.yaml``; ``targets: []`` is a valid file.

    periods: the ids that ``by`` and ``baseline_period`` may name; unchecked when empty.
    """
    path, shown = surveys / "targets.yaml", "surveys/targets.yaml"
    return _checked_targets(*read_declared_with_lines(path, Targets, shown=shown), plan, periods)


def parse_targets(
    source: str, plan: Plan, periods: Sequence[str] = (), where: str = "targets.yaml"
) -> Targets:
    """Like :func:`load_targets`, from text."""
    return _checked_targets(*parse_declared_with_lines(source, Targets, where), plan, periods)


def _checked_plan(plan: Plan, lines: Lines) -> Plan:
    _codes_once(plan, lines)
    _references(plan, lines)
    _belonging(plan, lines)
    for place, indicator in enumerate(plan.indicators):
        _sources(indicator, ("indicators", place), lines)
    _merges(plan, lines)
    _weights(plan, lines)
    _scales(plan, lines)
    _comparisons(plan, lines)
    return plan


def _checked_targets(targets: Targets, lines: Lines, plan: Plan, periods: Sequence[str]) -> Targets:
    seen: set[tuple[str, str, date]] = set()
    for place, target in enumerate(targets.targets):
        at = ("targets", place)
        _known(target.indicator, [one.code for one in plan.indicators], lines, (*at, "indicator"))
        if periods:
            _known(target.by, [*periods, "end"], lines, (*at, "by"))
            if target.baseline_period is not None:
                _known(target.baseline_period, periods, lines, (*at, "baseline_period"))
        agreed = (target.indicator, target.by, target.agreed_date)
        if agreed in seen:
            raise DeclarationError(
                text("{indicator} has two targets for {by}", indicator=target.indicator, by=target.by),
                where=lines.place(*at),
                repair=text("Keep one of them"),
            )
        seen.add(agreed)
        _colourable(target, plan.indicator(target.indicator), lines, at)
    _planned_cells(targets, plan, lines)
    return targets


def _codes_once(plan: Plan, lines: Lines) -> None:
    """Every code stands once in its list; objectives, tasks and themes share their names with duties."""
    lists = ("objectives", "tasks", "duties", "themes", "questions", "indicators", "dimensions")
    for name in (*lists, "comparisons", "scales"):
        seen: set[str] = set()
        for place, one in enumerate(getattr(plan, name)):
            if one.code in seen:
                raise DeclarationError(
                    text("The code {code} stands twice among the {name}", code=one.code, name=name),
                    where=lines.place(name, place, "code"),
                    repair=text("Give one of them another code"),
                )
            seen.add(one.code)


def _references(plan: Plan, lines: Lines) -> None:
    indicators = [one.code for one in plan.indicators]
    dimensions = [one.code for one in plan.dimensions]
    objectives, tasks = [one.code for one in plan.objectives], [one.code for one in plan.tasks]
    duties, themes = [one.code for one in plan.duties], [one.code for one in plan.themes]
    owners = list(dict.fromkeys([*objectives, *tasks, *duties, *themes]))
    checks: Iterable[tuple[Collection[str], Iterator[Reference]]] = (
        (objectives, _each(plan, "tasks", "objective")),
        (indicators, _each(plan, "duties", "indicators")),
        (indicators, _each(plan, "questions", "indicators")),
        (indicators, _each(plan, "comparisons", "indicator")),
        (owners, _each(plan, "indicators", "belongs_to")),
        (dimensions, _each(plan, "indicators", "breakdowns")),
    )
    for known, references in checks:
        for reference, path in references:
            _known(reference, known, lines, path)


def _each(plan: Plan, name: str, field: str) -> Iterator[Reference]:
    """The codes that one field of a list's members points at, each with its path in the file."""
    for place, one in enumerate(getattr(plan, name)):
        value = getattr(one, field)
        if isinstance(value, str):
            yield value, (name, place, field)
        else:
            yield from ((code, (name, place, field, i)) for i, code in enumerate(value))


def _known(code: str, known: Collection[str], lines: Lines, path: tuple[str | int, ...]) -> None:
    if code in known:
        return
    close = nearest(code, list(known))
    raise DeclarationError(
        text("{code} is declared nowhere", code=repr(code)),
        where=lines.place(*path),
        expected=text("one of {known}", known=", ".join(known)),
        repair=text("Did you mean {code}?", code=repr(close)) if close else "",
    )


def _belonging(plan: Plan, lines: Lines) -> None:
    """Each indicator answers an evaluation question, and stands in it once."""
    asked = {code for question in plan.questions for code in question.indicators}
    for place, indicator in enumerate(plan.indicators):
        if indicator.code not in asked:
            raise DeclarationError(
                text("No evaluation question asks for {indicator}", indicator=indicator.code),
                where=lines.place("indicators", place, "code"),
                repair=text("Add it to the indicators of a question, or remove it"),
            )
    for place, question in enumerate(plan.questions):
        for i, code in enumerate(question.indicators):
            if code in question.indicators[:i]:
                raise DeclarationError(
                    text("{indicator} stands twice in {question}", indicator=code, question=question.code),
                    where=lines.place("questions", place, "indicators", i),
                    repair=text("Keep one of them"),
                )


def _sources(indicator: Indicator, at: tuple[str | int, ...], lines: Lines) -> None:
    for place, source in enumerate(indicator.sources):
        if not _ITEM.fullmatch(source):
            _known(source, SOURCES, lines, (*at, "sources", place))


def _merges(plan: Plan, lines: Lines) -> None:
    """Merged classes unite known codes, none twice, and have labels."""
    for place, dimension in enumerate(plan.dimensions):
        at: tuple[str | int, ...] = ("dimensions", place)
        used: set[str] = set()
        for merged, codes in dimension.merges.items():
            for i, code in enumerate(codes):
                _known(code, list(dimension.labels), lines, (*at, "merges", merged, i))
                if code in used:
                    raise DeclarationError(
                        text("{code} stands in two merged classes", code=repr(code)),
                        where=lines.place(*at, "merges", merged, i),
                        repair=text("Keep it in one of them"),
                    )
                used.add(code)
            if merged in dimension.labels:
                raise DeclarationError(
                    text("{code} is a code and a merged class", code=repr(merged)),
                    where=lines.place(*at, "merges", merged),
                    repair=text("Give the merged class a name of its own"),
                )
            _known(merged, list(dimension.merge_labels), lines, (*at, "merges", merged))
        for merged in dimension.merge_labels:
            _known(merged, list(dimension.merges), lines, (*at, "merge_labels", merged))


def _weights(plan: Plan, lines: Lines) -> None:
    """A survey is weighted in one way, by backgrounds and for items that stand there once."""
    surveys = [one.survey for one in plan.weights]
    for place, one in enumerate(plan.weights):
        for name, written in (
            ("survey", surveys[: place + 1]),
            ("margins", one.margins),
            ("items", one.items),
        ):
            if len(set(written)) < len(written):
                raise DeclarationError(
                    text("{code} stands twice among the weights", code=repr(written[-1])),
                    where=lines.place("weights", place, name),
                    repair=text("Keep one of them"),
                )


def _scales(plan: Plan, lines: Lines) -> None:
    for place, one in enumerate(plan.scales):
        for i, item in enumerate(one.items):
            if item in one.items[:i]:
                raise DeclarationError(
                    text("{code} stands twice in the scale {scale}", code=item, scale=one.code),
                    where=lines.place("scales", place, "items", i),
                    repair=text("Keep one of them"),
                )
        for i, item in enumerate(one.reversed):
            _known(item, one.items, lines, ("scales", place, "reversed", i))


def _comparisons(plan: Plan, lines: Lines) -> None:
    """Compared groups exist and are heeded, and each number has one comparison."""
    numbers: dict[tuple[str, str], str] = {}
    for place, one in enumerate(plan.comparisons):
        at = ("comparisons", place, "item")
        dim, code = one.group
        if one.kind in ("groups", "several"):
            _known(dim, [known.code for known in plan.dimensions], lines, at)
        if one.kind == "groups":
            _known(code, list(plan.dimension(dim).labels), lines, at)
        whole = one.item.partition("=" if one.kind == "several" else ":")[0]
        if one.kind != "groups" and one.item != whole:
            raise DeclarationError(
                text("{code} names a group, and its kind compares none", code=one.code),
                where=lines.place(*at),
                expected=whole,
                found=one.item,
                repair=text("Remove it from the item, or write kind: groups"),
            )
        other = numbers.setdefault((one.indicator, one.stem), one.code)
        if other != one.code:
            raise DeclarationError(
                text("{first} and {second} would both be printed as {number}", first=other, second=one.code,
                     number=f"{one.indicator}.{one.stem}"),
                where=lines.place(*at),
                repair=text("Keep one of them"),
            )  # fmt: skip


def _colourable(target: Target, indicator: Indicator, lines: Lines, at: tuple[str | int, ...]) -> None:
    """The target can be compared with its indicator: right form, right scale, a direction that is heeded."""
    if indicator.target is TargetForm.NONE:
        raise DeclarationError(
            text("{indicator} is descriptive and takes no target", indicator=indicator.code),
            where=lines.place(*at),
            repair=text("Remove the target, or give the indicator a target form in plan.yaml"),
        )
    if target.direction == "down" and indicator.target not in (TargetForm.AT_LEAST, TargetForm.CHANGE):
        raise DeclarationError(
            text("In the target of {indicator}, more is always better", indicator=indicator.code),
            where=lines.place(*at, "direction"),
            found="down",
            repair=text("Remove direction, or give the indicator the form at_least or change in plan.yaml"),
        )
    percent = indicator.unit.en.startswith("%")
    numbers = {"value": target.value, "baseline": target.baseline}
    for name, number in numbers.items():
        if percent and number is not None and not -1 <= number <= 1:
            raise DeclarationError(
                text("{indicator} is a share, from 0 to 1", indicator=indicator.code),
                where=lines.place(*at, name),
                found=str(number),
                repair=text("Write 70 % as 0.7"),
            )
    wrong_sign = indicator.target is TargetForm.CHANGE and target.value < 0
    if wrong_sign or (indicator.target is TargetForm.SUM and target.value <= 0):
        raise DeclarationError(
            text("The target of {indicator} must be over zero", indicator=indicator.code),
            where=lines.place(*at, "value"),
            found=str(target.value),
            repair=text("Write the size without sign; direction says where better lies"),
        )


def _planned_cells(targets: Targets, plan: Plan, lines: Lines) -> None:
    if targets.planned_cells is None:
        return
    cells = targets.planned_cells.cells
    partners = plan.dimension("partner").labels
    acts = plan.dimension("act").labels
    known = [f"{partner}+{act}" for partner in partners for act in acts]
    for place, cell in enumerate(cells):
        _known(cell, known, lines, ("planned_cells", "cells", place))
        if cell in cells[:place]:
            raise DeclarationError(
                text("The planned cell {cell} stands twice", cell=repr(cell)),
                where=lines.place("planned_cells", "cells", place),
                repair=text("Keep one of them"),
            )
