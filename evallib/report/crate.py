"""A release described for archives: RO-Crate 1.1, one JSON-LD file beside the files that it names."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evallib.display import i18n
from evallib.workspace import Project

CRATE = "ro-crate-metadata.json"
_FORM = "https://w3id.org/ro/crate/1.1"
_MEDIA = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "csv": "text/csv",
    "txt": "text/plain",
    "ipynb": "application/x-ipynb+json",
}


@dataclass(frozen=True)
class Described:
    """One file of the crate. language: of a document in one language."""

    name: str
    size: int
    sha256: str
    about: str
    language: str = ""


@dataclass(frozen=True)
class Stage:
    """Which release it is. day: when its products were made, ISO 8601; status: its state; version: that of
    the program."""

    period: str
    release: str
    day: str
    status: str
    version: str


def crate(project: Project, stage: Stage, files: Sequence[Described]) -> bytes:
    """The metadata file: the release as a dataset, its files with sizes and hashes, and what made it."""
    period, release, day = stage.period, stage.release, stage.day
    language = project.report_languages[0]
    title = i18n.say("document.title", language, project=project.name[language], period=period)
    publisher = {"@id": "#publisher", "@type": "Organization"}
    publisher |= {"name": project.responsible_for_content[language], "email": project.contact}
    root: dict[str, Any] = {
        "@id": "./",
        "@type": "Dataset",
        "name": title,
        "alternateName": [
            i18n.say("document.title", other, project=project.name[other], period=period)
            for other in project.report_languages[1:]
        ],
        "description": i18n.say("crate.about", language, release=release),
        "identifier": f"{project.number}/{period}/{release}",
        "datePublished": day,
        "creativeWorkStatus": stage.status,
        "temporalCoverage": period,
        "inLanguage": list(project.report_languages),
        "license": i18n.say("crate.licence", language),
        "publisher": {"@id": "#publisher"},
        "funder": {"@id": "#funder"},
        "hasPart": [{"@id": one.name} for one in files],
    }
    if project.invented:
        root["keywords"] = i18n.say("document.invented_long", language)
    about = {"@id": CRATE, "@type": "CreativeWork", "conformsTo": {"@id": _FORM}, "about": {"@id": "./"}}
    made = {
        "@id": "#made",
        "@type": "CreateAction",
        "name": i18n.say("crate.made", language),
        "endTime": day,
        "instrument": {"@id": "#evallib"},
        "result": {"@id": "./"},
    }
    tool = {"@id": "#evallib", "@type": "SoftwareApplication", "name": "evallib"}
    tool["version"] = stage.version
    funder = {"@id": "#funder", "@type": "Organization", "name": project.funder[language]}
    graph = [about, root, *(_file(one) for one in files), publisher, funder, made, tool]
    whole = {"@context": f"{_FORM}/context", "@graph": graph}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def _file(one: Described) -> Mapping[str, Any]:
    told: dict[str, Any] = {
        "@id": one.name,
        "@type": "File",
        "name": one.about,
        "contentSize": str(one.size),
        "encodingFormat": _MEDIA[one.name.rpartition(".")[2]],
        "sha256": one.sha256,
    }
    if one.language:
        told["inLanguage"] = one.language
    if one.name.endswith(".pdf"):
        told["description"] = "PDF/UA-1, PDF/A-2a"
    return told
