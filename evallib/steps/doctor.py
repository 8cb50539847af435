"""doctor: what is missing or wrong on this computer and in this workspace, each with its repair."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from evallib.errors import EvallibError, Text, text
from evallib.records import read_whole
from evallib.steps.context import Context, has_files, open_context
from evallib.workspace import Period

SYNCED = ("onedrive", "dropbox", "google drive", "icloud", "nextcloud")
ROOM_NEEDED = 200 * 1024 * 1024


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. repair: what to do when it is not in order."""

    check: Text
    ok: bool
    repair: Text | str = ""


def doctor(start: Path) -> list[Finding]:
    """All findings, the computer first. A fault of one check never hides the others."""
    findings = [_python(), *_packages()]
    try:
        context = open_context(start)
    except EvallibError as fault:
        return [*findings, Finding(text("Workspace"), False, _words(fault))]
    findings.append(Finding(text("Workspace: {name}", name=context.workspace.project.short_name), True))
    checks = (
        _templates,
        _declarations,
        _questionnaires,
        _kept_by_hand,
        _unfilled,
        _key,
        _store,
        _backups,
        _space,
    )
    for check in (*checks, _names, _periods):
        findings += list(check(context))
    return _said_once(findings)


def _said_once(findings: list[Finding]) -> list[Finding]:
    """A fault that stops a later check as well is told where it was found first."""
    said: set[str] = set()
    told = []
    for one in findings:
        again = not one.ok and str(one.repair) in said
        told.append(replace(one, repair=text("The fault above comes first")) if again else one)
        said.add(str(one.repair))
    return told


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding(
        text("Python {version}", version=version),
        sys.version_info >= (3, 11),
        "" if sys.version_info >= (3, 11) else text("Install Python 3.11 or newer"),
    )


def _packages() -> Iterator[Finding]:
    """Installed versions against the lock that came with evallib."""
    from importlib.metadata import PackageNotFoundError, version

    from evallib.steps.facts import PACKAGES, locked_versions

    locked = locked_versions()
    differing = []
    for name in PACKAGES:
        try:
            installed = version(name)
        except PackageNotFoundError:
            installed = "-"
        if name in locked and installed not in locked[name]:
            differing.append(f"{name} {installed}")
    yield Finding(
        text("Packages as locked"),
        not differing,
        text("Other versions than locked: {names}. Run the set-up command of README again.",
             names=", ".join(differing)) if differing else "",
    )  # fmt: skip


def _templates(context: Context) -> Iterator[Finding]:
    """Whether the workspace has what is new in this version; of one without a note nothing is known."""
    from evallib import __version__
    from evallib.steps.taken import read_taken

    check = text("The templates are those of this evallib")
    try:
        version = read_taken(context.workspace.root).version
    except EvallibError as fault:
        yield Finding(check, False, _words(fault))
        return
    if version:
        repair = text("They are of evallib {version}. Look: evallib upgrade --dry-run", version=version)
        yield Finding(check, version == __version__, "" if version == __version__ else repair)


def _declarations(context: Context) -> Iterator[Finding]:
    yield _tried(text("Evaluation plan"), lambda: context.plan)
    yield _tried(text("Targets"), lambda: context.targets)
    yield _tried(text("Code frame of open answers"), lambda: context.code_frame)
    yield from _servers(context)


def _servers(context: Context) -> Iterator[Finding]:
    """The declared servers and whether their secrets are at hand; none of them is asked anything."""
    from evallib.steps.fetch import declared_sources

    file = "surveys/sources.yaml"
    yield _tried(text("Servers to fetch from: {file}", file=file), lambda: declared_sources(context))
    try:
        declared = declared_sources(context)
    except EvallibError:
        return
    accounts = {"limesurvey": "user", "pretix": "organizer", "lyyti": "public_key", "matomo": "site"}
    for system, account in accounts.items():
        server = getattr(declared, system, None)
        if server is not None:
            yield _tried(
                text("The key to {system} is at hand", system=system), partial(_secret, server, account)
            )


def _secret(server: Any, account: str) -> None:
    from evallib.privacy.passwords import load_password

    system = type(server).__name__.casefold().replace("server", "limesurvey")
    where = next(
        getattr(server, name) for name in ("password", "token", "private_key") if hasattr(server, name)
    )
    host = server.url.split("//", 1)[-1].split("/", 1)[0]
    load_password(where, str(getattr(server, account)), host, system)


def _questionnaires(context: Context) -> Iterator[Finding]:
    from evallib.steps.survey import check_questions

    yield _tried(text("Questionnaires"), lambda: context.questionnaires)
    try:
        found = check_questions(context).findings
    except EvallibError:
        return
    first = text("{place}: {message}", place=found[0].place, message=found[0].message) if found else ""
    yield Finding(text("Every indicator can be computed from its questions"), not found, first)


def _kept_by_hand(context: Context) -> Iterator[Finding]:
    """Each log and roster that can't be read; one line when all can."""
    paths = (
        path
        for folder in ("logs", "rosters")
        for path in sorted((context.workspace.surveys / folder).glob("*.*"))
    )
    found = [
        _tried(text("Logs and rosters"), partial(_log_or_roster, path))
        for path in paths
        if path.suffix in (".csv", ".xlsx") and not path.name.startswith((".", "~$"))
    ]
    yield from [one for one in found if not one.ok] or [Finding(text("Logs and rosters"), True)]


