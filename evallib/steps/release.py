"""release: from a freeze to released results - computed, masked, judged, numbered and kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from evallib.errors import DeclarationError, MissingStepError, Text, nearest, text
from evallib.results import Released, ReleasedCell, Result, ResultId
from evallib.results.jsonform import from_json, to_json
from evallib.results.rounding import masking_of
from evallib.steps.check import make_frames
from evallib.steps.closed import has_data, is_closed, same_words
from evallib.steps.context import Context
from evallib.steps.facts import gather_facts
from evallib.steps.feedback import beside_feedback, told_feedback
from evallib.steps.fingerprint import (
    code_files,
    fingerprints,
    hash_bytes,
    hash_mapping,
    read_all,
    word_files,
)
from evallib.steps.freeze import Frozen, freeze
from evallib.steps.frozen import frozen_frames, frozen_manifest, frozen_tables
from evallib.steps.plan_changes import withdrawn
from evallib.steps.pull import refuse_empty
from evallib.steps.states import official, standing, stays_locked
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.indicators import Beside
    from evallib.plan import Words
    from evallib.plan.model import Plan
    from evallib.privacy.door_out import Draft, MaskPlan
    from evallib.privacy.findings import Finding
    from evallib.store import Manifest
    from evallib.tidy import Frames

RESULTS, MASKS = "results.json", "masks.json"


@dataclass(frozen=True)
class ReleaseMade:
    """A release in the store. new: False when nothing that shapes it had changed."""

    period: Period
    manifest: Manifest
    new: bool


def release(
    context: Context, period: Period, *, again: bool = False, beside: Beside | None = None
) -> ReleaseMade:
    """The period's release; earlier periods with data are frozen and released first.

    beside: who works out a part of the results meanwhile; see :func:`evallib.indicators.evaluate.tested`.

    The masking plan of the period's last release is kept and may only grow. The results of a closed
    period are kept altogether, and a locked period as it is, until a correction is written.
    """
    from evallib.store import Tier

    latest = context.store.latest(Tier.RELEASED, period.id)
    if latest is not None and stays_locked(context, period):
        return ReleaseMade(period, latest, new=False)
    if latest is not None and is_closed(context, period):
        return _kept(context, period, latest)
    refuse_empty(context, period)
    earlier = [one for one in context.workspace.project.earlier(period) if has_data(context, one)]
    for one in earlier[-1:]:
        release(context, one, beside=beside)
    frozen = freeze(context, period)
    wanted = release_fingerprint(context, frozen.manifest, earlier, period)
    if latest is not None and latest.facts.get("fingerprint") == wanted and not again:
        return ReleaseMade(period, latest, new=False)
    return ReleaseMade(period, make_release(context, frozen, earlier, wanted, beside), new=True)


def release_fingerprint(context: Context, frozen: Manifest, earlier: Sequence[Period], period: Period) -> str:
    """What a release depends on: the freeze, the words, the code and lock, and what it reads of earlier ones.

    Of earlier periods it reads the frozen tables and the released numbers; their words, say, change nothing.
    """
    from evallib.plan.words import load_words
    from evallib.store import Tier

    files = {name: path for name, path in word_files(context.workspace, period).items() if not _parsed(name)}
    parts = fingerprints(files) | fingerprints(code_files())
    words = load_words(context.workspace.surveys, period.id, context.plan)
    parts["words"] = hash_bytes(repr(words).encode())
    parts["freeze"], parts["comparison"] = str(frozen.facts.get("fingerprint")), str(period.comparison)
    for one in earlier:
        frozen_then = context.store.latest(Tier.FROZEN, one.id)
        for past, fact in ((frozen_then, "tables"), (official(context, one), "numbers")):
            parts[f"{one.id}/{fact}"] = str(past.facts.get(fact) if past else None)
    return hash_mapping(parts)


def _parsed(name: str) -> bool:
    """Whether a file of words is read by :func:`load_words`."""
    return name.endswith((".md", "/judgements.yaml"))


def latest_released(context: Context, period: Period) -> tuple[Released, Manifest]:
    """The period's newest release; MissingStepError says how to make one."""
    from evallib.store import Tier

    manifest = context.store.latest(Tier.RELEASED, period.id)
    if manifest is None:
        raise MissingStepError(
            text("Nothing has been released for {period}", period=period.id),
            repair=text("Run: evallib report {period}", period=period.id),
        )
    return opened(context, manifest), manifest


def released_before(context: Context, period: Period) -> tuple[Released, ...]:
    """The release of every earlier period that has one, oldest first: the published, else the newest."""
    manifests = [official(context, one) for one in context.workspace.project.earlier(period)]
    return tuple(opened(context, one) for one in manifests if one is not None)


def opened(context: Context, manifest: Manifest) -> Released:
    """A release read from the store, once a run."""
    sha = manifest.entries[RESULTS]
    if sha not in context.released:
        context.released[sha] = from_json(context.store.get(sha))
    return context.released[sha]


