"""report: the annual report of a period, with everything before it run where it is missing.

The notebook is executed once; its blocks are drawn and worded in every language. Products are built in
a folder of their own and moved in when whole; until then the last good report stays.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from evallib.errors import EvallibError, UsageError, text
from evallib.report.parameters import Value, checked, from_words, read_interface
from evallib.results import release_label
from evallib.steps.caches import caches_in
from evallib.steps.context import Context
from evallib.steps.fingerprint import fingerprints, hash_mapping
from evallib.steps.outputs import put_in_place, refuse_files, settle, stands
from evallib.steps.release import release
from evallib.steps.states import stays_locked
from evallib.workspace import Period, Project

if TYPE_CHECKING:
    from evallib.indicators import Beside
    from evallib.report.run import Kernel
    from evallib.report.workshop import Workshop
    from evallib.steps.products import Products
    from evallib.store import Manifest
    from evallib.store.manifests import JSON

NOTEBOOK = "annual_report.ipynb"
WARM = "import evallib.steps.warm"
RUN = "evk-"  # short, since the names of sockets are


@dataclass(frozen=True)
class Wanted:
    """What shapes a report beside its release.

    notebook: the hash of its file. handled: day and paragraph that the cover names; () before the meeting.
    """

    parameters: Mapping[str, Value]
    languages: tuple[str, ...]
    notebook: str
    handled: tuple[str, ...] = ()

    def fingerprint(self, released: Manifest) -> str:
        """What decides whether two sets of products have the same content."""
        told = {name: value for name, value in vars(self).items() if name != "handled" or value}
        parts = {name: json.dumps(value, sort_keys=True) for name, value in told.items()}
        return hash_mapping(parts | {"release": released.sha256})


@dataclass(frozen=True)
class ReportMade:
    """What a report run left. new: False when nothing had changed and nothing was redone.

    variant: number of the products among those of the release, which differ in parameters, notebook or
    languages.
    """

    period: str
    release: int
    variant: int
    files: tuple[Path, ...]
    new: bool
    faults: tuple[str, ...] = field(default=())

    @property
    def label(self) -> str:
        return release_label(self.release, self.variant)


def report(
    context: Context,
    period: Period,
    given: Mapping[str, str] | None = None,
    *,
    again: bool = False,
) -> ReportMade:
    """The period's report under ``outputs/<period>/``.

    given: notebook parameters as written on the command line; an unknown name or an impossible value is
    refused before anything runs.
    """
    from evallib.steps.audit import refuse_findings, refuse_missing
    from evallib.steps.leaks import received_below
    from evallib.steps.products import build_products
    from evallib.steps.quick import release_is_current

    wanted = _wanted(context, period, given or {})
    refuse_files(context.workspace.outputs, context.workspace.outputs / period.id)
    with context.store.lock("report"):
        settle(context.workspace.outputs, period.id)
        current = None if again else release_is_current(context, period)
        if current is not None:
            standing = _standing(context, current, _covered(context, current, wanted))
            if standing is not None:
                return standing
        refuse_missing(context)
        with at_hand(context) as (kernel, side):
            if current is None:
                from evallib.indicators import load_statistics

                side.ask(load_statistics)
            persons = side.ask(received_below, context.workspace.root, period.id, idle=True)
            made = release(context, period, again=again, beside=_loading(side))
            refuse_findings(context, period)
            wanted = _covered(context, made.manifest, wanted)
            if not (again or made.new) and (standing := _standing(context, made.manifest, wanted)):
                return standing
            variant = _next_variant(context, made.manifest, wanted)
            built = build_products(context, made, variant, wanted, kernel, side, persons)
        return _keep(context, made.manifest, variant, wanted, built)


def _covered(context: Context, released: Manifest, wanted: Wanted) -> Wanted:
    """With the steering group's handling of the release, which the cover prints."""
    from evallib.steps.states import cited, handling

    handled = handling(context, context.period(released.period), released)
    return replace(wanted, handled=cited(handled))


@contextmanager
def at_hand(context: Context) -> Iterator[tuple[Callable[[], Kernel], Workshop]]:
    """What products are built with: a starting kernel, a second process. The caller holds the lock."""
    with ExitStack() as stack:
        cache = context.workspace.store / "cache"
        stack.enter_context(caches_in(cache))
        temporary = stack.enter_context(_temporary(cache / "temporary"))
        kernel = _Starting(context.workspace.root)
        stack.callback(kernel.stop)
        yield kernel.get, stack.enter_context(_side(context.workspace.project, temporary))


def _loading(side: Workshop) -> Beside:
    """Asks the second process, and loads what building products needs while its answer is waited for."""

    def beside(function: Callable[..., object], *given: object) -> Callable[[], object]:
        coming = side.ask(function, *given)

        def answer() -> object:
            _load_the_rest()
            return coming()

        return answer

    return beside


def _load_the_rest() -> None:
    from evallib.report.run import load_papermill

    for name in ("evallib.steps.warm", "evallib.report.document", "pikepdf", "pypdfium2", "xlsxwriter"):
        import_module(name)
    load_papermill()


def _side(project: Project, temporary: Path) -> Workshop:
    """A second process for drawings and further languages; it loads while the results are computed."""
    from evallib.report.workshop import Workshop

    return Workshop(project.report_languages[1:], temporary)


