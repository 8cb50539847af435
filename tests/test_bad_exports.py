"""Exports of answers as nobody should send them: read, or refused in words, in little memory."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import conftest
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_nightly import damaged

from evallib.codebook.lss_read import read_lss
from evallib.errors import InputError, PrivacyError
from evallib.sources.limesurvey import read_responses

DATA = Path(__file__).parent / "data" / "limesurvey"
STRUCTURE = read_lss((DATA / "limesurvey_survey_333333.lss").read_bytes(), "structure.lss")
HEADER = ["id", "submitdate", "lastpage", "startlanguage", "token", "startdate", "datestamp", "only"]
ANSWERS = [
    dict(zip(HEADER, ("1", "2026-10-01 10:00:00", "1", "fi", "a", "", "", "A1"), strict=True)),
    dict(zip(HEADER, ("2", "", "", "sv", "", "", "", "-oth- ä 😀\nx"), strict=True)),
    dict(zip(HEADER, ("30", "1980-01-01 00:00:00", "1", "en", "b", "", "", ""), strict=True)),
]


def examples() -> int:
    """200 in the usual run; 2,000 at night."""
    return min(conftest.examples(200), 2000)


def csv_of(answers: list[dict[str, str]]) -> bytes:
    lines = [HEADER, *(one.values() for one in answers)]
    return (
        "\ufeff" + "".join(";".join(f'"{cell}"' for cell in one) + "\r\n" for one in lines) + "\r\n"
    ).encode()


SENT = {
    "csv": csv_of(ANSWERS),
    "json": json.dumps({"responses": ANSWERS}).encode(),
    "keyed": json.dumps({"responses": [{one["id"]: one} for one in ANSWERS]}, ensure_ascii=False).encode(),
    "real csv": (DATA / "333333_fi_all_code_short.csv").read_bytes(),
    "real json": (DATA / "333333_fi_all_code_short.json").read_bytes(),
}


@pytest.mark.parametrize("form", SENT)
def test_a_damaged_export_is_read_whole_or_refused_in_words(form: str) -> None:
    @settings(max_examples=examples(), suppress_health_check=list(HealthCheck))
    @given(damaged(SENT[form]) | st.binary(max_size=200))
    def one(data: bytes) -> None:
        try:
            table = read_responses(STRUCTURE, data, "answers.txt")
        except (InputError, PrivacyError) as fault:
            assert "answers.txt" in str(fault) and fault.repair
            return
        assert list(table.rows) == list(table.fields)
        assert not table.rows.isna().any().any()

    one()


def test_the_undamaged_exports_are_read() -> None:
    for form in ("csv", "json", "keyed"):
        table = read_responses(STRUCTURE, SENT[form], form)
        assert list(table.rows["only"]) == ["A1", "-oth- ä 😀\nx", ""], form


@pytest.mark.parametrize("size", [17, 18, 23, 40])
def test_json_that_comes_in_pieces_is_one_text(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evallib.sources.limesurvey_json._PIECE", size)
    whole = read_responses(STRUCTURE, SENT["csv"], "a")
    for form in ("json", "keyed"):
        assert read_responses(STRUCTURE, SENT[form], form).rows.equals(whole.rows)
        for length in range(1, len(SENT[form]) - 1, 5):
            with pytest.raises(InputError):
                read_responses(STRUCTURE, SENT[form][:length], form)


MAKE = """
import io, random, resource, sys, zipfile
from pathlib import Path
import pandas
from evallib.codebook.lss_read import read_lss
from evallib.errors import EvallibError
from evallib.sources.limesurvey import read_participants, read_responses
structure = read_lss(Path(sys.argv[1]).read_bytes(), "structure.lss")
names = b'"id";"submitdate";"lastpage";"startlanguage";"token";"startdate";"datestamp";"only"\\r\\n'
head = names + b'"1";"";"";"";"";"";"";"'
def lsa(*cells):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(sys.argv[1], "survey.lss")
        with packed.open("survey.lsr", "w") as part:
            part.write(b"<document><LimeSurveyDocType>Responses</LimeSurveyDocType><responses><fields>")
            part.write(b"<fieldname>id</fieldname></fields><rows><row>")
            for cell in cells:
                part.write(b"<id>"); part.write(cell); part.write(b"</id>")
            part.write(b"</row></rows></responses></document>")
    return target.getvalue()
data = eval(sys.argv[2])
try:
    (read_participants if data.startswith(b"tid") else lambda *given: read_responses(structure, *given[:2]))(
        data, "big.txt", "q1")
except EvallibError as fault:
    print(fault)
told = Path("/proc/self/status")  # of this process alone; what it was forked from counts in ru_maxrss
if told.is_file():
    peak = next(line for line in told.read_text().splitlines() if line.startswith("VmHWM"))
    print(int(peak.split()[1]) // 1024)
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024**2)
"""  # fmt: skip
N = "100_000_000"


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (f"""head + b"a" * {N} + b'"\\r\\n\\r\\n'""", "a cell that is too long"),
        (f"""head + "a😀\\n".encode() * ({N} // 6) + b'"\\r\\n\\r\\n'""", "a cell that is too long"),
        (f"b'\"' + b'a' * {N}", "a cell that is too long"),
        (f"""b'{{"responses":[{{"id":1,"only":"' + b"a" * {N} + b'"}}]}}'""", "a cell that is too long"),
        (f"""b'{{"responses":[{{"id":1,"only":"' + b'a\\\\"' * ({N} // 3) + b'"}}]}}'""", "breaks off"),
        (f"""b'{{"responses":[' + b'[' * {N}""", "a cell that is too long"),
        (f"""b'{{"responses":[' + b'["a",' * ({N} // 5)""", "not a LimeSurvey export|breaks off"),
        (f"b'\\0' * {N}", "a cell that is too long"),
        (f"head + b'\"\\r\\n' + b'\"1\";;;;;;;\\r\\n' * ({N} // 12)", "more answers than any survey"),
        (f"b'tid,token,email,sent\\n' + b'\"1\",\"a\",\"b\",\"c\"\\n' * ({N} // 16)", "is too large"),
        ("b'tid,token,email,sent,completed\\n\"' + 'a😀\\n'.encode() * 5_000_000", "a cell that is too long"),
        (f"lsa(random.Random(1).randbytes(500_000).hex().encode() * ({N} // 1_000_000))", "not a Lime"),
        (f"lsa(*[b'1'] * ({N} // 20))", "breaks off|not a LimeSurvey|unpacks to|no number"),
    ],
    ids=["cell", "cell of lines", "heading", "json", "json quotes", "json deep", "json lists", "zeros",
         "rows", "people", "a person", "packed", "cells"],
)  # fmt: skip
def test_a_huge_file_is_refused_in_little_memory(made: str, said: str) -> None:
    lss = str(DATA / "limesurvey_survey_333333.lss")
    run = subprocess.run([sys.executable, "-c", MAKE, lss, made], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    problem, _, megabytes = run.stdout.strip().rpartition("\n")
    assert re.search(said, problem), problem
    assert int(megabytes) < 512
