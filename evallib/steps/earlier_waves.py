"""Each wave's questions held against those of earlier waves, as far as anything tells what was asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from evallib.errors import DeclarationError
from evallib.records import read_whole
from evallib.steps.context import Context

if TYPE_CHECKING:
    from evallib.codebook.finding import Finding
    from evallib.codebook.model import Item, Questionnaire
    from evallib.workspace import Period


def against_earlier_waves(context: Context, waves: Sequence[Period]) -> list[Finding]:
    """Faults of each wave against the last one before it that asked the same; waves: by date."""
    from evallib.codebook.waves import compare_waves

    findings: list[Finding] = []
    asked_before: dict[str, Questionnaire] = {}
    for period in waves:
        for name, asked in context.wave(period.id).items():
            if name in asked_before:
                findings += compare_waves(asked_before[name], asked)
        for name, told in _told(context, period).items():
            older = asked_before[name].items if name in asked_before else ()
            codes = {item.code for item in told.items}
            kept = tuple(item for item in older if item.code not in codes)
            asked_before[name] = replace(told, items=(*kept, *told.items))
    return findings


def _told(context: Context, period: Period) -> dict[str, Questionnaire]:
    """What was asked in a period: as the server gave it back, as it was built, or as it was frozen.

    A structure file keeps codes and words but no values; those are of the period's last freeze.
    """
    from evallib.codebook.lss_read import read_lss

    received = context.workspace.inbox(period.id) / "limesurvey"
    built = context.workspace.surveys / "questionnaires"
    elsewhere = context.their_codes(period.id)  # codes of others that look like ours mean nothing
    found = _frozen(context, period.id)
    for name in context.questionnaires:
        places = (received / name / "structure.lss", built / f"{name}-{period.id}.lss")
        path = next((one for one in places if one.is_file()), None)
        if path and name not in elsewhere:
            structure = read_lss(read_whole(shown := context.workspace.shown(path), path), shown)
            found[name] = _with_values(structure, found[name]) if name in found else structure
    return found


def _frozen(context: Context, period: str) -> dict[str, Questionnaire]:
    """The questionnaires as the period's last freeze kept them; none where it can't be read any more."""
    from evallib.codebook.load import parse_questionnaires
    from evallib.store import Tier

    latest = context.store.latest(Tier.FROZEN, period)
    kept = latest.entries if latest else {}
    folder = "declared/questionnaires/"
    names = {name.removeprefix(folder): sha for name, sha in kept.items() if name.startswith(folder)}
    if "scales.yaml" not in names or set(names.values()) & context.store.erased().keys():
        return {}
    written = {name: context.store.get(sha).decode("utf-8-sig") for name, sha in names.items()}
    try:
        return {name: one.for_wave(period) for name, one in parse_questionnaires(written).items()}
    except DeclarationError:  # of a version that allowed something else
        return {}


def _with_values(structure: Questionnaire, declared: Questionnaire) -> Questionnaire:
    """The structure, each option with the value that was declared for its code."""

    def valued(item: Item) -> Item:
        meant = declared.item(item.code)
        values = {one.code: one.value for one in meant.options} if meant else {}
        options = (replace(one, value=values.get(one.code, one.value)) for one in item.options)
        return replace(item, series=meant.series if meant else item.series, options=tuple(options))

    return replace(structure, items=tuple(valued(item) for item in structure.items))
