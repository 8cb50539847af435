"""A survey that already runs: its codes mapped to ours once, and then read as answers to our questions."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from evallib import cli
from evallib.codebook.lss_write import write_lss
from evallib.codebook.model import Questionnaire, Type
from evallib.codebook.their_codes import TheirCodes
from evallib.errors import DeclarationError, PrivacyError, UsageError
from evallib.steps.context import Context, open_context
from evallib.steps.map_survey import map_survey
from evallib.steps.new import new
from evallib.twin.export import responses_csv
from evallib.twin.fieldwork import Field, invented

KEPT = ("EVID", "T01", "T05", "T06", "T08", "T09", "T10")
INBOX = "surveys/inbox/2026/limesurvey/q1"


def renamed(ours: Questionnaire) -> Questionnaire:
    """The same questions as another project would have coded them."""
    items = []
    for n, item in enumerate((one for one in ours.items if one.code in KEPT), 1):
        subs = tuple(replace(sub, code=f"SQ{k:03d}") for k, sub in enumerate(item.subitems, 1))
        options = tuple(replace(one, code=f"A{k}") for k, one in enumerate(item.options, 1))
        items.append(replace(item, code=f"Q{n}", subitems=subs, options=options, asked_if=None))
    return replace(ours, items=tuple(items))


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """A new workspace in whose inbox lies a survey with codes of its own, 80 answers."""
    folder = new(tmp_path / "own")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("KEY", hashlib.sha256(b"a key for tests").hexdigest())
    declared = folder / "surveys/project.yaml"
    written = declared.read_text(encoding="utf-8")
    declared.write_text(written.replace("key: keyring", 'key: "env:KEY"'), encoding="utf-8")
    theirs = renamed(open_context(folder).wave("2026")["q1"])
    _, responses = invented(theirs, 80, "1", Field((date(2026, 1, 7), date(2026, 3, 1)), {}, {}))
    data = responses_csv(theirs, [replace(one, seed="1234567") for one in responses])
    (folder / INBOX).mkdir(parents=True)
    (folder / INBOX / "structure.lss").write_bytes(write_lss(theirs, 777777))
    (folder / INBOX / "responses.csv").write_bytes(data)
    return open_context(folder)


def suggested(question: object, choices: Sequence[str], suggestion: str) -> str:
    return suggestion


def asked_q1(question: object, choices: Sequence[str], suggestion: str) -> str:
    return "q1" if "q1" in choices else suggestion


def mapped(context: Context) -> TheirCodes:
    map_survey(context, Path(INBOX) / "structure.lss", None, asked_q1)
    return open_context(Path.cwd()).their_codes("2026")["q1"]


def received() -> list[dict[str, str]]:
    data = (Path(INBOX) / "responses.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(data, newline=""), delimiter=";"))


def test_questions_rows_and_answers_with_the_same_words_need_no_question(context: Context) -> None:
    asked: list[str] = []

    def ask(question: object, choices: Sequence[str], suggestion: str) -> str:
        asked.append(str(question))
        return asked_q1(question, choices, suggestion)

    made = map_survey(context, Path(INBOX) / "structure.lss", None, ask)
    assert asked == ["Which of our surveys is it?", "In which period was it asked?"]
    assert (made.file, made.mapped, made.aside) == ("surveys/mappings/surveys/q1-2026.yaml", 7, 0)
    assert "T02" in made.lacking
    codes = mapped(context)
    assert codes.questions["T05"] == "Q3"
    assert codes.rows["T06"]["inno"] == "SQ001"
    assert codes.options["T01"]["h1"] == "A1"


def reworded(context: Context) -> Path:
    """Their survey with other words everywhere, so that everything has to be asked."""
    theirs = renamed(open_context(Path.cwd()).wave("2026")["q1"])
    other = [
        replace(one, label={"fi": f"Aivan muuta {one.code}"}, options=tuple(
            replace(part, label={"fi": f"Vaihtoehto {part.code}"}) for part in one.options
        ))
        for one in theirs.items
    ]  # fmt: skip
    path = Path(INBOX) / "structure.lss"
    path.write_bytes(write_lss(replace(theirs, items=tuple(other)), 777777))
    return path


@pytest.mark.parametrize("broken", [KeyboardInterrupt(), UsageError("no more input")])
def test_a_mapping_broken_off_goes_on_where_it_stopped(broken: BaseException, context: Context) -> None:
    path, asked = reworded(context), []
    told: list[str] = []

    def ask(question: object, choices: Sequence[str], suggestion: str) -> str:
        if len(asked) == 6 and broken not in asked:
            asked.append(broken)
            raise broken
        asked.append(question)
        return "q1" if "q1" in choices else choices[-1]

    with pytest.raises(type(broken)):
        map_survey(context, path, None, ask)
    (kept,) = Path("surveys/mappings").glob("unfinished-*.json")
    assert "Aivan" not in kept.read_text(encoding="utf-8")
    again = open_context(Path.cwd(), tell=lambda one: told.append(str(one)))
    made = map_survey(again, path, None, ask)
    assert len({str(one) for one in asked}) == len(asked)  # nothing twice
    assert told == [f"6 answers of last time are kept; to be asked anew, remove surveys/mappings/{kept.name}"]
    assert made.mapped > 0
    assert list(Path("surveys/mappings").iterdir()) == [Path("surveys/mappings/surveys")]
    unbroken: list[object] = []
    Path(made.file).rename("first.yaml")

    def once(question: object, choices: Sequence[str], suggestion: str) -> str:
        unbroken.append(question)
        return "q1" if "q1" in choices else choices[-1]

    map_survey(open_context(Path.cwd()), path, None, once)
    assert Path(made.file).read_bytes() == Path("first.yaml").read_bytes()
    assert len(unbroken) == len(asked) - 1


def test_kept_answers_that_are_damaged_or_no_longer_offered_are_asked_anew(context: Context) -> None:
    path = reworded(context)
    name = f"unfinished-{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}.json"
    place = Path("surveys/mappings") / name
    place.parent.mkdir(exist_ok=True)
    asked: list[str] = []

    def ask(question: object, choices: Sequence[str], suggestion: str) -> str:
        asked.append(str(question))
        raise KeyboardInterrupt

    for damaged in (b"{", b"[1]", b'{"a": 1}', b"\xff"):
        place.write_bytes(damaged)
        with pytest.raises(KeyboardInterrupt):
            map_survey(open_context(Path.cwd()), path, None, ask)
    assert asked == ["Which of our surveys is it?"] * 4


def test_an_answer_with_our_code_and_other_words_is_asked_in_one_language(context: Context) -> None:
    """A text display holds no answer, and is not asked about."""
    ours = open_context(Path.cwd()).wave("2026")["q1"]
    (item,) = (one for one in ours.items if one.code == "T01")
    words = {"fi": "jotakin muuta", "sv": "något annat", "en": "something else"}
    options = tuple(replace(one, label=words) if one.code == "h1" else one for one in item.options)
    told = replace(item, code="intro", type=Type.DISPLAY, native="X", options=(), label=words)
    theirs = replace(ours, items=(told, replace(item, code="Q1", options=options)))
    (Path(INBOX) / "structure.lss").write_bytes(write_lss(theirs, 777777))
    asked: list[tuple[str, str]] = []

    def ask(question: object, choices: Sequence[str], suggestion: str) -> str:
        asked.append((str(question), suggestion))
        return asked_q1(question, choices, suggestion)

    made = map_survey(context, Path(INBOX) / "structure.lss", None, ask, "en")
    assert asked[2:] == [("Q1: which of theirs is h1 not at all?", "h1 something else")]
    assert (made.mapped, made.aside) == (1, 0)


def test_a_code_that_is_alike_and_said_to_be_another_is_never_counted_as_ours(context: Context) -> None:
    from evallib.sources.their_survey import read_theirs

    ours = open_context(Path.cwd()).wave("2026")["q1"]
    items = [one for one in ours.items if one.code == "T01"]
    theirs = replace(ours, items=tuple(items))
    shape = TheirCodes(
        schema_version=1,
        survey="q1",
        periods=("2026",),
        questions={"T01": "T01"},
        options={"T01": {"h1": "h2", "h3": "–", "h4": "h5", "h5": "h4"}},
    )
    _, responses = invented(theirs, 80, "1", Field((date(2026, 1, 7), date(2026, 3, 1)), {}, {}))
    before = Counter(one.answers["T01"] for one in responses)
    table = read_theirs(shape, theirs, shape.restricted(ours), responses_csv(theirs, responses), "r.csv")
    after = Counter(table.rows["T01"])
    assert (after["h1"], after["h2"], after["h3"]) == (before["h2"], 0, 0)
    assert (after["h4"], after["h5"]) == (before["h5"], before["h4"])
    (unknown,) = (one for one in table.remarks if one.code == "unknown_code")
    assert unknown.count == before["h1"] + before["h3"] > 0


def test_the_answers_are_read_under_our_codes_and_reconcile(
    context: Context, capsys: pytest.CaptureFixture[str]
) -> None:
    from evallib.steps.check import check

    codes = mapped(context)
    checked = check(open_context(Path.cwd()), context.period("2026"))
    table = next(one for one in checked.sources if one.kind == "responses.q1")
    there = received()
    back = codes.recoded("T01")
    expected = Counter(back.get(row["Q2"], row["Q2"]) for row in there)
    assert len(expected) > 3
    assert Counter(table.rows["T01"]) == expected
    assert list(table.rows["T06[inno]"]) == [row["Q4[SQ001]"] for row in there]
    assert "T02" not in table.rows
    assert {one.code for one in table.remarks} <= {"empty"}  # two wrote nothing at all
    counts = checked.frames.surveys["q1"].counts["T01"]
    assert counts.answered + counts.not_answered + counts.not_asked == counts.n >= 78


def test_a_question_that_nobody_declared_stops_the_reading(context: Context) -> None:
    from evallib.steps.check import check

    mapped(context)
    path = Path("surveys/mappings/surveys/q1-2026.yaml")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if '"T10"' not in line), encoding="utf-8")
    with pytest.raises(PrivacyError, match="Q7"):
        check(open_context(Path.cwd()), context.period("2026"))
    path.write_text(path.read_text(encoding="utf-8") + 'left_out:\n  "free text": ["Q7"]\n', encoding="utf-8")
    checked = check(open_context(Path.cwd()), context.period("2026"))
    table = next(one for one in checked.sources if one.kind == "responses.q1")
    assert ("not_read", "Q7") in [(one.code, one.detail) for one in table.remarks]


def test_a_code_that_the_mapping_does_not_name_is_counted_as_unknown(context: Context) -> None:
    from evallib.steps.check import check

    mapped(context)
    path = Path("surveys/mappings/surveys/q1-2026.yaml")
    path.write_text(path.read_text(encoding="utf-8").replace('"h5": "A5"', '"h5": "A9"'), encoding="utf-8")
    checked = check(open_context(Path.cwd()), context.period("2026"))
    table = next(one for one in checked.sources if one.kind == "responses.q1")
    unknown = sum(row["Q2"] == "A5" for row in received())
    assert ("unknown_code", unknown, "T01") in [(one.code, one.count, one.detail) for one in table.remarks]


def written(tmp_path: Path, **changed: object) -> Path:
    told = {"schema_version": 1, "survey": "q1", "periods": ["2026"], "questions": {"T01": "Q2"}, **changed}
    path = tmp_path / "m.yaml"
    path.write_text(json.dumps(told), encoding="utf-8")  # JSON is YAML
    return path


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"survey": "q8"}, "q8"),
        ({"questions": {"T99": "Q2"}}, "T99"),
        ({"questions": {"T01": "Q2", "T02": "Q2"}}, "stands twice"),
        ({"rows": {"T06": {"nix": "SQ001"}}}, "nix"),
        ({"options": {"T01": {"h9": "A1"}}}, "h9"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_mapping_that_names_what_we_do_not_have_is_refused(
    context: Context, tmp_path: Path, changed: dict[str, object], said: str
) -> None:
    with pytest.raises(DeclarationError) as fault:
        map_survey(context, Path(INBOX) / "structure.lss", written(tmp_path, **changed), suggested)
    assert said in f"{fault.value.problem} {fault.value.found}"
    assert not Path("surveys/mappings/surveys").exists()


@pytest.mark.parametrize("questions", [{"T01": "Q99"}, {"T01": "Q4"}, {"T01": "Q2"}])
def test_a_mapping_that_does_not_fit_the_structure_is_refused(
    context: Context, tmp_path: Path, questions: dict[str, str]
) -> None:
    """A question that is not there, one of another type, and one that leaves others unsaid."""
    with pytest.raises(UsageError):
        map_survey(context, Path(INBOX) / "structure.lss", written(tmp_path, questions=questions), suggested)
    assert not Path("surveys/mappings/surveys").exists()


def test_another_mapping_is_not_overwritten(context: Context) -> None:
    mapped(context)
    path = Path("surveys/mappings/surveys/q1-2026.yaml")
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(UsageError):
        map_survey(context, Path(INBOX) / "structure.lss", None, asked_q1)


def test_the_command_tells_a_structure_from_a_list(
    context: Context, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mapped(context)
    saved = Path("surveys/mappings/surveys/q1-2026.yaml")
    given = tmp_path / "saved.yaml"
    saved.rename(given)
    command = ["map", f"{INBOX}/structure.lss", "--mapping", str(given), "--language", "en"]
    assert cli.main(command) == 0
    shown = capsys.readouterr().out
    assert "Questions that are ours: 7; left aside: 0." in shown
    assert "Items of ours that it does not ask: T02" in shown


def test_a_rehearsal_of_a_mapped_survey_asks_all_our_questions(context: Context) -> None:
    mapped(context)
    assert cli.main(["survey", "twin", "../play", "--answers", "10"]) == 0
    header = (Path("../play") / INBOX / "responses.csv").read_text(encoding="utf-8-sig").split("\r\n")[0]
    assert '"T02"' in header
    assert not (Path("../play") / "surveys/mappings/surveys").exists()


def test_organisations_that_the_other_survey_does_not_name_are_not_asked_there(context: Context) -> None:
    roster = "organisation;name;sector;region;one_person\n"
    roster += "".join(f"o0{n};Talo {n};care;FI1D7;no\n" for n in (1, 2, 3))
    Path("surveys/rosters/2026.csv").write_text(roster, encoding="utf-8")
    folder = Path("surveys/mappings/surveys")
    folder.mkdir(parents=True)
    told = {"schema_version": 1, "survey": "q2", "periods": ["2026"], "questions": {"N05k": "Q1"}}
    rows = {"N05k": {"o01": "SQ001", "o03": "SQ002"}}
    (folder / "q2-2026.yaml").write_text(json.dumps({**told, "rows": rows}), encoding="utf-8")
    asked = open_context(Path.cwd()).wave("2026")["q2"]
    assert [column.name for column in asked.columns()] == ["N05k[o01]", "N05k[o03]"]


def test_the_terminal_takes_numbers_codes_and_words_and_keeps_them_when_the_input_ends(
    context: Context, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = reworded(context)
    monkeypatch.setattr("sys.stdin", io.StringIO("q1\n\n77\nEVID\n"))
    assert cli.main(["map", str(path), "--language", "en"]) == 2
    shown = capsys.readouterr().err
    assert "One of the numbers from 0 to " in shown
    assert shown.endswith(
        "What to do: What was answered is kept: go on by running it again, or give a --mapping\n"
    )
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert cli.main(["map", str(path), "--language", "en"]) == 2
    assert "3 answers of last time are kept" in capsys.readouterr().err
