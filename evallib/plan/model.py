"""The evaluation plan as typed data: what is promised, asked, measured and agreed."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from evallib.declared import Declared, Texts, Words


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
    code: Words
    name: Texts


class Task(Declared):
    code: Words
    objective: Words
    name: Texts


class Duty(Declared):
    """A line of the call: what it asks, and where the report answers it."""

    code: Words
    kind: Literal["background", "objective", "task", "criterion", "duty"]
    text: Texts
    indicators: tuple[Words, ...] = ()
    chapter: Words


class Theme(Declared):
    code: Words
    name: Texts


class Question(Declared):
    """An evaluation question with the criteria by which it is judged."""

    code: Words
    asks: Literal["promised", "changed", "right"]
    name: Texts
    criteria: Texts
    indicators: tuple[Words, ...] = Field(min_length=1)


class Indicator(Declared):
    """One indicator. headline: the measure that is compared with the target and shown in the scorecard."""

    code: Words
    belongs_to: Words
    name: Texts
    definition: Texts
    unit: Texts
    headline: Words
    breakdowns: tuple[Words, ...] = ()
    baseline: Baseline
    target: TargetForm
    sources: tuple[Words, ...] = Field(min_length=1)
    on_scorecard: bool = False


class Dimension(Declared):
    """A background dimension: its codes with labels, and declared merges (code → wider class)."""

    code: Words
    name: Texts
    labels: dict[str, Texts]
    merges: dict[str, tuple[str, ...]] = {}
    merge_labels: dict[str, Texts] = {}


class Comparison(Declared):
    """A confirmatory comparison declared before the freeze."""

    code: Words
    family: Words
    indicator: Words
    item: Words
    kind: Literal["paired", "groups", "shares"]


class Policy(Declared):
    """Rules that shape every number: privacy, floors, attendance."""

    threshold: int = Field(default=5, ge=3, le=50)
    masking: Literal["suppress", "round5"] = "suppress"
    overall_base: int = Field(default=10, ge=5)  # an overall distribution needs this many answers
    percent_base: int = Field(default=10, ge=5)  # no percentage under this base
    test_base: int = Field(default=10, ge=8)  # no test under this many a group
    minimum_stay_minutes: int = Field(default=10, ge=0)
    training_day_hours: float = Field(default=6.0, gt=0)
    bots: tuple[Words, ...] = ()  # parts of display names of recording robots


class Plan(Declared):
    """The whole evaluation plan."""

    schema_version: Literal[1]
    objectives: tuple[Objective, ...] = Field(min_length=1)
    tasks: tuple[Task, ...]
    duties: tuple[Duty, ...]
    themes: tuple[Theme, ...]
    questions: tuple[Question, ...] = Field(min_length=1)
    indicators: tuple[Indicator, ...] = Field(min_length=1)
    dimensions: tuple[Dimension, ...]
    comparisons: tuple[Comparison, ...] = Field(default=(), max_length=8)
    policy: Policy = Policy()

    def indicator(self, code: str) -> Indicator:
        return next(one for one in self.indicators if one.code == code)

    def dimension(self, code: str) -> Dimension:
        return next(one for one in self.dimensions if one.code == code)


class Target(Declared):
    """An agreed target. value is on the scale of the headline measure (shares 0–1)."""

    indicator: Words
    value: float
    direction: Literal["up", "down"] = "up"
    by: Words  # a period id, or "end" for the end of the project
    agreed_date: Words
    minutes_paragraph: Words
    baseline: float | None = None
    baseline_period: str | None = None


class Targets(Declared):
    schema_version: Literal[1]
    invented: bool = False  # true only in a demo project; printed beside every target
    targets: tuple[Target, ...] = ()
    planned_cells: tuple[Words, ...] = ()  # partner × type cells: "ely+events"
