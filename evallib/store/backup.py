"""A backup: the files of a workspace and its store in one file that opens with one passphrase.

A plain ZIP of three members, so that it opens without evallib too: what it is, in words; an age identity,
encrypted with the passphrase; a tar, encrypted to that identity. The tar begins with what the backup is about
and ends with the hash of every file: one that was cut has no end.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import tarfile
import threading
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from evallib.errors import EvallibError, InputError, OutputError, text
from evallib.store.files import make_folder

FORMAT = 1
README, LOCKED, DATA = "README.txt", "identity.age", "workspace.tar.age"
_ABOUT, _HASHES = "about.json", "sha256.json"
_SMALL = 100_000  # bytes; more than the identity and what the backup is about ever need
_PIECE = 1 << 20


@dataclass(frozen=True)
class Backup:
    """What a backup holds. about: facts of the one that made it; hashes: file → SHA-256; size in bytes."""

    about: dict[str, Any]
    hashes: dict[str, str]
    size: int


def pack(target: IO[bytes], files: Iterable[tuple[str, Path]], about: dict[str, Any], passphrase: str,
         words: str) -> Backup:  # fmt: skip
    """Write files, each under its name, into ``target``; memory does not grow with them.

    Raises InputError for a file that can't be read or changed meanwhile, OutputError when ``target`` can't
    be written.
    """
    kept = _Kept(target)
    try:
        return _pack(kept, files, {"format": FORMAT, **about}, passphrase, words)
    except Exception:
        if kept.fault is None:
            raise
        raise OutputError(
            text("The backup can't be written"),
            found=kept.fault.strerror or type(kept.fault).__name__,
            repair=text("Make room on the disk or choose another folder, then run the same again"),
        ) from kept.fault


def _pack(kept: _Kept, files: Iterable[tuple[str, Path]], about: dict[str, Any], passphrase: str,
          words: str) -> Backup:  # fmt: skip
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(README, words)
        archive.writestr(LOCKED, pyrage.passphrase.encrypt(str(identity).encode(), passphrase))
        with archive.open(DATA, "w", force_zip64=True) as data:

            def encrypt(source: IO[bytes]) -> None:
                pyrage.encrypt_io(source, data, [identity.to_public()])

            with _beside(encrypt, feeds=True) as pipe:
                return _tar(pipe, files, about)


def _takes_any(_: str) -> None:
    """Refuse no name."""


def unpack(
    source: Path, passphrase: str, into: Path | None, refuse: Callable[[str], None] = _takes_any
) -> Backup:
    """Every file of a backup below ``into``, which is made; without it they are only read and checked.

    refuse: raises for a name that this computer can't hold. Raises InputError for what is no backup, is of a
    newer evallib, is damaged, cut or would write elsewhere, and for a passphrase that does not fit.
    """
    import pyrage

    try:
        with zipfile.ZipFile(source) as archive:
            identity = _identity(archive, passphrase)
            with archive.open(DATA) as data:

                def decrypt(pipe: IO[bytes]) -> None:
                    pyrage.decrypt_io(data, pipe, [identity])

                with _beside(decrypt, feeds=False) as pipe:
                    made = _untar(pipe, into, refuse)
                    while pipe.read(_PIECE):  # the last piece proves that nothing was cut off
                        pass
    except (
        zipfile.BadZipFile,
        KeyError,
        tarfile.TarError,
        EOFError,
        ValueError,
        pyrage.DecryptError,
    ) as fault:
        raise _damaged(source.name) from fault
    except OSError as fault:
        if fault.errno is not None:
            raise
        raise _damaged(source.name) from fault
    return made


class _Kept(io.RawIOBase):
    """A file to write to, which remembers why a write failed, whoever wrote and whatever he made of it."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self.fault: OSError | None = None

    def seekable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._target.tell()

    def write(self, data: Any) -> int:
        try:
            return self._target.write(data)
        except OSError as fault:
            self.fault = fault
            raise

    def flush(self) -> None:
        self._target.flush()


@contextlib.contextmanager
def _beside(work: Callable[[IO[bytes]], None], *, feeds: bool) -> Iterator[IO[bytes]]:
    """Work on one end of a pipe in a thread, while the block has the other; the first fault is raised.

    feeds: the block writes what the thread reads.
    """
    reading, writing = os.pipe()
    ours, theirs = (writing, reading) if feeds else (reading, writing)
    faults: list[BaseException] = []

    def run() -> None:
        try:
            with open(theirs, "rb" if feeds else "wb") as end:  # noqa: PTH123 - a pipe's end has no path
                work(end)
        except BaseException as fault:
            faults.append(fault)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        with open(ours, "wb" if feeds else "rb") as end:  # noqa: PTH123
            yield end
    except (BrokenPipeError, tarfile.TarError, EOFError, ValueError):
        thread.join()
        if faults and not isinstance(faults[0], BrokenPipeError):  # it broke the pipe, or ended it early
            raise faults[0] from None
        raise
    finally:
        thread.join()
    if faults:
        raise faults[0]