def _log_or_roster(path: Path) -> object:
    from evallib.sources.logs import read_log, read_roster_table

    shown = f"{path.parent.name}/{path.name}"
    data = read_whole(shown, path)
    return (
        read_log(path.stem, data, shown)
        if path.parent.name == "logs"
        else read_roster_table(data, shown, path.stem)
    )


def _unfilled(context: Context) -> Iterator[Finding]:
    from evallib.report.places import together
    from evallib.steps.fingerprint import read_all, written_files
    from evallib.steps.unfilled import unfilled

    lines = unfilled(read_all(written_files(context.workspace, context.workspace.project.periods)))
    repair = text("Still to be filled in: {places}", places="; ".join(together(lines))) if lines else ""
    yield Finding(text("What the templates ask for is filled in"), not lines, repair)


def _key(context: Context) -> Iterator[Finding]:
    from evallib.steps.project_key import project_key

    yield _tried(text("Pseudonym key"), lambda: project_key(context))


def _store(context: Context) -> Iterator[Finding]:
    place = str(context.workspace.store).casefold()
    synced = next((name for name in SYNCED if name in place), "")
    yield Finding(
        text("The store lies outside cloud-synced folders"),
        not synced,
        text("Set store in surveys/project.yaml to a folder that is not synced") if synced else "",
    )
    found = context.store.verify() if context.workspace.store.exists() else []
    damages = [one for one in found if not one.ignorable]
    yield Finding(
        text("The store is whole"),
        not damages,
        text("{n} damaged or missing: {first}", n=len(damages), first=damages[0].where) if damages else "",
    )


def _backups(context: Context) -> Iterator[Finding]:
    """What exists in one place only. Of a key in the environment nothing is known; a demo loses nothing."""
    from evallib.steps.backup import last_backup, not_backed_up

    if context.workspace.project.marked or not context.workspace.store.exists():
        return
    missing, last = not_backed_up(context), last_backup(context, "workspace")
    since = text("The last backup is of {day}.", day=last[:10]) if last else text("No backup was ever made.")
    repair = text("{since} {n} later changes are here only. Run: evallib backup FOLDER",
                  since=since, n=missing) if missing else ""  # fmt: skip
    yield Finding(text("The store exists in two places"), not missing, repair)
    if context.workspace.project.key == "keyring":
        from evallib.steps.key import used_and_not_printed

        only_here = ", ".join(used_and_not_printed(context))
        repair = text("In this computer's keyring only: {key}. Run: evallib key backup FILE", key=only_here)
        yield Finding(text("The pseudonym key is on paper too"), not only_here, repair if only_here else "")


def _space(context: Context) -> Iterator[Finding]:
    free = shutil.disk_usage(context.workspace.root).free
    yield Finding(
        text("Free disk space"),
        free > ROOM_NEEDED,
        "" if free > ROOM_NEEDED else text("Less than 200 MB are free: make room"),
    )
    outputs = context.workspace.outputs
    writable = not outputs.exists() or os.access(outputs, os.W_OK)
    repair = "" if writable else text("The folder outputs/ is read-only: change its permissions")
    if outputs.exists() and not outputs.is_dir():
        writable, repair = False, text("Move {file} elsewhere, then run the same again", file="outputs")
    yield Finding(text("Reports can be written"), writable, repair)


def _names(context: Context) -> Iterator[Finding]:
    """Names of files by which the workspace would break on another computer, or breaks on this one."""
    from evallib.steps.file_names import names_of, wrong_names

    found = list(wrong_names(names_of(context.workspace), context.workspace.root))
    shown = found[0] if found else ""
    if len(found) > 1:
        shown = text("{problem} (and {n} more)", problem=found[0], n=len(found) - 1)
    yield Finding(text("Names of files suit every computer"), not found, shown)


def _periods(context: Context) -> Iterator[Finding]:
    project = context.workspace.project
    for period in project.periods:
        if not project.start <= period.start <= period.end <= project.end:
            span = f"{project.start} – {project.end}"
            yield Finding(
                text("{period} reaches beyond the project's time: {span}", period=period.id, span=span), True
            )
        if has_files(context, period):
            yield _tried(
                text("Received files of {period}", period=period.id), partial(_read, context, period)
            )
        else:
            yield Finding(text("{period} has no received files yet", period=period.id), True)


def _read(context: Context, period: Period) -> None:
    """Read what was received as a freeze would, unless it was frozen just so; nothing is kept."""
    from evallib.steps.check import read_sources
    from evallib.steps.closed import is_closed
    from evallib.steps.fingerprint import contents_of, received_files
    from evallib.steps.freeze import freeze_fingerprint
    from evallib.store import Tier

    contents = contents_of(received_files(context.workspace, period))
    frozen = context.store.latest(Tier.FROZEN, period.id)
    wanted = freeze_fingerprint(context, period, contents)
    if (frozen is None or frozen.facts["fingerprint"] != wanted) and not is_closed(context, period):
        read_sources(context, period, contents)


def _tried(check: Text, load: Callable[[], object]) -> Finding:
    try:
        load()
    except EvallibError as fault:
        return Finding(check, False, _words(fault))
    return Finding(check, True)


def _words(fault: EvallibError) -> Text:
    """All parts in one line, each still translatable."""
    said = text("{part}", part=fault.problem)
    for part in list(fault.parts().values())[1:]:
        said = text("{said}; {part}", said=said, part=part)
    return said
