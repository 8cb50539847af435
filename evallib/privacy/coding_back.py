"""A coder's workbook that came back: every row held against the answers that went out.

What was lost, changed or mixed up is an error with sheet, row and column, and then nothing is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from evallib.codebook.code_frame import NONE, CodeFrame
from evallib.codes import LANGUAGES
from evallib.errors import InputError, Text, nearest, text
from evallib.privacy.coding_sheet import CHOICES, FIRST, NO, SHEET, YES, State, shown, width


@dataclass(frozen=True)
class Decided:
    """What a workbook says of one answer: its codes, none where it waits; role and date of a settlement."""

    codes: tuple[str, ...]
    role: str = ""
    date: str = ""


@dataclass(frozen=True)
class Reader:
    """A workbook that came back. name: its file; rows: cells as text, the header first."""

    name: str
    rows: Sequence[Sequence[str]]
    frame: CodeFrame

    def state(self) -> State:
        """The one state that all rows bear; InputError for another kind of table, and for mixed rows."""
        found = [(number, State.parse(cells[-1])) for number, cells in self._filled()]
        first = found[0][1] if found else None
        if first is None or self._width() != width(first.coder):
            raise InputError(
                text("{file} is no workbook of a coder", file=self.name),
                where=self._place(1),
                repair=text("Write one with evallib coding start, and fill in only its coloured cells"),
            )
        for number, one in found:
            if one != first:
                raise InputError(
                    text("The rows come from several workbooks"),
                    where=self._place(number, self._width()),
                    expected=str(first),
                    found=str(one) if one else text("nothing"),
                    repair=text("Take the row out, and code it in the workbook that it came from"),
                )
        return first

    def read(self, answers: Mapping[str, str]) -> dict[str, Decided]:
        """Text id → what was decided; answers: those of the period, by id.

        Raises InputError with row and column for an unknown, changed or doubled answer, a missing row, a
        code that the frame does not offer, ``none`` beside others, and a settlement without role or date.
        """
        state, decided = self.state(), dict[str, Decided]()
        for number, cells in self._filled():
            text_id = cells[0]
            if text_id in decided or text_id not in answers:
                raise InputError(
                    text("The answer of this row stands twice") if text_id in decided
                    else text("The answer of this row is not one of the period"),
                    where=self._place(number, 1),
                    found=text_id,
                    repair=_AGAIN,
                )  # fmt: skip
            if _plain(cells[2]) != _plain(shown(answers[text_id])):
                raise InputError(
                    text("The words of an answer were changed"),
                    where=self._place(number, 3),
                    expected=text("the answer as it went out, or as it reads now"),
                    repair=_AGAIN,
                )
            decided[text_id] = self._decision(number, cells, state)
        if len(decided) < state.n:
            raise InputError(
                text("Rows are missing from the workbook"),
                where=self.name,
                expected=text("{n} rows", n=state.n),
                found=text("{n} rows", n=len(decided)),
                repair=_AGAIN,
            )
        return decided

    def _decision(self, number: int, cells: Sequence[str], state: State) -> Decided:
        given = list(self._codes(number, enumerate(cells[FIRST : FIRST + CHOICES], FIRST)))
        if state.coder == "settled":
            role, day = cells[FIRST + CHOICES].strip(), _day(cells[FIRST + CHOICES + 1])
            if not given and not role:
                return Decided(())
            if not (given and role and day):
                raise InputError(
                    text("A settlement is not whole"),
                    where=self._place(number),
                    expected=text("codes, a role, and a date"),
                    repair=text("Fill the row in, or empty it to leave the answer open"),
                )
            return Decided(self._sole(number, given), role, day)
        accepted = cells[4].strip().casefold()
        if accepted in YES:
            given += self._codes(number, ((3, one) for one in cells[3].split(";") if one.strip()))
        if accepted not in (*YES, *NO, "") or (accepted in YES and not cells[3].strip()):
            raise InputError(
                text("A suggestion is accepted with yes or rejected with no"),
                where=self._place(number, 5),
                expected=", ".join((*YES, *NO)),
                found=cells[4][:40],
            )
        return Decided(self._sole(number, given))

    def _codes(self, number: int, cells: Iterable[tuple[int, str]]) -> Iterator[str]:
        for column, written in cells:
            code = self.frame.named(written) if written.strip() else ""
            if written.strip() and code not in self.frame.offered:
                raise self._strange(written, code, self._place(number, column + 1))
            if code:
                yield code

    def _strange(self, written: str, retired: str, where: Text) -> InputError:
        labels = [label[one] for label in self.frame.labels.values() for one in LANGUAGES]
        close = nearest(written, labels)
        short = repr(written[:40])
        return InputError(
            text("The code {code} is retired", code=short)
            if retired
            else text("The code frame has no code {code}", code=short),
            where=where,
            expected=text("one of {known}", known=", ".join(self.frame.offered)),
            found=text("the nearest is {code}", code=close) if close and not retired else "",
            repair=text("Choose from the list in the cell; codes are declared in surveys/code_frame.yaml"),
        )

    def _sole(self, number: int, given: Sequence[str]) -> tuple[str, ...]:
        """The codes once each, in the frame's order."""
        if NONE in given and len(set(given)) > 1:
            raise InputError(
                text("An answer has a code and none of the codes at once"),
                where=self._place(number, FIRST + 1),
                found=", ".join(dict.fromkeys(given)),
                repair=text("Keep one of the two"),
            )
        return tuple(one for one in self.frame.labels if one in given)

    def _width(self) -> int:
        """Columns up to that of the state; whatever a coder notes to the right of it is left alone."""
        heads = list(self.rows[0]) if self.rows else []
        return heads.index("state") + 1 if "state" in heads else 0

    def _filled(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Row number and cells, up to the state, of every row that is not empty."""
        columns = self._width()
        for number, cells in enumerate(self.rows[1:], 2):
            if any(cells[:columns]):
                yield number, [*cells, *[""] * (columns - len(cells))][:columns]

    def _place(self, number: int, column: int = 0) -> Text:
        if column:
            return text("{file}, row {row}, column {column}", file=f"{self.name}: {SHEET}", row=number,
                        column="ABCDEFGHIJK"[column - 1])  # fmt: skip
        return text("{file}, row {row}", file=f"{self.name}: {SHEET}", row=number)


_AGAIN = text("Write the workbook anew with evallib coding start: what is filled in there is kept")


def _plain(written: str) -> str:
    return " ".join(written.split())


def _day(written: str) -> str:
    """A date as 2026-01-31; a spreadsheet may have turned it into 31.1.2026."""
    turned = re.sub(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})$", r"\3-\2-\1", written.strip())
    try:
        return datetime.strptime(turned, "%Y-%m-%d").date().isoformat()
    except ValueError:
        return ""