def _tar(pipe: IO[bytes], files: Iterable[tuple[str, Path]], about: dict[str, Any]) -> Backup:
    hashes, size = {}, 0
    with tarfile.open(fileobj=pipe, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        _add(tar, _ABOUT, json.dumps(about, ensure_ascii=False, sort_keys=True).encode())
        for name, path in files:
            hashes[name], read = _add_file(tar, name, path)
            size += read
        _add(tar, _HASHES, json.dumps(hashes, ensure_ascii=False).encode())
    return Backup(about, hashes, size)


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))


def _add_file(tar: tarfile.TarFile, name: str, path: Path) -> tuple[str, int]:
    """One file, hashed while it is read; its hash and size."""
    try:
        with path.open("rb") as source:
            before = os.fstat(source.fileno())
            member = tarfile.TarInfo(name)
            member.size, member.mtime, member.mode = (
                before.st_size,
                int(before.st_mtime),
                before.st_mode & 0o777,
            )
            reader = _Hashed(source)
            tar.addfile(member, reader)
            after = os.fstat(source.fileno())
    except BrokenPipeError:
        raise
    except OSError as fault:
        raise InputError(
            text("A file can't be read into the backup"),
            where=name,
            found=fault.strerror or str(fault),
            repair=text("Close it in other programs, then run the same again"),
        ) from fault
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise InputError(
            text("A file changed while it was read"),
            where=name,
            repair=text("Close it in other programs, then run the same again"),
        )
    return reader.hash.hexdigest(), before.st_size


class _Hashed(io.RawIOBase):
    """A reader that hashes what goes through."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self.hash = source, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read(size)
        self.hash.update(piece)
        return piece


def _identity(archive: zipfile.ZipFile, passphrase: str) -> Any:
    """The key of the backup's data; InputError when the passphrase does not open it."""
    import pyrage

    if archive.getinfo(LOCKED).file_size > _SMALL:
        raise ValueError(LOCKED)
    try:
        opened = pyrage.passphrase.decrypt(archive.read(LOCKED), passphrase)
    except pyrage.DecryptError as fault:
        raise InputError(
            text("The passphrase does not open this backup"),
            repair=text(
                "Type it as it was typed when the backup was made; without it nobody can read the backup"
            ),
        ) from fault
    return pyrage.x25519.Identity.from_str(opened.decode())


def _untar(pipe: IO[bytes], into: Path | None, refuse: Callable[[str], None]) -> Backup:
    found: dict[str, str] = {}
    size = 0
    with tarfile.open(fileobj=pipe, mode="r|") as tar:
        about = _about(tar)
        while (member := tar.next()) is not None and member.name != _HASHES:
            if not member.isreg() or not _is_safe(member.name):
                raise ValueError(member.name)
            refuse(member.name)
            content = tar.extractfile(member)
            assert content is not None  # a regular file
            found[member.name] = _copied(content, into / member.name if into else None, member.mode)
            size += member.size
        if member is None:
            raise EOFError(_HASHES)
        end = tar.extractfile(member)
        listed = json.loads(end.read()) if end else {}
    if listed != found:
        raise ValueError(_HASHES)
    return Backup(about, found, size)


def _about(tar: tarfile.TarFile) -> dict[str, Any]:
    """What the backup is about; InputError when a newer evallib made it."""
    first = tar.next()
    if first is None or first.name != _ABOUT or first.size > _SMALL:
        raise ValueError(_ABOUT)
    content = tar.extractfile(first)
    about: dict[str, Any] = json.loads(content.read()) if content else {}
    if about.get("format") != FORMAT:
        raise InputError(
            text("The backup has a format that this version does not know"),
            expected=str(FORMAT),
            found=str(about.get("format")),
            repair=text("Install the newer evallib with which the backup was made"),
        )
    return about


def _is_safe(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and not name.startswith("/") and ".." not in parts and not set(name) & set("\\:\0")


def _copied(content: IO[bytes], path: Path | None, mode: int) -> str:
    """Copy a member to ``path``, if there is one; its hash. OutputError when it can't be written."""
    hashed = hashlib.sha256()
    try:
        with contextlib.ExitStack() as stack:
            target = None
            if path is not None:
                make_folder(path.parent)
                target = stack.enter_context(path.open("xb"))
            while piece := content.read(_PIECE):
                hashed.update(piece)
                if target is not None:
                    target.write(piece)
            if target is not None:
                target.flush()
                os.fsync(target.fileno())
        if path is not None:
            path.chmod((mode & 0o777) | 0o400)
    except OSError as fault:
        raise OutputError(
            text("A file of the backup can't be written"),
            found=fault.strerror or type(fault).__name__,
            repair=text("Make room on the disk or choose another folder, then run the same again"),
        ) from fault
    return hashed.hexdigest()


def _damaged(name: str) -> EvallibError:
    return InputError(
        text("This is no whole backup"),
        where=name,
        expected=text("a file that evallib backup wrote"),
        found=text("it was cut, changed or is something else"),
        repair=text("Take another copy of it, or an older backup"),
    )
