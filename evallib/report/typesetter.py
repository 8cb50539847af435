"""The typesetter, in a process of its own for each document.

It keeps whatever it laid out, some hundred megabytes a report, for as long as its process lives.

    python typesetter.py FOLDER CREATED
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

TEMPLATE, FONTS, PAGES, FAULT = "report.typ", "fonts", "report.pdf", "fault.json"


class UnsetError(Exception):
    """The typesetter's own words on why it can't set a document."""

    def __init__(self, message: str, hints: list[str]) -> None:
        super().__init__(message)
        self.message, self.hints = message, hints


def pages_in(build: Path, created: datetime) -> bytes:
    """The pages of the template in a folder, tagged, with that time of making; raises UnsetError."""
    command = [sys.executable, "-P", __file__, str(build), created.isoformat(timespec="seconds")]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True)
    if done.returncode == 0:
        return (build / PAGES).read_bytes()
    try:
        message, hints = json.loads((build / FAULT).read_text("utf-8"))
    except (OSError, ValueError):  # it was killed, or could not even begin
        ended = done.stderr.decode("utf-8", errors="replace").strip().splitlines()
        message, hints = ended[-1] if ended else f"exit code {done.returncode}", []
    (build / FAULT).unlink(missing_ok=True)
    raise UnsetError(message, hints)


def main(folder: str, created: str) -> int:
    """Set the folder's template; the pages, or what stands against them, are laid down beside it."""
    import typst

    build = Path(folder)
    try:
        pages = typst.compile(
            build / TEMPLATE,
            root=build,
            font_paths=[build / FONTS],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=["a-2a", "ua-1"],
            timestamp=datetime.fromisoformat(created),
        )
    except typst.TypstError as fault:
        told = [str(fault.message), [str(one) for one in fault.hints]]
        (build / FAULT).write_text(json.dumps(told), "utf-8")
        return 1
    (build / PAGES).write_bytes(bytes(pages))
    return 0


def picture_of(svg: bytes, build: Path, created: datetime) -> bytes:
    """A drawing as PNG at 200 dots an inch, in the house typeface, on white."""
    import typst

    from evallib.display.house import font_dir

    (build / "figure.svg").write_bytes(svg)
    page = '#set page(width: auto, height: auto, margin: 4mm)\n#image("figure.svg")\n'
    (build / "figure.typ").write_text(page, "utf-8")
    picture = typst.compile(
        build / "figure.typ",
        root=build,
        font_paths=[font_dir()],
        ignore_system_fonts=True,
        format="png",
        ppi=200.0,
        timestamp=created,
    )
    return bytes(picture)


if __name__ == "__main__":
    code = main(*sys.argv[1:])
    os._exit(code)  # what it keeps need not be taken apart
