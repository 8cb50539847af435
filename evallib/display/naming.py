"""What a measure is called: by the catalogue, else by the question, scale or indicator behind it."""

from __future__ import annotations

import re

from evallib.display import i18n, labels
from evallib.display.edition import Edition

_SINCE = "_cumulative"
# ``q3_y13_top2``: a survey, a series (with the part of an array), what was made of its answers
_MEASURE = re.compile(r"(?:(?P<survey>q\d|f\d)_)?(?P<series>[a-z]\d\d[a-z]?)(?P<rest>(?:_\w+)?)")
_PAIR = re.compile(r"groups_(?P<first>\w+)_(?P<second>\w+)_p")


def measure_name(e: Edition, written: str) -> str:
    """``I20.by_sex[sex=f]`` in words: the measure's name, its codes after it."""
    stem, _, dims = written.partition("[")
    pairs = [pair.split("=", 1) for pair in dims.rstrip("]").split(",") if "=" in pair]
    series = _series(stem)
    codes = [_label(e, dim, code, series) for dim, code in pairs]
    name = _name(e, stem)
    return f"{name}: {', '.join(codes)}" if codes else name


def _series(stem: str) -> str:
    match = _MEASURE.match(stem.partition(".")[2])
    return match["series"] if match else ""


def _label(e: Edition, dim: str, code: str, series: str) -> str:
    """A code's label: of an answer by its question, of a dim whose codes are questions the question."""
    if dim == "item":
        return e.item(code.lower()).rstrip(".")
    if dim == "answer" and (words := e.option(series, code)) != code:
        return words
    return e.label(dim.rstrip("2"), code)


def _name(e: Edition, stem: str) -> str:
    if i18n.has(f"measure.{stem}"):
        return e.t(f"measure.{stem}")
    if stem.startswith("OPEN."):
        return _of_open_answers(e, stem.partition(".")[2])
    if stem.endswith(_SINCE):
        return e.t("measured.cumulative", name=_name(e, stem.removesuffix(_SINCE)))
    indicator, _, measure = stem.partition(".")
    plan = e.publication.plan
    found = next((one for one in plan.indicators if one.code == indicator), None)
    if found is not None and found.headline == measure:
        return str(found.name[e.language])
    for scale in plan.scales:
        tail = measure.removeprefix(f"{scale.code}_")
        if indicator == "SCALE" and i18n.has(f"measured.{tail}"):
            return e.t(f"measured.{tail}", name=scale.name[e.language])
    return _of_answers(e, measure) or (f"{found.name[e.language]} ({measure})" if found else stem)


def _of_open_answers(e: Edition, measure: str) -> str:
    """``q1_t10``: what the answers to an open question are about; ``q1_t10_answers``: how many there are."""
    item = e.item(measure.removesuffix("_answers").partition("_")[2]).rstrip(".")
    key = "answers" if measure.endswith("_answers") else "codes"
    return e.t(f"measured.open_{key}", name=item)


def _of_answers(e: Edition, measure: str) -> str:
    """A measure of one question's answers, or of a survey's respondents; "" where it is neither."""
    survey, _, tail = measure.partition("_")
    if i18n.has(f"measured.{tail}") and i18n.has(f"survey.{survey}"):
        return e.t(f"measured.{tail}", name=e.label("survey", survey))
    match = _MEASURE.fullmatch(measure)
    item = labels.item_of(e.publication, match["series"]) if match else None
    if match is None or item is None:
        return ""
    name, tail = e.item(match["series"]).rstrip("."), match["rest"].removeprefix("_")
    for sub in item.subitems:
        part = (sub.series or sub.code).lower()
        if tail == part or tail.startswith(f"{part}_"):
            name = f"{name} {labels.in_language(sub.label, e.language)}".rstrip(".")
            tail = tail[len(part) + 1 :]
            break
    if (pair := _PAIR.fullmatch(tail)) is not None:
        first, second = (_group(e, pair[one]) for one in ("first", "second"))
        return e.t("measured.groups_pair_p", name=name, first=first, second=second)
    key = f"measured.{tail or 'answers'}"
    return e.t(key, name=name) if i18n.has(key) else ""


def _group(e: Edition, code: str) -> str:
    """The label of a group compared, by the first background of the plan that has it."""
    dims = (one.code for one in e.publication.plan.dimensions if code in one.labels)
    return e.label(next(dims, "any"), code)
