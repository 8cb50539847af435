"""upgrade: a workspace made by an earlier evallib gets what is new in the templates, and loses nothing.

Each file is decided on its own: what nobody edited is replaced, what both changed is merged, and where that
can't be done, or must not, the new one is laid beside in ``upgrade-<version>/`` with the reason. The store
needs no upgrade: every version reads what earlier ones wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from evallib import __version__
from evallib.errors import EvallibError, Text, UsageError, text
from evallib.steps.change_set import apply
from evallib.steps.context import Context
from evallib.steps.merge import changes, lines, meaning, merged
from evallib.steps.new import TEMPLATES, text_templates, workbooks
from evallib.steps.states import State, standing
from evallib.steps.taken import FILE, Taken, TakenFile, as_taken, read_taken, taken_bytes
from evallib.steps.upgrade_check import fault_of

_FILLED = (
    "project.yaml",
    "targets.yaml",
    "sources.yaml",
    "calendar.yaml",
)  # below surveys/: the project's own
_DATA = ("surveys/logs/", "surveys/rosters/")


class Deed(StrEnum):
    """What becomes of a file."""

    ADDED = "added"
    REPLACED = "replaced"
    MERGED = "merged"
    BESIDE = "laid beside"
    KEPT = "kept"


@dataclass(frozen=True)
class Decided:
    """One file that an upgrade is about. why: in words; base, mine, new: its three versions, None where
    there is none; data: what is written."""

    name: str
    deed: Deed
    why: Text
    data: bytes | None = None
    base: bytes | None = None
    mine: bytes | None = None
    new: bytes | None = None


@dataclass(frozen=True)
class Made:
    """A period and the versions of evallib that made its newest freeze and release; "" for none."""

    period: str
    state: State
    frozen: str
    released: str


@dataclass(frozen=True)
class Upgrade:
    """What an upgrade changes, or has changed. fault: why declarations are laid beside that could have been
    merged, in words; folder: where things are laid beside."""

    before: str
    version: str
    files: tuple[Decided, ...]
    periods: tuple[Made, ...]
    fault: Text | str = ""
    note: bytes = b""

    @property
    def folder(self) -> str:
        return f"upgrade-{self.version}"

    @property
    def due(self) -> bool:
        return bool(self.files) or self.before != self.version


def plan_upgrade(
    context: Context,
    speaker: Callable[[str], Callable[[Text | str], str]] = lambda _: str,
    templates: Path = TEMPLATES,
    version: str = __version__,
) -> Upgrade:
    """What an upgrade would do; nothing is changed. speaker: language → who says the words of the empty
    forms in surveys/templates.

    Raises UsageError in the demo and in a workspace of a newer evallib, and what the workspace's declarations
    have wrong before it.
    """
    workspace = context.workspace
    if workspace.project.invented:
        raise UsageError(
            text("The demo has nothing to upgrade: its files come with evallib"),
            repair=text("Go to the folder of your own workspace"),
        )
    taken = read_taken(workspace.root)
    if _order(taken.version) > _order(version):
        raise UsageError(
            text("This workspace was made or upgraded by a newer evallib"),
            expected=text("evallib {version} or newer", version=taken.version),
            found=f"evallib {version}",
            repair=text("Install that version"),
        )
    if fault := fault_of(workspace.root, {}):
        raise fault
    language = taken.language or workspace.project.language
    forms = workbooks(templates / "surveys", speaker(language), language)
    offered = text_templates(templates) | forms
    decided = list(_decided(context, taken, offered))
    fault = fault_of(workspace.root, {one.name: one.data for one in decided if one.data is not None})
    if fault:
        decided = [_declared_beside(one) for one in decided]
    note = taken_bytes(version, language, as_taken(version, offered.items()))
    said = text("{problem} ({place})", problem=fault.problem, place=fault.where) if fault else ""
    made = tuple(_made(context, one.id) for one in workspace.project.periods)
    return Upgrade(taken.version, version, tuple(decided), made, said, note)


def upgrade(context: Context, planned: Upgrade) -> tuple[str, ...]:
    """Do what was planned, all of it or nothing; gives the names of the files that were written."""
    changed: dict[str, bytes | None] = {one.name: one.data for one in planned.files if one.data is not None}
    aside = [one for one in planned.files if one.deed is Deed.BESIDE]
    changed |= {f"{planned.folder}/{one.name}": one.new for one in aside}
    if aside:
        changed[f"{planned.folder}/changes.txt"] = "\n".join(_told(one) for one in aside).encode()
    apply(context.workspace.root, {**changed, FILE: planned.note}, f"upgrade {planned.version}")
    return tuple(sorted(changed))


def _told(one: Decided) -> str:
    """What the newer template has otherwise than the one that was taken, or than what stands here."""
    assert one.new is not None
    before = one.base if one.base is not None else one.mine or b""
    return f"{one.name}\n{'=' * len(one.name)}\n{changes(one.name, before, one.new)}"


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def _decided(context: Context, taken: Taken, offered: Mapping[str, bytes]) -> Iterator[Decided]:
    root, asked = context.workspace.root, _asked(context)
    for name, new in sorted(offered.items()):
        path, base = root / name, taken.files.get(name)
        mine = path.read_bytes() if path.is_file() else None
        same = base is not None and base.meaning == meaning(name, new)
        if same or (mine is not None and meaning(name, mine) == meaning(name, new)):
            continue
        if mine is None:
            yield from _missing(root, name, base, new)
        elif name.startswith(_DATA):
            yield _data(name, base, mine, new)
        else:
            yield _edited(name, base, mine, new, asked)
    for name in sorted(set(taken.files) - set(offered)):
        if (root / name).is_file():
            yield Decided(name, Deed.KEPT, text("no longer comes with evallib; yours stays"))


def _missing(root: Path, name: str, base: TakenFile | None, new: bytes) -> Iterator[Decided]:
    """A file that is not there: new in this version, or taken away by the project."""
    if base is not None:
        yield Decided(name, Deed.KEPT, text("has been taken away here, and is not put back"))
    elif not (name.startswith("surveys/rosters/") or (root / name).with_suffix(".xlsx").is_file()):
        yield Decided(name, Deed.ADDED, text("new in this version"), new, new=new)


def _data(name: str, base: TakenFile | None, mine: bytes, new: bytes) -> Decided:
    """A log or roster: as long as nothing is in it, it is replaced; then never touched."""
    if base is not None and meaning(name, mine) == base.meaning:
        return Decided(name, Deed.REPLACED, text("nothing was entered yet"), new, base.data, mine, new)
    had = set(re.split("[;,]", lines(mine)[0].strip())) if mine.strip() else set()
    more = ", ".join(one for one in lines(new)[0].strip().split(";") if one not in had)
    why = text("your rows stay; columns that can be added: {columns}", columns=more or "–")
    return Decided(name, Deed.KEPT, why)


def _edited(name: str, base: TakenFile | None, mine: bytes, new: bytes, asked: Mapping[str, str]) -> Decided:
    was = base.data if base is not None else None
    clash = text("you and evallib changed the same place")
    one = Decided(name, Deed.BESIDE, clash, None, was, mine, new)
    survey = Path(name).stem if name.startswith("surveys/questionnaires/") else ""
    if survey and (held := ", ".join(asked.values()) if survey == "scales" else asked.get(survey)):
        why = text("has been asked ({periods}): a question that is reworded gets waves, see docs/surveys.md",
                   periods=held)  # fmt: skip
        return replace(one, why=why)
    if base is not None and meaning(name, mine) == base.meaning:
        return replace(one, deed=Deed.REPLACED, why=text("nobody edited it"), data=new)
    if was is None:
        if name.removeprefix("surveys/") in _FILLED:
            return replace(one, deed=Deed.KEPT, why=text("is filled in by the project"), new=None)
        return replace(one, why=text("is edited, and what it was at first is not noted"))
    both = merged(name, was, mine, new)
    if both is None:
        return one
    return replace(one, deed=Deed.MERGED, why=text("your changes and evallib's, together"), data=both)


def _declared_beside(one: Decided) -> Decided:
    """Where declarations would not fit together, none of them is changed."""
    if one.name.endswith(".yaml") and one.data is not None and one.mine is not None:
        return replace(one, deed=Deed.BESIDE, why=text("together they would not fit, see below"), data=None)
    return one


def _asked(context: Context) -> dict[str, str]:
    """Questionnaire → periods for which it was built, or of which something was received."""
    workspace, found = context.workspace, {}
    for name in context.questionnaires:
        periods = [
            one.id
            for one in workspace.project.periods
            if (workspace.surveys / "questionnaires" / f"{name}-{one.id}.lss").is_file()
            or any((workspace.inbox(one.id) / "limesurvey" / name).glob("*"))
        ]
        if periods:
            found[name] = ", ".join(periods)
    return found


def _made(context: Context, period: str) -> Made:
    """What is noted of the versions that made a period's newest freeze and release."""
    from evallib.steps.release import latest_released
    from evallib.store import Tier

    wanted = context.period(period)
    state = standing(context, wanted)
    frozen = context.store.latest(Tier.FROZEN, period)
    released = ""
    if state.release:
        try:
            run = latest_released(context, wanted)[0].facts.get("run")
            released = str(run.get("code_version", "?")) if isinstance(run, Mapping) else "?"
        except EvallibError:  # a damaged store is named by verify
            released = "?"
    by = "" if frozen is None else str(frozen.facts.get("evallib", "?"))
    return Made(period, state.state, by, released)
