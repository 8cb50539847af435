"""Facts of a release that are no measurement: identity, run, decisions, cases, network drawing.

Only what may be printed: organisations' names by consent, texts the project itself wrote in its logs,
hashes of received files but not their names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evallib.codes import SYNTHETIC
from evallib.steps.context import Context
from evallib.steps.fingerprint import fingerprints
from evallib.steps.plan_changes import plan_changes, rule_changes

if TYPE_CHECKING:
    from evallib.plan.model import Policy
    from evallib.store import Manifest
    from evallib.tidy import Frames

PACKAGES = ("pandas", "numpy", "scipy", "pingouin", "matplotlib", "papermill", "jupyterlab", "typst")


def gather_facts(
    context: Context,
    frozen: Manifest,
    current: Frames,
    history: Sequence[Frames],
    number: int,
    policy: Policy,
) -> dict[str, Any]:
    """Plain JSON values under the keys that the display knows; policy: the one that the release followed."""
    from evallib.measures.network_drawing import drawings
    from evallib.steps.quotes import released_quotes

    return {
        **({SYNTHETIC: True} if context.workspace.project.rehearsal else {}),
        "quotes": released_quotes(context, context.period(current.period.id)),
        "run": run_facts(context, frozen, number),
        "versions": versions(),
        "parameters": policy.model_dump(mode="json"),
        "remarks": [[kind, code, count] for kind, code, count, _ in _remarks(frozen)],
        "decisions": records_of(current.decisions),
        "agreements": records_of(current.agreements),
        "heritage": records_of(current.heritage),
        "events": _events(current),
        "cases": [row for row in records_of(current.cases) if row.get("consent") == "yes"],
        "results": records_of(current.results_log),
        "plan_changes": plan_changes(context, frozen),
        "rule_changes": rule_changes(context, frozen),
        "network": drawings([*history, current], context.plan.policy.threshold),
        "coding": coding_facts(context, current),
    }


_OF_EVENT = ["event_id", "start", "title_fi", "title_sv", "title_en", "form"]


def _events(current: Frames) -> list[Mapping[str, str]]:
    """When the period's events were held and what they were called."""
    held = current.in_period(current.events, "start")
    return records_of(held[_OF_EVENT].sort_values(["start", "event_id"]))


def _remarks(frozen: Manifest) -> Sequence[Any]:
    """Rules that fired, with counts. Their details stay inside: an unknown code may be anybody's words."""
    found: Any = frozen.facts.get("remarks", [])
    return list(found)


def coding_facts(context: Context, current: Frames) -> dict[str, Any]:
    """The code frame by which open answers were coded: version, and codes with their names; {} without."""
    frame = context.code_frame
    if frame is None or current.coding.empty:
        return {}
    named = [{"code": code, **label.model_dump()} for code, label in frame.labels.items()]
    return {"version": frame.version, "codes": named}


def run_facts(context: Context, frozen: Manifest, number: int) -> dict[str, Any]:
    """How the release was made, without a path or a file name."""
    import evallib

    return {
        "freeze_number": frozen.number,
        "freeze_date": frozen.created[:10],
        "release_number": number,
        "code_version": evallib.__version__,
        "lock_sha256": lock_hash(),
        "inputs": frozen.facts.get("files", []),
    }


def lock_hash() -> str:
    """The fingerprint of the lock that names every package."""
    return fingerprints({"lock": _package_file("requirements.lock")})["lock"]


def versions() -> dict[str, str]:
    """Name → installed version of the packages that shape the numbers and pages."""
    from importlib.metadata import version

    return {name: version(name) for name in PACKAGES}


def locked_versions() -> dict[str, set[str]]:
    """Name → the versions that the lock allows (more than one where they differ by Python)."""
    import re

    lock = _package_file("requirements.lock").read_text(encoding="utf-8")
    allowed: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([a-z0-9-]+)==([^ ;]+)", lock, re.MULTILINE):
        allowed.setdefault(name, set()).add(version)
    return allowed


def records_of(rows: Any) -> list[Mapping[str, str]]:
    """A frame's rows as plain text records; a missing value is an empty text."""
    if rows is None or rows.empty:
        return []
    as_text = rows.astype(object).where(rows.notna(), "")
    return [{name: _as_text(value) for name, value in row.items()} for row in as_text.to_dict("records")]


def _as_text(value: Any) -> str:
    """A cell as text: dates as ISO days, lists joined by +."""
    if hasattr(value, "date") and callable(value.date):
        return str(value.date().isoformat())
    if isinstance(value, list | tuple | set | frozenset):
        return "+".join(str(part) for part in value)
    return str(value)


def _package_file(name: str) -> Path:
    return Path(__file__).parent.parent / name
