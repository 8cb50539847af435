"""Evidence grades: how much weight the answer to a question, or a theme, can carry.

A: two independent kinds of source show the colour of the whole. B: one kind, n at least 10 and a
response rate of at least 40 %. C: only the project's or the steering group's own word, fewer than 10,
a lower rate, or a rate that nobody knows. Grey gets no grade.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evallib.plan.model import Indicator
from evallib.results import Assessment, Colour, ReleasedCell, ResultId, SourceKind

# Stable words of ``Assessment.grade_reason``.
GRADE_REASONS = (
    "two_kinds_agree",
    "one_kind",
    "self_report",
    "small_base",
    "low_rate",
    "rate_unknown",
    "not_coloured",
)

GRADE_BASE = 10
GRADE_RATE = 0.4

_SURVEYED: Mapping[SourceKind, tuple[str, ...]] = {
    SourceKind.PARTICIPANTS: ("q1", "f1"),
    SourceKind.PARTNERS: ("q2",),
    SourceKind.ENTREPRENEURS: ("q3",),
    SourceKind.STEERING: ("q4",),
}
# What the project writes down about itself, or its steering group says of its own work.
_SELF_REPORT = (SourceKind.LOGS, SourceKind.STEERING)


@dataclass(frozen=True)
class Evidence:
    """What stands behind one indicator.

    base: answers behind the headline, None = unknown. surveys: ids of the surveys that the plan names for it.
    """

    colour: Colour
    kinds: tuple[SourceKind, ...]
    base: int | None
    surveys: tuple[str, ...]

    def asked(self, kind: SourceKind) -> tuple[str, ...]:
        """The surveys through which this kind of source spoke; () for records and logs."""
        possible = _SURVEYED.get(kind, ())
        return tuple(one for one in possible if one in self.surveys) or possible[:1]


def evidence_of(
    indicator: Indicator, assessment: Assessment, cells: Mapping[ResultId, ReleasedCell]
) -> Evidence:
    """What stands behind an indicator's colour; nothing where it has none."""
    cell = cells.get(ResultId.parse(assessment.cell)) if assessment.cell else None
    surveys = _surveys(indicator)
    if cell is None or assessment.colour is Colour.GREY:
        return Evidence(assessment.colour, (), None, surveys)
    # A plain count, such as new ties, has no base of its own: then as many answered as its survey says.
    base = cell.base if cell.base is not None else _answered(cells, cell.id.period, surveys)
    return Evidence(assessment.colour, cell.sources, base, surveys)


def _answered(cells: Mapping[ResultId, ReleasedCell], period: str, surveys: Sequence[str]) -> int | None:
    """The answers of the smallest of the surveys, None when none of them is known."""
    wanted = (ResultId(period, "SRC", "answered", (("survey", survey),)) for survey in surveys)
    known = [cell.value for one in wanted if (cell := cells.get(one)) and cell.value is not None]
    return int(min(known)) if known else None


def _surveys(indicator: Indicator) -> tuple[str, ...]:
    named: Iterable[str] = (source.partition(".")[0] for source in indicator.sources)
    return tuple(dict.fromkeys(name for name in named if name in ("q1", "f1", "q2", "q3", "q4")))


def grade(
    colour: Colour,
    evidence: Sequence[Evidence],
    cells: Mapping[ResultId, ReleasedCell],
    period: str,
) -> tuple[str, str]:
    """The grade (A, B, C, or "" for grey) of a question's proposed colour, with a stable reason."""
    coloured = [one for one in evidence if one.colour is not Colour.GREY and one.kinds]
    if colour is Colour.GREY or not coloured:
        return "", "not_coloured"
    rates = {
        survey: _rate(cells, period, survey)
        for one in coloured
        for kind in one.kinds
        for survey in one.asked(kind)
    }
    if any(rate is None for rate in rates.values()):
        return "C", "rate_unknown"
    strong = {kind for one in coloured for kind in one.kinds if one.colour is colour and not _few(one, kind)}
    if len(strong) >= 2 and any(kind not in _SELF_REPORT for kind in strong):
        return "A", "two_kinds_agree"
    return _alone(coloured, rates)


def _alone(coloured: Sequence[Evidence], rates: Mapping[str, float | None]) -> tuple[str, str]:
    """The grade of the best single kind of source; the reason says what it lacks."""
    best = ("C", "self_report")
    order = ("self_report", "small_base", "low_rate", "one_kind")
    for one in coloured:
        for kind in one.kinds:
            why = _lacks(one, kind, rates)
            if order.index(why) > order.index(best[1]):
                best = ("B" if why == "one_kind" else "C", why)
    return best


def _lacks(one: Evidence, kind: SourceKind, rates: Mapping[str, float | None]) -> str:
    if kind in _SELF_REPORT:
        return "self_report"
    if _few(one, kind):
        return "small_base"
    if any((rates[survey] or 0.0) < GRADE_RATE for survey in one.asked(kind)):
        return "low_rate"
    return "one_kind"


def _few(one: Evidence, kind: SourceKind) -> bool:
    """Fewer than ten answers. Records, logs and statistics are whole and have no such floor."""
    return kind in _SURVEYED and (one.base is None or one.base < GRADE_BASE)


def _rate(cells: Mapping[ResultId, ReleasedCell], period: str, survey: str) -> float | None:
    """The response rate of a survey; None when nobody knows it."""
    cell = cells.get(ResultId(period, "SRC", "rate", (("survey", survey),)))
    return cell.value if cell is not None and cell.shown else None
