"""demo: the whole chain on the invented project, earlier periods first, ending with three PDFs."""

from __future__ import annotations

from evallib.errors import UsageError, text
from evallib.steps.context import Context, chosen_period
from evallib.steps.report import ReportMade, report


def demo(context: Context) -> ReportMade:
    """The report of the demo project's latest period; refused in a real project's workspace."""
    if not context.workspace.project.invented:
        raise UsageError(
            text("This is the workspace of a real project"),
            expected=text("the invented demo project"),
            where="surveys/project.yaml",
            repair=text("Run evallib report PERIOD here, or evallib demo in a clone of evallib"),
        )
    return report(context, chosen_period(context, None))
