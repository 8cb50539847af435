"""Whether the items that the plan names fit their use: found before a freeze, not when its report fails."""

from __future__ import annotations

from collections.abc import Mapping

from evallib.codebook.model import Item, Questionnaire
from evallib.errors import DeclarationError, nearest, text
from evallib.plan.model import Plan


def refuse_unfit_items(plan: Plan, questionnaires: Mapping[str, Questionnaire]) -> None:
    """Raises DeclarationError for an item that no question has, or whose answers are no scale.

    Numbers that firms report have no scale: so no count of jobs is ever grossed up.
    """
    for place, weighting in enumerate(plan.weights):
        for series in weighting.items:
            _scaled(questionnaires, weighting.survey, series, f"surveys/plan.yaml: weights: {place + 1}")


def _scaled(questionnaires: Mapping[str, Questionnaire], survey: str, series: str, where: str) -> Item:
    known = questionnaires[survey].items if survey in questionnaires else ()
    item = next((one for one in reversed(known) if one.series == series), None)
    if item is None:
        names = list(dict.fromkeys(one.series for one in known))
        close = nearest(series, names)
        raise DeclarationError(
            text("{survey} has no question of the series {series}", survey=survey, series=series),
            where=where,
            expected=text("one of {known}", known=", ".join(names)),
            repair=text("Did you mean {code}?", code=repr(close)) if close else "",
        )
    if item.subitems or sum(option.value is not None for option in item.options) < 2:
        raise DeclarationError(
            text("The answers to {survey}.{series} are no scale", survey=survey, series=series),
            where=where,
            expected=text("a question whose options have values; counts are never weighted"),
            repair=text("Remove it from the items"),
        )
    return item