def _wanted(context: Context, period: Period, given: Mapping[str, str]) -> Wanted:
    project = context.workspace.project
    chosen: dict[str, Value] = {"period": period.id, "language": project.report_languages[0]}
    chosen.update(from_words(given))
    chosen.setdefault("comparison", period.comparison)
    chosen.setdefault("final", period.final)
    wanted = wanted_of(context, chosen)
    if wanted.parameters["period"] != period.id:
        raise UsageError(
            text("The parameter period is another one than the report's"),
            expected=period.id,
            found=str(wanted.parameters["period"]),
            repair=text("Run: evallib report {period}", period=wanted.parameters["period"]),
        )
    return wanted


def wanted_of(context: Context, chosen: Mapping[str, Value]) -> Wanted:
    """Parameters as the notebook takes them, with its hash; UsageError for one that does not fit."""
    project, notebook = context.workspace.project, context.workspace.notebooks / NOTEBOOK
    interface = read_interface(notebook)
    fitting = checked(interface, chosen, project.comparable(), project.report_languages)
    return Wanted(fitting, project.report_languages, fingerprints({"notebook": notebook})["notebook"])


def _standing(context: Context, released: Manifest | None, wanted: Wanted) -> ReportMade | None:
    """The last report, when nothing that shapes it has changed and its files still stand."""
    from evallib.store import Tier

    if released is None:
        return None
    latest = context.store.latest(Tier.PRODUCTS, released.period)
    if latest is None or latest.facts.get("fingerprint") != wanted.fingerprint(released):
        return None
    folder = context.workspace.outputs / released.period
    if not stands(folder, latest.entries):
        period = context.period(released.period)
        if not stays_locked(context, period):
            return None
        context.tell(text("{period} is locked: its report is put back from the store", period=period.id))
        kept = {name: context.store.get(sha) for name, sha in latest.entries.items()}
        put_in_place(context.workspace.outputs, period.id, kept)
    files = tuple(folder / name for name in latest.entries)
    return ReportMade(released.period, released.number, _variant(latest), files, new=False)


def _next_variant(context: Context, released: Manifest, wanted: Wanted) -> int:
    """The number of these products among those of the release: that of the same ones, else the next."""
    from evallib.store import Tier

    past = context.store.manifests(Tier.PRODUCTS, released.period)
    same = [one for one in past if one.facts["release"] == released.number]
    numbers = {one.facts["fingerprint"]: _variant(one) for one in same}
    return numbers.get(wanted.fingerprint(released), max(numbers.values(), default=0) + 1)


def _variant(products: Manifest) -> int:
    return int(str(products.facts.get("variant", 1)))


def _keep(context: Context, released: Manifest, variant: int, wanted: Wanted, built: Products) -> ReportMade:
    """Put the finished files into the store and in their place.

    Into the store first: what stands in its place is then known by its number, also if a run dies between.
    """
    from evallib.store import Tier

    store = context.store
    entries = {name: store.put(data) for name, data in built.files.items()}
    facts: dict[str, JSON] = {
        "fingerprint": wanted.fingerprint(released),
        "release": released.number,
        "variant": variant,
        "parameters": dict(wanted.parameters),
        "languages": wanted.languages,
        "handled": wanted.handled,
        "faults": built.faults,
    }
    store.commit(Tier.PRODUCTS, released.period, entries, facts, context.stamp())
    folder = put_in_place(context.workspace.outputs, released.period, built.files)
    files = tuple(folder / name for name in built.files)
    return ReportMade(released.period, released.number, variant, files, new=True, faults=built.faults)


@contextmanager
def _temporary(note: Path) -> Iterator[Path]:
    """A folder for all temporary files of a run; the note names it, so that the next run can clear it away.

    The caller holds the lock: what the note still names is the folder of a run that was killed.
    """
    with suppress(OSError, ValueError):
        left = Path(note.read_text("utf-8"))
        if left.name.startswith(RUN) and left.parent == Path(tempfile.gettempdir()):
            shutil.rmtree(left, ignore_errors=True)
    folder = tempfile.mkdtemp(prefix=RUN)
    note.write_text(folder, "utf-8")
    before, tempfile.tempdir = tempfile.tempdir, folder
    try:
        yield Path(folder)
    finally:
        tempfile.tempdir = before
        shutil.rmtree(folder, ignore_errors=True)
        note.unlink(missing_ok=True)


class _Starting:
    """A kernel that starts in the background while the results are computed."""

    def __init__(self, root: Path) -> None:
        self._kernel: Kernel | None = None
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._start, args=(root,), daemon=True)
        self._thread.start()

    def _start(self, root: Path) -> None:
        from evallib.report.run import Kernel

        try:
            self._kernel = Kernel(root, WARM, drawn=True)
        except Exception as fault:  # shown where the kernel is asked for
            self._fault = fault

    def get(self) -> Kernel:
        """The running kernel; raises what stopped it from starting."""
        self._thread.join()
        if self._kernel is None:
            raise EvallibError(
                text("No notebook kernel could be started"),
                found=repr(self._fault),
                repair=text("Run: evallib doctor"),
            )
        return self._kernel

    def stop(self) -> None:
        self._thread.join()
        if self._kernel is not None:
            self._kernel.stop()
