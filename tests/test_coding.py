"""Open answers to two coders and back: the frame, the suggestions, the workbooks, and what is refused."""

from __future__ import annotations

import csv
import io
import re
import shutil
import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from conftest import CLOCK, ROOT, copy_workspace

from evallib.cli import main
from evallib.codebook.code_frame import CodeFrame, load_code_frame, refuse_deleted
from evallib.codebook.lemmas import suggestions
from evallib.codebook.load import load_questionnaires
from evallib.errors import DeclarationError, EvallibError, InputError, MissingStepError, UsageError
from evallib.privacy.coding_back import Reader
from evallib.privacy.coding_sheet import Row, State, coding_sheet
from evallib.sources.coding import coding_bytes, read_coding
from evallib.sources.decode import read_sheet
from evallib.steps import coding
from evallib.steps.check import check
from evallib.steps.context import Context
from evallib.steps.freeze import freeze
from evallib.steps.frozen import frozen_frames
from evallib.steps.purge_person import purge_person
from evallib.workspace import find_workspace

SURVEYS = ROOT / "surveys"
Cells = list[list[str]]


def frame() -> CodeFrame:
    found = load_code_frame(SURVEYS, load_questionnaires(SURVEYS))
    assert found is not None
    return found


def declared(tmp_path: Path, *changes: tuple[str, str]) -> CodeFrame | None:
    written = (SURVEYS / "code_frame.yaml").read_text(encoding="utf-8")
    for pattern, after in changes:
        written, n = re.subn(pattern, after, written, count=1, flags=re.MULTILINE | re.DOTALL)
        assert n, pattern
    (tmp_path / "code_frame.yaml").write_text(written, encoding="utf-8")
    return load_code_frame(tmp_path, load_questionnaires(SURVEYS))


# The frame --------------------------------------------------------------------------------------


