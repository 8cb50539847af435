"""Structure files of all waves, from the declared questionnaires and rosters to ``built/``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from zlib import crc32

from evallib.codebook.load import load_questionnaires, load_roster, with_roster
from evallib.codebook.lss_write import write_lss


def built(surveys: Path, periods: Iterable[str]) -> dict[str, bytes]:
    """The structure file of every questionnaire in every period, by file name ``<id>-<period>.lss``."""
    files: dict[str, bytes] = {}
    questionnaires = load_questionnaires(surveys)
    for period in periods:
        organisations = load_roster(surveys / "rosters" / f"{period}.csv")
        for name, questionnaire in questionnaires.items():
            wave = with_roster(questionnaire.for_wave(period), organisations)
            title = {language: f"{words} {period}" for language, words in wave.title.items()}
            number = survey_number(name, period)
            files[f"{name}-{period}.lss"] = write_lss(replace(wave, title=title), number)
    return files


def build_all(surveys: Path, periods: Iterable[str]) -> tuple[Path, ...]:
    """Write the files of :func:`built` to ``surveys/questionnaires/built``; the paths that changed."""
    folder = surveys / "questionnaires" / "built"
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, data in built(surveys, periods).items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != data:
            path.write_bytes(data)
            changed.append(path)
    return tuple(changed)


def survey_number(questionnaire: str, period: str) -> int:
    """A six-digit number for a wave, always the same for the same names."""
    return 100_000 + crc32(f"{questionnaire}-{period}".encode()) % 900_000
