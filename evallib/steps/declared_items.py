"""Whether the items that the plan names fit their use: found before a freeze, not when its report fails."""

from __future__ import annotations

from collections.abc import Mapping

from evallib.codebook.model import Item, Questionnaire
from evallib.errors import DeclarationError, nearest, text
from evallib.plan.model import Comparison, Plan


def refuse_unfit_items(plan: Plan, questionnaires: Mapping[str, Questionnaire]) -> None:
    """Raises DeclarationError for an item that no question has, whose answers are no scale, or whose scale
    has other ends than the items that it is taken together with, and for groups that a survey can't tell.

    Numbers that firms report have no scale: so no count of jobs is ever grossed up.
    """
    for place, one in enumerate(plan.comparisons, 1):
        _comparable(questionnaires, one, f"surveys/plan.yaml: comparisons: {place}")
    for place, weighting in enumerate(plan.weights, 1):
        for series in weighting.items:
            _scaled(questionnaires, weighting.survey, series, f"surveys/plan.yaml: weights: {place}")
    for place, scale in enumerate(plan.scales, 1):
        where = f"surveys/plan.yaml: scales: {place}"
        ends = {item: _scaled(questionnaires, scale.survey, item, where) for item in scale.items}
        first = ends[scale.items[0]]
        other = next((item for item, found in ends.items() if found != first), None)
        if other is not None:
            raise DeclarationError(
                text("{item} has another scale than {first}", item=other, first=scale.items[0]),
                where=where,
                expected=text("{low} to {high}", low=first[0], high=first[1]),
                found=f"{ends[other][0]}–{ends[other][1]}",
                repair=text("Remove it from the items"),
            )


def _comparable(questionnaires: Mapping[str, Questionnaire], one: Comparison, where: str) -> None:
    """An item with a scale; shares of two waves may be of a multiple choice, skills of all rows together."""
    asking = [name for name, own in questionnaires.items() if own.in_series(one.series)]
    survey = one.survey or next(iter(asking), next(iter(questionnaires)))
    named = f"{one.series}[{one.sub}]" if one.sub else one.series
    item = _item(questionnaires, survey, one.series, where)
    if one.experienced and one.kind == "paired_shares":
        raise DeclarationError(
            text("What {item} was before is remembered, and is compared in steps of its scale", item=named),
            where=where,
            expected="kind: paired",
            found=f"kind: {one.kind}",
        )
    if one.kind in ("groups", "several"):
        _told(questionnaires[survey], one.group[0], where)
    together = one.experienced or one.kind == "shares"
    if not (together and item.subitems and not one.sub):
        _scaled(questionnaires, survey, named, where)


def _told(questionnaire: Questionnaire, dim: str, where: str) -> None:
    """Respondents can be told apart by this background."""
    from evallib.indicators.bench import backgrounds_of

    known = backgrounds_of(questionnaire)
    if dim not in known:
        raise DeclarationError(
            text("{survey} does not tell the {dim} of its respondents", survey=questionnaire.id, dim=dim),
            where=where,
            expected=text("one of {known}", known=", ".join(known)),
            repair=text("Compare groups that the survey asks about, or ask for it in the questionnaire"),
        )


def _item(questionnaires: Mapping[str, Questionnaire], survey: str, series: str, where: str) -> Item:
    """The newest item of a series."""
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
    return item


def _scaled(
    questionnaires: Mapping[str, Questionnaire], survey: str, named: str, where: str
) -> tuple[float, float]:
    """The lowest and highest value of an item's options, or of one row of an array."""
    series, _, sub = named.rstrip("]").partition("[")
    item = _item(questionnaires, survey, series, where)
    rows = [one.code for one in item.subitems]
    values = [option.value for option in item.options if option.value is not None]
    if len(values) < 2 or (sub not in rows if rows else sub):
        expected = text("a question whose options have values; counts are never weighted")
        if rows and len(values) >= 2:
            expected = text("one of {known}", known=", ".join(f"{series}[{row}]" for row in rows))
        raise DeclarationError(
            text("The answers to {survey}.{series} are no scale", survey=survey, series=named),
            where=where,
            expected=expected,
            repair=text("Remove it from the items"),
        )
    return min(values), max(values)
