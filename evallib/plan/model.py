"""The evaluation plan as typed data: what is promised, asked, measured and agreed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, TypeVar

from pydantic import Field, StringConstraints

from evallib.declared import Declared, FirstSchema, Texts, Words
from evallib.errors import DeclarationError, nearest, text

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.+:-]+$")]  # may stand in a result id
Measure = Annotated[str, StringConstraints(pattern=r"^[a-z][a-zA-Z0-9_]*$")]


class TargetForm(StrEnum):
    """How a target is compared with what was measured (rules: judgement)."""

    SUM = "sum"  # Σ: cumulative count by project end
    AT_LEAST = "at_least"  # ≥: share or value at or over a threshold
    CHANGE = "change"  # Δ: direction and size of change against the baseline
    MATRIX = "matrix"  # planned cells done
    MEDIAN = "median"  # median at or over a level
    NONE = "none"  # descriptive, never coloured


class Baseline(StrEnum):
    ZERO = "zero"  # B0
    WAVE = "wave"  # BW: survey wave 0 or 1
    PREVIOUS = "previous"  # BP: earlier project or year
    NONE = "none"  # BN


class Objective(Declared):
    code: Code
    name: Texts


class Task(Declared):
    code: Code
    objective: Words
    name: Texts


class Duty(Declared):
    """A line of the call: what it asks, and where the report answers it."""

    code: Code
    kind: Literal["background", "objective", "task", "criterion", "duty"]
    text: Texts
    indicators: tuple[Words, ...] = ()
    chapter: Words


class Theme(Declared):
    code: Code
    name: Texts


class Question(Declared):
    """An evaluation question with the criteria by which it is judged."""

    code: Code
    asks: Literal["promised", "changed", "right"]
    name: Texts
    criteria: Texts
    indicators: tuple[Words, ...] = Field(min_length=1)


class Indicator(Declared):
    """One indicator.

    belongs_to: the objective, task, duty or theme that it answers. headline: the measure that is compared
    with the target and shown in the scorecard. sources: "q2.N05", "log.events", "participations" …
    """

    code: Code
    belongs_to: Words
    name: Texts
    definition: Texts
    unit: Texts
    headline: Measure
    breakdowns: tuple[Words, ...] = ()
    baseline: Baseline
    target: TargetForm
    sources: tuple[Words, ...] = Field(min_length=1)
    on_scorecard: bool = False


class Dimension(Declared):
    """A background dimension: its codes with labels, and its declared merges.

    merges: wider class → the codes that it unites; a code outside every merge stays as it is.
    """

    code: Code
    name: Texts
    labels: Mapping[Code, Texts] = Field(min_length=1)
    merges: Mapping[Code, tuple[Code, ...]] = {}
    merge_labels: Mapping[Code, Texts] = {}

    def label(self, code: str) -> Texts:
        """The label of a code or of a merged class; an unknown one names the nearest."""
        found = self.labels.get(code) or self.merge_labels.get(code)
        if found is None:
            raise _unknown(code, [*self.labels, *self.merge_labels])
        return found


REMEMBERED = {"Y07": "Y08"}  # skills now → skills before, asked in one form
_ITEM = re.compile(
    r"(?:(?P<survey>\w+)\.)?(?P<series>\w+)(?:\[(?P<sub>\w+)\])?(?::(?P<dim>\w+)(?:=(?P<code>\w+))?)?"
)


class Comparison(Declared):
    """A confirmatory comparison declared before the freeze.

    item: ``q2.N08``, ``q3.Y07[dev]`` for one row of an array; of groups ``q1.T01:role=entr``, one against
    all others (entrepreneurs where no group is named); of several groups ``q1.T01:role``.
    """

    code: Code
    family: Words
    indicator: Words
    item: Annotated[str, StringConstraints(pattern=f"^{_ITEM.pattern}$")]
    kind: Literal["paired", "paired_shares", "groups", "several", "shares", "balances"]

    def _part(self, name: str) -> str:
        found = _ITEM.fullmatch(self.item)
        return (found[name] or "") if found else ""

    @property
    def survey(self) -> str:
        """The survey that the item names, "" where it names none."""
        return self._part("survey")

    @property
    def series(self) -> str:
        return self._part("series")

    @property
    def sub(self) -> str:
        """The row of an array, "" for the whole item."""
        return self._part("sub")

    @property
    def group(self) -> tuple[str, str]:
        """(background, code of the group that is compared with the others)."""
        return self._part("dim") or "role", self._part("code") or "entr"

    @property
    def experienced(self) -> bool:
        """Whether what was before is remembered in the same form: then no effect, whatever the test says."""
        return self.series in REMEMBERED and self.kind in ("paired", "paired_shares")

    @property
    def stem(self) -> str:
        """How its measures begin: a change remembered in one form is experienced, never an effect."""
        name = f"{self.series}_{self.sub}".lower() if self.sub else self.series.lower()
        tail = {"groups": "difference", "several": "groups"}.get(self.kind, "change")
        return f"{name}_experienced" if self.experienced else f"{name}_{tail}"


class Deviation(Declared):
    """Why a declared comparison was added, removed or changed after the freeze, or a rule of the policy was;
    printed with the change. comparison: its code, or the rule's name."""

    comparison: Code
    reason: Texts


