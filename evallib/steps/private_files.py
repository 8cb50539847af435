"""Files with open answers, on their way to a person and back: for the owner only, whole or not at all."""

from __future__ import annotations

from pathlib import Path

from evallib.errors import OutputError, text


def write_private(path: Path, data: bytes) -> None:
    """Write for the owner only; OutputError when it can't be written, and then the old file stands."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh.touch(mode=0o600)
        fresh.write_bytes(data)
        fresh.replace(path)
    except OSError as fault:
        raise OutputError(
            text("The file {file} can't be written", file=path.name),
            found=fault.strerror or type(fault).__name__,
            repair=text("Close it in other programs, then run the same again"),
        ) from None
