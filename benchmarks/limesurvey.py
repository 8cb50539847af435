"""How long reading LimeSurvey takes, as a ratio to what a plain program needs for the same bytes.

    python benchmarks/limesurvey.py [structure] [answers] [pull] [--runs N] [--rows N]

structure: a survey of 100 questions in three languages, made from the recorded one, against a bare XML parse.
Both run in turn in one process. answers: 100,000 answers in 81 columns of 29 question types read, checked and
reconciled column by column, against pandas.read_csv(dtype=str) of the same file, each in a process of its
own, in turn; also their memory. pull: as many answers from a double of a server on this computer, and the
memory beyond that of a pull of two pages. Medians of the ratios are printed, with exit code 1 when one is
above its target.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

TESTS = Path(__file__).parents[1] / "tests"
DATA = TESTS / "data" / "limesurvey"
RECORDED = DATA / "limesurvey_survey_111111.lss"
QUESTIONS = 100
STRUCTURE, ANSWERS, PAGES = 5.0, 3.0, 2.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all unless said")
    parser.add_argument("--runs", type=int, help="15 of the structure, 3 of the answers, 1 of the pull")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        child(CHILDREN[given.child[0]], Path(given.child[1]))
        return 0
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    met = [PARTS[part](given) for part in given.parts or PARTS]
    return 0 if all(met) else 1


# --- structure -----------------------------------------------------------------------------------------


def structure(given: argparse.Namespace) -> bool:
    """Our reading of a large structure against the standard library's parse of its XML."""
    from evallib.codebook.lss_read import read_lss

    data = repeated(RECORDED.read_text(encoding="utf-8"), QUESTIONS).encode()
    read = read_lss(data, "structure.lss")
    assert (len(read.items), read.languages) == (QUESTIONS, ("fi", "sv", "en"))
    ours, bare = in_turn(
        lambda: read_lss(data, "structure.lss"), lambda: ElementTree.fromstring(data), given.runs or 15
    )
    what = f"structure of {QUESTIONS} questions in 3 languages ({len(data) / 1e6:.2f} MB) ÷ bare XML parse"
    return told(what, ours, bare, STRUCTURE)


def repeated(written: str, questions: int) -> str:
    """A structure whose questions come again under other codes and numbers until there are enough."""
    asked = _column(_rows(written, "questions"), "qid")
    keys = {
        "questions": ("qid",),
        "subquestions": ("qid", "parent_qid"),
        "question_l10ns": ("qid",),
        "question_attributes": ("qid",),
        "answers": ("aid", "qid"),
        "answer_l10ns": ("aid",),
    }
    for section, numbers in keys.items():
        rows = _rows(written, section)
        made = []
        for copy in range(-(-questions // len(asked))):
            kept = set(asked[: questions - copy * len(asked)])
            for row in rows:
                owner = _cell(row, "parent_qid" if section == "subquestions" else "qid")
                if section in ("questions", "subquestions", "question_attributes") and owner not in kept:
                    continue
                for number in numbers:
                    row = _changed(row, number, lambda was, copy=copy: str(int(was) + 100_000 * copy))
                made.append(_changed(row, "title", lambda was, copy=copy: f"{was}x{copy}" if copy else was))
        head, _, rest = written.partition(f"<{section}>")
        before, _, after = rest.partition("<rows>")
        written = f"{head}<{section}>{before}<rows>\n{''.join(made)}  </rows>{after.partition('</rows>')[2]}"
    return written


def _rows(written: str, section: str) -> list[str]:
    inside = written.partition(f"<{section}>")[2].partition(f"</{section}>")[0]
    return re.findall(r"   <row>.*?</row>\n", inside, re.DOTALL)


def _cell(row: str, name: str) -> str:
    found = re.search(rf"<{name}><!\[CDATA\[(.*?)\]\]>", row)
    return found[1] if found else ""


def _column(rows: list[str], name: str) -> list[str]:
    return [_cell(row, name) for row in rows]


def _changed(row: str, name: str, change: Callable[[str], str]) -> str:
    place = re.compile(rf"(<{name}><!\[CDATA\[)(.*?)(\]\]>)")
    return place.sub(lambda found: found[1] + change(found[2]) + found[3], row)


# --- answers and pull ----------------------------------------------------------------------------------


def many_rows(rows: int) -> list[dict[str, str]]:
    """The recorded answers again and again, under ids of their own."""
    written = (DATA / "111111_fi_all_code_short.csv").read_bytes().decode("utf-8-sig")
    known = list(csv.DictReader(io.StringIO(written, newline=""), delimiter=";"))
    return [{**known[n % len(known)], "id": str(n + 1)} for n in range(rows)]


def write_answers(target: Path, rows: int) -> None:
    answers = many_rows(rows)
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        written = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        written.writerow(answers[0])
        written.writerows(one.values() for one in answers)
        file.write("\r\n")


def read_plain(file: Path) -> int:
    import pandas as pd

    return len(pd.read_csv(file, sep=";", dtype=str))


def read_ours(file: Path) -> int:
    from evallib.codebook.lss_read import read_lss
    from evallib.sources.limesurvey import read_responses
    from evallib.tidy.survey import count_column

    structure = read_lss(RECORDED.read_bytes(), RECORDED.name)
    table = read_responses(structure, file.read_bytes(), file.name)
    counts = [count_column("survey", column, table.rows) for column in structure.columns()]
    assert {one.answered + one.not_answered + one.not_asked for one in counts} == {len(table.rows)}
    return len(table.rows)


def fetch(file: Path) -> int:
    """Fetch from the server whose address stands in the file, into the folder beside it."""
    from evallib.codebook.lss_read import read_lss
    from evallib.codebook.model import Type
    from evallib.sources.limesurvey_fields import field_names
    from evallib.sources.limesurvey_lines import PageFolder, write_answers
    from evallib.sources.limesurvey_pages import RECORD, Wanted, read_answers
    from evallib.sources.limesurvey_rpc import connected

    tracemalloc.start()  # the process keeps memory of threads that have ended, so it does not tell
    address, user, password = json.loads(file.read_text())
    structure = read_lss(RECORDED.read_bytes(), RECORDED.name)
    shown = {item.code for item in structure.items if item.type is not Type.DISPLAY}
    columns = [one.name for one in structure.columns() if one.item in shown]
    with connected(address, user, password) as remote:
        questions = remote.call("list_questions", 111111, None, "fi")
        fields = {name: name for name in RECORD} | field_names(questions, 111111, columns)
        folder = PageFolder(file.parent / "pages")
        counts = read_answers(remote, Wanted(111111, "fi", fields, 1000), folder)
    write_answers(file.parent / "responses.csv", list(fields), list(fields), folder)
    return counts.answers


def child(what: Callable[[Path], int], file: Path) -> None:
    """One run. What every run of evallib loads is no reading, so it is loaded before the clock starts."""
    import pandas

    from evallib.sources import limesurvey_pages, limesurvey_rpc
    from evallib.tidy import survey

    assert pandas and limesurvey_pages and limesurvey_rpc and survey
    begun = time.process_time()
    count = what(file)
    spent = time.process_time() - begun
    peak = tracemalloc.get_traced_memory()[1] or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"rows": count, "cpu": spent, "peak": peak / 1e6}))


