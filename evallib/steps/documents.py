"""Word documents into ``outputs/``: scanned like a report, never laid over what somebody wrote in one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from evallib.errors import OutputError, text
from evallib.steps.context import Context
from evallib.steps.one_file import write_file
from evallib.steps.outputs import refuse_files
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.report.elements import Element
    from evallib.report.words import Material
    from evallib.workspace import Project


@dataclass(frozen=True)
class Documents:
    """The written files as the evaluator knows them."""

    files: tuple[str, ...]


def write_documents(
    context: Context, period: Period, files: Mapping[str, bytes], received: Iterable[Period]
) -> Documents:
    """Write the files into ``outputs/<period>/``, each whole or as it was.

    received: the periods whose received data must not stand in them. A file that is there with other bytes
    stays: somebody may have completed it. Raises OutputError then, before anything is written, and
    PrivacyError where something received of a person would stand in a file.
    """
    from evallib.steps.leaks import received_of, refuse_leaks

    for one in received:
        refuse_leaks(received_of(context, one), files)
    folder = context.workspace.outputs / period.id
    refuse_files(context.workspace.outputs, folder)
    targets = {folder / name: data for name, data in files.items()}
    for path, data in targets.items():
        refuse_other(context, path, data)
    for path, data in targets.items():
        write_file(path, data, shown=context.workspace.shown(path), folders=True)
    return Documents(tuple(context.workspace.shown(path) for path in targets))


def refuse_other(context: Context, path: Path, data: bytes) -> None:
    """Raise OutputError where something else than ``data`` stands: somebody may have worked on it."""
    if path.exists() and not (path.is_file() and path.read_bytes() == data):
        raise OutputError(
            text("{file} is there already and holds something else: it is left as it is",
                 file=context.workspace.shown(path)),
            repair=text("If you have written in it, keep it under another name, then run the same again"),
        )  # fmt: skip


def as_png(pictures: Mapping[str, bytes], created: datetime) -> dict[str, bytes]:
    """Drawings as pictures that Word shows, under the same names; pictures stay as they are."""
    from evallib.report.typesetter import picture_of

    with tempfile.TemporaryDirectory(prefix="evallib-") as folder:
        return {
            name: picture_of(data, Path(folder), created) if name.endswith(".svg") else data
            for name, data in pictures.items()
        }


def emblem_of(project: Project, language: str, emblem: bytes | None) -> tuple[Element, dict[str, bytes]]:
    """The fund's emblem with its statement, and the picture by its file name."""
    from evallib.report.document import EMBLEM, emblem_file

    picture = emblem or EMBLEM.read_bytes()
    name = emblem_file(picture)
    told = {"kind": "emblem", "file": name, "alt": project.emblem_alt[language],
            "text": project.funding_statement[language]}  # fmt: skip
    return told, {name: picture}


def unreleased(context: Context, period: Period) -> Material:
    """Plan and identity as they are declared now, around an empty release; nothing released is told by it."""
    from evallib.display import Publication
    from evallib.plan.words import Words
    from evallib.report.words import Material
    from evallib.results import Released

    project = context.workspace.project
    publication = Publication(
        released=Released(period.id, 0, {}),
        earlier=(),
        plan=context.plan,
        questionnaires=context.wave(period.id),
        project=project,
    )
    return Material(publication, Words(period.id), project)


def own_emblem(context: Context) -> bytes | None:
    """The project's own emblem, where it has one."""
    from evallib.steps.fingerprint import read_all, word_files

    period = context.workspace.project.periods[-1]
    files = word_files(context.workspace, period)
    return read_all({"emblem": files["emblem"]})["emblem"] if "emblem" in files else None