def attacked(manifest: Manifest) -> bool:
    """Whether a release is still the one that passed the self-attack when it was made."""
    return manifest.facts.get("attacked") == manifest.entries[RESULTS]


def drafts_of(
    context: Context, period: Period, made: Mapping[int, list[Result]] | None = None
) -> list[Draft]:
    """The period's releases, oldest first, each with the results that its freeze gives; made: by freeze,
    those that are computed already."""
    from evallib.privacy.door_out import Draft
    from evallib.store import Tier

    known, drafts = dict(made or {}), []
    for past in context.store.manifests(Tier.RELEASED, period.id):
        number = int(str(past.facts["freeze"]))
        if number not in known:
            tables = frozen_tables(context, context.store.manifest(Tier.FROZEN, period.id, number))
            known[number] = _results_of(context, period, make_frames(context, period, tables))
        drafts.append(Draft(opened(context, past).cells, known[number]))
    return drafts


def _results_of(
    context: Context, period: Period, frames: Frames, beside: Beside | None = None
) -> list[Result]:
    from evallib.indicators import at_once, evaluate

    earlier = [one for one in context.workspace.project.earlier(period) if has_data(context, one)]
    history = [frozen_frames(context, one) for one in earlier]
    planned = context.targets.planned(period.end)
    return evaluate(
        frames,
        history,
        plan_in_force(context, period),
        context.wave(period.id),
        period.comparison,
        planned,
        withdrawn(context, period),
        beside or at_once,
    )


def plan_in_force(context: Context, period: Period) -> Plan:
    """The plan, with the way of masking that the period's releases have followed so far: what one of them
    told exactly, a rounded one would not take back, and the other way round both together tell more."""
    from evallib.privacy.door_out import MaskPlan
    from evallib.store import Tier

    plan, last = context.plan, context.store.latest(Tier.RELEASED, period.id)
    if last is None:
        return plan
    masking = masking_of(MaskPlan.from_json(context.store.get(last.entries[MASKS])).rounded)
    return plan.model_copy(update={"policy": plan.policy.model_copy(update={"masking": masking})})


def network_findings(context: Context, period: Period, facts: Mapping[str, Any]) -> list[Finding]:
    """What a release's network figure gives away beside those of earlier periods; a wave whose data are
    erased was attacked when it was released."""
    from evallib.measures.network_drawing import persons
    from evallib.privacy.network import Listed, attack_network

    rosters = {}
    for one in (*context.workspace.project.earlier(period), period):
        if one.id in facts.get("network", {}).get("waves", {}) and has_data(context, one):
            frames = frozen_frames(context, one)
            roster = frames.roster
            sectors = dict(zip(roster["name"], roster["sector"], strict=True))
            rosters[one.id] = Listed(sectors, persons(frames))
    figure, *before = (
        dict[str, Any](told.get("network", {}))
        for told in (facts, *(one.facts for one in released_before(context, period)))
    )
    return attack_network(figure, before, rosters, context.plan.policy.threshold)


def _kept_masks(context: Context, period: Period) -> MaskPlan | None:
    """The masking plan that may only grow. Beside releases that nobody has attacked only its masks count:
    what they show is no reason to show it again."""
    from evallib.privacy.door_out import MaskPlan
    from evallib.store import Tier

    past = context.store.manifests(Tier.RELEASED, period.id)
    if not past:
        return None
    kept = MaskPlan.from_json(context.store.get(past[-1].entries[MASKS]))
    return kept if all(attacked(one) for one in past) else replace(kept, shown={})


