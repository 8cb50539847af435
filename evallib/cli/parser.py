"""The command list: one place for names, options and help."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from evallib import __version__
from evallib.cli import commands
from evallib.cli.words import Speaker
from evallib.errors import Text, UsageError, nearest, text

Runner = Callable[..., int]

COMMANDS: dict[str, tuple[Text, Runner]] = {
    "demo": (text("The whole chain on the invented demo project: three PDFs from nothing"), commands.demo),
    "new": (text("Make a workspace for a real project"), commands.new),
    "doctor": (text("What is missing or wrong in this workspace, with the repair"), commands.doctor),
    "pull": (text("Fetch what a period has received into the store"), commands.pull),
    "check": (text("Read everything received and say what should be known before a freeze"), commands.check),
    "freeze": (text("Fix a period's data, made pseudonymous"), commands.freeze),
    "report": (text("Make a period's annual report; runs what is missing before it"), commands.report),
    "trace": (text("From a printed number or table to its definition, base and sources"), commands.trace),
    "lab": (text("Open JupyterLab on the workspace's notebooks"), commands.lab),
}


class _Parser(argparse.ArgumentParser):
    """An argument parser whose faults are UsageErrors in our words."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(
            text("The command line can't be understood"),
            found=message,
            repair=text("See: {command} --help", command=self.prog),
        )


def parse(arguments: Sequence[str], speaker: Speaker) -> Any:
    """The parsed command, with ``run`` to call; unknown names are UsageErrors with the nearest one."""
    say = speaker.say
    parser = _Parser(prog="evallib", description=say(_ABOUT), epilog=say(_START), add_help=False)
    parser.add_argument("-h", "--help", action="help", help=say(_HELP))
    parser.add_argument("--version", action="version", version=f"evallib {__version__}", help=say(_VERSION))
    parser.add_argument("--language", choices=("fi", "sv", "en"), help=say(_LANGUAGE))
    subparsers = parser.add_subparsers(dest="command", metavar=say(text("COMMAND")), parser_class=_Parser)
    for name, (about, runner) in COMMANDS.items():
        one = subparsers.add_parser(name, help=say(about), description=say(about), add_help=False)
        one.add_argument("-h", "--help", action="help", help=say(_HELP))
        one.add_argument("--language", choices=("fi", "sv", "en"), help=say(_LANGUAGE))
        one.set_defaults(run=runner)
        _options(one, name, speaker)
    known = [word for word in arguments if not word.startswith("-")]
    if known and known[0] not in COMMANDS and known[0] not in ("fi", "sv", "en"):
        close = nearest(known[0], list(COMMANDS))
        raise UsageError(
            text("There is no command {name}", name=repr(known[0])),
            expected=text("one of {known}", known=", ".join(COMMANDS)),
            repair=text("Did you mean {key}?", key=repr(close)) if close else text("See: evallib --help"),
        )
    parsed = parser.parse_args(arguments)
    if parsed.command is None:
        parser.print_help()
        raise SystemExit(0)
    return parsed


def _options(one: argparse.ArgumentParser, name: str, speaker: Speaker) -> None:
    say = speaker.say
    if name in ("pull", "check", "freeze", "report"):
        one.add_argument("period", nargs="?", metavar=say(text("PERIOD")), help=say(_PERIOD))
    if name in ("doctor", "pull", "check", "freeze", "report", "trace", "demo"):
        one.add_argument("--json", action="store_true", help=say(text("Print the result as JSON")))
    if name in ("freeze", "report"):
        one.add_argument("--again", action="store_true", help=say(text("Do it even if nothing changed")))
    if name == "report":
        one.add_argument("-p", "--parameter", action="append", default=[], metavar="NAME=VALUE",
                         help=say(_PARAMETER))  # fmt: skip
    if name == "trace":
        one.add_argument(
            "id", metavar="ID", help=say(text("As 2025/I20.persons_low, 2025/T6.1 or 2025/F6.3"))
        )
    if name == "new":
        one.add_argument(
            "folder", metavar=say(text("FOLDER")), help=say(text("A folder that does not exist yet"))
        )
    if name == "lab":
        one.add_argument("--no-browser", action="store_true", help=say(text("Print the address only")))


_ABOUT = text("Self-evaluation of a development project, from survey answers to the annual report.")
_START = text("Start with: evallib demo. Help on one command: evallib report --help")
_HELP = text("Show this help")
_PARAMETER = text("A notebook parameter, as language=sv or comparison=none")
_VERSION = text("Show the version")
_LANGUAGE = text("Language of messages: fi, sv or en")
_PERIOD = text("A period of surveys/project.yaml; without it, the latest with received files")
