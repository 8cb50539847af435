"""All frames of one period, typed and reconciled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from evallib.codebook.model import Questionnaire
from evallib.codes import LOGS, rules
from evallib.errors import ReconciliationError, text
from evallib.records import FrozenTable, PeriodSpan
from evallib.tidy.survey import SurveyFrame, empty_survey, survey_frame
from evallib.tidy.typed import dates, numbers

COLUMNS = {
    "participations": "event_id person known status minutes role region sector age sex language "
    "source_file source_variant",
    "invited": "person organisation region sector language sent answered",
    "organisation_events": "event_id organisation",
    "analytics": "month metric product value method",
    "coding": "text_id survey item a b settled role date frame",
} | {kind: " ".join(rule.column for rule in rules(kind)) for kind in ("roster", *LOGS)}
_NUMBERS = {"participations": ("minutes",), "analytics": ("value",)}


@dataclass(frozen=True, eq=False)  # one is only ever the same as itself
class Frames:
    """A period's frames. Every frame exists, empty when nothing came; grain and columns as its table.

    surveys: one SurveyFrame a questionnaire. Logs may hold rows of other periods; see
    :meth:`in_period` and :meth:`until_end`. Dates are datetime64 (NaT = none), numbers float. key: id of
    the key behind the pseudonyms, "" where nothing is frozen yet.
    """

    period: PeriodSpan
    surveys: Mapping[str, SurveyFrame]
    invited: Mapping[str, pd.DataFrame]
    participations: pd.DataFrame
    organisation_events: pd.DataFrame
    roster: pd.DataFrame
    events: pd.DataFrame
    contents: pd.DataFrame
    cooperation_acts: pd.DataFrame
    joint_activities: pd.DataFrame
    results_log: pd.DataFrame
    register: pd.DataFrame
    heritage: pd.DataFrame
    agreements: pd.DataFrame
    decisions: pd.DataFrame
    cases: pd.DataFrame
    accounts: pd.DataFrame
    analytics: pd.DataFrame
    coding: pd.DataFrame
    key: str = ""

    def in_period(self, table: pd.DataFrame, column: str = "date") -> pd.DataFrame:
        """The rows dated within the period, both ends included."""
        return table[_days(table, column).between(*self._ends())]

    def until_end(self, table: pd.DataFrame, column: str = "date") -> pd.DataFrame:
        """The rows dated on or before the period's last day."""
        return table[_days(table, column) <= self._ends()[1]]

    def _ends(self) -> tuple[pd.Timestamp, pd.Timestamp]:
        return pd.Timestamp(self.period.start), pd.Timestamp(self.period.end)


def frames(
    tables: Sequence[FrozenTable],
    questionnaires: Mapping[str, Questionnaire],
    period: PeriodSpan,
) -> Frames:
    """Frozen tables as frames; questionnaires are those of the wave, with its roster.

    Raises ReconciliationError when a table of a survey and its questionnaire differ, answers do not add
    up, or a cell of a log holds neither the date nor the number it should.
    """
    by_kind = {table.kind: table.rows for table in tables if table.tier == "frozen"}
    rosters = [kind for kind in by_kind if kind == "roster" or kind.startswith("roster.")]
    if rosters:
        by_kind["roster"] = by_kind.get(f"roster.{period.id}", by_kind[rosters[-1]])
    return Frames(
        period=period,
        surveys=_surveys(by_kind, questionnaires),
        invited={
            kind.removeprefix("invited."): typed_table("invited", rows)
            for kind, rows in by_kind.items()
            if kind.startswith("invited.")
        },
        key="",
        **{name: typed_table(name, by_kind.get(name)) for name in COLUMNS if name != "invited"},
    )


def typed_table(kind: str, rows: pd.DataFrame | None) -> pd.DataFrame:
    """One table with its dates and numbers typed; an empty one of the right columns for None."""
    columns = COLUMNS[kind].split()
    if rows is None:
        rows = pd.DataFrame({name: pd.Series([], dtype="str") for name in columns})
    newer = {rule.column: "" for rule in rules(kind) if rule.newer} if kind in LOGS else {}
    rows = rows.assign(**{name: empty for name, empty in newer.items() if name not in rows})
    missing = [name for name in columns if name not in rows]
    if missing:
        raise ReconciliationError(
            text("The frozen table {table} lacks columns", table=kind),
            expected=", ".join(missing),
            repair=text("Freeze the period again"),
        )
    checks = {rule.column: rule.check for rule in rules(kind)} if kind in LOGS else {}
    typed = {name: dates(rows[name], kind) for name, one in checks.items() if one in ("date", "moment")}
    counted = (*_NUMBERS.get(kind, ()), *(name for name, one in checks.items() if one == "number"))
    typed |= {name: numbers(rows[name], kind) for name in counted}
    return rows.assign(**typed).reset_index(drop=True)


def _surveys(
    by_kind: Mapping[str, pd.DataFrame], questionnaires: Mapping[str, Questionnaire]
) -> dict[str, SurveyFrame]:
    arrived = {
        kind.removeprefix("responses."): rows
        for kind, rows in by_kind.items()
        if kind.startswith("responses.")
    }
    unknown = sorted(set(arrived) - set(questionnaires))
    if unknown:
        raise ReconciliationError(
            text("There are answers to {survey} but no questionnaire", survey=unknown[0]),
            where=f"responses.{unknown[0]}",
            repair=text("Add surveys/questionnaires/{survey}.yaml", survey=unknown[0]),
        )
    return {
        survey: survey_frame(survey, questionnaire, arrived[survey])
        if survey in arrived
        else empty_survey(survey, questionnaire)
        for survey, questionnaire in questionnaires.items()
    }


def _days(table: pd.DataFrame, column: str) -> pd.Series:
    days: pd.Series = table[column].dt.normalize()
    return days
