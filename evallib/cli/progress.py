"""Progress: on a terminal each step with its time, elsewhere plain lines."""

from __future__ import annotations

import os
import time
from typing import TextIO

from evallib.cli.words import Speaker, printable
from evallib.errors import Text


class Progress:
    """Tells what is being done. One step is open at a time; the next one closes it."""

    def __init__(self, speaker: Speaker, stream: TextIO) -> None:
        self._speaker, self._stream = speaker, stream
        self._live = stream.isatty()
        if self._live and os.name == "nt":
            os.system("")  # from then on a Windows console understands the sequences below
        self._open = ""
        self._since = 0.0

    def __call__(self, what: Text) -> None:
        self.stop(done=True)
        said = printable(self._speaker.say(what))
        self._open, self._since = said, time.monotonic()
        self._stream.write(f"  … {said}" if self._live else f"{said}\n")
        self._stream.flush()

    def stop(self, *, done: bool = False) -> None:
        """Close the open step; without ``done`` its line only ends."""
        if self._open and self._live:
            spent = time.monotonic() - self._since
            mark = "✓" if done else "✗"
            self._stream.write(f"\r\x1b[K  {mark} {self._open} ({spent:.1f} s)\n")
        self._open = ""
