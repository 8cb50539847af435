"""The command line read: options of each verb, help, and what is said of a line that can't be understood."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NoReturn

from evallib import __version__
from evallib.cli import coding, documents, keep, menu, survey, upkeep, wave, year
from evallib.cli.verbs import COMMANDS, GROUPS
from evallib.cli.words import Speaker
from evallib.codes import LANGUAGES
from evallib.errors import Text, UsageError, nearest, text


class _Frame(argparse.HelpFormatter):
    """Help whose word for "usage" is in the workspace's language."""

    def __init__(self, speaker: Speaker, prog: str) -> None:
        super().__init__(prog)
        self._usage_word = f"{speaker.say(text('Usage'))}: "

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, self._usage_word if prefix is None else prefix)


class _Parser(argparse.ArgumentParser):
    """An argument parser whose headings and faults are in our words."""

    def __init__(self, speaker: Speaker, **options: Any) -> None:
        super().__init__(add_help=False, formatter_class=partial(_Frame, speaker), **options)
        self._positionals.title = speaker.say(text("Arguments"))
        self._optionals.title = speaker.say(text("Options"))
        self.add_argument("-h", "--help", action="help", help=speaker.say(_HELP))
        self.add_argument("--language", choices=LANGUAGES, help=speaker.say(_LANGUAGE))

    def error(self, message: str) -> NoReturn:
        raise UsageError(
            text("The command line can't be understood"),
            expected=_choices(message),
            found=_in_our_words(message),
            repair=text("See: {command} --help", command=self.prog),
        )


def _choices(message: str) -> Text | str:
    """What an option takes, where argparse's fault lists it; a newer Python does so without quotes."""
    found = re.search(r"invalid choice: .* \(choose from (.*)\)$", message, re.DOTALL)
    return text("one of {known}", known=found[1].replace("'", "")) if found else ""


def _in_our_words(message: str) -> Text | str:
    """argparse's commonest faults as translatable texts, the others as they come."""
    known = {
        r"unrecognized arguments: (?P<words>.*)": text("unknown: {words}"),
        r"the following arguments are required: (?P<words>.*)": text("{words} is missing"),
        r"argument (?P<option>.*?): expected .*": text("{option} without a value"),
        r"argument (?P<option>.*?): invalid choice: (?P<value>'.*?') .*": text(
            "{option} with the value {value}"
        ),
    }
    for pattern, template in known.items():
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found:
            return replace(template, values=found.groupdict())
    return message


def parse(arguments: Sequence[str], speaker: Speaker) -> Any:
    """The parsed command, with ``run`` to call; unknown names are UsageErrors with the nearest one."""
    say = speaker.say
    parser = _Parser(speaker, prog="evallib", description=say(_ABOUT), epilog=say(_START))
    parser.add_argument("--version", action="version", version=f"evallib {__version__}", help=say(_VERSION))
    groups = {"": _subcommands(parser, speaker)}
    for name, (about, runner) in COMMANDS.items():
        group, _, word = name.rpartition(" ")
        if group not in groups:
            of_group = groups[""].add_parser(group, help=say(GROUPS[group]), description=say(GROUPS[group]))
            groups[group] = _subcommands(of_group, speaker)
        one = groups[group].add_parser(word, help=say(about), description=say(about))
        one.set_defaults(run=runner)
        _options(one, name, speaker)
    asked = _command_asked(arguments)
    if asked and asked not in (*COMMANDS, *GROUPS):
        close = nearest(asked, list(COMMANDS))
        raise UsageError(
            text("There is no command {name}", name=repr(asked)),
            expected=text("one of {known}", known=", ".join(COMMANDS)),
            repair=text("Did you mean {key}?", key=repr(close)) if close else text("See: evallib --help"),
        )
    parsed = parser.parse_args(arguments)
    if parsed.command is None:
        parsed.without_command.print_help()
        raise SystemExit(0)
    return parsed


def _subcommands(parser: argparse.ArgumentParser, speaker: Speaker) -> Any:
    parser.set_defaults(without_command=parser)
    parser_class: Any = partial(_Parser, speaker)
    metavar = speaker.say(text("COMMAND"))
    return parser.add_subparsers(dest="command", metavar=metavar, parser_class=parser_class)


def _command_asked(arguments: Sequence[str]) -> str:
    """The command's word, or two in a group; options and the value of --language are no words."""
    before = ["", *arguments]
    given = (word for last, word in zip(before, arguments, strict=False) if last != "--language")
    words = [word for word in given if not word.startswith("-")]
    return " ".join(words[: 1 + (words[:1] != [] and words[0] in GROUPS)])


