"""Packed files as received: looked into in memory and nowhere unpacked to a folder.

What an archive would unpack to is read off its table of contents before anything is unpacked, and no
more than that is ever read.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

from evallib.errors import InputError, text

MAX_PARTS = 2_000
MAX_RATIO = 200  # workbooks and survey archives pack 5–40 to 1
_OUTSIDE = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)")  # absolute, a drive, or upwards
_PART = b"PK\x01\x02"  # begins each entry of the table of contents
_FAULTS = (zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError, NotImplementedError, RuntimeError)


def is_packed(data: bytes) -> bool:
    return data.startswith(b"PK\x03\x04")


@contextmanager
def opened(data: bytes, name: str, most: int) -> Iterator[zipfile.ZipFile]:
    """The archive in ``data``; most: bytes that all its parts together may have.

    Raises InputError for what is damaged, locked, packed in an unusual way or beyond all measure, and for
    a part whose name leads out of the archive.
    """
    if data.count(_PART) > MAX_PARTS:  # a table of contents alone can fill the memory
        raise InputError(
            text("{file} has too many parts", file=name),
            expected=text("at most {max_length} entries", max_length=MAX_PARTS),
            found=str(data.count(_PART)),
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _FAULTS as fault:
        raise damaged(name, fault) from None
    with archive:
        parts = archive.infolist()
        strange = next((one.filename for one in parts if _OUTSIDE.search(one.filename)), "")
        if strange:
            raise InputError(
                text("{file} has a part whose name leads out of it", file=name),
                found=strange[:60],
                repair=text("Do not use this file; ask for it again from its source"),
            )
        size = sum(one.file_size for one in parts)
        if size > most or size > MAX_RATIO * max(len(data), 100_000):
            raise InputError(
                text("{file} unpacks to {size} megabytes", file=name, size=size // 1_000_000),
                expected=text("at most {limit} megabytes", limit=most // 1_000_000)
                if size > most
                else text("at most {n} times its own size", n=MAX_RATIO),
                repair=text("Do not use this file; ask for it again from its source"),
            )
        if any(one.flag_bits & 1 for one in parts):
            raise InputError(
                text("{file} is locked with a password", file=name),
                repair=text("Unlock it in the program that made it, and save it again"),
            )
        if any(one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for one in parts):
            raise damaged(name, NotImplementedError())
        yield archive


def damaged(name: str, fault: Exception) -> InputError:
    return InputError(
        text("{file} is a damaged archive", file=name),
        found=type(fault).__name__,
        repair=text("Download it again; the download may have been cut"),
    )


def stream(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> BinaryIO:
    """One part, unpacked as it is read; what is damaged inside raises InputError when it is reached."""
    try:
        return cast(BinaryIO, io.BufferedReader(_Part(archive.open(part), name), 65_536))
    except _FAULTS as fault:
        raise damaged(name, fault) from None


class _Part(io.RawIOBase):
    def __init__(self, packed: object, name: str) -> None:
        self._packed, self._name = cast(BinaryIO, packed), name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        try:
            read = self._packed.read(len(view))
        except _FAULTS as fault:
            raise damaged(self._name, fault) from None
        view[: len(read)] = read
        return len(read)

    def close(self) -> None:
        self._packed.close()
        super().close()
