"""What keeps invented answers and those of people apart, and a rehearsal from being taken for a report."""

from __future__ import annotations

from collections.abc import Iterable

from evallib.codes import SYNTHETIC
from evallib.errors import PrivacyError, UsageError, text
from evallib.records import SourceTable
from evallib.steps.context import Context

_OF_PEOPLE = ("responses", "invited", "participations")


def refuse_rehearsal(context: Context) -> None:
    """Raise UsageError where the answers are synthetic: what comes of them is shown to nobody as a result."""
    if context.workspace.project.rehearsal:
        raise UsageError(
            text("This is a rehearsal: its answers are synthetic, and nothing of it is ever published"),
            where="surveys/project.yaml: rehearsal",
            repair=text("Do this in the project's own workspace, with answers that people gave"),
        )


def refuse_mixed(rehearsal: bool, tables: Iterable[SourceTable]) -> None:
    """Raise PrivacyError for synthetic rows in a project's workspace, and for those of people in a rehearsal.

    Its key is public, so it would protect nobody; and a report of both would be of neither.
    """
    for table in tables:
        kind = table.kind.partition(".")[0]
        if kind not in _OF_PEOPLE or table.rows.empty:
            continue
        invented = synthetic(table)
        where = ", ".join(file.name for file in table.files)
        if invented and not rehearsal:
            raise PrivacyError(
                text("Among the received answers are synthetic ones"),
                where=where,
                found=text("{n} rows", n=invented),
                repair=text(
                    "Take the file away. A report is rehearsed in a workspace of its own: evallib survey twin"
                ),
            )
        if rehearsal and invented < len(table.rows):
            raise PrivacyError(
                text("A rehearsal takes synthetic answers only, and here are rows of people"),
                where=where,
                found=text("{n} rows", n=len(table.rows) - invented),
                repair=text("Take the file away: the public key of a rehearsal protects nobody"),
            )


def synthetic(table: SourceTable) -> int:
    """How many rows carry the mark of invented answers."""
    import pandas as pd

    marked = pd.Series(False, index=table.rows.index)
    if "seed" in table.rows:
        marked |= table.rows["seed"] == SYNTHETIC
    if "token" in table.rows:
        marked |= table.rows["token"].str.startswith(SYNTHETIC)
    return int(marked.sum())
