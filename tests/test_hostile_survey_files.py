"""What no structure or archive may do, tried in a process of its own: traceback, much memory, stray files."""

from __future__ import annotations

import io
import json
import os
import random
import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

DATA = Path(__file__).parent / "data" / "limesurvey"
LSS = (DATA / "limesurvey_survey_111111.lss").read_bytes()
ANSWERS = DATA / "111111_fi_all_code_short.csv"
MOST = 512_000_000
RUN = """
import io, json, sys, contextlib
from pathlib import Path
from evallib.cli import main
told = {}
for file in sorted(Path(sys.argv[1]).iterdir()):
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        given = ["--structure", str(file), "--responses", sys.argv[2]]
        code = main(["--language", "en", "survey", "counts", *given])
    told[file.name] = [code, out.getvalue()[-400:]]
peak = next(one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith("VmHWM"))
print(json.dumps([told, int(peak.split()[1]) * 1024]))
"""


def packed(parts: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", how) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def entities() -> bytes:
    declared = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE document [<!ENTITY l0 "ha">{declared}]><document>&l9;</document>'.encode()


def wide(cell: bytes) -> bytes:
    """The recorded structure with one cell in place of another."""
    return LSS.replace(b"Luonnontieteellinen &amp; tekninen", b"x").replace(b"Opetus", cell, 1)


def overlapping() -> bytes:
    """Entries that all point to the same packed megabytes."""
    one = packed({"a.lss": b"0" * 50_000_000})
    place, end = one.index(b"PK\x01\x02"), one.index(b"PK\x05\x06")
    entry = one[place:end]
    entries = b"".join(entry.replace(b"a.lss", f"{n:05}"[-5:].encode()) for n in range(1500))
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1500, 1500, len(entries), place, 0)
    return one[:place] + entries + tail


def hostile() -> Iterator[tuple[str, bytes]]:
    noise = random.Random(1)
    yield "entities.lss", entities()
    yield "cell.lss", wide(b"x" * 100_000_000)
    yield "cell_under_the_limit.lss", wide("ä𝄞 ".encode() * 4_000_000)
    yield "cells.lss", LSS.replace(b"</rows>", b"<row><a/></row>" * 2_000_000 + b"</rows>", 1)
    yield "rows.lss", LSS.replace(b"</rows>", b"<row/>" * 5_000_000 + b"</rows>", 1)
    yield "deep.lss", b"<document>" + b"<a>" * 10_000_000
    yield "wide_names.lss", b"<document " + b" ".join(b'a%d="b"' % n for n in range(2_500_000)) + b"/>"
    yield "names.lss", b"<document>" + b"".join(b"<a%d/>" % n for n in range(3_000_000))
    yield "junk.lss", noise.randbytes(5_000_000)
    yield "zeros.lss", bytes(31_000_000)
    yield "utf16.lss", LSS.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")
    yield "bomb.lsa", packed({"survey.lss": bytes(500_000_000)})
    yield "cell.lsa", packed({"survey.lss": wide(noise.randbytes(500_000).hex().encode() * 60)})
    yield "overlap.lsa", overlapping()
    yield "outside.lsa", packed({"survey.lss": LSS, "../../outside.lss": b"x", "/tmp/outside.lsr": b"x"})
    yield "nested.lsa", packed({"survey.lss": packed({"survey.lss": LSS})})
    yield "junk.lsa", b"PK\x03\x04" + noise.randbytes(5_000_000)
    yield "cut.lsa", packed({"survey.lss": LSS})[:-30]
    yield "many.lsa", packed({f"{n}.lst": b"" for n in range(30_000)} | {"survey.lss": LSS})

    yield "long_cell.lss", wide("ä𝄞 ".encode() * 1_300_000)


GOOD = {"utf16.lss", "long_cell.lss"}


@pytest.mark.skipif(sys.platform != "linux", reason="measures memory as Linux tells it")
def test_hostile_structures_end_in_words_in_little_memory_and_write_nothing(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "files", tmp_path / "here"
    folder.mkdir(), elsewhere.mkdir()
    for name, data in hostile():
        (folder / name).write_bytes(data)
    with (folder / "endless.lss").open("wb") as file:
        file.truncate(4_000_000_000)  # takes no room on the disk
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1]), "HOME": str(elsewhere)}
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(folder), str(ANSWERS)], cwd=elsewhere, env=env, capture_output=True,
        text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told, memory = json.loads(done.stdout)
    for name, (code, said) in told.items():
        assert "Traceback" not in said, name
        assert code == (0 if name in GOOD else 4), (name, code, said)
        assert name in GOOD or name in said, said
    assert memory < MOST, f"{memory / 1e6:.0f} MB"
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
