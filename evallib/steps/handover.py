"""handover: a checklist for the day on which another person takes the work over, made from the workspace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evallib.errors import EvallibError, Text, text
from evallib.steps.context import Context

if TYPE_CHECKING:
    from evallib.sources.servers import Lyyti, Matomo, Pretix, Server

LATER = 10  # things to do after today that are listed


@dataclass(frozen=True)
class Section:
    """A part of the checklist: what the workspace knows, then what the two persons tick."""

    title: Text
    facts: tuple[Text, ...]
    ticks: tuple[Text, ...] = ()


def handover(context: Context) -> tuple[Section, ...]:
    """Everything that a successor needs to know or to be given, no secret among it.

    A part that can't be made says why, and the others are made all the same.
    """
    makers = (_workspace, _key, _backup, _accounts, _periods, _due, _faults, _last)
    return tuple(_made(one, context) for one in makers)


def _made(maker: Callable[[Context], Section], context: Context) -> Section:
    try:
        return maker(context)
    except EvallibError as fault:
        return Section(text("What is not in order"), (text("{part}", part=fault.problem),))


def _workspace(context: Context) -> Section:
    from evallib import __version__

    project, workspace = context.workspace.project, context.workspace
    inside = workspace.root.resolve() in workspace.store.parents
    outside = text("The store lies outside the workspace's folder: it has to be moved with it")
    facts = [
        text("Project: {name}, number {number}", name=project.name[project.language], number=project.number),
        text("evallib {version}; the same version is installed for the successor", version=__version__),
        text("The store lies in the workspace: {folder}", folder=project.store) if inside else outside,
        text("Mappings of attendance lists: {n}", n=len(context.mappings)),
    ]
    ticks = (
        text("The successor has the workspace's folder, on a computer with an encrypted disk"),
        text("README and docs/year.md have been read together"),
    )
    return Section(text("Workspace"), tuple(facts), ticks)


def _key(context: Context) -> Section:
    from evallib.steps.key import used_and_not_printed
    from evallib.steps.project_key import used_keys

    where = context.workspace.project.key
    place = text("this computer's keyring") if where == "keyring" else text("the setting {name}", name=where)
    facts = [text("The pseudonym key lies in: {place}", place=place)]
    facts += [text("Data are frozen under the key {key}", key=one) for one in sorted(used_keys(context))]
    missing = ", ".join(used_and_not_printed(context)) if where == "keyring" else ""
    if missing:
        facts.append(text("Not on paper: {key}. Run: evallib key backup FILE", key=missing))
    ticks = (
        text("The sheet with the key has been handed over, and where it is kept is known"),
        text("The successor has run: evallib key restore"),
    )
    return Section(text("Pseudonym key"), tuple(facts), ticks)


def _backup(context: Context) -> Section:
    from evallib.steps.backup import last_backup, not_backed_up

    last, later = last_backup(context, "workspace"), not_backed_up(context)
    facts = [
        text("The last backup is of {day}.", day=last[:10]) if last else text("No backup was ever made."),
        *([text("Changes since then that are in no backup: {n}", n=later)] if later else []),
    ]
    ticks = (
        text("A backup was made today: evallib backup FOLDER"),
        text("The passphrase of the backups has been handed over, apart from them"),
        text("The successor has restored it once: evallib restore FILE FOLDER"),
    )
    return Section(text("Backup"), tuple(facts), ticks)


def _accounts(context: Context) -> Section:
    """Which accounts there are; where a secret lies, never the secret. Addresses stay in the file."""
    path = context.workspace.surveys / "sources.yaml"
    if not path.is_file():
        return Section(text("Accounts"), (text("No server is declared: files are fetched by hand"),))
    from evallib.sources.servers import read_sources_file

    periods = [one.id for one in context.workspace.project.periods]
    sources = read_sources_file(path, periods, list(context.questionnaires))
    facts: list[Text] = [text("Addresses stand in surveys/sources.yaml")]
    ticks: list[Text] = []
    for name in ("limesurvey", "pretix", "lyyti", "matomo"):
        server = getattr(sources, name)
        if server is not None:
            facts.append(text("{system}: account {user}, secret in {place}", system=name, user=_user(server),
                              place=_secret(server)))  # fmt: skip
            ticks.append(
                text("{system}: the successor has an account of their own; the old one is closed",
                     system=name)
            )  # fmt: skip
    return Section(text("Accounts"), tuple(facts), tuple(ticks))


def _user(server: Server | Pretix | Lyyti | Matomo) -> str:
    told = (getattr(server, name, None) for name in ("user", "organizer", "public_key", "site"))
    return next((str(one) for one in told if one is not None), "–")


def _secret(server: Server | Pretix | Lyyti | Matomo) -> str:
    told = (getattr(server, name, None) for name in ("password", "token", "private_key"))
    return next((str(one) for one in told if one is not None), "–")


def _periods(context: Context) -> Section:
    from evallib.steps.states import said, standing

    facts = []
    for period in context.workspace.project.periods:
        found = standing(context, period)
        told = {"state": said(found.state), "release": found.release or "–"}
        facts.append(text("{period}: {state}, release {release}", period=period.id, **told))
    return Section(text("Periods"), tuple(facts))


def _due(context: Context) -> Section:
    from evallib.steps.due import agenda

    made = agenda(context)
    items = [*made.now(), *[one for one in made.items if one.day and one.day > made.today][:LATER]]
    listed = [
        text("{day} {period}: {what} ({command})", day=str(one.day or ""), period=one.period, what=one.what,
             command=one.command)
        for one in items
    ]  # fmt: skip
    return Section(text("What is due"), tuple(listed) or (text("Nothing is due now."),))


def _faults(context: Context) -> Section:
    from evallib.steps.doctor import doctor

    found = [one for one in doctor(context.workspace.root) if not one.ok]
    told = tuple(text("{check}: {repair}", check=one.check, repair=one.repair) for one in found)
    return Section(
        text("What is not in order"), told or (text("Everything that evallib doctor looks at is."),)
    )


def _last(context: Context) -> Section:
    periods = [one.id for one in context.workspace.project.periods]
    ticks = (
        text("On the successor's computer, evallib doctor finds no fault"),
        text("On the successor's computer, evallib verify finds every byte as it was kept"),
        text("On the successor's computer, evallib report {period} says that nothing has changed",
             period=periods[-1]),
        text("The old computer's copy and its key have been removed"),
    )  # fmt: skip
    return Section(text("The proof"), (), ticks)
