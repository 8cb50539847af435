"""Releases made again from what lies in the store, and compared byte for byte."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any

from evallib.errors import EvallibError, PrivacyError, Text, UsageError, text
from evallib.results import release_label
from evallib.steps.context import Context, has_files
from evallib.steps.facts import lock_hash, versions
from evallib.steps.fingerprint import hash_bytes
from evallib.steps.freeze import Frozen
from evallib.steps.past import Chains, as_it_stood, chains_of, copy_chain
from evallib.steps.release import ReleaseMade, make_release, opened, release_fingerprint
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.store import Manifest, Tier


class Outcome(StrEnum):
    SAME = "same"  # byte for byte
    DIFFERS = "differs"
    ONLY_HASHES = "only hashes"  # it can't be made again: data are erased, or the program is another one


@dataclass(frozen=True)
class Rebuilt:
    """What came of making one thing again. what: freeze, release or products; about: which and why."""

    what: str
    outcome: Outcome
    about: Text | str = ""
    files: tuple[str, ...] = ()


def rebuild(context: Context, period: Period) -> Iterator[Rebuilt]:
    """Every release of the period, oldest first, with its freeze and products, made again and compared.

    Of what can't be made again it says why: data were erased, or the program, its packages or the notebook
    are others now.
    """
    from evallib.store import Tier

    frozen_seen: set[int] = set()
    for released in context.store.manifests(Tier.RELEASED, period.id):
        context.tell(
            text("Making release {number} of {period} again", number=released.number, period=period.id)
        )
        try:
            yield from _all_of(context, period, released, frozen_seen)
        except EvallibError as fault:
            if not _by_another(context, released):
                raise
            which = text("release {number} of {period}", number=released.number, period=period.id)
            about = text("{which}: not made again: {why}", which=which, why=fault.problem)
            yield Rebuilt("release", Outcome.ONLY_HASHES, about)


def _all_of(context: Context, period: Period, released: Manifest, frozen_seen: set[int]) -> Iterator[Rebuilt]:
    """One release with what it was made from, unless that was seen before, and what was made of it."""
    from evallib.store import Tier

    frozen = context.store.manifest(Tier.FROZEN, period.id, int(str(released.facts["freeze"])))
    chains = chains_of(context, period, released, frozen)
    if gone := _erased(context, chains, (Tier.FROZEN,)):
        which = text("release {number} of {period}", number=released.number, period=period.id)
        about = text(
            "{which}: data behind it were erased, so that only hashes can be checked: {gone}",
            which=which,
            gone=gone,
        )
        yield Rebuilt("release", Outcome.ONLY_HASHES, about)
        return
    raw = {(Tier.RAW, period.id): chains[Tier.RAW, period.id]}
    with as_it_stood(context, released, chains) as past:
        if frozen.number not in frozen_seen:
            frozen_seen.add(frozen.number)
            yield _freeze_again(past, period, frozen, _erased(context, raw, (Tier.RAW,)))
        again = _release_again(context, past, period, released, frozen)
        yield again
        if again.outcome is Outcome.SAME:
            copy_chain(context, past.workspace.store, Tier.RELEASED, period.id, released.number)
            for products in _products_of(context, released):
                yield _products_again(past, period, released, products)


def _products_of(context: Context, released: Manifest) -> list[Manifest]:
    """The products made of a release, the newest of each variant."""
    from evallib.store import Tier

    made = context.store.manifests(Tier.PRODUCTS, released.period)
    own = [one for one in made if one.facts["release"] == released.number]
    return list({one.facts.get("variant", 1): one for one in own}.values())


def _by_another(context: Context, released: Manifest) -> bool:
    """Whether another version of the program made a release, or one with other packages."""
    import evallib

    run, packages = _run_of(context, released)
    ours = (evallib.__version__, lock_hash())
    return (run.get("code_version"), run.get("lock_sha256")) != ours or packages != versions()


def _run_of(context: Context, released: Manifest) -> tuple[dict[str, Any], dict[str, str]]:
    """The record of a release's run, and the versions of the packages that it ran with."""
    facts: Any = opened(context, released).facts
    return dict(facts.get("run") or {}), dict(facts.get("versions") or {})


def _erased(context: Context, chains: Chains, tiers: tuple[Tier, ...]) -> str:
    """Which of the manifests that are needed name something that was erased; "" when none does."""
    erased = context.store.erased()
    found = []
    for (tier, period), number in chains.items():
        if tier in tiers and set(context.store.manifest(tier, period, number).entries.values()) & set(erased):
            found.append(f"{tier.value}/{period}/{number:06d}")
    return ", ".join(found)


