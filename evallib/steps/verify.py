"""verify: everything in the store by hash, products against it, and releases made again byte for byte.

Nothing is written and no lock is taken. A run that writes meanwhile shows whole states only; what it is
just exchanging is looked at a second time before it is called a fault.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from evallib.errors import OutputError, ReconciliationError, StoreError, Text, text
from evallib.steps.context import Context
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.steps.rebuild import Rebuilt
    from evallib.store import Damage, Manifest, Tier


class About(StrEnum):
    """What a finding is about; the store's damage comes first where a command has to choose."""

    STORE = "store"
    REBUILD = "rebuild"
    PRODUCTS = "products"
    REMARK = "remark"  # nothing is lost or wrong


CODES = {
    About.STORE: StoreError.exit_code,
    About.REBUILD: ReconciliationError.exit_code,
    About.PRODUCTS: OutputError.exit_code,
}
_BACKUP = text("Restore the store from a backup")
_FAULTS = {
    "object missing": text("missing"),
    "object damaged": text("other bytes than were kept"),
    "said to be erased and still there": text("said to be erased, and still there"),
    "manifest missing": text("missing"),
    "manifest damaged": text("other bytes than were kept"),
    "head damaged": text("does not name the newest manifest, or is damaged"),
    "format damaged": text("missing or damaged"),
    "stray file": text("no file of the store"),
    "left behind by a run that died": text("left behind by a run that died, or being written now"),
}
_REPAIRS = {
    "said to be erased and still there": text("Run: evallib purge --rule --yes"),
    "stray file": text("Move it elsewhere"),
    "left behind by a run that died": text("Nothing is lost; evallib purge takes it away"),
}


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was kept. place: file below the workspace, with what names it."""

    about: About
    place: str
    problem: Text
    repair: Text | str = ""


@dataclass(frozen=True)
class Verified:
    """objects, size (bytes) and manifests: how much was hashed. rebuilt: what was made again, by period."""

    objects: int
    size: int
    manifests: int
    findings: tuple[Finding, ...]
    rebuilt: tuple[Rebuilt, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 when all is as it was kept, else the code of the gravest kind of finding."""
        kinds = {one.about for one in self.findings}
        return next((code for about, code in CODES.items() if about in kinds), 0)


def verify(context: Context, wanted: Period | None = None, *, hashes_only: bool = False) -> Verified:
    """Check store and products; make the releases of all periods again, or of the one wanted.

    Making again is left out for ``hashes_only`` and where the store is damaged.
    """
    periods = [wanted] if wanted else list(context.workspace.project.periods)
    context.tell(text("Hashing the store"))
    findings = [_of_store(context, one) for one in context.store.verify()]
    if not any(one.about is About.STORE for one in findings):
        findings += [*_references(context), *_lost(context)]
        for period in periods:
            findings += _confirmed(context, period)
    rebuilt: list[Rebuilt] = []
    if not hashes_only and not any(one.about is About.STORE for one in findings):
        for period in periods:
            rebuilt += _rebuilt(context, period)
    findings += [_differs(one) for one in rebuilt if one.outcome.value == "differs"]
    objects, size, manifests = context.store.extent()
    return Verified(objects, size, manifests, tuple(findings), tuple(rebuilt))


def _of_store(context: Context, damage: Damage) -> Finding:
    """A damage in words, with what the evaluator can do about it."""
    place = f"{context.workspace.shown(context.workspace.store)}/{damage.where}"
    if damage.named:
        place += f" ({damage.named})"
    repair: Text = _REPAIRS.get(damage.fault.value, _BACKUP)
    tier, _, rest = damage.named.partition("/")
    if tier == "raw" and repair is _BACKUP:
        repair = text(
            "Put the same file into the inbox again and run: evallib pull {period}; or restore the store "
            "from a backup",
            period=rest.partition("/")[0],
        )
    about = About.REMARK if damage.ignorable else About.STORE
    return Finding(about, place, _FAULTS[damage.fault.value], repair)


def _references(context: Context) -> Iterator[Finding]:
    """Manifests name others by number, and results by hash: what they name must be there and the same."""
    from evallib.steps.release import attacked
    from evallib.store import Tier

    store = context.store
    last = {
        (tier, period): store.manifests(tier, period)[-1:] for tier in Tier for period in store.periods(tier)
    }
    numbers = {place: found[0].number for place, found in last.items() if found}
    for manifest in (one for tier, period in numbers for one in store.manifests(tier, period)):
        for tier, period, number in _named(manifest):
            if number > numbers.get((tier, period), 0):
                missing = text("names {place}, which is not there", place=f"{tier}/{period}/{number:06d}")
                yield Finding(About.STORE, _place(context, manifest), missing, _BACKUP)
        if manifest.tier is Tier.RELEASED and manifest.facts.get("attacked") and not attacked(manifest):
            changed = text("the results are others than those that passed the self-attack")
            yield Finding(About.STORE, _place(context, manifest), changed, _BACKUP)
        if manifest.tier is Tier.PRODUCTS and (told := _other_release(context, manifest)):
            yield Finding(About.STORE, _place(context, manifest), told, _BACKUP)


