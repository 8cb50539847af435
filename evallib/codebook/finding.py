"""What is told of a fault in a questionnaire, and how it is mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evallib.errors import Text, text


@dataclass(frozen=True)
class Finding:
    """One fault. place: ``q2.N05`` or an indicator; code: a stable word for the kind of fault."""

    code: str
    place: str
    message: Text

    @property
    def repair(self) -> Text:
        return _REPAIRS[self.code]


_REPAIRS = {
    "same_words": text("Word one of them otherwise"),
    "code": text("Give it another code before the wave opens"),
    "untranslated": text("Write the words in every language of the survey"),
    "options_differ": text("Let the option say the same in every language"),
    "reworded": text("Give the new wording a code of its own in the series, not wholly comparable"),
    "scale_turned": text("Keep codes in their old order and meaning; new meanings need new codes"),
    "no_item": text("Correct the indicator's sources in surveys/plan.yaml, or add the question"),
    "no_questionnaire": text("Restore the file, or name other sources in surveys/plan.yaml"),
    "not_asked": text(
        "Add these periods to the question's waves, or name another source in surveys/plan.yaml"
    ),
}


def once(findings: Sequence[Finding]) -> list[Finding]:
    """Each finding once, in its order."""
    return [one for place, one in enumerate(findings) if one not in findings[:place]]
