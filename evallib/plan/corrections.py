"""What a correction release corrects: the evaluator's notes on a locked period, printed in its report.

They lie in ``surveys/commentary/<period>/corrections.yaml``, the oldest first. A note that was published
stays: the next one comes after it.
"""

from __future__ import annotations

from datetime import date as Day
from pathlib import Path

from pydantic import Field

from evallib.declared import Declared, FirstSchema, Texts, read_declared

FILE = "corrections.yaml"


class Correction(Declared):
    """What was wrong, and what stands now. role: who says so; never a name."""

    date: Day
    role: Texts
    note: Texts


class CorrectionFile(Declared):
    """``corrections.yaml`` of a period."""

    schema_version: FirstSchema
    corrections: tuple[Correction, ...] = Field(min_length=1)


def load_corrections(surveys: Path, period: str) -> tuple[Correction, ...]:
    """The notes on a period, none without a file; DeclarationError names file and line of a fault."""
    path = surveys / "commentary" / period / FILE
    if not path.is_file():
        return ()
    shown = f"surveys/commentary/{period}/{FILE}"
    return read_declared(path, CorrectionFile, shown=shown).corrections
