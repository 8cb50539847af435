"""How long reading LimeSurvey takes, as a ratio to what a plain program needs for the same bytes.

    python benchmarks/limesurvey.py [structure] [--runs N]

structure: a survey of 100 questions in three languages, made from the recorded one, against a bare XML parse.
Both run in turn in one process; the median of the ratios of CPU time is printed, with exit code 1 when it is
above the target.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

RECORDED = Path(__file__).parents[1] / "tests" / "data" / "limesurvey" / "limesurvey_survey_111111.lss"
QUESTIONS = 100
STRUCTURE = 5.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all unless said")
    parser.add_argument("--runs", type=int, default=15)
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    met = [PARTS[part](given.runs) for part in given.parts or PARTS]
    return 0 if all(met) else 1


# --- structure -----------------------------------------------------------------------------------------


def structure(runs: int) -> bool:
    """Our reading of a large structure against the standard library's parse of its XML."""
    from evallib.codebook.lss_read import read_lss

    data = repeated(RECORDED.read_text(encoding="utf-8"), QUESTIONS).encode()
    read = read_lss(data, "structure.lss")
    assert (len(read.items), read.languages) == (QUESTIONS, ("fi", "sv", "en"))
    ours, bare = in_turn(lambda: read_lss(data, "structure.lss"), lambda: ElementTree.fromstring(data), runs)
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


# --- both ----------------------------------------------------------------------------------------------


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


def told(what: str, ours: list[float], bare: list[float], target: float) -> bool:
    ratio = statistics.median(a / b for a, b in zip(ours, bare, strict=True))
    seconds = f"{statistics.median(ours):.4f} s, {statistics.median(bare):.4f} s"
    print(f"{what}: {ratio:.2f} ({seconds}), at most {target}: {'met' if ratio <= target else 'not met'}")
    return ratio <= target


PARTS = {"structure": structure}


if __name__ == "__main__":
    sys.exit(main())
