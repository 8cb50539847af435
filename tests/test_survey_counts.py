"""``evallib survey counts`` gives what the server counts in its own database, column by column."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from evallib import cli
from evallib.codebook.model import Item, Option, SubItem, Type
from evallib.steps.counts import _values, counts
from evallib.tidy.typed import as_number

DATA = Path(__file__).parent / "data" / "limesurvey"
TRUTH = json.loads((DATA / "truth.json").read_text(encoding="utf-8"))["surveys"]


def asked(sid: str, capsys: pytest.CaptureFixture[str], *more: str, form: str = "csv") -> str:
    files = [f"limesurvey_survey_{sid}.lss", f"{sid}_fi_all_code_short.{form}"]
    structure, responses = (str(DATA / name) for name in files)
    given = ["survey", "counts", "--structure", structure, "--responses", responses, *more]
    assert cli.main(given) == 0
    return capsys.readouterr().out


def counted(counts: dict[str, int], numbers: bool) -> dict[Any, int]:
    """Counts without the zeros; of numbers by size, since the database writes 7.5 with ten decimals."""
    return {as_number(cell) if numbers else cell.replace("\r\n", "\n"): n for cell, n in counts.items() if n}


@pytest.mark.parametrize("rows", ["all", "complete"])
@pytest.mark.parametrize(("sid", "form"), [("111111", "csv"), ("111111", "json"), ("333333", "csv")])
def test_every_column_is_what_the_server_counted(
    sid: str, form: str, rows: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = json.loads(asked(sid, capsys, "--json", "--show-text", "--rows", rows, form=form))
    for name, server in TRUTH[sid]["columns"].items():
        truth = server[rows]
        if server["question_type"] is None and name not in shown:
            assert truth["filled"] == 0  # a column of the record that the export has not
            continue
        one = shown[name]
        assert (one["type"] or None) == server["question_type"], name
        assert one["n"] == truth["filled"], name
        assert one["missing"] == truth["null"] + truth["empty"], name
        if "counts" in truth and (one["type"] or name in ("lastpage", "startlanguage")):
            numbers = one["type"] in ("N", "K")
            assert counted(one["counts"], numbers) == counted(truth["counts"], numbers), name
        if "numeric" in truth and truth["numeric"]["n"]:
            assert one["mean"] == pytest.approx(truth["numeric"]["mean"], rel=1e-12), name
            assert one["median"] == pytest.approx(truth["numeric"]["median"], rel=1e-12), name
        elif one["type"] not in ("L", "!"):
            assert one["mean"] is None, name


def test_open_answers_and_tokens_are_numbers_only_unless_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    quiet = json.loads(asked("111111", capsys, "--json"))
    for name in ("short", "long", "unit[other]", "obst[timcomment]", "txts[own_plus]", "file", "started"):
        assert quiet[name]["n"] > 0 and quiet[name]["counts"] == {}, name
    loud = json.loads(asked("111111", capsys, "--json", "--show-text"))
    assert sum(loud["short"]["counts"].values()) == loud["short"]["n"]
    for name in ("token", "ipaddr", "refurl", "seed", "id"):
        assert loud[name]["counts"] == {}, name


def test_labels_come_in_the_language_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    shown = json.loads(asked("111111", capsys, "--json", "--language", "sv"))
    assert shown["remote"]["labels"] == {"Y": "Ja", "N": "Nej"}
    assert shown["dual[d1][2]"]["labels"]["1"] != shown["dual[d1][1]"]["labels"]["1"]
    assert (shown["dual[d1][1]"]["question"], shown["dual[d1][1]"]["subquestion"]) == ("dual", "d1 1")
    assert (shown["tools[other]"]["subquestion"], shown["overall"]["subquestion"]) == ("other", "")


def test_a_person_reads_counts_with_their_labels(capsys: pytest.CaptureFixture[str]) -> None:
    lines = asked("333333", capsys, "--language", "en").splitlines()
    assert lines[0] == "Survey 333333: 4 responses. Nothing is masked; not for publication."
    at = lines.index("only  L  Ainoa kysymys?")
    assert lines[at + 1 : at + 5] == [
        "  answered 3, not answered 1",
        "       2  A1  Kyllä",
        "       1  ZZ",
        "  1 of them are no option and no number",
    ]


def test_ticks_comments_and_others_say_what_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    shown = json.loads(asked("111111", capsys, "--json", "--language", "en"))
    assert shown["tools[py]"]["labels"] == shown["obst[tim]"]["labels"] == {"Y": "Yes"}
    assert list(shown["tools[py]"]["counts"]) == ["Y"]
    texts = ("tools[other]", "obst[timcomment]", "obst[othercomment]", "unit[other]", "file[filecount]")
    assert [shown[name]["text"].partition(" – ")[2] for name in texts] == [
        "Other, which?", "Time – Comment", "Other – Comment", "Other", "Files",
    ]  # fmt: skip


def test_invented_answers_are_never_counted_without_the_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    structure, answers = str(DATA / "limesurvey_survey_111111.lss"), str(tmp_path / "answers.csv")
    assert cli.main(["survey", "twin", answers, "--structure", structure, "--answers", "40"]) == 0
    capsys.readouterr()
    given = ["survey", "counts", "--structure", structure, "--responses", answers]
    assert cli.main([*given, "--language", "en"]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("SYNTHETIC: 40 of the answers")
    assert cli.main([*given, "--json"]) == 0
    assert all(one["synthetic"] for one in json.loads(capsys.readouterr().out).values())
    assert "synthetic" not in asked("111111", capsys, "--json")


def test_a_mean_of_a_scale_leaves_dont_know_out() -> None:
    options = (Option("1", {}, 1.0), Option("2", {}, 2.0), Option("ek", {}))
    item = Item("A", "A", Type.ARRAY, {}, options, (SubItem("x", {}),), native="F")
    (column,) = item.columns()
    assert sorted(_values(item, column, Counter({"1": 1, "2": 2, "ek": 5})) or ()) == [1.0, 2.0, 2.0]


def test_lists_rankings_and_words_have_no_mean(capsys: pytest.CaptureFixture[str]) -> None:
    shown = json.loads(asked("111111", capsys, "--json"))
    assert shown["likx[x1]"]["mean"] is None and shown["rank[1]"]["mean"] is None
    assert shown["role"]["mean"] is None


def test_a_missing_file_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    given = ["survey", "counts", "--structure", "nowhere.lss", "--responses", "nowhere.csv"]
    assert cli.main([*given, "--language", "en"]) != 0
    told = capsys.readouterr().err
    assert "nowhere.lss" in told and "Check its name and folder" in told


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for folder, file in (("a", "limesurvey_survey_111111.lss"), ("b", "111111_fi_all_code_short.csv")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "export").write_bytes((DATA / file).read_bytes())
    counted = counts(tmp_path / "a" / "export", tmp_path / "b" / "export", "fi")
    assert counted.responses == 307
