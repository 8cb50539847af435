"""An archive of LimeSurvey is looked into in memory, and only as far as it is one."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from evallib.codebook.lsa import PARTICIPANTS, RESPONSES, STRUCTURE, open_part
from evallib.errors import InputError

LSS = (Path(__file__).parent / "data" / "limesurvey" / "limesurvey_survey_333333.lss").read_bytes()


def packed(parts: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", how) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def part(data: bytes, ending: str = STRUCTURE) -> bytes:
    with open_part(data, "arkisto.lsa", ending) as stream:
        return stream.read()


WHOLE = packed({"survey_333333.lss": LSS, "survey_333333_responses.lsr": b"<document/>"})


def test_each_part_is_found_by_its_ending() -> None:
    assert part(WHOLE) == LSS
    assert part(WHOLE, RESPONSES) == b"<document/>"
    again = packed({"kysely/Survey.LSS": LSS, "__MACOSX/kysely/._Survey.lss": b"", ".lss": b"", "a.txt": b""})
    assert part(again) == LSS


def test_a_part_is_read_in_pieces() -> None:
    with open_part(WHOLE, "a.lsa", STRUCTURE) as stream:
        assert stream.read(5) + stream.read() == LSS


def test_a_missing_and_a_doubled_part_are_told_with_what_there_is() -> None:
    with pytest.raises(InputError, match="does not hold") as caught:
        part(WHOLE, PARTICIPANTS)
    assert "survey_333333.lss" in str(caught.value.found)
    with pytest.raises(InputError, match="more than one survey"):
        part(packed({"a.lss": LSS, "b.lss": LSS}))
    with pytest.raises(InputError, match="does not hold"):
        part(packed({}))


@pytest.mark.parametrize("name", ["../a.lss", "/etc/a.lss", "a/../../b.lss", "C:\\a.lss", "..\\a.lss"])
def test_a_name_that_leads_out_is_refused_and_no_file_written(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="leads out of it"):
        part(packed({"survey.lss": LSS, name: b"x"}))


def test_bombs_are_refused_before_they_are_unpacked() -> None:
    bomb = packed({"survey.lss": b" " * 400_000_000})
    tracemalloc.start()
    with pytest.raises(InputError, match="unpacks to 400 megabytes"):
        part(bomb)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_a_part_never_gives_more_than_its_entry_says() -> None:
    lying = bytearray(packed({"survey.lss": b" " * 1_000_000}))
    place = lying.index(b"PK\x01\x02")
    lying[place + 24 : place + 28] = struct.pack("<I", 1_000)
    with pytest.raises(InputError, match="damaged archive"):
        part(bytes(lying))


def test_a_table_of_contents_of_a_million_entries_is_not_read() -> None:
    with pytest.raises(InputError, match="too many parts"):
        part(packed({}) + b"PK\x01\x02" * 1_000_000)


def test_locked_and_unusually_packed_archives_are_refused() -> None:
    locked = bytearray(WHOLE)
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(InputError, match="locked with a password"):
        part(bytes(locked))
    with pytest.raises(InputError, match="damaged archive"):
        part(packed({"survey.lss": LSS}, zipfile.ZIP_LZMA))


@settings(max_examples=examples(200))
@given(
    st.integers(0, len(WHOLE)),
    st.integers(0, 40),
    st.binary(max_size=12),
    st.sampled_from([STRUCTURE, RESPONSES]),
)
def test_any_bytes_are_a_part_or_an_input_error(start: int, length: int, new: bytes, ending: str) -> None:
    try:
        part(WHOLE[:start] + new + WHOLE[start + length :], ending)
    except InputError as fault:
        assert "arkisto.lsa" in str(fault)