def test_the_shipped_frame_has_the_themes_and_none_and_knows_labels_in_every_language() -> None:
    one = frame()
    assert one.offered[:3] == ("innovation", "climate", "environment") and one.offered[-1] == "none"
    assert {one.named(word) for word in ("ILMASTO", " Klimat ", "climate")} == {"climate"}
    assert one.named("sää") == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("code: climate", "code: weather"), "lacks the theme climate"),
        (("(code: climate\n)", r"\1    retired: 2026-01-31\n"), "lacks the theme climate"),
        (("code: market", "code: support"), "support twice"),
        (("code: market", "code: none"), "none twice"),
        (("sv: Klimat,", "sv: Rådgivning och hjälp,"), "Rådgivning och hjälp twice"),
        (("      fi: ..innovaatio", '      da: ["innovaatio'), "da is not a known key"),
        ((r"q1\.T10", "q1.T01"), "q1.T01 is no open question"),
        ((r"q1\.T10", "q1.T11b"), "q1.T11b is no open question"),
        (("version: 1\nquestions", "version: 0\nquestions"), "version has a value"),
    ],
)
def test_a_frame_that_would_lose_or_mix_answers_is_refused_with_its_line(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    with pytest.raises(DeclarationError, match=re.escape(said)) as stopped:
        declared(tmp_path, change)
    assert re.fullmatch(r"surveys/code_frame\.yaml:\d+", str(stopped.value.where))


def test_a_retired_code_keeps_its_name_and_is_not_offered(tmp_path: Path) -> None:
    one = declared(tmp_path, ("(code: market\n)", r"\1    retired: 2026-01-31\n"))
    assert one is not None and "market" not in one.offered and one.labels["market"]["en"].startswith("Cust")
    refuse_deleted(one, [("market", "coding/a.csv")])
    assert one.codes[4].retired == date(2026, 1, 31)


def test_a_deleted_code_that_was_used_is_named_with_its_place() -> None:
    with pytest.raises(DeclarationError, match="coded with 'markets'") as stopped:
        refuse_deleted(frame(), [("market", "coding/a.csv"), ("markets", "coding/b.csv")])
    assert stopped.value.where == "coding/b.csv" and "nearest is market" in str(stopped.value.found)
    with pytest.raises(DeclarationError, match="does not have"):
        refuse_deleted(None, [("market", "coding/a.csv")])


@pytest.mark.parametrize(
    ("answer", "codes"),
    [
        ("Ilmastonmuutoksesta puhuttiin.", {"climate"}),
        ("Luonnossa liikkuminen, METSISSÄ ja järvillä", {"environment"}),
        ("Vi prövade något i skogarna", {"innovation", "environment"}),
        ("Utsläppen minskade", {"climate"}),
        ("Buyers paid better prices", {"market"}),
        ("Emissions from travelling", {"climate"}),
        ("Ei mitään lisättävää", set()),
        ("", set()),
        ("=HYPERLINK(1) <b>ilmasto</b> 🌲", {"climate"}),
    ],
)
def test_words_in_any_form_suggest_a_code_in_three_languages(answer: str, codes: set[str]) -> None:
    assert codes <= set(suggestions(frame(), {"t": answer})["t"])
    assert codes or not suggestions(frame(), {"t": answer})["t"]


def test_a_retired_code_is_not_suggested(tmp_path: Path) -> None:
    one = declared(tmp_path, ("(code: market\n)", r"\1    retired: 2026-01-31\n"))
    assert one is not None and suggestions(one, {"t": "ostajat"}) == {"t": ()}


# The workbook -----------------------------------------------------------------------------------

ANSWERS = {"t_1": "Ostajia puuttuu.", "t_2": "=SUMMA(1)\tja\nrivi", "t_3": "Metsä"}
STATE = State("2025", "a", 1, 3)


def sheet(state: State = STATE) -> Cells:
    """The cells of a workbook as it goes out, in English."""
    rows = [Row(one, "What?", words, ("Customers and profitability", "")) for one, words in ANSWERS.items()]
    data = coding_sheet(rows, state, frame(), "en", str)
    return read_sheet(data, "a.xlsx", by_hand=True, sheets=("answers",)).rows


def read(cells: Cells) -> dict[str, tuple[str, ...]]:
    return {one: found.codes for one, found in Reader("a.xlsx", cells, frame()).read(ANSWERS).items()}


def test_a_workbook_has_a_list_of_codes_no_formula_and_no_background() -> None:
    rows = [Row("t_1", "What?", "=1+1")]
    data = coding_sheet(rows, STATE, frame(), "fi", str)
    assert data == coding_sheet(rows, STATE, frame(), "fi", str)
    book = openpyxl.load_workbook(io.BytesIO(data))
    answers = book["answers"]
    assert [cell.value for cell in answers[1]] == [
        "id", "question", "answer", "suggested", "accept?", "code 1", "code 2", "code 3", "state",
    ]  # fmt: skip
    assert answers["C2"].value == "=1+1" and answers["C2"].data_type == "s"
    lists = {str(one.sqref): one.formula1 for one in answers.data_validations.dataValidation}
    assert lists == {"F2:H2": "codes!$A$1:$A$8", "E2": '"kyllä,ei"'}
    assert [cell.value for cell in book["codes"]["A"]][-1] == "Ei mikään näistä"


def test_suggestions_count_only_where_they_were_accepted() -> None:
    cells = sheet()
    cells[1][4], cells[2][4], cells[3][5] = "yes", "no", "environment"
    assert read(cells) == {"t_1": ("market",), "t_2": (), "t_3": ("environment",)}
    cells[1][5], cells[3][4] = "Klimat", "KYLLÄ"
    assert read(cells) == {"t_1": ("climate", "market"), "t_2": (), "t_3": ("environment", "market")}


def spoilt(change: Callable[[Cells], object]) -> InputError:
    cells = sheet()
    change(cells)
    with pytest.raises(InputError) as stopped:
        read(cells)
    return stopped.value


def cell(row: int, column: int, words: str) -> Callable[[Cells], object]:
    return lambda cells: cells[row].__setitem__(column, words)


@pytest.mark.parametrize(
    ("change", "said", "where"),
    [
        (cell(1, 5, "Climat"), "has no code 'Climat'", "row 2, column F"),
        (cell(2, 7, "x"), "has no code", "row 3, column H"),
        (cell(1, 2, "Ostajia puuttuu!"), "words of an answer were changed", "row 2, column C"),
        (cell(3, 0, "t_9"), "not one of the period", "row 4, column A"),
        (cell(3, 0, "t_1"), "stands twice", "row 4, column A"),
        (cell(1, 4, "perhaps"), "accepted with yes", "row 2, column E"),
        (cell(3, 8, "2025 b 1 3"), "several workbooks", "row 4, column I"),
        (cell(3, 8, ""), "several workbooks", "row 4, column I"),
        (lambda cells: cells.pop(2), "Rows are missing", "a.xlsx"),
        (lambda cells: cells.clear(), "no workbook of a coder", "row 1"),
        (lambda cells: cells[0].__setitem__(8, "?"), "no workbook of a coder", "row 1"),
    ],
)
def test_a_row_that_is_not_as_it_went_out_is_refused_with_row_and_column(
    change: Callable[[Cells], object], said: str, where: str
) -> None:
    fault = spoilt(change)
    assert said in str(fault.problem) and where in str(fault.where)


def test_none_beside_a_code_and_an_accepted_nothing_are_refused() -> None:
    def both(cells: Cells) -> None:
        cells[1][5], cells[1][6] = "none", "Climate"

    assert "at once" in str(spoilt(both).problem)
    assert "accepted with yes" in str(
        spoilt(lambda cells: cells[1].__setitem__(slice(3, 5), ["", "yes"])).problem
    )


def test_no_answers_words_stand_in_an_error() -> None:
    for change in (cell(1, 2, "Muuta"), cell(1, 5, "Climat")):
        told = " ".join(map(str, spoilt(change).parts().values()))
        assert "Ostajia" not in told and "Muuta" not in told


def test_spaces_and_line_breaks_that_a_spreadsheet_moves_are_no_change() -> None:
    cells = sheet()
    cells[2][2] = "=SUMMA(1) ja  rivi "
    assert set(read(cells)) == set(ANSWERS)


@pytest.mark.parametrize(
    "words",
    ["=1+1", "+358", "@x", "'=x", "007", "1e5", "31.1.2026", "TRUE", "_x0041_", "a\x0bb\x1b[31m", "a\r\nb",
     "<b>&amp;</b>", "\N{EVERGREEN TREE}", "é decomposed", "x" * 40_000, "http://example.org", " väli "],
)  # fmt: skip
def test_any_answer_goes_out_and_comes_back_as_the_same(words: str) -> None:
    rows = [Row("t_1", "What?", words, ("", ""), ("Climate",))]
    data = coding_sheet(rows, State("2025", "a", 1, 1), frame(), "en", str)
    cells = read_sheet(data, "a.xlsx", by_hand=True, sheets=("answers",)).rows
    assert Reader("a.xlsx", cells, frame()).read({"t_1": words})["t_1"].codes == ("climate",)


def test_notes_beside_the_columns_are_left_alone_and_a_column_in_between_is_refused() -> None:
    cells = sheet()
    cells[1].append("kysy tästä")
    cells[2] += ["", "?"]
    assert set(read(cells)) == set(ANSWERS)
    moved = [[*row[:3], "x", *row[3:]] for row in sheet()]
    with pytest.raises(InputError, match="no workbook of a coder"):
        read(moved)


def test_a_settlement_needs_codes_role_and_date() -> None:
    state = State("2025", "settled", 1, 3)
    cells = sheet(state)
    assert read(cells) == {"t_1": (), "t_2": (), "t_3": ()}
    cells[1][5:10] = ["market", "", "", "arvioija", "31.1.2026"]
    found = Reader("a.xlsx", cells, frame()).read(ANSWERS)["t_1"]
    assert (found.codes, found.role, found.date) == (("market",), "arvioija", "2026-01-31")
    for place, words in ((5, ""), (8, ""), (9, "soon")):
        broken = [list(row) for row in cells]
        broken[1][place] = words
        with pytest.raises(InputError, match="not whole"):
            read(broken)


# In a workspace ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one survey of one period, frozen, its answers not coded; only to be copied."""
    root = copy_workspace(tmp_path_factory.mktemp("coding") / "work")
    inbox = root / "surveys/demo"
    gone = [
        "2023",
        "2024",
        "2025/coding",
        "2025/events",
        *(f"2025/limesurvey/{q}" for q in ("q1", "q3", "q4", "f1")),
    ]
    for folder in gone:
        shutil.rmtree(inbox / folder)
    log = root / "surveys/logs/events.csv"
    log.write_bytes(log.read_bytes().replace(b";yes\n", b";no\n").replace(b";yes\r\n", b";no\r\n"))
    freeze(context(root), context(root).period("2025"))
    return root


@pytest.fixture
def work(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "work")
    return tmp_path / "work"


def context(root: Path) -> Context:
    return Context(find_workspace(root), now=lambda: CLOCK)


def fill(path: Path, given: Callable[[int, str], list[str]], signed: tuple[str, ...] = ()) -> Path:
    """A workbook as somebody fills it in and saves it. given: by row and answer the codes."""
    book = openpyxl.load_workbook(path)
    for number, row in enumerate(book["answers"].iter_rows(min_row=2)):
        for place, words in enumerate([*given(number, str(row[2].value)), *signed]):
            row[5 + place].value = words
    book.save(path)
    return path


def coded_by(root: Path, coder: str, given: Callable[[int, str], list[str]]) -> coding.TakenBack:
    one = context(root)
    path = root / f"surveys/coding/2025-{coder}.xlsx"
    if not path.is_file():
        coding.start(one, one.period("2025"), "fi")
    return coding.take(context(root), fill(path, given), one.period("2025"))


def test_two_coders_from_the_first_workbook_to_the_results(work: Path) -> None:
    one, period = context(work), context(work).period("2025")
    out = coding.start(one, period, "fi")
    assert out.files == ("surveys/coding/2025-a.xlsx", "surveys/coding/2025-b.xlsx")
    for name in out.files:
        assert stat.S_IMODE((work / name).stat().st_mode) == 0o600
    first = coded_by(work, "a", lambda n, words: ["market"] if "myydä" in words else ["cooperation"])
    assert (first.coder, first.coded, first.waiting) == ("a", out.answers, 0)
    alone = coding.status(context(work), period)
    assert alone.coded == {"a": out.answers, "b": 0} and alone.agreement == {}
    coded_by(
        work,
        "b",
        lambda n, words: (
            []
            if n < 2
            else ["environment"]
            if n == 5
            else ["market"]
            if "myydä" in words
            else ["Yhteistyö ja työnjako"]
        ),
    )  # noqa: E501
    now = coding.status(context(work), period)
    assert (now.twice, now.disagree, now.settled) == (out.answers - 2, 1, 0)
    assert now.agreement[""].same == now.agreement[""].decisions - 2
    listed = coding.settle(context(work), period, "fi")
    assert listed.answers == 1
    signed = fill(work / listed.files[0], lambda n, words: ["market", "", ""], ("arvioija", "2026-01-20"))
    assert coding.take(context(work), signed, period).coder == "settled"
    assert coding.status(context(work), period).settled == 1
    freeze(context(work), period)
    rows = frozen_frames(context(work), period).coding
    done = rows[rows["settled"] != ""]
    assert done[["settled", "role", "date", "frame"]].values.tolist() == [
        ["market", "arvioija", "2026-01-20", "1"]
    ]
    for path in (work / "surveys/demo/2025/coding").iterdir():
        assert not re.search("myydä|Tunnemme|Jatkakaa", path.read_text(encoding="utf-8"))


def test_writing_the_workbooks_anew_keeps_what_is_filled_in(work: Path) -> None:
    period = context(work).period("2025")
    coding.start(context(work), period, "fi")
    path = fill(work / "surveys/coding/2025-a.xlsx", lambda n, words: ["Ilmasto"] if n == 3 else [])
    coding.start(context(work), period, "sv")
    cells = [cell.value for cell in openpyxl.load_workbook(path)["answers"]["F"]]
    assert cells[4] == "Ilmasto" and cells.count("Ilmasto") == 1
    coding.take(context(work), path, period)
    path.unlink()
    coding.start(context(work), period, "en")
    assert openpyxl.load_workbook(path)["answers"]["F5"].value == "Climate"


def test_after_a_change_of_key_what_is_filled_in_is_found_by_its_words(work: Path) -> None:
    period = context(work).period("2025")
    coding.start(context(work), period, "fi")
    path = fill(work / "surveys/coding/2025-a.xlsx", lambda n, words: ["market"] if "myydä" in words else [])
    book = openpyxl.load_workbook(path)
    for row in book["answers"].iter_rows(min_row=2):
        row[0].value = f"t_old{row[0].row}"
    book.save(path)
    with pytest.raises(InputError, match="not one of the period"):
        coding.take(context(work), path, period)
    coding.start(context(work), period, "fi")
    filled = [
        (row[2].value, row[5].value) for row in openpyxl.load_workbook(path)["answers"].iter_rows(min_row=2)
    ]
    assert {words for words, code in filled if code == "market"} == {w for w, _ in filled if "myydä" in w}
    assert sum(code == "market" for _, code in filled) > 1


def test_a_closed_or_locked_period_takes_no_codes_that_would_not_count(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    period = context(work).period("2025")
    monkeypatch.setattr("evallib.steps.states.stays_locked", lambda *_: True)
    with pytest.raises(MissingStepError, match="locked, so codes would not count"):
        coding.start(context(work), period, "fi")
    monkeypatch.setattr("evallib.steps.closed.is_closed", lambda *_: True)
    with pytest.raises(MissingStepError, match="is closed"):
        coding.status(context(work), period)


@pytest.mark.parametrize("what", ["period", "version", "twice", "formula", "csv"])
def test_a_workbook_that_does_not_belong_here_is_refused_and_nothing_is_taken(
    work: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, period = context(work), context(work).period("2025")
    coding.start(one, period, "en")
    path = fill(work / "surveys/coding/2025-a.xlsx", lambda n, words: ["climate"])
    kept = work / "surveys/demo/2025/coding/a.csv"
    fault: type[EvallibError] = InputError
    if what == "period":
        asked, said = one.period("2024"), "another period"
        shutil.copytree(work / "surveys/demo/2025/statistics", work / "surveys/demo/2024/statistics")
        monkeypatch.setattr(coding, "_answers", lambda *_: {})
    elif what == "version":
        asked, said = period, "another version"
        declared_ = work / "surveys/code_frame.yaml"
        declared_.write_text(
            declared_.read_text("utf-8").replace("version: 1\nquestions", "version: 2\nquestions")
        )
    elif what == "twice":
        coding.take(one, path, period)
        before = kept.read_bytes()
        asked, said, fault = period, "taken already", UsageError
    elif what == "formula":
        asked, said = period, "has a formula"
        book = openpyxl.load_workbook(path)
        book["answers"]["G3"] = "=F3"
        book.save(path)
    else:
        asked, said = period, "no workbook of a coder"
        path = work / "list.csv"
        path.write_text("a;b\n1;2\n")
    with pytest.raises(fault, match=said):
        coding.take(context(work), path, asked)
    assert kept.read_bytes() == before if what == "twice" else not kept.exists()
    if what == "twice":
        assert coding.take(context(work), path, period, again=True).coder == "a"


def test_an_answer_that_changed_since_is_coded_no_more_and_counted_as_a_remark(work: Path) -> None:
    period = context(work).period("2025")
    coded_by(work, "a", lambda n, words: ["climate"])
    path = work / "surveys/demo/2025/limesurvey/q2/responses.csv"
    path.write_text(
        path.read_text("utf-8").replace("alkoi myydä yhdessä.", "alkoi myydä yhdessä!", 1), "utf-8"
    )
    remarks = {
        remark.code: remark.count for kind, remark in check(context(work), period).remarks if kind == "coding"
    }
    assert remarks == {"coding_changed": 1}


def test_a_code_deleted_from_the_frame_stops_the_freeze(work: Path) -> None:
    coded_by(work, "a", lambda n, words: ["support"])
    path = work / "surveys/code_frame.yaml"
    path.write_text(path.read_text("utf-8").split("  - code: support")[0], "utf-8")
    with pytest.raises(DeclarationError, match="coded with 'support'"):
        freeze(context(work), context(work).period("2025"))
    path.unlink()
    with pytest.raises(DeclarationError, match="coded with 'support'"):
        freeze(context(work), context(work).period("2025"))
    with pytest.raises(MissingStepError, match="no code frame"):
        coding.start(context(work), context(work).period("2025"), "fi")


def test_a_persons_coded_answers_go_with_the_person(work: Path) -> None:
    period = context(work).period("2025")
    coding.start(context(work), period, "fi")
    total = coded_by(work, "a", lambda n, words: ["climate"]).coded
    freeze(context(work), period)
    folder = work / "surveys/demo/2025/limesurvey/q2"
    answers = csv.DictReader(io.StringIO((folder / "responses.csv").read_text("utf-8-sig")), delimiter=";")
    wordy = {row["token"] for row in answers if row["N20"].strip() and row["submitdate"]}
    people = csv.DictReader(io.StringIO((folder / "participants.csv").read_text("utf-8-sig")))
    email = next(row["email"] for row in people if row["token"] in wordy and "@" in row["email"])
    made_ = purge_person(context(work), email)
    assert made_.left == ()
    assert {"surveys/coding/2025-a.xlsx", "surveys/coding/2025-b.xlsx"} <= set(made_.files)
    left = coding.status(context(work), period)
    assert left.answers == left.coded["a"] < total
    assert len(frozen_frames(context(work), period).coding) == left.answers
    path = work / "surveys/coding/2025-b.xlsx"
    assert coding.take(context(work), fill(path, lambda n, words: ["climate"]), period).coded == left.answers


def test_the_commands_say_what_they_did_and_what_comes_next(
    work: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(work)
    assert main(["coding", "status", "2025", "--language", "en"]) == 0
    assert "Next: evallib coding start 2025" in capsys.readouterr().out
    assert main(["coding", "settle", "2025", "--language", "sv"]) == MissingStepError.exit_code
    assert "inget att avgöra" in capsys.readouterr().err
    assert main(["coding", "start", "2025", "--language", "en", "--json"]) == 0
    assert '"answers": ' in capsys.readouterr().out
    fill(work / "surveys/coding/2025-a.xlsx", lambda n, words: ["climate"])
    assert main(["coding", "take", "surveys/coding/2025-a.xlsx", "2025", "--language", "fi"]) == 0
    assert "koodaamatta: 0" in capsys.readouterr().out
    assert main(["coding", "status", "2025", "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert "Not coded by two" in said and "Next: evallib coding take FILE 2025" in said
    assert main(["coding", "take", "nothing.xlsx", "2025", "--language", "en"]) == InputError.exit_code


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("coding/c.csv", coding_bytes([])),
        ("coding/a.xlsx", b"PK\x03\x04"),
        ("coding/a.csv", b"text_id;codes\n"),
        ("coding/a.csv", coding_bytes([["t_1", "c_1", "", "1", "", ""]])),
        ("coding/a.csv", coding_bytes([["t_1", "c_1", "x", "1", "", ""], ["t_1", "c_1", "y", "1", "", ""]])),
    ],
)
def test_a_list_of_coded_answers_that_is_none_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(InputError):
        read_coding({name: data})