def run(what: str, file: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--child", what, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def answers(given: argparse.Namespace) -> bool:
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "responses.csv"
        write_answers(file, given.rows)
        runs = [(run("ours", file), run("plain", file)) for _ in range(given.runs or 3)]
        what = f"{given.rows} answers ({file.stat().st_size / 1e6:.0f} MB) read and reconciled ÷ read_csv, "
    met = [
        told(what + said, [one[measure] for one, _ in runs], [one[measure] for _, one in runs], ANSWERS, unit)
        for said, measure, unit in (("time", "cpu", "s"), ("memory", "peak", "MB"))
    ]
    return all(met)


def pull(given: argparse.Namespace) -> bool:
    """Memory of a long pull beyond that of two pages, in pages as they are sent."""
    sys.path.insert(0, str(TESTS))
    from limesurvey_double import PASSWORD, USER, Double, serving, stored

    peaks, page = [], 0.0
    for size in (2000, given.rows):
        survey = stored(people=False)
        survey.rows = many_rows(size)
        with serving(Double({111111: survey})) as double, tempfile.TemporaryDirectory() as name:
            file = Path(name) / "server.json"
            file.write_text(json.dumps([double.url, USER, PASSWORD]))
            peaks.append(run("pull", file)["peak"])
            page = (Path(name) / "responses.csv").stat().st_size / size * 1000 / 1e6
    what = f"pull of {given.rows} answers, memory beyond that of 2,000 ÷ a page of 1,000"
    return told(what, [peaks[1] - peaks[0]], [page], PAGES, "MB")


# --- all -----------------------------------------------------------------------------------------------


def in_turn(
    ours: Callable[[], object], bare: Callable[[], object], runs: int
) -> tuple[list[float], list[float]]:
    """Seconds of CPU time of each, run after run."""
    spent: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for times, work in zip(spent, (ours, bare), strict=True):
            begun = time.process_time()
            work()
            times.append(time.process_time() - begun)
    return spent


def told(what: str, ours: list[float], bare: list[float], target: float, unit: str = "s") -> bool:
    ratio = statistics.median(a / b for a, b in zip(ours, bare, strict=True))
    both = f"{statistics.median(ours):.4g} {unit}, {statistics.median(bare):.4g} {unit}"
    print(f"{what}: {ratio:.2f} ({both}), at most {target}: {'met' if ratio <= target else 'not met'}")
    return ratio <= target


PARTS = {"structure": structure, "answers": answers, "pull": pull}
CHILDREN = {"ours": read_ours, "plain": read_plain, "pull": fetch}


if __name__ == "__main__":
    sys.exit(main())
