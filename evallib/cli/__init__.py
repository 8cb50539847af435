"""The command line: parsing, progress, exit codes, messages in the workspace's language."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import evallib
from evallib.cli.words import Speaker, workspace_language
from evallib.errors import EvallibError, Text

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code (0 done, 2-11 by kind of fault, 130 interrupted)."""
    evallib.collect_seldom()
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal without ✓ gets a ? and no fault
            stream.reconfigure(errors="replace")
    speaker = Speaker(workspace_language(Path.cwd(), given))
    try:
        return _run(given, speaker)
    except EvallibError as fault:
        return _show(fault, speaker, given)
    except KeyboardInterrupt:
        sys.stderr.write(speaker.say(_STOPPED) + "\n")
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as fault:
        return _show(_as_known(fault), speaker, given)


def _run(given: list[str], speaker: Speaker) -> int:
    """Run a command; whatever ends it, the progress display ends before a word is said about it."""
    from evallib.cli.parser import parse
    from evallib.cli.progress import Progress

    progress = Progress(speaker, sys.stderr)
    try:
        command = parse(given, speaker)
        return int(command.run(command, speaker, progress))
    except (EvallibError, KeyboardInterrupt, OSError):
        progress.stop()
        raise


_STOPPED = Text("Stopped. The last good release is untouched; run the same command again to go on.")


def _show(fault: EvallibError, speaker: Speaker, given: Sequence[str]) -> int:
    """The parts of a fault, each on a line of its own, or as JSON where that was asked for; its exit code."""
    from evallib.cli.words import escaped, plain, told

    if any(len(one) > len("--") and "--json".startswith(one) for one in given):
        error = json.dumps({"error": plain(fault)}, ensure_ascii=False, indent=2)
        sys.stdout.write(escaped(error) + "\n")
        return fault.exit_code
    sys.stderr.write("".join(f"{line}\n" for line in told(fault, speaker)))
    return fault.exit_code


def _as_known(fault: OSError) -> EvallibError:
    """An operating-system fault that no room has named: full disk, no permission, locked file."""
    from evallib.errors import OutputError, text

    name = Path(str(fault.filename)).name if fault.filename else ""
    return OutputError(
        text("A file or folder could not be used"),
        where=name,
        found=fault.strerror or type(fault).__name__,
        repair=text("Check free space and permissions, close programs that hold the file, run again"),
    )
