"""Structure files of one wave, from the declared questionnaires and the wave's roster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from zlib import crc32

from evallib.codebook.lss_write import write_lss
from evallib.codebook.model import Label, Questionnaire


def built(wave: Mapping[str, Questionnaire], period: str, notice: Label | None = None) -> dict[str, bytes]:
    """The structure file of every questionnaire of a wave, by file name ``<id>-<period>.lss``.

    notice: what is to be read before the first question. The period stands in the title, so that the server's
    list tells the waves apart.
    """
    files = {}
    for name, one in wave.items():
        title = {language: f"{words} {period}" for language, words in one.title.items()}
        files[f"{name}-{period}.lss"] = write_lss(
            replace(one, title=title), survey_number(name, period), notice
        )
    return files


def survey_number(questionnaire: str, period: str) -> int:
    """A six-digit number for a wave, always the same for the same names."""
    return 100_000 + crc32(f"{questionnaire}-{period}".encode()) % 900_000
