"""What a report notebook calls: one call a cell, each leaving a block with an id.

``import evallib; report = evallib.open_report("2025", comparison="2024")`` and then
``report.figure("F6.3")``. In JupyterLab each block shows itself in the viewing language.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evallib.report.blocks import Block
from evallib.steps.context import open_context

if TYPE_CHECKING:
    from evallib.report.words import Material


def open_report(
    period: str, comparison: str | None = None, language: str = "fi", final: bool = False
) -> ReportInNotebook:
    """The release of a period, ready to be shown block by block.

    Raises MissingStepError saying what to run first when nothing has been released.
    """
    from evallib.report.parameters import checked, read_interface
    from evallib.report.sketches import releases_at_hand
    from evallib.steps.exchanged import refuse_exchanged
    from evallib.steps.publication import open_material

    context = open_context(Path.cwd())
    context.released.update(releases_at_hand())
    project = context.workspace.project
    checked(
        read_interface(context.workspace.notebooks / "annual_report.ipynb"),
        {"period": period, "comparison": comparison, "language": language, "final": final},
        project.comparable(),
        project.report_languages,
    )
    refuse_exchanged(context, context.period(period))
    material, _ = open_material(context, context.period(period), comparison)
    return ReportInNotebook(material, language, comparison, final)


@dataclass(frozen=True)
class ReportInNotebook:
    """A release in the viewing language. Every method gives one block of the report."""

    material: Material
    language: str
    comparison: str | None
    final: bool

    def cover(self) -> Block:
        """Title page with identity, funding statement and status."""
        return self._block("cover", "", {"comparison": self.comparison, "final": self.final})

    def decision_page(self) -> Block:
        """The one page to decide on."""
        return self._block("decisions", "")

    def chapter(self, number: str) -> Block:
        """A numbered chapter's heading."""
        return self._block("chapter", number)

    def passage(self, name: str) -> Block:
        """Computed sentences, such as ``P4.1``."""
        return self._block("passage", name)

    def figure(self, name: str) -> Block:
        """A figure, such as ``F4.1``."""
        return self._block("figure", name)

    def table(self, name: str) -> Block:
        """A table, such as ``T4.1``."""
        return self._block("table", name)

    def commentary(self, chapter: str) -> Block:
        """The evaluator's own words on a chapter."""
        return self._block("commentary", chapter)

    def summary(self, language: str) -> Block:
        """A summary in another language of the report."""
        return self._block("summary", language)

    def annex(self, letter: str) -> Block:
        """An annex's heading."""
        return self._block("annex", letter)

    def _block(self, kind: str, name: str, options: dict[str, object] | None = None) -> Block:
        from evallib.report.preview import preview

        block = Block(kind, name, options or {})
        return Block(kind, name, options or {}, preview(block, self.material, self.language))
