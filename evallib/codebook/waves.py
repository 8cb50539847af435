"""One wave's questions held against those of an earlier one: what may not change under an old code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evallib.codebook.finding import Finding, once
from evallib.codebook.model import Item, Label, Option, Questionnaire, SubItem, Type
from evallib.errors import text

_Parts = Sequence[Option] | Sequence[SubItem]


def compare_waves(earlier: Questionnaire, later: Questionnaire, *, declared: bool = True) -> list[Finding]:
    """Faults between two waves of one questionnaire, for instance one read from last year's server file.

    A question, row or option whose words changed needs a new code; a scale must keep its codes in their
    order, its number of steps and its values, where those are known, also under a new code of its series.
    declared: the later one says which options are steps of a scale; else those of arrays are.
    """
    findings: list[Finding] = []
    for item in later.items:
        place = f"{later.id}.{item.code}"
        before = earlier.item(item.code)
        if before is not None:
            findings += _changed(before, item, place)
        for same in [before] if before else earlier.in_series(item.series)[-1:]:
            steps = not declared and item.type is Type.ARRAY
            for old, new in _scales(same, item):
                findings += turned(old, new, place, steps=steps)
    return once(findings)


def _changed(before: Item, item: Item, place: str) -> Iterator[Finding]:
    """Words or a type that are others than before."""
    if changed := _languages(before.label, item.label):
        yield Finding(
            "reworded", place, text("The words changed in {languages} without a new code", languages=changed)
        )
    if before.type is not item.type and Type.OTHER not in (before.type, item.type):
        message = text("It is asked as {now}, and was as {before}", now=item.type, before=before.type)
        yield Finding("reworded", place, message)
    if not item.roster:
        yield from _other_words(before.subitems, item.subitems, place)
    for old, new in _scales(before, item):
        yield from _other_words(old, new, place)


def _scales(before: Item, item: Item) -> list[tuple[tuple[Option, ...], tuple[Option, ...]]]:
    """The options then and now: of the item, and of each scale of a dual one."""
    old, new = ({sub.scale: sub.options for sub in one.subitems if sub.options} for one in (before, item))
    return [(before.options, item.options), *((old[scale], new[scale]) for scale in new if scale in old)]


def _languages(before: Label, now: Label) -> str:
    """The languages in which the words are others."""
    return ", ".join(sorted(one for one in set(before) & set(now) if before[one] != now[one]))


def _other_words(earlier: _Parts, later: _Parts, place: str) -> Iterator[Finding]:
    """Rows or options that mean something else under the code of before."""
    before = {(one.code, getattr(one, "scale", "")): one.label for one in earlier}
    for one in later:
        if changed := _languages(before.get((one.code, getattr(one, "scale", "")), {}), one.label):
            message = text(
                "The words of {code} changed in {languages} without a new code",
                code=one.code,
                languages=changed,
            )
            yield Finding("reworded", place, message)


def turned(
    earlier: Sequence[Option], later: Sequence[Option], place: str, *, steps: bool = False
) -> Iterator[Finding]:
    """A scale whose common codes stand in another order, or mean another value or other words, or that has
    other steps than before.

    steps: options without values are steps too; else a list of names may grow.
    """
    before = {option.code: option for option in earlier}
    common = [option for option in later if option.code in before]
    order = [option.code for option in earlier if option.code in {one.code for one in common}]
    if [option.code for option in common] != order:
        yield Finding("scale_turned", place, text("The options stand in another order than before"))
    moved = [one.code for one in common if _other_place(one.value, before[one.code].value)]
    if moved:
        message = text("Codes with another value than before: {codes}", codes=", ".join(moved))
        yield Finding("scale_turned", place, message)
    had, has = _steps(earlier, bare=True), _steps(later, bare=steps)
    if has > 2 and earlier and has != had:
        message = text("The scale has {n} steps and had {before}", n=has, before=had)
        yield Finding("scale_turned", place, message)
    swapped = [one.code for one in common if _words_of_another(one, earlier)]
    if swapped:
        message = text("Codes with the words of another code before: {codes}", codes=", ".join(swapped))
        yield Finding("scale_turned", place, message)


def _steps(options: Sequence[Option], *, bare: bool) -> int:
    """How many options have a value; bare: where none has, all of them count."""
    told = [option for option in options if option.substantive]
    valued = [option for option in told if option.value is not None]
    return len(valued or (told if bare else ()))


def _other_place(now: float | None, before: float | None) -> bool:
    return now is not None and before is not None and now != before


def _words_of_another(option: Option, earlier: Sequence[Option]) -> bool:
    return any(
        words and words == other.label.get(language)
        for other in earlier
        if other.code != option.code
        for language, words in option.label.items()
    )
