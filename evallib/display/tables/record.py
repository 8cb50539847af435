"""What was hidden, how the release was made, and how the call is covered."""

from __future__ import annotations

from collections.abc import Mapping

from evallib.display import about, i18n
from evallib.display.edition import EMPTY, Cells, Edition
from evallib.display.publication import CellText, TableData
from evallib.display.tables.scorecard import headline_id
from evallib.results import Kind, ReleasedCell


def masks(e: Edition) -> TableData:
    """TD.1: per indicator how many cells are hidden; which rule hid which cell is not told."""
    groups: dict[str, list[ReleasedCell]] = {}
    for name, cell in e.released.cells.items():
        if name.period == e.period:
            groups.setdefault(name.indicator, []).append(cell)
    columns = e.columns("indicator", "hidden:count", "shown:count")
    rows: list[Cells] = []
    for indicator, cells in groups.items():
        hidden = sum(1 for one in cells if one.mask is not None)
        if hidden:
            shown = sum(1 for one in cells if one.shown)
            rows.append(
                (e.name(indicator), CellText(e.amount(hidden), hidden), CellText(e.amount(shown), shown))
            )
    if not rows:
        raise e.nothing("TD.1.none")
    told = [e.t("TD.1.note", threshold=about.threshold(e))]
    told += [e.t("TD.1.round", least=about.least(e, e.released))] if about.rounds(e) else []
    if short := e.released.facts.get("planned_short"):
        told.append(e.t("TD.1.short", n=short))
    return e.table("TD.1", e.t("TD.1.title"), columns, rows, " ".join([*told, about.changed(e)]).strip())


def run(e: Edition) -> TableData:
    """TE.1: freeze, release, code, rules, packages and the fingerprints of the files received."""
    told = e.fact("run")
    facts: Mapping[str, object] = told if isinstance(told, Mapping) else {}
    rows: list[Cells] = []
    for name in ("freeze_number", "freeze_date", "release_number", "code_version", "lock_sha256"):
        value = str(facts.get(name, "") or "")
        if value:
            written = e.day(value) if name.endswith("date") else _short(value)
            rows.append((e.t(f"TE.1.{name}"), written))
    for setting, chosen in _mapping(e, "parameters").items():
        rows.append((rule(e, setting), chosen_rule(e, setting, chosen)))
    if versions := _mapping(e, "versions"):
        packages = ", ".join(f"{name} {version}" for name, version in versions.items())
        rows.append((e.t("TE.1.versions"), packages))
    for system, hashes in _inputs(facts).items():
        named = e.t(f"system.{system}") if i18n.has(f"system.{system}") else system
        words = e.t("TE.1.input", system=named, n=e.amount(len(hashes)))
        rows.append((words, CellText(", ".join(one[:8] for one in hashes))))
    columns = e.columns("what", "value")
    return e.table("TE.1", e.t("TE.1.title"), columns, rows, e.t("TE.1.note"))


def _mapping(e: Edition, name: str) -> Mapping[str, object]:
    found = e.released.facts.get(name)
    return found if isinstance(found, Mapping) else {}


def _inputs(facts: Mapping[str, object]) -> dict[str, list[str]]:
    """System → fingerprints of its files, in the order in which they were read."""
    found = facts.get("inputs")
    systems: dict[str, list[str]] = {}
    for one in found if isinstance(found, list) else []:
        systems.setdefault(str(one.get("system", "")), []).append(str(one.get("sha256", "")))
    return systems


def rule(e: Edition, name: str) -> str:
    """A rule of the plan in words."""
    return e.t(f"TE.1.{name}") if i18n.has(f"TE.1.{name}") else name


def chosen_rule(e: Edition, setting: str, value: object) -> str:
    """What the plan chose for a rule, in words."""
    if i18n.has(f"TE.1.{setting}_{value}"):
        return e.t(f"TE.1.{setting}_{value}")
    if isinstance(value, float):
        return e.amount(value, Kind.AMOUNT)
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _short(value: str) -> str:
    """A fingerprint by its first sixteen characters; anything else whole."""
    return value[:16] if len(value) == 64 else value


def coverage(e: Edition) -> TableData:
    """TF.1: each line of the call, its indicators, and whether this period has evidence for it."""
    columns = e.columns("duty", "indicators", "chapter", "status")
    rows: list[Cells] = []
    for duty in e.publication.plan.duties:
        codes = ", ".join(duty.indicators) or EMPTY.text
        state = e.t(f"coverage.{_evidence(e, duty.indicators)}")
        rows.append((duty.text[e.language], codes, duty.chapter, state))
    return e.table("TF.1", e.t("TF.1.title"), columns, rows)


def _evidence(e: Edition, codes: tuple[str, ...]) -> str:
    """full, part or none of the line's indicators have a headline this period; text: none named."""
    if not codes:
        return "text"
    indicators = [one for one in e.publication.plan.indicators if one.code in codes]
    cells = [e.cell(headline_id(one)) for one in indicators]
    told = sum(1 for one in cells if one is not None and (one.shown or e.few(one)))
    return "full" if told == len(codes) else "part" if told else "none"
