"""A copy of the demo with forty planted strings, run through every verb once in a session.

One period is left. The key lies in the environment; every command runs as a process of its own with its
own folders for temporary files and for what a user has at home.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import openpyxl
from conftest import copy_workspace

KEY = "c4a1" * 15 + "9e37"
PASSWORD, SESSION = "Kanaria-Salasana-9471", "sessio8f3kanaria2b7c"
EMAIL, NAME, TOKEN = "kirsikka.kanarialintu@example.org", "Kirsikka Kanarialintu", "kAnArIaToKeN7x9"
MEETING = {  # in attendance files: display names and addresses
    "Sulo Testivuori-Salmela": "sulo.testivuori@example.net",
    "=CMD|'/c calc'!A0": "kaava.kanaria@example.org",
    "<script>kanaria1()</script>": "skripti.kanaria@example.org",
    "Örjan Kanariesång": "orjan.kanariesang@example.com",
    "+358 45 555 0147": "puhelin.kanaria@example.org",
}
ANSWERS = [  # of the open question of q1, and of others
    "Kiitos Kirsikka Kanarialintulle, 131052-308T",
    "hetuni on 010203A9017 ja 240785-917L",
    "Soita Tuiskulle 040 555 0199",
    "ring Örjan +46 70 174 06 05",
    "kirjoita osoitteeseen tuisku.kanaria@example.net",
    "Asun Kanariankuja 7 B 12, 99870 Kanarila",
    "olen ainoa hevoshieroja Kökarin Karlbyssä",
    '=HYPERLINK("https://kanaria.example/x";"paina")',
    "@SUM(1+1)*cmd|' /C kanaria'!A0",
    "<img src=x onerror=kanaria2()>",
    "#set text(fill: kanaria)",
    "$\\frac{kanaria}{2}$ ja \\textbf{lintu}",
    "../../kanaria/etc/passwd",
    "\x1b[31mkanaria punainen\x1b[0m",
    f"salasanani on {PASSWORD}",
    "yritykseni Kanarian Karvaturri Oy kaatui",
    "tilinumeroni FI21 1234 5600 0007 85",
    "http://kanaria.example/?kuka=minä&mitä=tämä",
    "ei kerrota: sairastuin keväällä kanariakuumeeseen",
    "«Å-ä-ö-kanaria» sanoi naapurini Saimi",
]
OTHER = ["kanarialintujen kesyttäjien yhdistyslehti", "kysyin serkultani Venlalta Kanariasta"]
FILE = "e2512 Kanarialintu Kirsikan lista.csv"
NEEDLES = [
    KEY, PASSWORD, SESSION, EMAIL, NAME, TOKEN, "Kanarialintu", *MEETING, *MEETING.values(), *ANSWERS, *OTHER,
    FILE, "Kanarialintu Kirsikan", "131052-308T", "010203A9017", "240785-917L", "040 555 0199",
    "+46 70 174 06 05", "hevoshieroja",
]  # fmt: skip
VERBS = [["doctor"], ["check", "2025"], ["freeze", "2025"], ["coding", "start", "2025"],
         ["coding", "take", "surveys/coding/2025-a.xlsx", "2025", "--again"],
         ["coding", "take", "surveys/coding/2025-b.xlsx", "2025", "--again"], ["coding", "settle", "2025"],
         ["coding", "status", "2025"], ["coding", "take", "surveys/coding/2025-a.xlsx", "2025"],
         ["survey", "paper", "q1", "../q1.xlsx", "2025"],
         ["export", "feedback", "e2503", "2025"], ["report", "2025"], ["quotes", "2025"],
         ["audit", "2025"], ["verify", "2025", "--hashes"], ["publish", "2025"],
         ["commentary", "start", "2025"], ["key", "backup", "../key.txt"], ["backup", ".."],
         ["trace", "2025/I20.participations"], ["trace", "2025/T6.1"], ["report", "2025", "--json"],
         ["export", "final", "2025"], ["export", "slides", "2025"], ["export", "web", "2025"],
         ["export", "claim", "--from", "2025-01-01", "--to", "2025-12-31"],
         ["trace", "2025/I99.nothing"], ["check", "2099"]]  # fmt: skip
AT_HOME = {"HOME": "", "IPYTHONDIR": "ipython", "JUPYTER_CONFIG_DIR": "jupyter", "XDG_CACHE_HOME": "cache",
           "XDG_CONFIG_HOME": "config", "XDG_DATA_HOME": "data", "XDG_STATE_HOME": "state"}  # fmt: skip


@dataclass(frozen=True)
class Run:
    """The workspace after all verbs, the folders of temporary files and of a user's own, what was said."""

    root: Path
    temp: Path
    home: Path
    said: dict[str, bytes]
    codes: dict[str, int]


