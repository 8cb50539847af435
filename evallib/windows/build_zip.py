"""The ZIP for installation without git and admin rights: python evallib/windows/build_zip.py TARGET.zip

``--wheels FOLDER`` puts packages into it, so that nothing is fetched when it is set up; ``--python ZIP`` puts
python.org's embeddable Python into it (then the wheels have to be there too, with pip's). The same sources
give the same bytes.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MADE = (2026, 1, 1, 0, 0, 0)  # of every file: the bytes tell what is in it, not when it was built
MOST = 259 - len("C:\\Users\\firstname.lastname\\Downloads\\evallib\\")  # signs of a name in the ZIP


def wheel(folder: Path) -> Path:
    """evallib as a wheel, built from the repository's files."""
    from flit_core.buildapi import build_wheel

    os.environ.setdefault("SOURCE_DATE_EPOCH", "1767225600")
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        return folder / str(build_wheel(str(folder)))
    finally:
        os.chdir(before)


def members(folder: Path, wheels: Path | None, python: Path | None) -> Iterator[tuple[str, bytes]]:
    """(name in the ZIP, bytes)."""
    yield "evallib.cmd", windows_lines(HERE / "evallib.cmd")
    yield "evallib.command", (HERE / "evallib.command").read_bytes()
    yield "LUE-LAS-READ.txt", b"\xef\xbb\xbf" + windows_lines(HERE / "LUE-LAS-READ.txt")
    yield "program/start.py", (HERE / "start.py").read_bytes()
    yield "program/requirements.lock", (ROOT / "evallib" / "requirements.lock").read_bytes()
    built = wheel(folder)
    yield f"program/{built.name}", built.read_bytes()
    for path in sorted(wheels.glob("*.whl")) if wheels else ():
        yield f"program/wheels/{path.name}", path.read_bytes()
    if python:
        with zipfile.ZipFile(python) as inner:
            for name in sorted(one for one in inner.namelist() if not one.endswith("/")):
                yield f"program/python/{name}", inner.read(name)


def windows_lines(path: Path) -> bytes:
    return path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def build(target: Path, wheels: Path | None = None, python: Path | None = None) -> list[str]:
    """Write the ZIP, whole or not at all; returns the names in it."""
    if python and not (wheels and any(wheels.glob("pip-*.whl"))):
        raise SystemExit("--python needs --wheels with all packages and pip's wheel")
    names = []
    part = target.with_name(f".{target.name}.part")
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made,
        ):
            for name, data in members(Path(folder), wheels, python):
                if len(name) > MOST:
                    raise SystemExit(f"Too long for Windows: {name}")
                entry = zipfile.ZipInfo(name, MADE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = (0o755 if name.endswith(".command") else 0o644) << 16
                made.writestr(entry, data)
                names.append(name)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return names


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path)
    parser.add_argument("--wheels", type=Path)
    parser.add_argument("--python", type=Path)
    given = parser.parse_args(arguments)
    names = build(given.target, given.wheels, given.python)
    sys.stdout.write(f"{given.target}: {len(names)} files, {given.target.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
