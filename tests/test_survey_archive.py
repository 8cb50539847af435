"""Answers out of a LimeSurvey archive are those of the export, and it tells what was never shown."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import conftest
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_nightly import damaged
from test_survey_counts import TRUTH

from evallib import cli
from evallib.codebook.lss_read import read_lss
from evallib.errors import EvallibError, InputError, PrivacyError, UsageError
from evallib.sources.limesurvey import read_participants, read_responses, received
from evallib.sources.limesurvey_archive import read_archive_people
from evallib.steps.context import open_context
from evallib.steps.new import new
from evallib.steps.unpack import unpack

DATA = Path(__file__).parent / "data" / "limesurvey"
ARCHIVE = (DATA / "111111.lsa").read_bytes()  # of a LimeSurvey 6.10.6 that held the recorded answers
LSS = read_lss(ARCHIVE, "111111.lsa")


def repacked(change: Callable[[str, bytes], bytes | None], packed: bytes = ARCHIVE) -> bytes:
    """The archive with each part changed; None = left out."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(packed)) as before,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as now,
    ):
        for part in before.infolist():
            made = change(part.filename, before.read(part))
            if made is not None:
                now.writestr(part.filename, made)
    return target.getvalue()


def answers_changed(old: bytes, new: bytes) -> bytes:
    return repacked(lambda name, data: data.replace(old, new, 1) if name.endswith(".lsr") else data)


def test_an_archive_holds_the_answers_of_the_export_cell_by_cell() -> None:
    packed = read_responses(LSS, ARCHIVE, "111111.lsa")
    name = "111111_fi_all_code_short.csv"
    assert packed.rows.equals(read_responses(LSS, (DATA / name).read_bytes(), name).rows)
    assert packed.files[0].variant == "archive (.lsr)"