@cache
def canary_run(base: Path) -> Run:
    """The canary project, run once; ``base`` is a folder of the test session."""
    root = copy_workspace(base / "canary" / "work")
    temp, home = base / "canary" / "temp", base / "canary" / "home"
    temp.mkdir()
    home.mkdir()
    plant(root)
    surroundings = environment(temp) | {name: str(home / folder) for name, folder in AT_HOME.items()}
    surroundings.pop("MPLCONFIGDIR", None)
    said, codes = {}, {}
    for verb in VERBS:
        done = subprocess.run([sys.executable, "-m", "evallib", *verb], cwd=root, env=surroundings,
                              capture_output=True, check=False)  # fmt: skip
        said[" ".join(verb)] = done.stdout + done.stderr
        codes[" ".join(verb)] = done.returncode
        if verb[:2] == ["coding", "start"]:
            _code(root / "surveys/coding")
    return Run(root, temp, home, said, codes)


def environment(temp: Path) -> dict[str, str]:
    secret = {"EVALLIB_KEY": KEY, "EVALLIB_PASSWORD": PASSWORD, "EVALLIB_SESSION_KEY": SESSION}
    return {**os.environ, **secret, "TMPDIR": str(temp), "TEMP": str(temp), "TMP": str(temp)}


def plant(root: Path) -> None:
    demo = root / "surveys" / "demo"
    for earlier in ("2023", "2024"):
        shutil.rmtree(demo / earlier)
    shutil.rmtree(root / "surveys" / "commentary")  # its sentences name results of earlier periods
    project = root / "surveys" / "project.yaml"
    written = project.read_text("utf-8")
    assert "\nkey: demo" in written
    project.write_text(written.replace("\nkey: demo", "\nkey: env:EVALLIB_KEY"), "utf-8")
    _meeting(demo / "2025" / "events" / "e2512_attendance.csv")
    (demo / "2025" / "events" / "e2512_attendance.csv").rename(demo / "2025" / "events" / FILE)
    surveys = demo / "2025" / "limesurvey"
    _participant(surveys / "q3")
    _answers(surveys / "q1" / "responses.csv", "T10", ANSWERS)
    _answers(surveys / "q2" / "responses.csv", "N18[other]", OTHER)


def _meeting(file: Path) -> None:
    """People of the list under planted names and addresses."""
    rows = list(csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline="")))
    start = next(i for i, row in enumerate(rows) if row[:1] == ["Name"]) + 3
    for row, (name, email) in zip(rows[start:], MEETING.items(), strict=False):
        row[0] = name
        row[1:] = [email if "@" in cell else cell for cell in row[1:]]
    _write(file, rows, ",")


def _participant(folder: Path) -> None:
    people = folder / "participants.csv"
    rows = list(csv.reader(io.StringIO(people.read_bytes().decode("utf-8-sig"), newline="")))
    head, first = rows[0], rows[2]
    token = first[head.index("token")]
    for name, value in zip(
        ("firstname", "lastname", "email", "token"), [*NAME.split(), EMAIL, TOKEN], strict=True
    ):
        first[head.index(name)] = value
    _write(people, rows, ",")
    answers = folder / "responses.csv"
    assert token.encode() in answers.read_bytes()
    answers.write_bytes(answers.read_bytes().replace(token.encode(), TOKEN.encode()))


def _answers(file: Path, column: str, texts: list[str]) -> None:
    """Planted open answers of people who consented, where the survey asks for consent."""
    rows = list(csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline=""), delimiter=";"))
    head = rows[0]
    complete = [row for row in rows[1:] if row and row[head.index("submitdate")]]
    for row, text in zip(complete, texts, strict=False):
        row[head.index(column)] = text
        row[head.index("CQUOT")] = "Y"
    _write(file, rows, ";")


def _code(folder: Path) -> None:
    """Two coders who agree on every other answer."""
    for coder in ("a", "b"):
        book = openpyxl.load_workbook(folder / f"2025-{coder}.xlsx")
        for number, row in enumerate(book["answers"].iter_rows(min_row=2)):
            row[5].value = "climate" if coder == "a" or number % 2 else "market"
        book.save(folder / f"2025-{coder}.xlsx")


def _write(file: Path, rows: list[list[str]], delimiter: str) -> None:
    target = io.StringIO()
    csv.writer(target, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    file.write_bytes(b"\xef\xbb\xbf" + target.getvalue().encode())