class Scale(Declared):
    """Items of one survey that are taken together as one scale.

    items: ``N08``, or ``Y07[dev]`` for one row of an array; reversed: those that ask the other way round.
    """

    code: Measure
    survey: Literal["q1", "f1", "q2", "q3"]
    name: Texts
    items: tuple[Annotated[str, StringConstraints(pattern=r"^\w+(\[\w+\])?$")], ...] = Field(min_length=2)
    reversed: tuple[Words, ...] = ()


class Weighting(Declared):
    """Weights against non-response in one survey whose invited are known.

    margins: backgrounds that are known of everybody invited; where a background has declared wider classes,
    these are weighted. items: series of the survey; only their shares of the two highest answers are
    weighted, counts never. at_most: the largest weight over the mean. fewest: people that every class needs.
    """

    survey: Literal["q2", "q3"]
    margins: tuple[Literal["region", "sector"], ...] = Field(min_length=1, max_length=2)
    items: tuple[Words, ...] = Field(min_length=1)
    at_most: float = Field(default=5.0, ge=1.5)
    fewest: int = Field(default=5, ge=5)


class Policy(Declared):
    """Rules that shape every number: privacy, floors, attendance."""

    threshold: int = Field(default=5, ge=3, le=50)
    masking: Literal["suppress", "round5"] = "suppress"  # exact or hidden; or by group to the nearest 5
    overall_base: int = Field(default=10, ge=5)  # an overall distribution needs this many answers
    percent_base: int = Field(default=10, ge=5)  # no percentage under this base
    test_base: int = Field(default=10, ge=8)  # no test under this many a group
    pairing: bool = True  # whether answers of two waves may be joined by pseudonym
    linking: bool = True  # whether answers may be joined with participation where the respondent allowed it
    interval: Literal["wilson", "clopper_pearson", "jeffreys"] = "wilson"  # of shares
    minimum_stay_minutes: int = Field(default=10, ge=0)
    training_day_hours: float = Field(default=6.0, gt=0)
    bots: tuple[Words, ...] = ()  # parts of display names of recording robots


class Plan(Declared):
    """The whole evaluation plan."""

    schema_version: FirstSchema
    objectives: tuple[Objective, ...] = Field(min_length=1)
    tasks: tuple[Task, ...]
    duties: tuple[Duty, ...]
    themes: tuple[Theme, ...]
    questions: tuple[Question, ...] = Field(min_length=1)
    indicators: tuple[Indicator, ...] = Field(min_length=1)
    dimensions: tuple[Dimension, ...]
    comparisons: tuple[Comparison, ...] = Field(default=(), max_length=8)
    deviations: tuple[Deviation, ...] = ()
    scales: tuple[Scale, ...] = ()
    weights: tuple[Weighting, ...] = ()
    policy: Policy = Policy()

    def indicator(self, code: str) -> Indicator:
        return _coded(self.indicators, code)

    def dimension(self, code: str) -> Dimension:
        return _coded(self.dimensions, code)

    def question(self, code: str) -> Question:
        return _coded(self.questions, code)


_Coded = TypeVar("_Coded", Indicator, Dimension, Question)


def _coded(known: tuple[_Coded, ...], code: str) -> _Coded:
    for one in known:
        if one.code == code:
            return one
    raise _unknown(code, [one.code for one in known])


def _unknown(code: str, known: list[str]) -> DeclarationError:
    close = nearest(code, known)
    return DeclarationError(
        text("The plan has no {code}", code=repr(code)),
        where="surveys/plan.yaml",
        repair=text("Did you mean {code}?", code=repr(close)) if close else "",
    )


class Target(Declared):
    """An agreed target.

    value: on the scale of the headline measure (shares 0–1); of a change, the agreed size of the change,
    without sign. direction: where better lies. baseline: the agreed starting value; without it the
    earliest released period, or the one that baseline_period names, is the start.
    """

    indicator: Words
    value: float
    direction: Literal["up", "down"] = "up"
    by: Words  # a period id, or "end" for the end of the project
    agreed_date: date
    minutes_paragraph: Words
    baseline: float | None = None
    baseline_period: str | None = None


class PlannedCells(Declared):
    """Cooperation agreed cell by cell: partner + kind of act, as ``ely+events``."""

    agreed_date: date
    minutes_paragraph: Words
    cells: tuple[Words, ...] = Field(min_length=1)


class Targets(Declared):
    """What the steering group has agreed; empty in a new project (``targets: []``).

    An agreement binds from its day on: an earlier period is never judged by it.
    """

    schema_version: FirstSchema
    invented: bool = False  # true only in a demo project; printed beside every target
    targets: tuple[Target, ...] = ()
    planned_cells: PlannedCells | None = None

    def of(self, indicator: str, by: str, on: date) -> Target | None:
        """The target for a period id or "end", as agreed last by a day; None where nothing was."""
        agreed = [t for t in self.targets if (t.indicator, t.by) == (indicator, by) and t.agreed_date <= on]
        return max(agreed, key=lambda one: one.agreed_date, default=None)

    def planned(self, on: date) -> tuple[str, ...]:
        """The cells of cooperation agreed by a day."""
        agreed = self.planned_cells
        return agreed.cells if agreed is not None and agreed.agreed_date <= on else ()
