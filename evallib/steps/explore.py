"""Internal looks at frozen data, for notebooks that stay inside: answers and data quality."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evallib.errors import MissingStepError, UsageError, nearest, text
from evallib.steps.context import Context, open_context
from evallib.steps.frozen import frozen_frames, frozen_manifest
from evallib.workspace import Period

if TYPE_CHECKING:
    import pandas as pd

    from evallib.store import Manifest
    from evallib.tidy import Frames


def answers(period: str, survey: str) -> pd.DataFrame:
    """A survey's kept responses of a period: one row a response, codes as text, pseudonymous.

    Internal: nothing of it may be published. Raises UsageError for an unknown survey.
    """
    context = open_context(Path.cwd())
    frames = frozen_frames(context, context.period(period))
    if survey not in frames.surveys:
        close = nearest(survey, list(frames.surveys))
        raise UsageError(
            text("There is no survey {name}", name=repr(survey)),
            expected=text("one of {known}", known=", ".join(frames.surveys)),
            repair=text("Did you mean {key}?", key=repr(close)) if close else "",
        )
    return frames.surveys[survey].rows


def open_quality(period: str) -> Quality:
    """The data quality of a period's freeze; MissingStepError says what to run first."""
    context = open_context(Path.cwd())
    known = context.period(period)
    return Quality(context, known, frozen_frames(context, known), frozen_manifest(context, known))


@dataclass(frozen=True)
class Look:
    """A table to look at in a notebook, whole and with nothing cut off; ``frame`` is there to work on."""

    frame: pd.DataFrame

    def _repr_html_(self) -> str:
        styled = self.frame.style.hide(axis="index").format(escape="html")
        sides = {
            name: f"text-align:{'left' if _worded(self.frame[name]) else 'right'}" for name in self.frame
        }
        styled = styled.set_table_styles(
            {
                name: [{"selector": cell, "props": side} for cell in ("th", "td")]
                for name, side in sides.items()
            }
        )
        return f'<div style="max-height:28rem;overflow:auto">{styled.to_html()}</div>'


def _worded(column: pd.Series[Any]) -> bool:
    """Whether a column holds words: numbers, also as text and with a per cent sign, stand to the right."""
    return not all(re.fullmatch(r"[\d\s.,%-]*", str(cell)) for cell in column) or not len(column)


@dataclass(frozen=True)
class Quality:
    """What an evaluator looks at before a freeze is trusted. Every method gives a table."""

    context: Context
    period: Period
    frames: Frames
    manifest: Manifest

    def files(self) -> Look:
        """Received files: what each was recognised as. One row a file, without its name."""
        files = [
            one | {"sha256": str(one["sha256"])[:8]} for one in _listed(self.manifest.facts.get("files"))
        ]
        return self._table(files, "system variant encoding sha256")

    def tables(self) -> Look:
        """Rows of each frozen table. One row a table."""
        names = [name for name in self.manifest.entries if name.endswith(".csv")]
        rows = [
            {"table": name.removesuffix(".csv"), "rows": self._rows(name)}
            for name in names
            if "/" not in name
        ]
        return self._table(rows, "table rows")

    def remarks(self) -> Look:
        """Rules that fired when the files were read. One row a table and rule."""
        rows = [
            dict(zip(("table", "remark", "count", "detail"), one, strict=True))
            for one in _listed(self.manifest.facts.get("remarks"))
        ]
        return self._table(rows, "table remark count detail")

    def reconciliation(self) -> Look:
        """Every question: n = answered + not answered + not asked. One row a survey and column."""
        rows = [
            {
                "survey": survey,
                "column": name,
                "n": count.n,
                "answered": count.answered,
                "not answered": count.not_answered,
                "not asked": count.not_asked,
                "unknown codes": count.unknown,
            }
            for survey, frame in self.frames.surveys.items()
            for name, count in frame.counts.items()
        ]
        return self._table(rows, "survey column n answered")

    def unknown_codes(self) -> Look:
        """Columns where a code was met that no option has. One row a survey and column."""
        everything = self.reconciliation().frame
        return Look(everything[everything["unknown codes"] > 0].reset_index(drop=True))

    def response(self) -> Look:
        """Invited and answered by survey. One row a survey; an open link has no number invited."""
        rows = []
        for survey, frame in self.frames.surveys.items():
            invited = self.frames.invited.get(survey)
            rows.append(
                {
                    "survey": survey,
                    "invited": "" if invited is None else str(len(invited)),
                    "kept responses": len(frame.rows),
                    "left out": sum(frame.left_out.values()),
                }
            )
        return self._table(rows, "survey invited")

    def _rows(self, name: str) -> int:
        data = self.context.store.get(self.manifest.entries[name])
        from evallib.privacy.tables import from_bytes

        return len(from_bytes(name.removesuffix(".csv"), data).rows)

    def _table(self, rows: list[Any], columns: str) -> Look:
        import pandas as pd

        return Look(pd.DataFrame(rows) if rows else pd.DataFrame(columns=columns.split()))


def _listed(value: Any) -> list[Any]:
    if value is None:
        raise MissingStepError(text("The freeze has no record of its files"))
    return list(value)
