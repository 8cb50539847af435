"""limepy behind the adapter counts as the server does, or says in words that it does not."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import evallib
from evallib.codebook.lss_read import read_lss
from evallib.codebook.model import Item, Option, Questionnaire, SubItem, Type
from evallib.errors import ReconciliationError, UsageError
from evallib.records import SourceTable
from evallib.sources.limepy_adapter import LimepySurvey, limepy_survey
from evallib.sources.limesurvey import read_responses

DATA = Path(__file__).parent / "data" / "limesurvey"
LSS, CSV = DATA / "limesurvey_survey_111111.lss", DATA / "111111_fi_all_code_short.csv"
STRUCTURE = read_lss(LSS.read_bytes(), "structure.lss")
TRUTH = json.loads((DATA / "truth.json").read_text(encoding="utf-8"))["surveys"]["111111"]["columns"]


@pytest.fixture(scope="module")
def named() -> LimepySurvey:
    return limepy_survey(STRUCTURE, read_responses(STRUCTURE, CSV.read_bytes(), CSV.name), "fi")


def counts(summary: pd.DataFrame) -> list[int]:
    return summary["Count"].astype(int).tolist()


def truth(column: str, *codes: str) -> list[int]:
    return [TRUTH[column]["all"]["counts"].get(code, 0) for code in codes]


def test_the_servers_counts_come_out_of_limepy(named: LimepySurvey) -> None:
    assert counts(named.question("unit").summary) == truth("unit", "A1", "A2", "A3", "NA", "-oth-")
    assert counts(named.question("role").summary) == truth("role", "01", "02", "10")
    assert counts(named.question("remote").summary) == truth("remote", "Y", "N")
    assert counts(named.question("gender").summary) == truth("gender", "F", "M")
    assert counts(named.question("overall").summary) == truth("overall", "1", "2", "3", "4", "5")
    ticks = [truth(f"tools[{code}]", "Y")[0] for code in ("py", "r", "xls", "oth2")]
    assert counts(named.question("tools").summary)[:4] == ticks
    first = named.question("isd").summary.iloc[0].astype(int).tolist()
    item = STRUCTURE.item("isd")
    assert item and first == truth(f"isd[{item.subitems[0].code}]", "I", "S", "D")
    hours = named.question("hours").summary["mean"]
    assert hours.iloc[0] == pytest.approx(TRUTH["hours[teach]"]["all"]["numeric"]["mean"])
    boxes = STRUCTURE.item("chk")
    assert boxes and int(named.question("chk").summary.to_numpy().sum()) == sum(
        truth(sub.column("chk"), "1")[0] for sub in boxes.subitems
    )
    numbers = named.question("nums").summary
    assert numbers.loc["Kirjasto", "2025"] == pytest.approx(TRUTH["nums[lib_y1]"]["all"]["numeric"]["mean"])


SERVED = {"L", "!", "O", "5", "Y", "G", "I", "M", "P", "F", "H", "A", "B", "C", "E", "N", "K", ":", "R"}


def test_every_question_is_counted_rightly_or_refused_in_words(named: LimepySurvey) -> None:
    done = set()
    for item in STRUCTURE.items:
        if item.native in SERVED:
            for method in ("mean", "median"):
                assert len(named.question(item.code, method).summary)
            done.add(item.native)
        else:
            with pytest.raises(UsageError, match="can't summarise") as caught:
                named.question(item.code)
            assert "limepy" in str(caught.value.found)
    assert done == SERVED


def test_a_subset_is_counted_as_ours(named: LimepySurvey) -> None:
    mask = named.table.rows["submitdate"] != ""
    asked = named.question("role", mask=mask)
    assert counts(asked.summary) == [
        TRUTH["role"]["complete"]["counts"].get(code, 0) for code in ("01", "02", "10")
    ]
    nobody = pd.Series(False, index=mask.index)
    assert counts(named.question("tools", mask=nobody).summary) == [0] * 5
    assert named.question("hours", mask=nobody).summary.isna().all().all()
    with pytest.raises(UsageError, match="can't summarise the question rank"):
        named.question("rank", mask=nobody)


def test_limepys_own_survey_is_at_hand_without_anything_of_the_record(named: LimepySurvey) -> None:
    survey = named.survey
    assert not {"token", "ipaddr", "refurl", "id", "seed", "submitdate"} & set(survey.dataframe)
    titles = survey.question_list["title"].tolist()
    assert sorted(titles) == sorted(item.code for item in STRUCTURE.items)
    assert "<" not in "".join(survey.question_list["question"])
    said = survey.respondent(0)
    assert "Mihin yksikköön kuulut?" in said and "None" in said


def test_limepy_fed_with_a_plain_frame_counts_nobody() -> None:
    from limepy.wrangle import Question, Survey

    plain = Survey(
        pd.read_csv(io.StringIO(CSV.read_text(encoding="utf-8-sig")), sep=";"),
        LSS.read_text(encoding="utf-8"),
        language="fi",
    )
    role = next(qid for qid, one in plain.questions.items() if one["title"] == "role")
    assert Question(plain, role).summary["Count"].sum() == 0  # 281 people answered


def test_a_number_of_limepy_that_differs_stops(named: LimepySurvey) -> None:
    rows = named.table.rows.copy()
    rows.loc[0, "tools[py]"] = "N"  # limepy counts whatever stands there as a tick
    changed = limepy_survey(STRUCTURE, replace(named.table, rows=rows), "fi")
    with pytest.raises(ReconciliationError, match="limepy's number for tools"):
        changed.question("tools")


def one_item(item: Item, **cells: list[str]) -> LimepySurvey:
    asked = Questionnaire("1", {}, ("fi",), "fi", (item,), groups={"g1": {"fi": "Ryhmä"}})
    rows = pd.DataFrame({name.replace("__", "[") + "]" * ("__" in name): one for name, one in cells.items()})
    return limepy_survey(asked, SourceTable("responses.1", rows.astype("str"), {}), "fi")


def test_labels_that_are_alike_stay_apart() -> None:
    options = tuple(
        Option(code, {"fi": words}) for code, words in (("a", "Muu"), ("b", "Muu"), ("c", "Other"))
    )
    survey = one_item(
        Item("Q", "Q", Type.SINGLE, {}, options, other=True, native="L", group="g1"),
        Q=["a", "b", "b", "-oth-", ""],
        Q__other=["", "", "", "x", ""],
    )
    summary = survey.question("Q").summary
    assert summary["Count"].to_dict() == {"Muu (a)": 1, "Muu (b)": 2, "Other (c)": 0, "Other": 1}
    assert summary["Valid Percent"].tolist() == [25, 50, 0, 25]


def test_a_ranking_of_fewer_places_than_options_is_scored() -> None:
    options = tuple(Option(code, {"fi": code}) for code in "abc")
    places = tuple(SubItem(str(n), {}) for n in (1, 2))
    item = Item("R", "R", Type.RANKING, {}, options, places, native="R", group="g1")
    survey = one_item(item, R__1=["a", "b", ""], R__2=["b", "", ""])
    points: dict[str, Any] = survey.question("R").summary["Points"].to_dict()
    assert points == {"a": 3 / 2, "b": (3 + 2) / 2, "c": 0}


@pytest.mark.parametrize("language", ["de", ""])
def test_a_language_that_the_survey_lacks_is_refused(language: str, named: LimepySurvey) -> None:
    with pytest.raises(UsageError, match="has no language"):
        limepy_survey(STRUCTURE, named.table, language)


def test_an_unknown_question_names_the_nearest(named: LimepySurvey) -> None:
    with pytest.raises(UsageError) as caught:
        named.question("rol")
    assert "role" in str(caught.value.repair)


def test_notebooks_open_it_from_two_files() -> None:
    assert counts(evallib.limepy_survey(LSS, CSV, "sv").question("role").summary) == truth(
        "role", "01", "02", "10"
    )
