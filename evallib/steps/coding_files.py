"""Where the coding of a period lies: workbooks in the workspace, codes that came back in the inbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evallib.records import read_whole
from evallib.steps.context import Context
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.privacy.coding_back import Decided

FOLDER = "coding"


@dataclass(frozen=True)
class Answer:
    """An open answer of a coded question. question: as ``q1.T10``."""

    question: str
    words: str


def sheets(context: Context, period: Period) -> list[Path]:
    """The period's workbooks that lie in the workspace."""
    found = (sheet_file(context, period, coder) for coder in ("a", "b", "settle"))
    return [path for path in found if path.is_file()]


def sheet_file(context: Context, period: Period, coder: str) -> Path:
    """The workbook of a coder; of ``settle``, that of the answers coded in two ways."""
    return context.workspace.surveys / FOLDER / f"{period.id}-{coder}.xlsx"


def inbox_file(context: Context, period: Period, coder: str) -> Path:
    """Where codes of a coder lie once they are taken; of ``settled``, what the two settled."""
    return context.workspace.inbox(period.id) / FOLDER / f"{coder}.csv"


def cells_of(file: Path) -> list[list[str]]:
    """The cells of a workbook as text, the header first; InputError when it can't be read as one."""
    from evallib.privacy.coding_sheet import SHEET
    from evallib.sources.decode import read_sheet
    from evallib.steps.fingerprint import read_all

    return read_sheet(read_all({file.name: file})[file.name], file.name, by_hand=True, sheets=(SHEET,)).rows


def filled(
    context: Context, period: Period, coder: str, answers: Mapping[str, Answer]
) -> dict[str, list[str]]:
    """Text id → cells of a workbook that lies there already, of answers that read as they did.

    Ids are keyed: after a change of key an answer is found again by its words.
    """
    path = sheet_file(context, period, coder)
    known: dict[str, list[str]] = {}
    others: dict[str, list[list[str]]] = {}
    for cells in cells_of(path)[1:] if path.is_file() else []:
        full = [*cells, *[""] * 11]
        if full[0] in answers and _plain(full[2]) == _plain(answers[full[0]].words):
            known[full[0]] = full
        elif full[0] and full[0] not in answers:
            others.setdefault(_plain(full[2]), []).append(full)
    for text_id, answer in answers.items():
        if text_id not in known and (same := others.get(_plain(answer.words))):
            known[text_id] = same.pop(0)
    return known


def _plain(words: str) -> str:
    from evallib.privacy.coding_sheet import shown

    return " ".join(shown(words).split())


def _rows(context: Context, period: Period, coder: str) -> list[list[str]]:
    from evallib.sources.coding import rows_of

    path = inbox_file(context, period, coder)
    return rows_of(f"coding/{path.name}", read_whole(path.name, path)) if path.is_file() else []


def taken(context: Context, period: Period, coder: str) -> dict[str, tuple[str, ...]]:
    """Text id → codes that were taken over from a coder."""
    return {cells[0]: tuple(cells[2].split("+")) for cells in _rows(context, period, coder)}


def settled(context: Context, period: Period) -> dict[str, Decided]:
    """Text id → what the two settled, by which role and when."""
    from evallib.privacy.coding_back import Decided

    rows = _rows(context, period, "settled")
    return {cells[0]: Decided(tuple(cells[2].split("+")), cells[4], cells[5]) for cells in rows}
