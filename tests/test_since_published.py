"""Table TD.2: what moved since the report of the same period was published."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import fake_release as fake
import pytest

from evallib.display import NothingToShow, TableData, tabulate
from evallib.results import Mask, Released, ReleasedCell, ResultId

PUBLICATION = fake.publication()
NOW = PUBLICATION.released
HEADLINE = next(
    f"{one.code}.{one.headline}"
    for one in PUBLICATION.plan.indicators
    if (cell := NOW.get(f"{one.code}.{one.headline}")) is not None and cell.shown and cell.kind == "count"
)
OTHER = next(
    str(one.id).partition("/")[2]
    for one in NOW.cells.values()
    if one.shown
    and one.kind == "count"
    and one.id.measure not in {i.headline for i in PUBLICATION.plan.indicators}
)


def with_cells(released: Released, **changes: Any) -> Released:
    cells = dict(released.cells)
    for name, change in changes.items():
        cell = released[name]
        cells[cell.id] = replace(cell, **change)
    return replace(released, cells=cells)


def table(
    then: Released | None, now: Released = NOW, changed: tuple[str, ...] = (), language: str = "en"
) -> TableData:
    facts = {**now.facts, "since_published": {"release": 1, "changed": list(changed)}}
    publication = replace(PUBLICATION, released=replace(now, facts=facts), replaced=then)
    return tabulate("TD.2", publication, language)


def rows(found: TableData) -> list[list[str]]:
    return [[cell.text for cell in row] for row in found.rows]


def value(released: Released, name: str) -> float:
    found = released[name].value
    assert found is not None
    return found


def test_a_first_report_says_that_nothing_was_published_before() -> None:
    with pytest.raises(NothingToShow, match="No report of this period was published before"):
        table(None)


def test_without_a_change_a_row_says_so() -> None:
    found = table(NOW)
    assert rows(found) == [["no colour and no headline number changed", "–", "–"]]
    assert "Other numbers that changed: 0." in found.note and "The data did not change" in found.note


def test_a_headline_stands_as_it_was_and_is_with_the_data_behind_it() -> None:
    n = value(NOW, HEADLINE)
    then = with_cells(
        NOW, **{HEADLINE: {"value": n + 7, "count": int(n) + 7}, OTHER: {"value": 99.0, "count": 99}}
    )
    found = table(then, changed=("events.csv", "responses.q2.csv", "declared/plan.yaml"))
    ((_, before, after),) = rows(found)
    assert (before, after) == (f"{n + 7:.0f}", f"{n:.0f}")
    assert found.rows[0][2].ids == (f"2025/{HEADLINE}",)
    assert "Other numbers that changed: 1." in found.note
    told = found.note.partition("Data that changed: ")[2].partition(".")[0].split(", ")
    assert len(told) == 3 and "evaluation plan" in told


def test_a_colour_that_changed_is_told_with_both_reasons() -> None:
    subject, assessed = next(iter(NOW.assessments.items()))
    other = "red" if assessed.colour != "red" else "green"
    then = replace(NOW, assessments={**NOW.assessments, subject: replace(assessed, colour=other)})
    first = rows(table(then))[0]
    assert first[1] != first[2] and first[0]


def test_a_number_that_is_hidden_now_is_not_printed_again() -> None:
    gone = {"value": None, "count": None, "base": None, "interval": None, "mask": Mask.SMALL}
    now = with_cells(NOW, **{HEADLINE: gone})
    ((_, before, after),) = rows(table(NOW, now))
    assert before == "–" and after == "hidden"


def test_what_waits_is_counted_and_its_old_value_is_not_told_as_changed() -> None:
    late = {"value": None, "count": None, "base": None, "interval": None, "mask": Mask.LATE}
    found = table(NOW, with_cells(NOW, **{HEADLINE: late}))
    assert rows(found)[0][0] == "no colour and no headline number changed"
    assert found.note.endswith("because data came late: 1.")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_language_has_the_words(language: str) -> None:
    cell: ReleasedCell = NOW[HEADLINE]
    then = with_cells(NOW, **{HEADLINE: {"value": (cell.value or 0) + 1}})
    assert "{" not in "".join([table(then, language=language).title, table(then, language=language).note])
    assert isinstance(cell.id, ResultId)
