"""Logs over several periods, whether a freeze holds the whole log or the period's part of it."""

from __future__ import annotations

import pandas as pd

from evallib.codes import MEANS
from evallib.indicators.bench import Bench
from evallib.records import PeriodSpan
from evallib.tidy import Frames

_KEYS = {
    "events": ["event_id"],
    "contents": ["content_id"],
    "cooperation_acts": ["act_id"],
    "joint_activities": ["activity_id"],
    "results_log": ["result_id", "date", "stage"],
    "decisions": ["decision_id"],
    "agreements": ["agreement_id"],
}


def whole(bench: Bench, table: str, column: str = "date") -> pd.DataFrame:
    """The log from the project's start.

    Logs are kept in one file for all periods, so the present one is the whole and the corrected one.
    Where it begins only with this period, the earlier periods' rows come from their own freezes.
    """
    current: pd.DataFrame = getattr(bench.frames, table)
    begins = pd.Timestamp(bench.frames.period.start)
    past = [getattr(one, table) for one in bench.history]
    if not past or (current[column] < begins).any():
        return current
    joined = pd.concat([*past, current], ignore_index=True)
    last: pd.DataFrame = joined.drop_duplicates(_KEYS[table], keep="last")
    return last


def until_end(bench: Bench, table: str) -> pd.DataFrame:
    """The log's rows from the project's start to the end of this period."""
    column = "start" if table == "events" else "date"
    return bench.frames.until_end(whole(bench, table, column), column)


def networks_and_models(results_log: pd.DataFrame) -> pd.DataFrame:
    """Rows of the results that are networks or service models; labels, guides and courses are neither."""
    means = set(results_log.loc[results_log["kind"].isin(MEANS), "result_id"])
    return results_log[~results_log["result_id"].isin(means)]


def on_register(frames: Frames) -> pd.DataFrame:
    """The register's projects without those that begin only after this period."""
    later = frames.register["start"] > pd.Timestamp(frames.period.end)
    return frames.register[~later]


def state_at_end(bench: Bench, log: pd.DataFrame, state: str, since: str, before: str) -> pd.Series:
    """Each row's state on the period's last day; ``before`` where it was reached only later.

    A log shows the state of the day it was read, which is after the period it is read for.
    """
    later = log[since] > pd.Timestamp(bench.frames.period.end)
    return log[state].mask(later, before)


def months_of(period: PeriodSpan) -> list[str]:
    """The period's months, as 2025-03."""
    return list(pd.period_range(period.start, period.end, freq="M").astype(str))