def _lost(context: Context) -> Iterator[Finding]:
    """Releases that lie in ``outputs/`` or that others were made from, and that the store has no more."""
    from evallib.steps.audit import gone, missing

    for period, number in missing(context):
        place = f"{context.workspace.shown(context.workspace.store)}/manifests/released/{period}"
        yield Finding(About.STORE, place, gone(period, number), _BACKUP)


def _place(context: Context, manifest: Manifest) -> str:
    store = context.workspace.shown(context.workspace.store)
    return f"{store}/manifests/{manifest.tier.value}/{manifest.period}/{manifest.number:06d}.json"


def _named(manifest: Manifest) -> Iterator[tuple[Tier, str, int]]:
    """(tier, period, number) of the manifests that this one was made from."""
    from evallib.store import Tier

    facts: Any = manifest.facts
    for fact, tier in (("raw", Tier.RAW), ("freeze", Tier.FROZEN), ("release", Tier.RELEASED),
                       ("feedback", Tier.FEEDBACK)):  # fmt: skip
        if isinstance(facts.get(fact), int):
            yield tier, manifest.period, facts[fact]
    for fact, tier in (("earlier", Tier.RELEASED), ("freezes", Tier.FROZEN)):
        for period, number in (facts.get(fact) or {}).items():
            yield tier, period, int(number)


def _other_release(context: Context, products: Manifest) -> Text | None:
    """Whether the run record of products names another release than the one that is kept."""
    from evallib.store import Tier

    number = int(str(products.facts["release"]))
    record = json.loads(context.store.read(products, "run.json"))
    kept = context.store.manifest(Tier.RELEASED, products.period, number)
    if record["release_sha256"] == kept.sha256:
        return None
    return text(
        "its products were made from another release {number} than the one that is kept", number=number
    )


def _confirmed(context: Context, period: Period) -> list[Finding]:
    """Faults of the products, unless a report that was just being moved in explains them."""
    found = list(_of_products(context, period))
    if any(one.about is About.PRODUCTS for one in found):
        still = [(one.place, str(one.problem)) for one in _of_products(context, period)]
        found = [one for one in found if (one.place, str(one.problem)) in still]
    return found


def _of_products(context: Context, period: Period) -> Iterator[Finding]:
    """The files in outputs/ against those of the newest products; what somebody else put there is told."""
    from evallib.store import Tier

    folder = context.workspace.outputs / period.id
    products = context.store.latest(Tier.PRODUCTS, period.id)
    entries = products.entries if products else {}
    again = text("Run: evallib report {period}", period=period.id)
    found_in_place = {name: context.store.hash_of(folder / name) for name in entries}
    if found_in_place != entries and (last := _before_it(context, period)):
        told = text("the report before the newest one: a run was stopped before it put that in place")
        yield Finding(About.REMARK, f"outputs/{period.id}", told, again)
        entries = found_in_place = last
    for name, sha in entries.items():
        found = found_in_place[name]
        if found != sha:
            problem = text("other bytes than were released") if found else text("missing")
            yield Finding(About.PRODUCTS, f"outputs/{period.id}/{name}", problem, again)
    there: Sequence[Any] = sorted(folder.iterdir()) if folder.is_dir() else []
    for path in there:
        if path.name not in entries:
            problem = text("not among the released products, so it was not checked")
            yield Finding(About.REMARK, f"outputs/{period.id}/{path.name}", problem)


def _before_it(context: Context, period: Period) -> dict[str, str]:
    """The files of an earlier report that stands whole in its place, or beside it between two renames."""
    from evallib.steps.outputs import stands
    from evallib.store import Tier

    folder = context.workspace.outputs / period.id
    if not folder.exists():
        folder = folder.with_name(f".{period.id}.old")
    past = reversed(context.store.manifests(Tier.PRODUCTS, period.id))
    return next((dict(one.entries) for one in past if stands(folder, one.entries)), {})


def _rebuilt(context: Context, period: Period) -> list[Rebuilt]:
    from evallib.steps.rebuild import rebuild

    return list(rebuild(context, period))


def _differs(one: Rebuilt) -> Finding:
    problem = text("{which} made again gives other bytes", which=one.about)
    repair = text("Look first whether the program's files were edited; else report this with the run record")
    return Finding(About.REBUILD, ", ".join(one.files), problem, repair)
