"""A small menu for people who do not use a command line: each choice runs a command, and says which."""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from evallib.cli.commands import _out
from evallib.cli.progress import Progress
from evallib.cli.words import Speaker, workspace_language
from evallib.codes import LANGUAGES
from evallib.errors import EvallibError, Text, UsageError, text

Say = Callable[[Text | str], str]
REMEMBERED = "workspace.txt"  # in the folder of settings: where the workspace lies that was last opened


def options(one: argparse.ArgumentParser, name: str, say: Say) -> None:
    """The options of this file's command; none for another command."""
    if name == "menu":
        one.add_argument("folder", nargs="?", metavar=say(text("FOLDER")), help=say(_FOLDER))


def menu(given: Any, speaker: Speaker, progress: Progress) -> int:
    """Show the menu until somebody leaves it; 0 also where the input ends."""
    language = given.language or ""
    folder = _opened(Path(given.folder)) if given.folder else _remembered()
    try:
        while True:
            if folder is not None:
                os.chdir(folder)
            speaker = Speaker(language or workspace_language(folder or Path.home(), ()))
            chosen = _ask(speaker, folder, _lines(speaker, folder))
            if chosen in ("", "0", "q"):
                return 0
            if chosen in LANGUAGES:
                language = chosen
            elif folder is None:
                folder = _without_workspace(chosen, speaker)
            else:
                folder = _with_workspace(chosen, speaker, folder, language)
    except EOFError:
        return 0


def settings() -> Path:
    """The folder in which programs of this user keep their settings."""
    if home := os.environ.get("EVALLIB_HOME"):
        return Path(home)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "evallib"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "evallib"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "evallib"


def _lines(speaker: Speaker, folder: Path | None) -> list[Text | str]:
    """What can be chosen: with a workspace its verbs, without one how to come to one."""
    languages = "fi · sv · en"
    titles = [text("Open a workspace that is there"), text("Make a new workspace")]
    if folder is not None:
        titles = [*_TITLES.values(), text("Open another workspace")]
    numbered: list[Text | str] = [f"  {n}  {speaker.say(title)}" for n, title in enumerate(titles, 1)]
    return [*numbered, f"  0  {speaker.say(text('Leave'))}", f"  {languages}"]


def _ask(speaker: Speaker, folder: Path | None, lines: list[Text | str]) -> str:
    _out(speaker, "")
    if folder is None:
        _out(speaker, text("evallib: no workspace is open"))
    else:
        _out(speaker, text("evallib: workspace {folder}", folder=str(folder)))
    for line in lines:
        _out(speaker, line)
    return _typed(speaker, text("Choose a number:")).casefold()


def _typed(speaker: Speaker, question: Text) -> str:
    """A line that somebody types; a file dragged onto the window comes in quotes. Ctrl-C is no answer."""
    sys.stdout.write(speaker.say(question) + " ")
    sys.stdout.flush()
    try:
        line = sys.stdin.readline()
    except KeyboardInterrupt:
        sys.stdout.write("\n")
        return ""
    if not line:
        raise EOFError
    return line.strip().strip("\"'").strip()


def _without_workspace(chosen: str, speaker: Speaker) -> Path | None:
    if chosen == "1":
        return _other(speaker, None)
    if chosen == "2":
        place = _typed(speaker, text("A folder that does not exist yet, best outside OneDrive:"))
        if place and _run(["new", place], speaker.language) == 0:
            return _kept(Path(place).resolve())
        return None
    return _nothing(speaker, None)


def _with_workspace(chosen: str, speaker: Speaker, folder: Path, language: str) -> Path | None:
    verbs = dict(zip(map(str, range(1, len(_TITLES) + 1)), _TITLES, strict=True))
    if chosen == str(len(_TITLES) + 1):
        return _other(speaker, folder)
    if chosen not in verbs:
        return _nothing(speaker, folder)
    verb = verbs[chosen]
    if verb == "open the report":
        _open_report(speaker, folder)
        return folder
    words = [verb]
    if verb == "read":
        file = _typed(speaker, text("The file; you can drag it onto this window:"))
        if not file:
            return folder
        words.append(file)
    elif verb in ("check", "freeze", "report"):
        period = _typed(speaker, text("Period, or Enter for the newest one with data:"))
        words += [period] if period else []
    _run(words, language)
    _typed(speaker, text("Press Enter to go on."))
    return folder


