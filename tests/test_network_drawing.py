"""What is drawn of the network: nobody who did not allow it, and the same ties as the matrix beside it."""

from __future__ import annotations

import pytest
from small_frames import small

from evallib.measures.network import network, ties_by_sector
from evallib.measures.network_drawing import drawable, drawings

ROSTER = [
    {"organisation": "o1", "name": "Farm", "sector": "care", "one_person": "no"},
    {"organisation": "o2", "name": "Inn", "sector": "tour", "one_person": "no"},
    {"organisation": "o3", "name": "Potter", "sector": "cult", "one_person": "yes"},
]


def drawing(frames):  # type: ignore[no-untyped-def]
    return drawings([frames])["waves"].get(frames.period.id, {"nodes": [], "edges": []})


def says(organisation: str, consent: str = "N", **levels: str) -> dict[str, str]:
    row = {"organisation": organisation, "person": f"p-{organisation}", "CNAME": consent}
    for other, level in levels.items():
        row |= {f"N05k[{other}]": "Y", f"N05[{other}]": level}
    return row


def test_a_name_stands_only_where_the_organisation_allowed_it() -> None:
    drawn = drawing(small(roster=ROSTER, q2=[says("o1", "Y", o2="k3"), says("o2", "N")]))
    assert {node["label"] for node in drawn["nodes"]} == {"Farm", ""}
    assert "Inn" not in str(drawn) and "o2" not in str(drawn)


def test_an_organisation_of_one_person_is_left_out_with_its_ties_unless_it_consented() -> None:
    rows = [says("o1", o2="k3", o3="k3")]
    drawn = drawing(small(roster=ROSTER, q2=rows))
    assert [node["sector"] for node in drawn["nodes"]] == ["care", "tour"]
    assert len(drawn["edges"]) == 1
    allowed = drawing(small(roster=ROSTER, q2=[*rows, says("o3", "Y")]))
    assert len(allowed["nodes"]) == 3 and len(allowed["edges"]) == 2


def test_the_matrix_of_drawn_organisations_counts_the_drawn_ties() -> None:
    frames = small(roster=ROSTER, q2=[says("o1", o2="k3", o3="k3")])
    one = network(frames)
    counted = ties_by_sector(one.only(drawable(frames, one)), ("care", "tour", "cult"))
    assert sum(counted.values()) == len(drawing(frames)["edges"]) == 1
    assert counted["care", "cult"] == 0


def test_nobody_answered_nothing_is_drawn() -> None:
    assert drawing(small(roster=ROSTER, q2=[])) == {"nodes": [], "edges": []}


@pytest.mark.parametrize(("then", "label"), [("Y", "Inn"), ("N", "")])
def test_an_organisation_keeps_its_id_over_the_waves_and_its_name_where_it_allowed_it_in_all(
    then: str, label: str
) -> None:
    before = small("2024", roster=ROSTER, q2=[says("o1", o2="k3"), says("o2", then)])
    now = small("2025", roster=ROSTER[1:], q2=[says("o2", "Y", o3="k3"), says("o3", "Y")])
    waves = drawings([before, now])["waves"]
    inn = {node["sector"]: node["id"] for node in waves["2024"]["nodes"]}["tour"]
    named = [{node["id"]: node["label"] for node in wave["nodes"]}[inn] for wave in waves.values()]
    assert named == [label, label]
