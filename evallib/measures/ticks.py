"""Multiple choice: who ticked what, and who answered at all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evallib.tidy import SurveyFrame

Mask = npt.NDArray[np.bool_]
NONE = "none"  # the subitem that says "none of these"


@dataclass(frozen=True)
class Ticks:
    """subs: subitem codes; marks: responses × subitems. answered: anyone who ticked anything at all.

    A form without a tick can't be told from a question passed over, so it is not an answer; whoever has
    nothing to tick finds "none of these". What is told by response or by subitem keeps the order of both;
    codes are renamed with the subitems; an empty subitem has count 0; everybody twice doubles counts.
    """

    subs: tuple[str, ...]
    marks: Mask

    @property
    def answered(self) -> Mask:
        return np.asarray(self.marks.any(axis=1), dtype=bool)

    def count(self, sub: str) -> int:
        return int(self.marks[:, self.subs.index(sub)].sum()) if sub in self.subs else 0

    def any_of(self, subs: Collection[str]) -> Mask:
        """Who ticked at least one of ``subs``."""
        wanted = [sub in subs for sub in self.subs]
        return np.asarray(self.marks[:, wanted].any(axis=1), dtype=bool)

    @property
    def real(self) -> tuple[str, ...]:
        """The subitems that are something, without "none of these"."""
        return tuple(sub for sub in self.subs if sub != NONE)


def ticks(survey: SurveyFrame, series: str) -> Ticks:
    """The ticks of a multiple-choice item, in the order of responses; everybody twice stands there twice."""
    table = survey.ticks(series)
    return Ticks(tuple(table.columns), table.to_numpy(dtype=bool).reshape(survey.n, table.shape[1]))