def _freeze_again(past: Context, period: Period, frozen: Manifest, gone: str) -> Rebuilt:
    """The received files through the door in again, against the tables that were frozen."""
    from evallib.privacy.tables import to_bytes
    from evallib.steps.check import check
    from evallib.steps.project_key import project_key
    from evallib.store import Tier

    which = text("freeze {number} of {period}", number=frozen.number, period=period.id)
    if gone:
        about = text("{which}: received data were erased, so that only hashes can be checked", which=which)
        return Rebuilt("freeze", Outcome.ONLY_HASHES, about)
    try:
        project_key(past)
    except PrivacyError as fault:
        about = text("{which}: not made again: {why}", which=which, why=fault.problem)
        return Rebuilt("freeze", Outcome.ONLY_HASHES, about)
    texts = past.store.latest(Tier.TEXT, period.id)
    kept = {**frozen.entries, **(texts.entries if texts else {})}
    made = {f"{one.kind}.csv": hash_bytes(to_bytes(one)) for one in check(past, period).frozen}
    tables = {name: sha for name, sha in kept.items() if not name.startswith("declared/")}
    return _compared("freeze", which, tables, made)


def _release_again(
    context: Context, past: Context, period: Period, released: Manifest, frozen: Manifest
) -> Rebuilt:
    """The results computed, masked and judged again, against the release as it was committed; with the
    reason, where another program, other packages or the clock make other bytes."""
    which = text("release {number} of {period}", number=released.number, period=period.id)
    earlier = [one for one in past.workspace.project.earlier(period) if has_files(past, one)]
    wanted = release_fingerprint(past, frozen, earlier, period)
    made = make_release(past, Frozen(period, frozen, new=False), earlier, wanted)
    found = _compared("release", which, released.entries, made.entries)
    if found.outcome is not Outcome.DIFFERS:
        return found
    if any("short" in one.facts for one in (released, made)):
        about = text("{which}: not comparable: the clock ended the planning of its masks", which=which)
        return replace(found, outcome=Outcome.ONLY_HASHES, about=about)
    if wanted != released.facts.get("fingerprint") or _by_another(context, released):
        about = _other_program(context, found.about, released)
        return replace(found, outcome=Outcome.ONLY_HASHES, about=about)
    return found


def _other_program(context: Context, which: Text | str, released: Manifest) -> Text:
    """By what a release was made, where that is not what runs now."""
    run, packages = _run_of(context, released)
    now = versions()
    others = [
        f"{name} {old} → {now.get(name, '–')}" for name, old in packages.items() if now.get(name) != old
    ]
    if others:
        return text(
            "{which}: not comparable: other packages are installed than it was made with: {packages}",
            which=which,
            packages=", ".join(others),
        )
    return text(
        "{which}: not comparable: it was made by evallib {version} with the lock {lock}, or with other code",
        which=which,
        version=run.get("code_version", "?"),
        lock=str(run.get("lock_sha256", "?"))[:12],
    )


def _products_again(past: Context, period: Period, released: Manifest, products: Manifest) -> Rebuilt:
    """The products built again, in memory, against those in the store."""
    from evallib.steps.leaks import received_of
    from evallib.steps.products import build_products
    from evallib.steps.report import at_hand, wanted_of

    facts: Any = products.facts
    project = past.workspace.project.model_copy(update={"report_languages": tuple(facts["languages"])})
    now = replace(past, workspace=replace(past.workspace, project=project))
    variant = int(facts.get("variant", 1))
    label = release_label(released.number, variant)
    which = text("products {label} of {period}", label=label, period=period.id)
    try:
        wanted = replace(wanted_of(now, facts["parameters"]), handled=tuple(facts.get("handled", ())))
    except UsageError:  # today's notebook takes other parameters
        wanted = None
    if wanted is None or wanted.fingerprint(released) != facts["fingerprint"]:
        about = text("{which}: not made again: the notebook has been changed since", which=which)
        return Rebuilt("products", Outcome.ONLY_HASHES, about)
    made = ReleaseMade(period, released, new=False)
    with at_hand(now) as (kernel, side):
        persons = partial(received_of, now, period)
        built = build_products(now, made, variant, wanted, kernel, side, persons)
    hashes = {name: hash_bytes(data) for name, data in built.files.items()}
    return _compared("products", which, products.entries, hashes)


def _compared(what: str, which: Text, kept: Mapping[str, str], made: Mapping[str, str]) -> Rebuilt:
    other = tuple(sorted(name for name in {*kept, *made} if kept.get(name) != made.get(name)))
    return Rebuilt(what, Outcome.DIFFERS if other else Outcome.SAME, which, other)
