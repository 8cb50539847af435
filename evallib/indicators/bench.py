"""What every indicator works with: the period's frames, its history, and a maker of results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypedDict, Unpack

import numpy as np
import numpy.typing as npt
import pandas as pd

from evallib.codebook.model import Questionnaire
from evallib.codes import CODES, UNKNOWN
from evallib.measures.network import Network, network
from evallib.measures.participation import attended
from evallib.measures.proportions import share
from evallib.measures.records import counted, tally, wider
from evallib.plan.model import Plan, Policy
from evallib.results import Cell, Key, Kind, Pairs, Result, SourceKind
from evallib.tidy import Frames, SurveyFrame
from evallib.tidy.survey import empty_survey

Codes = npt.NDArray[np.object_]
Merges = Mapping[str, Sequence[str]]

SURVEY_SOURCE = {
    "q1": SourceKind.PARTICIPANTS,
    "f1": SourceKind.PARTICIPANTS,
    "q2": SourceKind.PARTNERS,
    "q3": SourceKind.ENTREPRENEURS,
    "q4": SourceKind.STEERING,
}
# Background of a response: the item that asks it. Q2's frame is the register, whose facts come first, so
# that respondents and invited are counted by the same facts; so do those that answers are weighted by.
_ASKED = {
    ("q1", "role"): "T08",
    ("q1", "region"): "T09",
    ("q1", "sex"): "T11",
    ("q1", "age"): "T12",
    ("q2", "org_type"): "N01",
    ("q2", "region"): "N03",
    ("q2", "sector"): "N02m",
    ("q3", "region"): "Y04",
    ("q3", "sector"): "Y03m",
    ("q3", "company_form"): "Y01",
    ("q3", "size"): "Y02",
}


def backgrounds_of(questionnaire: Questionnaire) -> tuple[str, ...]:
    """The backgrounds that a survey can tell of its respondents: what it asks, what stands in the frame of
    its invited, and the language of the form."""
    asked = {
        dim
        for (survey, dim), series in _ASKED.items()
        if survey == questionnaire.id and questionnaire.in_series(series)
    }
    framed = {"region", "sector"} if questionnaire.id in ("q2", "q3") else set()
    return tuple(sorted({*asked, *framed, "language"}))


class How(TypedDict):
    """Which method and which function gave a measure."""

    method: str
    function: str


class Rules(TypedDict):
    """What the policy says of shares of answers; see :func:`evallib.measures.proportions.share`."""

    floor: int
    method: str


class Facts(TypedDict, total=False):
    """What a result may say of itself besides its cells; see :class:`evallib.results.Result`."""

    unit: str
    method: str
    function: str
    dims: tuple[str, ...]
    numerator: Key
    denominator: Key
    made_from: Key
    unites: Key
    protected: bool
    of_reports: bool
    pairs: Pairs | None
    universe: str


@dataclass(frozen=True)
class Maker:
    """Makes the results of one indicator from one set of sources."""

    period: str
    indicator: str
    universe: str
    sources: tuple[SourceKind, ...]
    inputs: tuple[str, ...]

    def __call__(
        self,
        measure: str,
        kind: Kind,
        cells: Cell | Iterable[Cell],
        **facts: Unpack[Facts],
    ) -> Result:
        said: Facts = {"unit": "", "universe": self.universe, **facts}
        said["function"] = f"evallib.measures.{facts.get('function', '')}"
        return Result(
            period=self.period,
            indicator=self.indicator,
            measure=measure,
            kind=kind,
            cells=(cells,) if isinstance(cells, Cell) else tuple(cells),
            sources=self.sources,
            inputs=self.inputs,
            **said,
        )

    def count(
        self,
        measure: str,
        number: int,
        base: int | None = None,
        *,
        known: bool = True,
        **facts: Unpack[Facts],
    ) -> Result:
        """A complete count from records; no_data when the record itself is missing."""
        cell = counted(number, base) if known else Cell(note="no_data")
        return self(measure, Kind.COUNT, cell, **self._counting(facts))

    def share(
        self, measure: str, number: int, base: int, of: str, floor: int, **facts: Unpack[Facts]
    ) -> Result:
        """A share of records, which are all there are: no interval. of: what they are, in the plural."""
        cell = share(number, base, floor=floor, interval=False)
        usual: Facts = {"unit": f"share of {of}", "method": "share_records", "function": "proportions.share"}
        usual.update(facts)
        return self(measure, Kind.SHARE, cell, **usual)

    def tally(
        self,
        measure: str,
        dim: str,
        values: Iterable[object],
        codes: Sequence[str] = (),
        merges: Merges | None = None,
        **facts: Unpack[Facts],
    ) -> Result:
        """Records by code: every known code (zeros too), then unknown and unforeseen ones that occur; last
        the declared wider classes."""
        cells = tally(dim, values, codes or CODES.get(dim, ()), merges)
        return self(measure, Kind.COUNT, cells, **self._counting({"dims": (dim,), **facts}))

    def _counting(self, facts: Facts) -> Facts:
        return {"unit": self.universe, "method": "count", "function": "records.tally", **facts}

    def of(self, *inputs: str) -> Maker:
        """The same indicator from other tables."""
        return replace(self, inputs=inputs)


@dataclass(frozen=True)
class Bench:
    """One evaluation. history: frames of earlier periods, oldest first. comparison: a period, None for none.

    planned: cells of cooperation that were agreed for the period, as ``ely+events``. withdrawn: families of
    comparisons that an earlier freeze declared and the plan no longer has.
    """

    frames: Frames
    history: tuple[Frames, ...]
    plan: Plan
    questionnaires: Mapping[str, Questionnaire]
    comparison: str | None = None
    planned: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()

    @property
    def period(self) -> str:
        return self.frames.period.id

    @property
    def policy(self) -> Policy:
        return self.plan.policy

    @property
    def floor(self) -> int:
        return self.plan.policy.percent_base

    @property
    def rules(self) -> Rules:
        return {"floor": self.floor, "method": self.policy.interval}

    def share_method(self, survey: str, population: int | None = None) -> str:
        """The name of the method that says which interval a share of answers carries."""
        if self.policy.interval != "wilson":
            return f"share_{self.policy.interval}"
        return "share_fpc" if population else "share_clustered" if survey == "q1" else "share"

    def survey(self, survey: str, frames: Frames | None = None) -> SurveyFrame:
        """A survey's kept responses; an empty one when the project has no such survey."""
        found = (frames or self.frames).surveys.get(survey)
        return found or empty_survey(survey, Questionnaire(survey, {}, (), "", ()))

    def population(self, survey: str) -> int | None:
        """Size of the frame where everybody in it was invited (q2: the whole register), else None."""
        invited = self.frames.invited.get(survey)
        return len(invited) if survey == "q2" and invited is not None and len(invited) else None

    def maker(self, indicator: str, universe: str, *inputs: str, sources: Sequence[SourceKind]) -> Maker:
        return Maker(self.period, indicator, universe, tuple(sources), inputs)

    def survey_maker(self, indicator: str, survey: str) -> Maker:
        """A maker of results of one survey's kept responses."""
        source = SURVEY_SOURCE.get(survey, SourceKind.PARTNERS)
        return Maker(self.period, indicator, survey, (source,), (f"responses.{survey}",))

    def merges(self, dim: str) -> Merges:
        """The wider classes that the plan declares for a background."""
        return next((one.merges for one in self.plan.dimensions if one.code == dim), {})

    def groups(self, dim: str, background: Codes) -> dict[str, npt.NDArray[np.bool_]]:
        """Who is in each group: every code that occurs, in printed order, then the wider classes."""
        codes = in_order(dim, background)
        named = {code: (code,) for code in codes} | wider(codes, self.merges(dim))
        return {name: np.isin(background, parts) for name, parts in named.items()}

    def classes(self, dim: str, codes: Codes) -> Codes:
        """Codes as the declared wider class that each belongs to, where there is one."""
        wide = {code: name for name, inside in self.merges(dim).items() for code in inside}
        return np.array([wide.get(code, code) or UNKNOWN for code in codes], dtype=object)

    def _margins(self, survey: str) -> tuple[str, ...]:
        """The backgrounds by which answers are weighted: of these the frame's facts come first."""
        return next((one.margins for one in self.plan.weights if one.survey == survey), ())

    def background(self, survey: str, dim: str) -> Codes:
        """The respondents' background, one code a kept response, unknown where it is not known.

        ``timing``: early for the weeks in which the first half of the answers came, else late. ``strata``:
        the classes of all margins that the survey is weighted by.
        """
        frame = self.survey(survey)
        if dim == "timing":
            weeks = frame.background("week")
            half = sorted(weeks)[(len(weeks) - 1) // 2] if len(weeks) else ""
            return np.where(weeks <= half, "early", "late").astype(object)
        if dim == "strata":
            parts = [self.classes(one, self.background(survey, one)) for one in self._margins(survey)]
            return np.array(["+".join(row) for row in zip(*parts, strict=True)], dtype=object)
        given = frame.background(dim)
        series = _ASKED.get((survey, dim))
        if series is None:
            return given
        asked = frame.code_array(series)
        asked = np.where(asked == None, UNKNOWN, asked)  # noqa: E711  (elementwise)
        by_frame = survey == "q2" or dim in self._margins(survey)
        first, second = (given, asked) if by_frame else (asked, given)
        return np.where(first == UNKNOWN, second, first)

    @cached_property
    def attended(self) -> pd.DataFrame:
        """This period's participations that count."""
        return attended(self.frames.participations)

    @cached_property
    def attended_earlier(self) -> pd.DataFrame:
        """Participations of all earlier periods; nobody is recognised behind another pseudonym key."""
        past = [attended(one.participations) for one in self.history]
        past = [
            rows.assign(known="no") if self.other_key(one) else rows
            for one, rows in zip(self.history, past, strict=True)
        ]
        if not past:
            return self.frames.participations.iloc[:0]
        earlier = pd.concat(past, ignore_index=True)
        # a file that was read again in this period counts here, not twice
        return earlier[~earlier["event_id"].isin(set(self.attended["event_id"]))]

    def other_key(self, past: Frames) -> bool:
        """Whether the pseudonyms of an earlier period were made with another key, so that none pair."""
        return bool(past.key and self.frames.key) and past.key != self.frames.key

    @cached_property
    def network(self) -> Network:
        return network(self.frames)

    @cached_property
    def baseline_network(self) -> Network | None:
        """The first wave that was asked, None in the first wave itself."""
        for past in self.history:
            if self.survey("q2", past).n:
                return network(past)
        return None


def in_order(dim: str, groups: Sequence[str] | Codes) -> list[str]:
    """The codes that occur, in the dimension's printed order, unknown last."""
    found = set(groups)
    ordered = [code for code in CODES.get(dim, ()) if code in found]
    ordered += sorted(found - set(ordered) - {UNKNOWN})
    return ordered + ([UNKNOWN] if UNKNOWN in found else [])
