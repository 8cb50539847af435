"""The codebook read over the remote control is that of the structure file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from limesurvey_double import DATA, PASSWORD, RECORDED, USER, Double, question_properties, serving, stored
from test_pull_server import QUICK, declare, inbox, pulled

from evallib.codebook.lss_read import read_lss
from evallib.codebook.lss_write import write_lss
from evallib.codebook.model import Item, Option, Questionnaire, Type
from evallib.errors import InputError, ServerError
from evallib.sources.limesurvey_rpc import Refused, Remote, connected
from evallib.sources.limesurvey_structure import read_structure
from evallib.steps.new import new

LSS = {number: (DATA / f"limesurvey_survey_{number}.lss").read_bytes() for number in (111111, 333333)}


@pytest.fixture
def double() -> Iterator[Double]:
    with serving(Double({number: stored(number) for number in LSS})) as one:
        yield one


def told(double: Double, number: int) -> Questionnaire:
    with connected(double.url, USER, PASSWORD, QUICK) as remote:
        return read_lss(read_structure(remote, number), "server")


@pytest.mark.parametrize("number", LSS)
def test_the_codebook_is_that_of_the_structure_file(double: Double, number: int) -> None:
    assert told(double, number) == read_lss(LSS[number], "structure.lss")


WHOLE = [
    one
    for one in RECORDED
    if one.startswith("get_question_properties_") and not one.endswith(("badlang", "missing", "sel"))
]


@pytest.mark.parametrize("label", WHOLE)
def test_the_double_tells_of_a_question_what_the_recorded_server_did(label: str) -> None:
    said = json.loads(RECORDED[label]["response_text"])["result"]
    survey = stored()
    row = next(one for one in survey.questions if one["title"] == said["title"])
    ours = question_properties(survey, row, "fi")
    assert ours["answeroptions"] == said["answeroptions"]
    for part in ("attributes", "attributes_lang"):
        theirs = said[part] if isinstance(said[part], dict) else {}
        mine = ours[part] if isinstance(ours[part], dict) else {}
        shared = {name: value or "" for name, value in theirs.items() if name in mine}
        assert {name: mine[name] for name in shared} == shared


def test_the_double_lists_groups_as_the_recorded_server_did(double: Double) -> None:
    recorded = json.loads(RECORDED["list_groups"]["response_text"])["result"]
    with connected(double.url, USER, PASSWORD, QUICK) as remote:
        assert remote.call("list_groups", 111111, "sv") == recorded


def test_an_account_without_settings_gets_the_languages_of_the_project(double: Double) -> None:
    double.surveys[111111].settings["may_not_know"] = "yes"
    whole, read = read_lss(LSS[111111], "structure.lss"), told(double, 111111)
    assert read == replace(whole, title={"fi": whole.title["fi"]})
    double.surveys[333333].settings["may_not_know"] = "yes"
    assert told(double, 333333).languages == ("fi",)


def test_every_call_asks_for_structure_and_nothing_of_persons(double: Double) -> None:
    told(double, 111111)
    asked = {method for method, _ in double.calls}
    assert asked == {"get_session_key", "list_questions", "list_groups", "get_survey_properties",
                     "get_language_properties", "get_question_properties", "release_session_key"}  # fmt: skip
    with connected(double.url, USER, PASSWORD, QUICK) as remote:
        written = read_structure(remote, 111111)
    assert b"admin" not in written and b"@" not in written
    assert (
        double.count("get_question_properties") < 2 * 3 * 31
    )  # texts and numbers once, not in each language


def test_options_whose_codes_php_takes_for_places_of_a_list_keep_their_codes(
    double: Double, tmp_path: Path
) -> None:
    options = tuple(Option(code, {"fi": f"vaihtoehto {code}"}, float(code)) for code in ("0", "1", "2"))
    one = Item("A", "A", Type.SINGLE, {"fi": "Kysymys"}, options, native="L", group="g1")
    asked = Questionnaire("77", {"fi": "K"}, ("fi",), "fi", (one,), groups={"g1": {"fi": "Ryhmä"}})
    (tmp_path / "a.lss").write_bytes(write_lss(asked, 77))
    double.surveys[77] = replace(stored(333333), number=77, lss=tmp_path / "a.lss")
    (item,) = told(double, 77).items
    assert [(option.code, option.label["fi"]) for option in item.options] == [
        (code, f"vaihtoehto {code}") for code in ("0", "1", "2")
    ]


STRANGE: dict[str, tuple[str, Any]] = {
    "no list": ("list_questions", {"a": 1}),
    "no question": ("list_questions", [{"qid": "1 or 1=1", "parent_qid": 0, "language": "fi", "title": "A"}]),
    "no language": ("list_questions", [{"qid": 1, "parent_qid": 0, "language": "<x>", "title": "A"}]),
    "no groups": ("list_groups", "none"),
    "no object": ("get_question_properties", [1]),
    "no options": ("get_question_properties", {"answeroptions": {"A1": 5}}),
    "options in a list of lists": ("get_question_properties", {"answeroptions": {"A1": [1]}}),
    "an older server's dual scale": (
        "get_question_properties",
        {"answeroptions": {"1": {"answer": "Heikko", "scale_id": 1}}},
    ),
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_reply_of_another_form_is_a_named_fault(double: Double, name: str) -> None:
    method, result = STRANGE[name]

    def fault(asked: str, _: list[Any], server: Double) -> bytes | None:
        reply = {"id": server.asked, "result": result, "error": None}
        return json.dumps(reply).encode() if asked == method else None

    double.fault = fault
    with pytest.raises(ServerError, match="does not answer as LimeSurvey"):
        told(double, 111111)


def test_an_unknown_survey_is_refused_by_name(double: Double) -> None:
    with pytest.raises(Refused, match="There is no such survey"):
        told(double, 999999)


REPLIES = {
    "list_questions": json.dumps([
        {"qid": 1, "parent_qid": 0, "gid": 7, "type": "L", "title": "A", "question": "A?", "language": "fi"},
        {"qid": 2, "parent_qid": 1, "gid": 7, "type": "T", "title": "s", "question": "s?", "language": "fi"},
    ]),
    "list_groups": json.dumps([{"gid": 7, "group_order": 0, "group_name": "Ryhmä"}]),
    "get_survey_properties": json.dumps({"language": "fi", "additional_languages": "sv"}),
    "get_language_properties": json.dumps({"surveyls_title": "Kysely"}),
    "get_question_properties": json.dumps({
        "attributes": {"hidden": "0"}, "attributes_lang": {"other_replace_text": "Muu"},
        "answeroptions": {"A1": {"answer": "Yksi", "order": 0}},
    }),
}  # fmt: skip
KEYS = st.sampled_from(
    ["qid", "parent_qid", "gid", "type", "title", "language", "question", "answeroptions", "attributes",
     "order", "additional_languages", "group_order", "answer", "0", "1", "code"]
)  # fmt: skip
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 300)
    | st.text(max_size=6)
    | st.sampled_from(["fi", "0", "1", "L"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=12,
)


class Changed(Remote):
    """A server whose replies are those of a real one, with other things put in."""

    def __init__(self, changes: dict[tuple[str, str], Any], whole: dict[str, Any]) -> None:
        self.server, self.changes, self.whole = "server", changes, whole

    def call(self, method: str, *_: Any) -> Any:
        if method in self.whole:
            return self.whole[method]
        reply = json.loads(REPLIES[method])
        for one in reply if isinstance(reply, list) else [reply]:
            one |= {name: value for (asked, name), value in self.changes.items() if asked == method}
        return reply


@settings(max_examples=examples(200))
@given(
    st.dictionaries(st.tuples(st.sampled_from([*REPLIES]), KEYS), VALUES, max_size=4),
    st.dictionaries(st.sampled_from([*REPLIES]), VALUES, max_size=1),
)
def test_any_reply_is_a_codebook_or_a_named_fault(changes: Any, whole: Any) -> None:
    try:
        read = read_lss(read_structure(Changed(changes, whole), 42), "server")
    except (ServerError, InputError):
        return
    assert read.base_language


# ---- in a pull


@pytest.fixture
def root(double: Double, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = new(tmp_path / "hanke")
    monkeypatch.setenv("LIME", PASSWORD)
    declare(made, double)
    return made


def test_a_pull_without_a_structure_file_asks_the_server_for_it(double: Double, root: Path) -> None:
    pulled(root)
    landed = inbox(root) / "structure.lss"
    assert read_lss(landed.read_bytes(), "x") == read_lss(LSS[111111], "x")
    before = landed.read_bytes()
    double.surveys[111111].texts[double.surveys[111111].questions[0]["qid"], "fi"]["question"] = (
        "Uusi sanamuoto"
    )
    pulled(root)
    assert landed.read_bytes() != before and b"Uusi sanamuoto" in landed.read_bytes()


def test_a_structure_that_somebody_put_there_is_used_and_kept(double: Double, root: Path) -> None:
    pulled(root)
    (inbox(root) / "structure.lss").write_bytes(LSS[111111])
    asked = double.count("get_question_properties")
    pulled(root)
    assert (inbox(root) / "structure.lss").read_bytes() == LSS[111111]
    assert double.count("get_question_properties") == asked
