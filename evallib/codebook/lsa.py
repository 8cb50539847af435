"""A LimeSurvey archive (``.lsa``): structure, answers, invited people and timings of one survey, packed.

Its parts are told apart by their ending. Nothing is unpacked to a folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import BinaryIO

from evallib.codebook.archive import opened, stream
from evallib.errors import InputError, text

STRUCTURE, RESPONSES, PARTICIPANTS, TIMINGS = ".lss", ".lsr", ".lst", ".lsi"
_MAX_UNPACKED = 1_000_000_000  # answers are read as a stream
_WHAT = {
    STRUCTURE: text("the structure (.lss)"),
    RESPONSES: text("the answers (.lsr)"),
    PARTICIPANTS: text("the participants (.lst)"),
    TIMINGS: text("the timings (.lsi)"),
}


@contextmanager
def open_part(data: bytes, name: str, ending: str) -> Iterator[BinaryIO]:
    """One part of the archive as a stream of bytes, unpacked as it is read.

    data: the archive's bytes; name: as errors call the file; ending: STRUCTURE, RESPONSES, PARTICIPANTS or
    TIMINGS. Raises InputError when there is no such part or more than one, and, also while it is read, for
    what is damaged, locked, or no archive of LimeSurvey.
    """
    with opened(data, name, _MAX_UNPACKED) as archive:
        parts = [one for one in archive.infolist() if _ending(one.filename) == ending]
        if len(parts) != 1:
            held = [one.filename for one in archive.infolist() if not one.is_dir()]
            raise InputError(
                text("{file} does not hold what is looked for", file=name)
                if not parts
                else text("{file} holds more than one survey", file=name),
                expected=_WHAT[ending],
                found=", ".join(held[:5])[:150] or text("nothing"),
                repair=text("Export the archive again from LimeSurvey: «Survey archive (.lsa)»"),
            )
        with stream(archive, parts[0], f"{name}: {parts[0].filename}"[:150]) as part:
            yield part


def has_part(data: bytes, name: str, ending: str) -> bool:
    """Whether the archive has such a part; raises InputError for what is no archive."""
    with opened(data, name, _MAX_UNPACKED) as archive:
        return any(_ending(one.filename) == ending for one in archive.infolist())


def _ending(filename: str) -> str:
    """The ending of a part that may be one of LimeSurvey's; "" for what other programs put beside it."""
    path = PurePosixPath(filename.replace("\\", "/"))
    hidden = path.name.startswith(".") or "__MACOSX" in path.parts
    return "" if hidden else path.suffix.lower()
