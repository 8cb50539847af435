"""coding: open answers to two coders and back, and what the two have to settle.

The workbooks, ``surveys/coding/<period>-a.xlsx``, ``-b`` and ``-settle``, hold open answers: they are kept
out of history and of every release. What is taken over lies in the inbox as codes without words, is frozen
and erased like everything received.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from evallib.errors import InputError, MissingStepError, Text, UsageError, text
from evallib.steps.coding_files import Answer, cells_of, filled, inbox_file, settled, sheet_file, taken
from evallib.steps.context import Context
from evallib.steps.one_file import write_private
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.codebook.code_frame import CodeFrame
    from evallib.measures.agreement import Agreement
    from evallib.privacy.coding_sheet import Row, State

Say = Callable[[Text | str], str]
Coded = Mapping[str, tuple[str, ...]]  # text id → codes, of one coder


@dataclass(frozen=True)
class HandedOut:
    """Workbooks written, and how many answers each of them holds."""

    files: tuple[str, ...]
    answers: int


@dataclass(frozen=True)
class TakenBack:
    """What came back: by whom (a, b, settled), answers coded, answers of the workbook that still wait."""

    coder: str
    coded: int
    waiting: int
    file: str


@dataclass(frozen=True)
class CodingStatus:
    """Where the coding of a period stands. coded: answers by coder; disagree: those coded differently, of
    which ``settled``. agreement: of both coders, by code and over all (""); none without two."""

    answers: int
    version: int
    coded: Mapping[str, int]
    twice: int
    disagree: int
    settled: int
    agreement: Mapping[str, Agreement] = field(default_factory=dict)


def start(context: Context, period: Period, language: str, say: Say = str) -> HandedOut:
    """Write the two coders' workbooks. What is filled in stays, as long as the answer is the same; what was
    taken over already stands there again."""
    from evallib.codebook.lemmas import suggestions

    frame, answers = _frame(context), _answers(context, period)
    if not answers:
        raise MissingStepError(
            text("There are no open answers to code in {period}", period=period.id),
            expected=text("answers to {known}", known=", ".join(frame.questions)),
            repair=text("Look at questions: in surveys/code_frame.yaml"),
        )
    suggested = suggestions(frame, {one: answer.words for one, answer in answers.items()})
    files = []
    for coder in ("a", "b"):
        before = filled(context, period, coder, answers)
        given_before = taken(context, period, coder)
        rows = []
        for text_id, answer in answers.items():
            hint = "; ".join(frame.labels[code][language] for code in suggested[text_id])
            kept = before.get(text_id)
            if kept is not None:
                accepted, given = kept[4], tuple(kept[5:8])
            else:
                codes = given_before.get(text_id, ())
                accepted, given = "", tuple(frame.labels[code][language] for code in codes[:3])
            rows.append(_row(context, text_id, answer, (hint, accepted), given, language))
        files.append(_hand_out(context, period, coder, rows, frame, language, say))
    return HandedOut(tuple(files), len(answers))


def settle(context: Context, period: Period, language: str, say: Say = str) -> HandedOut:
    """Write the workbook of the answers that the two coded differently, settled ones filled in."""
    frame, answers = _frame(context), _answers(context, period)
    first, second = (taken(context, period, coder) for coder in ("a", "b"))
    before, signed = filled(context, period, "settle", answers), settled(context, period)
    rows = []
    for text_id, answer in answers.items():
        if first.get(text_id) and second.get(text_id) and set(first[text_id]) != set(second[text_id]):
            named = [_labels(frame, codes, language) for codes in (first[text_id], second[text_id])]
            kept, done = before.get(text_id), signed.get(text_id)
            given, sign = tuple((kept or [])[5:8]), tuple((kept or [])[8:10])
            if not any(given) and done is not None:
                given = tuple(frame.labels[code][language] for code in done.codes[:3])
                sign = (done.role, done.date)
            one = _row(context, text_id, answer, (named[0], named[1]), given, language)
            rows.append(_signed(one, sign))
    if not rows:
        raise MissingStepError(
            text("There is nothing to settle in {period}", period=period.id),
            expected=text("answers that both coders coded, and not alike"),
            repair=text("See: evallib coding status {period}", period=period.id),
        )
    return HandedOut((_hand_out(context, period, "settle", rows, frame, language, say),), len(rows))


def take(context: Context, file: Path, period: Period, *, again: bool = False) -> TakenBack:
    """Take a workbook over: all of it, or nothing. ``again``: in place of what the same coder gave before.

    Raises InputError for a workbook of another period, of another version of the code frame, and of a coder
    whose codes are taken already; see :class:`evallib.privacy.coding_sheet.Reader` for the rows.
    """
    from evallib.privacy.coding import fingerprint
    from evallib.privacy.coding_back import Reader
    from evallib.sources.coding import coding_bytes
    from evallib.steps.project_key import project_key

    frame, key = _frame(context), project_key(context)
    answers = _answers(context, period)
    reader = Reader(file.name, cells_of(file), frame)
    state = reader.state()
    _refuse_strange(context, period, file, state, frame, again)
    decided = reader.read({one: answer.words for one, answer in answers.items()})
    coded = {one: found for one, found in decided.items() if found.codes}
    path = inbox_file(context, period, state.coder)
    rows = [
        [one, fingerprint(one, answers[one].words, key), "+".join(found.codes)]
        + [str(state.version), found.role, found.date]
        for one, found in coded.items()
    ]
    write_private(path, coding_bytes(rows))
    return TakenBack(state.coder, len(coded), len(decided) - len(coded), context.workspace.shown(path))


def status(context: Context, period: Period) -> CodingStatus:
    """Where the coding stands, from what was taken over; nothing is written."""
    from evallib.measures.agreement import agreement, marks

    frame, answers = _frame(context), _answers(context, period)
    first, second = (taken(context, period, coder) for coder in ("a", "b"))
    there = {"a": sum(one in answers for one in first), "b": sum(one in answers for one in second)}
    both = [one for one in answers if one in first and one in second]
    differ = [one for one in both if set(first[one]) != set(second[one])]
    signed = settled(context, period)
    found = {}
    if both:
        codes = [one for one in frame.labels if any(one in (*first[id_], *second[id_]) for id_ in both)]
        one, other = (marks([frozenset(coder[id_]) for id_ in both], codes) for coder in (first, second))
        floor = context.plan.policy.percent_base
        found = {c: agreement(one[:, i : i + 1], other[:, i : i + 1], floor) for i, c in enumerate(codes)}
        found[""] = agreement(one, other, floor)
    done = sum(one in signed for one in differ)
    return CodingStatus(len(answers), frame.version, there, len(both), len(differ), done, found)


def _frame(context: Context) -> CodeFrame:
    found = context.code_frame
    if found is None:
        raise MissingStepError(
            text("The project has no code frame"),
            expected="surveys/code_frame.yaml",
            repair=text("Copy it from a new workspace (evallib new) and name the questions to be coded"),
        )
    return found


def _answers(context: Context, period: Period) -> dict[str, Answer]:
    """Text id → answer to a coded question, of the period's last freeze, made when something is new.

    Raises MissingStepError where the freeze is kept as it is: codes taken now would be lost unseen.
    """
    from evallib.privacy.tables import as_rows
    from evallib.steps.closed import refuse_closed
    from evallib.steps.freeze import freeze
    from evallib.steps.quotes import text_tables
    from evallib.steps.states import stays_locked

    refuse_closed(context, period)
    if stays_locked(context, period):
        raise MissingStepError(
            text("{period} is locked, so codes would not count", period=period.id),
            repair=text("Write a correction first; see docs/year.md"),
        )
    freeze(context, period)
    asked = _frame(context).questions
    rows = [row for table in text_tables(context, period) for row in as_rows(table.rows)]
    found = [
        (row["text_id"], Answer(f"{row['survey']}.{row['item']}", row["text"]))
        for row in rows
        if f"{row['survey']}.{row['item']}" in asked
    ]
    return dict(sorted(found, key=lambda one: (asked.index(one[1].question), one[0])))


def _row(
    context: Context,
    text_id: str,
    answer: Answer,
    beside: tuple[str, str],
    given: tuple[str, ...],
    language: str,
) -> Row:
    from evallib.privacy.coding_sheet import Row

    survey, _, item = answer.question.partition(".")
    items = context.questionnaires[survey].items
    label = next((one.label for one in items if one.code == item), {})
    return Row(text_id, label.get(language) or answer.question, answer.words, beside, given)


def _signed(row: Row, sign: tuple[str, ...]) -> Row:
    from dataclasses import replace

    return replace(row, signed=sign)


def _labels(frame: CodeFrame, codes: Sequence[str], language: str) -> str:
    return "; ".join(frame.labels[code][language] for code in codes)


def _hand_out(
    context: Context, period: Period, coder: str, rows: list[Row], frame: CodeFrame, language: str, say: Say
) -> str:
    from evallib.privacy.coding_sheet import State, coding_sheet

    path = sheet_file(context, period, coder)
    state = State(period.id, "settled" if coder == "settle" else coder, frame.version, len(rows))
    write_private(path, coding_sheet(rows, state, frame, language, say))
    return context.workspace.shown(path)


def _refuse_strange(
    context: Context, period: Period, file: Path, state: State, frame: CodeFrame, again: bool
) -> None:
    """A workbook of another period or frame, or of somebody whose codes are there already."""
    if state.period != period.id:
        raise InputError(
            text("The workbook belongs to another period"),
            where=file.name,
            expected=period.id,
            found=state.period,
            repair=text("Take it there: evallib coding take FILE {period}", period=state.period),
        )
    if state.version != frame.version:
        raise InputError(
            text("The workbook was written with another version of the code frame"),
            where=file.name,
            expected=text("version {n}", n=frame.version),
            found=text("version {n}", n=state.version),
            repair=text("Write the workbook anew with evallib coding start: what is filled in there is kept"),
        )
    if state.coder != "settled" and inbox_file(context, period, state.coder).is_file() and not again:
        raise UsageError(
            text("Codes of coder {coder} are taken already", coder=state.coder),
            where=file.name,
            expected=text("the workbook of the other coder"),
            repair=text("To put these in place of the first ones, run the same with --again"),
        )
