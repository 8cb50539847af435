"""quotes: open answers for the person who approves, and the approvals that a release prints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evallib.codes import LANGUAGES
from evallib.errors import StoreError
from evallib.records import read_whole
from evallib.steps.context import Context
from evallib.steps.one_file import write_private
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.privacy.identities import Known
    from evallib.privacy.quotes import Approval, Row
    from evallib.records import FrozenTable

NAME = "quotes.csv"


@dataclass(frozen=True)
class QuotesListed:
    """What a period offers: answers that may be quoted, those with marks, those approved."""

    sheet: Path
    answers: int
    marked: int
    approved: int


def quotes(context: Context, period: Period) -> QuotesListed:
    """Write the period's worksheet, and an approval for each line that has a role and a date.

    The worksheet, ``surveys/quotes/<period>.csv``, holds unapproved answers: it is kept out of history and
    of every release, and may be deleted at any time. The approvals lie in ``commentary/<period>/quotes.csv``.
    """
    from evallib.privacy.quotes import approvals_bytes, approve, sheet_bytes, worksheet
    from evallib.steps.freeze import freeze
    from evallib.steps.project_key import project_key

    freeze(context, period)
    answers, known, key = _answers(context, period), _known(context, period), project_key(context)
    sheet, kept = _sheet(context, period), _approvals_file(context, period)
    rows = worksheet(answers, known, _filled(context, period, answers), _codes(context, period))
    write_private(sheet, sheet_bytes(rows))
    languages = context.workspace.project.report_languages
    approved = [approve(row, known, key, languages) for row in rows if row.approved]
    if approved or kept.is_file():
        write_private(kept, approvals_bytes(approved))
    return QuotesListed(sheet, len(rows), sum(bool(row.marks) for row in rows), len(approved))


def approvals(context: Context, period: Period) -> list[Approval]:
    """The period's approvals as they lie among the evaluator's words; none without the file."""
    from evallib.privacy.quotes import read_approvals

    file = _approvals_file(context, period)
    return read_approvals(read_whole(file.name, file)) if file.is_file() else []


def released_quotes(context: Context, period: Period) -> list[dict[str, str]]:
    """What a release may print; PrivacyError when an approval no longer fits its answer."""
    from evallib.privacy.quotes import released
    from evallib.steps.project_key import project_key

    approved = approvals(context, period)
    if not approved:
        return []
    return released(approved, _answers(context, period), project_key(context))


def text_tables(context: Context, period: Period) -> list[FrozenTable]:
    """Open answers of the period's last freeze; what was erased is left out."""
    from evallib.privacy.tables import from_bytes
    from evallib.store import Tier

    texts = context.store.latest(Tier.TEXT, period.id)
    found = []
    for name, sha in (texts.entries if texts else {}).items():
        try:
            found.append(from_bytes(name.removesuffix(".csv"), context.store.get(sha)))
        except StoreError:  # erased
            continue
    return found


def _answers(context: Context, period: Period) -> dict[str, str]:
    from evallib.privacy.quotes import consented

    return consented(text_tables(context, period))


def _codes(context: Context, period: Period) -> dict[str, str]:
    """Text id → codes joined by ``+`` of answers that are coded and settled: by them quotes are chosen."""
    from evallib.measures.coding import final
    from evallib.steps.frozen import frozen_frames

    rows = frozen_frames(context, period).coding
    given = zip(rows["text_id"], final(rows), strict=True)
    return {str(text_id): "+".join(sorted(codes)) for text_id, codes in given if codes}


def _filled(context: Context, period: Period, answers: dict[str, str]) -> dict[str, Row]:
    """What was filled in before: approvals, and over them the lines of the worksheet."""
    from evallib.privacy.quotes import Row, read_sheet

    sheet = _sheet(context, period)
    if sheet.is_file():
        return read_sheet(read_whole(sheet.name, sheet))
    known = (one for one in approvals(context, period) if one.text_id in answers)
    return {
        one.text_id: Row(one.text_id, answers[one.text_id], "", one.texts, one.role, one.date)
        for one in known
    }


def _known(context: Context, period: Period) -> Known:
    """Names of the received lists, organisations of roster and register, words of the plan."""
    from evallib.privacy.identities import Known, names_in
    from evallib.steps.leaks import received_tables

    names: set[str] = set()
    organisations: set[str] = set()
    for table in received_tables(context, period):
        for row in table.rows.to_dict("records"):
            names.add(f"{row.get('firstname', '')} {row.get('lastname', '')}".strip())
            if table.kind == "participations":
                names |= names_in([str(row["name"])])
            elif table.kind == "register":
                organisations |= {str(row["name"]), str(row["beneficiary"])}
            elif table.kind.startswith("roster."):
                organisations.add(str(row["name"]))
    return Known(
        frozenset(names - organisations - {""}), frozenset(organisations), frozenset(_words(context))
    )


def _words(context: Context) -> Iterator[str]:
    """Names of places and fields: they stand with a capital and name nobody."""
    for dimension in context.plan.dimensions:
        for label in (*dimension.labels.values(), *dimension.merge_labels.values()):
            yield from (label[language] for language in LANGUAGES)


def _sheet(context: Context, period: Period) -> Path:
    return context.workspace.surveys / "quotes" / f"{period.id}.csv"


def _approvals_file(context: Context, period: Period) -> Path:
    return context.workspace.surveys / "commentary" / period.id / NAME
