"""The workbook of one coder: an open answer a row, with a list of codes to choose from, to fill in.

Beside the answer stands the question and nothing of who wrote it. What the program suggests has a column
of its own and counts only where the coder wrote yes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from evallib.codebook.code_frame import CodeFrame
from evallib.codes import LANGUAGES
from evallib.errors import Text, text

Say = Callable[[Text | str], str]
SHEET, CODES = "answers", "codes"
CHOICES = 3  # codes that one answer can get by hand
_EPOCH = datetime(2000, 1, 1)  # the workbook says no time, so that the same answers give the same bytes
_LONGEST = 32_000  # signs that a cell can hold, a few left free
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
YES, NO = ("kyllä", "ja", "yes"), ("ei", "nej", "no")
HEADS = (text("id"), text("question"), text("answer"))
CODER = (*HEADS, text("suggested"), text("accept?"), *(text("code {n}", n=n) for n in range(1, CHOICES + 1)))
SETTLER = (*HEADS, text("coder {coder}", coder="a"), text("coder {coder}", coder="b"),
           *(text("code {n}", n=n) for n in range(1, CHOICES + 1)), text("role"), text("date"))  # fmt: skip
_WIDTHS = {"id": 8, "question": 28, "answer": 70, "state": 8}
FIRST = 5  # column of the first code


@dataclass(frozen=True)
class Row:
    """One answer. given: what stands in the columns of codes; beside: suggestion and acceptance, or the two
    coders' codes; signed: role and date of who settled it."""

    text_id: str
    question: str
    answer: str
    beside: tuple[str, str] = ("", "")
    given: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()


@dataclass(frozen=True)
class State:
    """What each row of a workbook says of where it belongs. coder: a, b or settled; n: rows that went out."""

    period: str
    coder: str
    version: int
    n: int

    def __str__(self) -> str:
        return f"{self.period} {self.coder} {self.version} {self.n}"

    @classmethod
    def parse(cls, written: str) -> State | None:
        parts = written.split()
        if (
            len(parts) == 4
            and parts[1] in ("a", "b", "settled")
            and parts[2].isdecimal()
            and parts[3].isdecimal()
        ):
            return cls(parts[0], parts[1], int(parts[2]), int(parts[3]))  # fmt: skip
        return None


def width(coder: str) -> int:
    """How many columns a workbook of this coder has, that of the state the last."""
    return len(SETTLER if coder == "settled" else CODER) + 1


def sheet_without(data: bytes, ids: Set[str]) -> bytes:
    """A workbook without the rows of some answers, as if they had never gone out; the same bytes when none
    of them is in it, and when it is no workbook any more."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(data))
        sheet = book[SHEET]
    except Exception:  # damaged, or somebody's own file: the search afterwards names it
        return data
    gone = [row[0].row for row in sheet.iter_rows(min_row=2) if str(row[0].value) in ids]
    if not gone:
        return data
    for number in reversed(gone):
        sheet.delete_rows(number)
    for row in sheet.iter_rows(min_row=2):
        if state := State.parse(str(row[-1].value)):
            row[-1].value = str(replace(state, n=state.n - len(gone)))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def shown(answer: str) -> str:
    """An answer as a cell can hold it: without signs that no workbook knows, cut where it is endless."""
    return _UNSEEN.sub(" ", answer)[:_LONGEST]


def coding_sheet(rows: Sequence[Row], state: State, frame: CodeFrame, language: str, say: Say) -> bytes:
    """The workbook as bytes, the same for the same rows: answers to code, and a sheet that explains codes."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False,
                                        "strings_to_urls": False, "strings_to_numbers": False})  # fmt: skip
    book.set_properties({"created": _EPOCH})
    bold = book.add_format({"bold": True, "bottom": 1})
    fixed = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    free = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@", "bg_color": "#fdf1dc"})
    sheet, codes = book.add_worksheet(SHEET), book.add_worksheet(CODES)
    heads: tuple[Text | str, ...] = (*(SETTLER if state.coder == "settled" else CODER), "state")
    for column, head in enumerate(heads):
        sheet.write_string(0, column, say(head), bold)
        sheet.set_column(column, column, _WIDTHS.get(str(head), 16))
    filled = range(FIRST if state.coder == "settled" else FIRST - 1, len(heads) - 1)
    for number, row in enumerate(rows, 1):
        given = (*row.given, *[""] * (CHOICES - len(row.given)))
        signed = (*row.signed, "", "")[:2] if state.coder == "settled" else ()
        cells = [row.text_id, row.question, shown(row.answer), *row.beside, *given, *signed, str(state)]
        for column, words in enumerate(cells):
            sheet.write_string(number, column, words, free if column in filled else fixed)
    for number, code in enumerate(frame.offered):
        codes.write_string(number, 0, frame.labels[code][language], bold)
        about = next((one.definition[language] for one in frame.codes if one.code == code), "")
        codes.write_string(number, 1, about, fixed)
    codes.set_column(0, 0, 30)
    codes.set_column(1, 1, 90)
    last = max(len(rows), 1)
    choices = {"validate": "list", "source": f"={CODES}!$A$1:$A${len(frame.offered)}"}
    sheet.data_validation(1, FIRST, last, FIRST + CHOICES - 1, choices)
    if state.coder != "settled":
        place = LANGUAGES.index(language)
        sheet.data_validation(1, 4, last, 4, {"validate": "list", "source": [YES[place], NO[place]]})
    sheet.freeze_panes(1, 0)
    book.close()
    return stream.getvalue()