@pytest.mark.parametrize("rows", ["all", "complete"])
def test_what_was_never_shown_and_what_was_left_empty_are_the_servers_numbers(
    rows: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(DATA / "111111.lsa")
    assert (
        cli.main(["survey", "counts", "--structure", file, "--responses", file, "--rows", rows, "--json"])
        == 0
    )
    shown = json.loads(capsys.readouterr().out)
    for name, server in TRUTH["111111"]["columns"].items():
        truth = server[rows]
        assert shown[name]["n"] == truth["filled"], name
        assert shown[name]["missing"] == truth["null"] + truth["empty"], name
        tells = server["question_type"] not in (None, "N", "K", "D")  # of these no blank is stored
        assert shown[name]["not_shown"] == (truth["null"] if tells else None), name


def as_new_servers_write(form: str) -> bytes:
    """The recorded export with the cells that the archive does not store as LimeSurvey 6.10 writes them."""
    stored = received(LSS, ARCHIVE, "111111.lsa").unstored
    assert stored
    whole = read_responses(LSS, ARCHIVE, "111111.lsa").rows
    rows = [
        {name: None if stored[name][place] else cell for name, cell in row.items()}
        for place, row in enumerate(whole.to_dict("records"))
    ]
    if form == "json":
        return json.dumps({"responses": rows}).encode()
    quoted = lambda cell: "" if cell is None else '"' + cell.replace('"', '""') + '"'  # noqa: E731
    lines = [dict(zip(rows[0], rows[0], strict=True)), *rows]
    return (
        "\ufeff" + "".join(";".join(map(quoted, one.values())) + "\r\n" for one in lines) + "\r\n"
    ).encode()


@pytest.mark.parametrize("form", ["csv", "json"])
def test_exports_of_new_servers_tell_what_was_never_shown(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / f"responses.{form}"
    file.write_bytes(as_new_servers_write(form))
    structure = str(DATA / "111111.lsa")
    assert cli.main(["survey", "counts", "--structure", structure, "--responses", str(file), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    for name, server in TRUTH["111111"]["columns"].items():
        truth = server["all"]
        assert (shown[name]["n"], shown[name]["missing"]) == (truth["filled"], truth["null"] + truth["empty"])
        tells = server["question_type"] not in (None, "N", "K", "D")  # of these no blank is stored
        assert shown[name]["not_shown"] == (truth["null"] if tells else None), name


def test_an_export_of_old_servers_does_not_tell_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = [str(DATA / name) for name in ("limesurvey_survey_111111.lss", "111111_fi_all_code_short.csv")]
    cli.main(["survey", "counts", "--structure", given[0], "--responses", given[1], "--json"])
    assert {one["not_shown"] for one in json.loads(capsys.readouterr().out).values()} == {None}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return new(tmp_path / "hanke")


def test_unpacking_lays_into_the_inbox_what_exports_by_hand_would_be(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "survey.lsa"
    file.write_bytes(ARCHIVE)
    made = unpack(open_context(root), "q2", file, "2026")
    assert (made.answers, made.people, len(made.files)) == (307, 20, 3)
    assert {"ipaddr", "refurl", "seed", "mpid"} <= set(made.left_out)
    folder = root / "surveys/inbox/2026/limesurvey/q2"
    structure = read_lss((folder / "structure.lss").read_bytes(), "structure.lss")
    rows = read_responses(structure, (folder / "responses.csv").read_bytes(), "responses.csv")
    by_hand = read_responses(LSS, ARCHIVE, "a").rows.drop(columns=["seed", "ipaddr", "refurl"])
    assert rows.rows.equals(by_hand) and not [one for one in rows.remarks if one.code == "end_not_marked"]
    people = read_participants((folder / "participants.csv").read_bytes(), "participants.csv", "q2")
    assert len(people.rows) == 20 and people.undeclared == ()
    assert people.rows.loc[0, "organisation"] == 'Kylä; "oy"' and people.rows.loc[1, "organisation"] == ""
    header = next(csv.reader(io.StringIO((folder / "responses.csv").read_text("utf-8-sig")), delimiter=";"))
    assert not {"ipaddr", "refurl", "seed"} & set(header)


def test_what_lies_in_the_inbox_is_not_written_over(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "survey.lsa"
    file.write_bytes(ARCHIVE)
    unpack(open_context(root), "q2", file, "2026")
    with pytest.raises(UsageError, match="exists already"):
        unpack(open_context(root), "q2", file, "2026")
    with pytest.raises(UsageError, match="There is no survey"):
        unpack(open_context(root), "q22", file, "2026")


def test_a_damaged_archive_leaves_the_inbox_as_it_was(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "survey.lsa"
    file.write_bytes(answers_changed(b"</rows></responses>", b"</rows>"))
    with pytest.raises(InputError, match="not a LimeSurvey archive with answers"):
        unpack(open_context(root), "q2", file, "2026")
    assert not list((root / "surveys/inbox").rglob("*.csv"))


def test_an_archive_without_participants_has_none(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "survey.lsa"
    file.write_bytes(repacked(lambda name, data: None if name.endswith(".lst") else data))
    assert read_archive_people(file.read_bytes(), "survey.lsa") is None
    assert unpack(open_context(root), "q2", file, "2026").people == 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"<id>", b"<nr>", "not a LimeSurvey archive"),
        (b"<LimeSurveyDocType>Responses", b"<LimeSurveyDocType>Timings", "not a LimeSurvey archive"),
        (b"<fieldname>token</fieldname>", b"<fieldname>id</fieldname>", "not a LimeSurvey archive"),
        (b"<fieldname>token</fieldname>", b"<fieldname>111111X9X9</fieldname>", "not a LimeSurvey archive"),
        (b"<document>", b'<!DOCTYPE x [<!ENTITY a "b">]><document>', "document type or XML entities"),
        (b"<id><![CDATA[1]]></id>", b"<id><![CDATA[2]]></id>", "the same id more than once"),
        (b"<id><![CDATA[1]]></id>", b"", "id is no number"),
        (b"<row>", b"<row><a><b>x</b></a>", "not a LimeSurvey archive"),
    ],
)
def test_answers_that_no_server_writes_are_refused(old: bytes, new: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        read_responses(LSS, answers_changed(old, new), "survey.lsa")
    assert "survey.lsa" in str(caught.value)


def test_a_field_that_no_question_explains_is_stopped() -> None:
    def change(name: str, data: bytes) -> bytes:
        return data.replace(b"111111X1X3<", b"111111X1X99<").replace(b"_111111X1X3>", b"_111111X1X99>")

    with pytest.raises(PrivacyError, match="111111X1X99"):
        read_responses(
            LSS, repacked(lambda name, data: change(name, data) if name[-1] == "r" else data), "a.lsa"
        )


def test_a_damaged_archive_is_read_whole_or_refused_in_words() -> None:
    """Damaged outside, where it is packed, and inside, where its parts are."""
    rows = b"<row>".join(read_lsr().split(b"<row>")[:4]) + b"</rows></responses></document>"

    @settings(max_examples=min(conftest.examples(200), 2000), suppress_health_check=list(HealthCheck))
    @given(
        damaged(ARCHIVE)
        | damaged(rows).map(lambda data: repacked(lambda name, old: data if name.endswith(".lsr") else old))
        | st.binary(max_size=200).map(lambda data: b"PK\x03\x04" + data)
    )
    def one(data: bytes) -> None:
        try:
            table = read_responses(LSS, data, "survey.lsa")
            read_archive_people(data, "survey.lsa")
        except EvallibError as fault:
            assert "survey.lsa" in str(fault) or fault.where
            return
        assert list(table.rows) == list(table.fields)

    one()


def read_lsr() -> bytes:
    with zipfile.ZipFile(io.BytesIO(ARCHIVE)) as packed:
        return packed.read("survey_111111_responses.lsr")