def _run(words: list[str], language: str) -> int:
    """Run a command as typed, and show how it would be typed; nothing that goes wrong ends the menu."""
    from evallib.cli import main

    shown = " ".join(f'"{one}"' if " " in one else one for one in words)
    sys.stdout.write(f"\n> evallib {shown}\n")
    sys.stdout.flush()
    try:
        return main([*words, *(["--language", language] if language else [])])
    except SystemExit as end:
        return int(end.code or 0)
    except KeyboardInterrupt:  # so late that nothing hears it any more
        sys.stdout.write("\n")
        return 130


def _open_report(speaker: Speaker, folder: Path) -> None:
    """Show what lies in outputs/ and open what is chosen with the program that this computer has for it."""
    endings = (".pdf", ".xlsx", ".html", ".docx")
    found = [path for path in sorted((folder / "outputs").glob("*/*")) if path.suffix in endings]
    found = [path for path in found if not path.name.startswith((".", "~$"))]
    found = sorted(found, key=lambda path: path.parent.name, reverse=True)[:9]
    if not found:
        _out(speaker, text("There is no report yet. Make it first."))
        return
    for number, path in enumerate(found, 1):
        _out(speaker, f"  {number}  {path.parent.name}/{path.name}")
    chosen = _typed(speaker, text("Which one? A number, or Enter for the first:")) or "1"
    if not (chosen.isdecimal() and 1 <= int(chosen) <= len(found)):
        _nothing(speaker, folder)
        return
    path = found[int(chosen) - 1]
    try:
        show(path)
    except OSError:
        _out(speaker, text("This computer does not open it by itself. It lies here: {file}", file=str(path)))


def show(path: Path) -> None:
    """Open a file with the program of this computer; OSError where it has none."""
    if sys.platform == "win32":
        os.startfile(path)
        return
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    subprocess.Popen([opener, str(path)], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _other(speaker: Speaker, folder: Path | None) -> Path | None:
    """Another workspace; where that is none, the one that was open."""
    place = _typed(speaker, text("The workspace's folder; you can drag it onto this window:"))
    if not place:
        return folder
    try:
        return _kept(_opened(Path(place)))
    except EvallibError as fault:
        from evallib.cli.words import told

        sys.stdout.write("".join(f"{line}\n" for line in told(fault, speaker)))
        return folder


def _opened(place: Path) -> Path:
    from evallib.workspace import workspace_root

    if not place.is_dir():
        raise UsageError(text("There is no folder {folder}", folder=place.name), where=str(place.parent))
    return workspace_root(place)


def _remembered() -> Path | None:
    """The workspace that we are in, else the one that was open last and is still there."""
    from evallib.workspace import workspace_root

    kept = settings() / REMEMBERED
    try:
        return workspace_root(Path.cwd())
    except EvallibError:
        pass
    try:
        return workspace_root(Path(kept.read_text(encoding="utf-8").strip()))
    except (OSError, UnicodeDecodeError, EvallibError):
        return None


def _kept(folder: Path) -> Path:
    """Note which workspace was opened; that it can't be noted is no fault."""
    from evallib.steps.one_file import write_file

    with contextlib.suppress(EvallibError):
        write_file(settings() / REMEMBERED, f"{folder}\n".encode(), folders=True)
    return folder


def _nothing(speaker: Speaker, folder: Path | None) -> Path | None:
    _out(speaker, text("There is no such choice."))
    return folder


_TITLES = {
    "next": text("What is due now and next"),
    "read": text("Look into a received file"),
    "check": text("Check what has been received"),
    "freeze": text("Freeze the period"),
    "report": text("Make the report"),
    "open the report": text("Open the report"),
    "doctor": text("What is missing or wrong"),
}
_FOLDER = text("A workspace; without it, the one we are in, or the one opened last")