def make_release(
    context: Context,
    frozen: Frozen,
    earlier: Sequence[Period],
    wanted: str,
    beside: Beside | None = None,
) -> Manifest:
    """Compute, mask, judge and commit; earlier: periods with data before it, wanted: its fingerprint."""
    from evallib.indicators.judge import judge
    from evallib.plan import load_words
    from evallib.privacy.door_out import door_out
    from evallib.privacy.findings import stop_if_found
    from evallib.store import Tier

    period, store = frozen.period, context.store
    plan = plan_in_force(context, period)
    if plan.policy.masking != context.plan.policy.masking:
        context.tell(
            text("{period} keeps masking: {masking}, as it was released", period=period.id,
                 masking=plan.policy.masking)
        )  # fmt: skip
    history = [frozen_frames(context, one) for one in earlier]
    current = frozen_frames(context, period)
    context.tell(text("Computing the results of {period}", period=period.id))
    results = _results_of(context, period, current, beside)
    before = released_before(context, period)
    last = store.latest(Tier.RELEASED, period.id)
    context.tell(text("Deciding what may be shown"))
    drafts = drafts_of(context, period, {frozen.manifest.number: results})
    kept = _kept_masks(context, period)
    told_beside = beside_feedback(context, period, current, results)
    cells, masks = door_out(results, plan.policy, plan.dimensions, kept, drafts, told_beside)
    if masks.short:
        context.tell(_short(masks.short))
    check_words(load_words(context.workspace.surveys, period.id, plan), cells, before)
    share = elapsed(context, period)
    assessments = judge(cells, before, plan, context.targets, period.id, period.end, share)
    number = (last.number if last else 0) + 1
    facts = gather_facts(context, frozen.manifest, current, history, number, plan.policy)
    facts["since_published"] = since_published(context, period, frozen.manifest)
    if masks.short:
        facts["planned_short"] = len(masks.short)
    stop_if_found(network_findings(context, period, facts))
    released = Released(period.id, number, cells, assessments, facts)
    entries = {RESULTS: store.put(to_json(released)), MASKS: store.put(masks.to_json())}
    for name, data in read_all(word_files(context.workspace, period)).items():
        entries[name] = store.put(data)
    for name, sha in frozen.manifest.entries.items():
        if name.startswith("declared/"):
            entries[name] = sha
    about: dict[str, Any] = {
        "fingerprint": wanted,
        "numbers": hash_bytes(to_json(Released(period.id, 0, cells))),
        "freeze": frozen.manifest.number,
        "attacked": entries[RESULTS],
        "earlier": {one.period: one.number for one in before},
        **({"feedback": len(told)} if (told := told_feedback(context, period)) else {}),
        "freezes": {one.id: frozen_manifest(context, one).number for one in earlier},
    }
    if masks.short:
        about["short"] = len(masks.short)
    return store.commit(Tier.RELEASED, period.id, entries, about, context.stamp())


def _short(names: Sequence[str]) -> Text:
    return text(
        "PLANNED SHORT: the clock ended the planning of masks, on a very slow or very busy machine. Nobody "
        "can be found, but more is hidden than needed, and stays hidden in later releases of the period: "
        "{tables}",
        tables="; ".join(names),
    )


def _kept(context: Context, period: Period, latest: Manifest) -> ReleaseMade:
    """A closed period's release: as it is, or with the evaluator's new words around the same results."""
    from evallib.plan import load_words
    from evallib.store import Tier

    if same_words(context, period, latest):
        return ReleaseMade(period, latest, new=False)
    store = context.store
    released = from_json(store.get(latest.entries[RESULTS]))
    frozen = store.manifest(Tier.FROZEN, period.id, int(str(latest.facts["freeze"])))
    since = {"since_published": since_published(context, period, frozen)}
    released = replace(released, number=latest.number + 1, facts={**released.facts, **since})
    words = load_words(context.workspace.surveys, period.id, context.plan)
    check_words(words, released.cells, released_before(context, period))
    entries = {name: sha for name, sha in latest.entries.items() if not _is_word(name)}
    entries |= {
        name: store.put(data) for name, data in read_all(word_files(context.workspace, period)).items()
    }
    entries[RESULTS] = store.put(to_json(released))
    facts = {**latest.facts, "attacked": entries[RESULTS] if attacked(latest) else ""}
    manifest = store.commit(Tier.RELEASED, period.id, entries, facts, context.stamp())
    return ReleaseMade(period, manifest, new=True)


def since_published(context: Context, period: Period, frozen: Manifest) -> dict[str, Any]:
    """What has changed since the period's report was published: the number of that release, and which frozen
    tables and declared files hold other bytes; {} where nothing is published now."""
    from evallib.store import Tier

    published = standing(context, period).published
    if published is None:
        return {}
    then = context.store.manifest(Tier.RELEASED, period.id, published.release)
    before = context.store.manifest(Tier.FROZEN, period.id, int(str(then.facts["freeze"])))
    names = dict.fromkeys([*before.entries, *frozen.entries])
    changed = [one for one in names if before.entries.get(one) != frozen.entries.get(one)]
    return {"release": published.release, "changed": changed}


def _is_word(name: str) -> bool:
    return name.startswith("commentary/") or name == "emblem"


def check_words(words: Words, cells: Mapping[ResultId, ReleasedCell], before: Sequence[Released]) -> None:
    """Every number that the evaluator's words name exists and may be shown; the first that is not, raises."""
    known = {**{wanted: cell for one in before for wanted, cell in one.cells.items()}, **cells}
    for written in words.placeholders():
        cell = known.get(ResultId.parse(written))
        if cell is None or not cell.shown:
            close = nearest(written, [str(one) for one, found in known.items() if found.shown])
            raise DeclarationError(
                text("The words name a result that has no number to show"),
                where=f"surveys/commentary/{words.period}",
                found=written,
                repair=text("Write the sentence without this number. The nearest shown id is {id}", id=close),
            )


def elapsed(context: Context, period: Period) -> float:
    """The share of the project's time that has passed at the end of the period, 0-1."""
    project = context.workspace.project
    whole = (project.end - project.start).days + 1
    passed = (min(period.end, project.end) - project.start).days + 1
    return max(0.0, min(1.0, passed / whole))
