"""limepy's survey of an export, for evaluators who know limepy; internal, as answers are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from evallib.steps.fingerprint import read_all

if TYPE_CHECKING:
    from evallib.sources.limepy_adapter import LimepySurvey


def limepy_survey(structure: Path | str, responses: Path | str, language: str) -> LimepySurvey:
    """limepy's survey of a structure file and a code/short export; ``.question(code)`` counts, checked.

    Nothing of it may be published: it is not masked. Raises InputError for files that are not read,
    UsageError for a language that the survey does not have.
    """
    from evallib.codebook.lss_read import read_lss
    from evallib.sources.limepy_adapter import limepy_survey as made
    from evallib.sources.limesurvey import read_responses

    files = {name: Path(path) for name, path in (("structure", structure), ("responses", responses))}
    data = read_all({path.as_posix(): path for path in files.values()})
    asked = read_lss(data[files["structure"].as_posix()], files["structure"].name)
    table = read_responses(asked, data[files["responses"].as_posix()], files["responses"].name)
    return made(asked, table, language)
