"""Shared attendance as a weaker tie: organisations × events, counted by hand; nobody of one person in it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from small_frames import cells, small

from evallib.indicators.shared_events import shared_events
from evallib.measures.shared_events import together
from evallib.privacy.represented import represented
from evallib.records import SourceTable

ROSTER = [
    {"organisation": f"o{i}", "name": f"Talo {i} (keksitty)", "sector": "care", "one_person": "no"}
    for i in range(1, 10)
]
ALONE = {"organisation": "o99", "name": "Yksin", "sector": "tour", "one_person": "yes"}


def at(**events: str) -> list[dict[str, str]]:
    return [
        {"event_id": event, "organisation": one} for event, names in events.items() for one in names.split()
    ]


def says(organisation: str, *others: str) -> dict[str, str]:
    row = {"organisation": organisation, "person": f"p-{organisation}"}
    for other in others:
        row |= {f"N05k[{other}]": "Y", f"N05[{other}]": "k2"}
    return row


def pairs_of(rows: list[dict[str, str]], least: int = 2) -> set[tuple[str, str]]:
    table = pd.DataFrame(rows, columns=["event_id", "organisation"])
    names = tuple(row["organisation"] for row in ROSTER)
    first, second = together(table, names, least)
    return {(names[a], names[b]) for a, b in zip(first, second, strict=True)}


def test_two_organisations_are_tied_from_the_second_event_that_they_share() -> None:
    rows = at(e1="o1 o2 o3", e2="o1 o2", e3="o3 o9", e4="o3")
    assert pairs_of(rows) == {("o1", "o2")}
    assert pairs_of(rows, 1) == {("o1", "o2"), ("o1", "o3"), ("o2", "o3"), ("o3", "o9")}


def test_a_row_that_stands_twice_and_a_stranger_tie_nobody() -> None:
    assert pairs_of(at(e1="o1 o2 o1 o2 elsewhere", e2="o1 elsewhere")) == set()
    assert pairs_of([]) == set()


def test_the_projection_is_the_product_of_the_incidence_with_itself() -> None:
    there = np.random.default_rng(7).random((len(ROSTER), 12)) < 0.4
    rows = [
        {"event_id": f"e{j}", "organisation": f"o{i + 1}"} for i, j in zip(*np.nonzero(there), strict=True)
    ]
    shared = there.astype(int) @ there.T
    expected = {(f"o{i + 1}", f"o{j + 1}") for i, j in zip(*np.nonzero(np.triu(shared >= 2, 1)), strict=True)}
    assert pairs_of(rows) == expected and expected
    order = np.random.default_rng(1).permutation(len(rows))
    assert pairs_of([rows[i] for i in order]) == expected


def test_pairs_are_counted_by_how_they_are_tied() -> None:
    """Nine met twice: 36 pairs, of which o1 names eight; o1 does not name the one that came to nothing."""
    everybody = " ".join(one["organisation"] for one in ROSTER)
    roster = [*ROSTER, ALONE, *({**ROSTER[0], "organisation": f"x{i}", "name": f"x{i}"} for i in range(6))]
    named = says("o1", *everybody.split()[1:], *(f"x{i}" for i in range(6)), "o99")
    found = cells(
        shared_events, small(roster=roster, q2=[named], organisation_events=at(e1=everybody, e2=everybody))
    )
    told = {name: (cell.count, cell.people) for name, cell in found.items()}
    assert told == {
        "I01.shared[tie=both]": (8, 9),
        "I01.shared[tie=named]": (6, 7),  # o99 is one person and is left out
        "I01.shared[tie=attended]": (28, 8),
        "I01.attending": (9, None),
    }


@pytest.mark.parametrize("met", [2, 3])
def test_a_few_pairs_withhold_all_three_counts(met: int) -> None:
    """Three that met are three pairs: with the drawn ties each count would tell the others."""
    there = " ".join(one["organisation"] for one in ROSTER[:met])
    found = cells(
        shared_events,
        small(roster=ROSTER, q2=[says("o5", "o6")], organisation_events=at(e1=there, e2=there)),
    )
    shared = [cell for name, cell in found.items() if "shared" in name]
    assert [(cell.value, cell.count, cell.note) for cell in shared] == [(None, None, "few_pairs")] * 3


def test_nothing_declared_is_no_data_and_not_zero() -> None:
    found = cells(shared_events, small(roster=ROSTER, q2=[says("o1", "o2")]))
    assert {cell.note for cell in found.values()} == {"no_data"}


def declared(*rows: tuple[str, str, str]) -> list[dict[str, str]]:
    names = ("event_id", "organisation", "status")
    table = pd.DataFrame([dict(zip(names, row, strict=True)) for row in rows], columns=names).astype("str")
    roster = pd.DataFrame([*ROSTER, ALONE]).astype("str")
    found = list(
        represented(
            SourceTable("participations", table, {}, (), ()), [SourceTable("roster.2025", roster, {}, (), ())]
        )
    )
    return found[0].rows.to_dict("records") if found else []


def test_an_organisation_is_known_by_code_or_name_however_it_is_written() -> None:
    rows = declared(
        ("e1", "TALO  1", "attended"), ("e1", "o2", "attended"), ("e2", "Talo 3 (keksitty)", "attended")
    )
    assert rows == at(e1="o1 o2", e2="o3")


def test_one_person_strangers_and_those_who_did_not_come_are_not_kept() -> None:
    rows = declared(
        ("e1", "Yksin", "attended"), ("e1", "o99", "attended"), ("e1", "Muu Oy", "attended"),
        ("e1", "Talo 1", "no-show"), ("e1", "Talo 2", "short"), ("e1", "", "attended"),
    )  # fmt: skip
    assert rows == []


def test_a_name_of_two_organisations_is_nobodys() -> None:
    twice = pd.DataFrame([ROSTER[0], {**ROSTER[0], "organisation": "o2"}]).astype("str")
    table = pd.DataFrame([{"event_id": "e1", "organisation": "Talo 1", "status": "attended"}]).astype("str")
    (found,) = represented(
        SourceTable("participations", table, {}, (), ()), [SourceTable("roster.2025", twice, {}, (), ())]
    )
    assert len(found.rows) == 0


def test_several_people_of_one_organisation_are_one_row_without_persons() -> None:
    assert declared(("e1", "o1", "attended"), ("e1", "Talo 1", "attended")) == at(e1="o1")
