"""The plan evaluated: every indicator of the plan, with sources, register and respondents beside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol, cast

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


STATISTICS = ("scipy.stats", "statsmodels.multivariate.factor", "statsmodels.stats.inter_rater", "pingouin")


class Beside(Protocol):
    """Has a function worked out, maybe by another process meanwhile; call what it gives for the result."""

    def __call__(self, function: Callable[..., Any], *given: object) -> Callable[[], Any]: ...


def at_once(function: Callable[..., Any], *given: object) -> Callable[[], Any]:
    """Nobody is there beside: worked out here when it is called for."""
    return lambda: function(*given)


def load_statistics() -> None:
    """Import what :func:`tested` needs, which takes longer than its work."""
    for name in STATISTICS:
        import_module(name)


def tested(*given: Any) -> tuple[list[Result], list[Result]]:
    """(scales and coded answers, declared comparisons): all that the statistical libraries are loaded for.

    given: the parts of a :class:`~evallib.indicators.bench.Bench`, in their order.
    """
    bench = Bench(*given)
    return scales(bench) + coded(bench), changes(bench)


def evaluate(
    frames: Frames,
    history: Sequence[Frames],
    plan: Plan,
    questionnaires: Mapping[str, Questionnaire],
    comparison: str | None = None,
    planned: Sequence[str] = (),
    withdrawn: Sequence[str] = (),
    beside: Beside = at_once,
) -> list[Result]:
    """All results of a period: sources, register, respondents, coded answers, then the plan's indicators.

    history: frames of earlier periods, oldest first. comparison: the earlier period with which declared
    comparisons compare. planned: the agreed cells of cooperation. withdrawn: the family of each comparison
    that an earlier freeze declared and the plan no longer has. beside: who works out
    :func:`tested`. Nothing that is missing raises: its results have no value and the note ``no_data``.
    Raises DeclarationError for an indicator of the plan that nobody here can compute.
    """
    given = (frames, tuple(history), plan, questionnaires, comparison, tuple(planned), tuple(withdrawn))
    coming = beside(tested, *given)
    bench = Bench(*given)
    found: list[Result] = []
    for function in ALWAYS.values():
        found += function(bench)
    found += response(bench)
    own = [result for one in plan.indicators for result in _function(one.code)(bench)]
    before, compared = cast("tuple[list[Result], list[Result]]", coming())
    return found + before + own + compared


def _function(code: str) -> Callable[[Bench], list[Result]]:
    if code in REGISTRY:
        return REGISTRY[code]
    raise DeclarationError(
        text("The indicator {code} is in the plan, but nothing computes it", code=code),
        expected=text("one of {known}", known=", ".join(sorted(REGISTRY))),
        where="surveys/plan.yaml",
        repair=text("Did you mean {code}?", code=nearest(code, sorted(REGISTRY)) or "I01"),
    )
