"""A release made again from what lies in the store, in a temporary workspace; the real one is only read."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from evallib.declared import parse_declared
from evallib.errors import PrivacyError, Text, UsageError, text
from evallib.results import release_label
from evallib.results.jsonform import from_json
from evallib.steps.context import Context, has_files
from evallib.steps.fingerprint import hash_bytes
from evallib.steps.freeze import Frozen
from evallib.steps.release import RESULTS, ReleaseMade, make_release, release_fingerprint
from evallib.store.manifests import head_line
from evallib.store.objects import object_path
from evallib.workspace import Period, Project, Workspace, find_workspace

if TYPE_CHECKING:
    from evallib.store import Manifest, Tier

Chains: TypeAlias = "dict[tuple[Tier, str], int]"  # how far each tier of each period goes
STORE = "surveys/store"


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
    """The period's latest freeze, release and products made again and compared byte for byte."""
    from evallib.store import Tier

    store = context.store
    released = store.latest(Tier.RELEASED, period.id)
    if released is None:
        return
    frozen = store.manifest(Tier.FROZEN, period.id, int(str(released.facts["freeze"])))
    chains = _chains(context, period, released, frozen)
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
    with _as_it_stood(context, released, chains) as past:
        yield _freeze_again(past, period, frozen, _erased(context, raw, (Tier.RAW,)))
        again = _release_again(past, period, released, frozen)
        yield again
        products = store.latest(Tier.PRODUCTS, period.id)
        if products is None or products.facts["release"] != released.number:
            return
        if again.outcome is Outcome.SAME:
            _copy_chain(context, past.workspace.store, Tier.RELEASED, period.id, released.number)
            yield _products_again(past, period, released, products)


def _chains(context: Context, period: Period, released: Manifest, frozen: Manifest) -> Chains:
    """How far each tier went when the release was made, of the period and of those before it."""
    from evallib.store import Tier

    store = context.store
    raw = int(str(frozen.facts["raw"]))
    chains = {
        (Tier.RAW, period.id): raw,
        (Tier.FROZEN, period.id): frozen.number,
        (Tier.RELEASED, period.id): released.number - 1,
    }
    for one in store.manifests(Tier.TEXT, period.id):
        if one.facts.get("fingerprint") == frozen.facts.get("fingerprint"):
            chains[Tier.TEXT, period.id] = one.number
    earlier, freezes = _numbers(released, "earlier"), _numbers(released, "freezes")
    for past, number in earlier.items():
        made = store.manifest(Tier.RELEASED, past, number)
        chains[Tier.RELEASED, past] = number
        chains[Tier.FROZEN, past] = freezes.get(past, int(str(made.facts["freeze"])))
        before = store.manifest(Tier.FROZEN, past, chains[Tier.FROZEN, past])
        chains[Tier.RAW, past] = int(str(before.facts["raw"]))
    return chains


def _numbers(released: Manifest, fact: str) -> dict[str, int]:
    known: Any = released.facts.get(fact) or {}
    return {str(period): int(str(number)) for period, number in known.items()}


def _erased(context: Context, chains: Chains, tiers: tuple[Tier, ...]) -> str:
    """Which of the manifests that are needed name something that was erased; "" when none does."""
    erased = context.store.erased()
    found = []
    for (tier, period), number in chains.items():
        if tier in tiers and set(context.store.manifest(tier, period, number).entries.values()) & set(erased):
            found.append(f"{tier.value}/{period}/{number:06d}")
    return ", ".join(found)


@contextmanager
def _as_it_stood(context: Context, released: Manifest, chains: Chains) -> Iterator[Context]:
    """A workspace in a temporary folder as it stood just before the release was made, at that time."""
    with tempfile.TemporaryDirectory(prefix="evallib-") as folder:
        root = Path(folder)
        surveys, store = root / "surveys", root / STORE
        for name, data in _written(context, released).items():
            _lay_down(surveys / name, data)
        _lay_down(surveys / "project.yaml", _project(context, released))
        for (tier, period), number in chains.items():
            _copy_chain(context, store, tier, period, number)
        _lay_down(store / "FORMAT", (context.workspace.store / "FORMAT").read_bytes())
        past = Context(find_workspace(root), context.tell, now=partial(_moment, released))
        _lay_down_received(context, past.workspace, released.period, chains)
        ignored = shutil.ignore_patterns(".*")
        shutil.copytree(context.workspace.notebooks, root / "notebooks", ignore=ignored)
        yield past


def _written(context: Context, released: Manifest) -> dict[str, bytes]:
    """Name below surveys/ → what was declared and written when the release was made."""
    found = {}
    for name, sha in released.entries.items():
        folder, _, rest = name.partition("/")
        if folder == "declared":
            found[rest] = context.store.get(sha)
        elif folder == "commentary":
            found[f"commentary/{released.period}/{rest}"] = context.store.get(sha)
        elif name == "emblem":
            found[name] = context.store.get(sha)
    return found


def _project(context: Context, released: Manifest) -> bytes:
    """project.yaml as it was declared, but for the places of store and emblem, which are here."""
    written = context.store.get(released.entries["declared/project.yaml"]).decode("utf-8-sig")
    project = parse_declared(written, Project, "project.yaml")
    here = {"store": STORE} | ({"emblem": "emblem"} if "emblem" in released.entries else {})
    return json.dumps(project.model_dump(mode="json", exclude_unset=True) | here).encode()


def _copy_chain(context: Context, store: Path, tier: Tier, period: str, last: int) -> None:
    """Manifests 1 … last of a tier and period with all their objects that are there."""
    place = store / "manifests" / tier.value / period
    for number in range(1, last + 1):
        manifest = context.store.manifest(tier, period, number)
        _lay_down(place / f"{number:06d}.json", manifest.to_bytes())
        _lay_down(place / "HEAD", head_line(number, manifest.sha256))
        for sha in manifest.entries.values():
            source, target = (object_path(root, sha) for root in (context.workspace.store, store))
            if source.exists() and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)


def _lay_down_received(context: Context, past: Workspace, period: str, chains: Chains) -> None:
    """Received files of the period as they were; of earlier ones the roster, and a mark of them."""
    from evallib.store import Tier

    for (tier, one), number in chains.items():
        if tier is not Tier.RAW:
            continue
        if one != period:
            _lay_down(past.inbox(one) / "received", b"")
        for name, sha in context.store.manifest(tier, one, number).entries.items():
            folder, _, rest = name.partition("/")
            if sha in context.store.erased() or not (one == period or folder == "rosters"):
                continue
            target = past.inbox(one) / rest if folder == "inbox" else past.surveys / name
            _lay_down(target, context.store.get(sha))


def _lay_down(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _moment(released: Manifest) -> datetime:
    return datetime.strptime(released.created, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


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


def _release_again(past: Context, period: Period, released: Manifest, frozen: Manifest) -> Rebuilt:
    """The results computed, masked and judged again, against the release as it was committed."""
    which = text("release {number} of {period}", number=released.number, period=period.id)
    earlier = [one for one in past.workspace.project.earlier(period) if has_files(past, one)]
    wanted = release_fingerprint(past, frozen, earlier, period)
    made = make_release(past, Frozen(period, frozen, new=False), earlier, wanted)
    found = _compared("release", which, released.entries, made.entries)
    if found.outcome is Outcome.DIFFERS and wanted != released.facts.get("fingerprint"):
        return replace(found, outcome=Outcome.ONLY_HASHES, about=_other_program(past, which, released))
    return found


def _other_program(past: Context, which: Text, released: Manifest) -> Text:
    run: Any = from_json(past.store.get(released.entries[RESULTS])).facts.get("run") or {}
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