def _options(one: argparse.ArgumentParser, name: str, speaker: Speaker) -> None:
    say = speaker.say
    year.options(one, name, say)
    keep.options(one, name, say)
    documents.options(one, name, say)
    upkeep.options(one, name, say)
    menu.options(one, name, say)
    coding.options(one, name, say)
    survey.options(one, name, say)
    wave.options(one, name, say)
    if name == "commentary translate":
        one.add_argument("into", metavar=say(text("LANGUAGE")), help=say(text("Language of the translation")))
        one.add_argument("--word", action="store_true", help=say(text("A Word document, not a workbook")))
    if name in _FILE:
        one.add_argument("file", metavar=say(text("FILE")), help=say(_FILE[name]))
    if name in _WITH_PERIOD:
        which = _WAVE if name.startswith("survey") else _PERIOD
        one.add_argument("period", nargs="?", metavar=say(text("PERIOD")), help=say(which))
    if name == "diff":
        one.add_argument("first", metavar="A", help=say(_NAMED))
        one.add_argument("second", metavar="B", help=say(_NAMED))
        one.add_argument(
            "--page", metavar=say(text("FILE")), help=say(text("Write it as a page (.html) too"))
        )
    if name == "verify":
        one.add_argument("period", nargs="?", metavar=say(text("PERIOD")), help=say(_MADE_AGAIN))
        one.add_argument("--hashes", action="store_true", help=say(text("Only hash; make nothing again")))
    if name == "audit":
        one.add_argument("period", nargs="*", metavar=say(text("PERIOD")), help=say(_RELEASED))
        one.add_argument(
            "--write", metavar=say(text("FOLDER")), help=say(text("Write the audit forms there"))
        )
    if name not in ("new", "key", "lab", "menu"):
        one.add_argument("--json", action="store_true", help=say(text("Print the result as JSON")))
    if name == "pull":
        one.add_argument("--again", action="store_true", help=say(text("Fetch every answer anew")))
    if name in ("freeze", "report"):
        one.add_argument("--again", action="store_true", help=say(text("Do it even if nothing changed")))
    if name == "report":
        one.add_argument("-p", "--parameter", action="append", default=[], metavar="NAME=VALUE",
                         help=say(_PARAMETER))  # fmt: skip
    if name == "trace":
        one.add_argument(
            "id", metavar="ID", help=say(text("As 2025/I20.persons_low, 2025/T6.1, 2025/F6.3 or I20"))
        )
    if name == "new":
        one.add_argument(
            "folder", metavar=say(text("FOLDER")), help=say(text("A folder that does not exist yet"))
        )
    if name == "purge":
        what = one.add_mutually_exclusive_group(required=True)
        what.add_argument(
            "--rule", action="store_true", help=say(text("By the retention rules of project.yaml"))
        )
        what.add_argument("--person", nargs="?", const="-", metavar=say(text("ADDRESS")), help=say(_PERSON))
        one.add_argument(
            "--dry-run", action="store_true", help=say(text("Show what would go, erase nothing"))
        )
        one.add_argument("--yes", action="store_true", help=say(text("Erase for good; it can't be undone")))
    if name == "commentary reviewed":
        one.add_argument("--chapter", action="append", default=[], metavar=say(text("CHAPTER")),
                         help=say(text("Only this chapter, as 4; may be given several times")))  # fmt: skip
    if name == "map":
        one.add_argument(
            "--mapping", metavar="YAML", help=say(text("A file with the mapping; nothing is asked then"))
        )
    if name == "lab":
        one.add_argument("--no-browser", action="store_true", help=say(text("Print the address only")))


_WITH_PERIOD = {
    "check",
    "coding settle",
    "coding start",
    "coding status",
    "coding take",
    "commentary preview",
    "commentary reviewed",
    "commentary start",
    "commentary take",
    "commentary translate",
    "export cns",
    "export feedback",
    "export final",
    "export hyrra",
    "export pack",
    "export slides",
    "export web",
    "fill",
    "freeze",
    "pull",
    "quotes",
    "report",
    "survey build",
    "survey letters",
    "survey links",
    "survey monitor",
    "survey paper",
    "survey push",
    "survey twin",
    "survey unpack",
}
_FILE = {
    "read": text("A received file, wherever it lies"),
    "map": text("A received file, wherever it lies"),
    "survey paper": text("The workbook to write, as q1.xlsx"),
    "survey unpack": text("The archive that LimeSurvey saves as «Survey archive (.lsa)»"),
    "commentary take": text("The workbook or document that came back"),
    "coding take": text("The workbook that came back"),
}
_ABOUT = text("Self-evaluation of a development project, from survey answers to the annual report.")
_START = text("Start with: evallib demo. Help on one command: evallib report --help")
_HELP = text("Show this help")
_PARAMETER = text("A notebook parameter, as language=sv or comparison=none")
_PERSON = text("One person's; without an address it is asked for, and stays out of the shell's history")
_VERSION = text("Show the version")
_LANGUAGE = text("Language of messages: fi, sv or en")
_WAVE = text("A period of surveys/project.yaml; without it, the last one")
_PAGE = text("Write it as a page (.html) too")
_NAMED = text("2025 (its newest release), 2025/2 (a release) or 2025/f3 (a freeze)")
_MADE_AGAIN = text("The period whose release is made again; without it, every one that has a release")
_RELEASED = text("Periods of surveys/project.yaml; without any, all that have been released")
_PERIOD = text("A period of surveys/project.yaml; without it, the latest with received files")
