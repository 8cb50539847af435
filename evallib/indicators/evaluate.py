"""The plan evaluated: every indicator of the plan, with sources, register and respondents beside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from evallib.codebook.model import Questionnaire
from evallib.errors import DeclarationError, nearest, text
from evallib.indicators import (
    attendance,
    communications,
    cooperation,
    entrepreneurship,
    governance,
    learning,
    partnerships,
    themes,
)
from evallib.indicators import sources as source_results
from evallib.indicators.bench import Bench
from evallib.indicators.changes import changes
from evallib.indicators.coded import coded
from evallib.indicators.response import response
from evallib.indicators.scales import scales
from evallib.plan.model import Plan
from evallib.results import Result
from evallib.tidy import Frames

ALWAYS: Mapping[str, Callable[[Bench], list[Result]]] = {
    **source_results.INDICATORS,
    **attendance.INDICATORS,
}
REGISTRY: Mapping[str, Callable[[Bench], list[Result]]] = {
    **cooperation.INDICATORS,
    **entrepreneurship.INDICATORS,
    **learning.INDICATORS,
    **partnerships.INDICATORS,
    **themes.INDICATORS,
    **communications.INDICATORS,
    **governance.INDICATORS,
}


def evaluate(
    frames: Frames,
    history: Sequence[Frames],
    plan: Plan,
    questionnaires: Mapping[str, Questionnaire],
    comparison: str | None = None,
    planned: Sequence[str] = (),
    withdrawn: Sequence[str] = (),
) -> list[Result]:
    """All results of a period: sources, register, respondents, coded answers, then the plan's indicators.

    history: frames of earlier periods, oldest first. comparison: the earlier period with which declared
    comparisons compare. planned: the agreed cells of cooperation. withdrawn: the family of each comparison
    that an earlier freeze declared and the plan no longer has. Nothing that is missing raises: its results
    have no value and the note ``no_data``. Raises DeclarationError for an indicator of the
    plan that nobody here can compute.
    """
    more = (comparison, tuple(planned), tuple(withdrawn))
    bench = Bench(frames, tuple(history), plan, questionnaires, *more)
    found: list[Result] = []
    for function in ALWAYS.values():
        found += function(bench)
    found += response(bench) + scales(bench) + coded(bench)
    for indicator in plan.indicators:
        found += _function(indicator.code)(bench)
    return found + changes(bench)


def _function(code: str) -> Callable[[Bench], list[Result]]:
    if code in REGISTRY:
        return REGISTRY[code]
    raise DeclarationError(
        text("The indicator {code} is in the plan, but nothing computes it", code=code),
        expected=text("one of {known}", known=", ".join(sorted(REGISTRY))),
        where="surveys/plan.yaml",
        repair=text("Did you mean {code}?", code=nearest(code, sorted(REGISTRY)) or "I01"),
    )
