"""``evallib export pack``: a release that a stranger verifies without evallib."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from evallib.codes import LANGUAGES
from evallib.errors import MissingStepError, StoreError
from evallib.results import Colour, Kind, Mask, SourceKind
from evallib.steps.context import open_context
from evallib.steps.pack import SUMS, Packed, pack
from evallib.store import Tier

SCHEMA: dict[str, Any] = json.loads(
    files("evallib.results").joinpath("results.schema.json").read_text("utf-8")
)


@pytest.fixture(scope="module")
def root(demo_copy: Path) -> Path:
    """A copy of the demo's workspace, whose 2025 has a report that nobody has published."""
    return demo_copy


def packed(root: Path) -> Packed:
    context = open_context(root)
    return pack(context, context.period("2025"))


@pytest.fixture(scope="module")
def inside(root: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(root / packed(root).file) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_checksums_name_every_other_file_and_fit(inside: dict[str, bytes]) -> None:
    lines = inside[SUMS].decode().splitlines()
    told = dict(reversed(line.split("  ", 1)) for line in lines)
    assert told == {name: hashlib.sha256(data).hexdigest() for name, data in inside.items() if name != SUMS}


def test_the_products_are_those_that_were_made(root: Path, inside: dict[str, bytes]) -> None:
    for path in (root / "outputs/2025").iterdir():
        if path.suffix != ".zip":
            assert inside[path.name] == path.read_bytes()


def test_the_same_release_gives_the_same_bytes(root: Path) -> None:
    first = (root / packed(root).file).read_bytes()
    assert (root / packed(root).file).read_bytes() == first


def test_the_results_keep_to_the_published_schema(inside: dict[str, bytes]) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    results = json.loads(inside["results.json"])
    assert list(Draft202012Validator(SCHEMA).iter_errors(results)) == []
    hidden = next(one for one in results["cells"] if "mask" in one)
    shown = next(one for one in results["cells"] if "value" in one)
    for broken in (
        {**hidden, "value": 1},
        {**hidden, "count": 1},
        {**shown, "id": "I20.persons"},
        {**shown, "kind": "number"},
        {**shown, "value": "12"},
        {**shown, "extra": 1},
        {name: value for name, value in shown.items() if name != "unit"},
    ):
        assert list(Draft202012Validator(SCHEMA).iter_errors({**results, "cells": [broken]})), broken


def test_the_schema_knows_every_word_that_the_results_may_use() -> None:
    cell = SCHEMA["$defs"]["cell"]["properties"]
    assert cell["kind"]["enum"] == [str(one) for one in Kind]
    assert cell["mask"]["enum"] == [str(one) for one in Mask]
    assert cell["sources"]["items"]["enum"] == [str(one) for one in SourceKind]
    assert SCHEMA["$defs"]["assessment"]["properties"]["colour"]["enum"] == [str(one) for one in Colour]


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def test_the_dictionary_names_every_measure_and_code_in_each_language(inside: dict[str, bytes]) -> None:
    ids = [one["id"].partition("/")[2] for one in json.loads(inside["results.json"])["cells"]]
    measures = {row["measure"]: row for row in rows(inside["dictionary.csv"])}
    assert set(measures) == {one.partition("[")[0] for one in ids}
    assert sum(int(row["cells"]) for row in measures.values()) == len(ids)
    pairs = {
        tuple(pair.split("=", 1))
        for one in ids
        for pair in one.rstrip("]").split("[")[1:]
        for pair in pair.split(",")
    }
    codes = {(row["dimension"], row["code"]) for row in rows(inside["codes.csv"])}
    assert codes == pairs
    for row in (*measures.values(), *rows(inside["codes.csv"])):
        stem = "name" if "measure" in row else "label"
        assert all(row[f"{stem}_{language}"] for language in LANGUAGES), row


def test_every_table_of_the_workbook_is_a_csv_that_begins_with_its_header(inside: dict[str, bytes]) -> None:
    contents = rows(inside["tables/contents.csv"])
    names = {next(iter(row.values())).split("/")[1] for row in contents}
    tables = {name[7:-4] for name in inside if name.startswith("tables/")} - {"contents"}
    assert names == tables
    attendance = rows(inside["tables/T6.1.csv"])
    assert all(row["id"].startswith("2025/") for row in attendance) and len(attendance) > 3


def test_the_crate_describes_every_file(inside: dict[str, bytes]) -> None:
    graph = {one["@id"]: one for one in json.loads(inside["ro-crate-metadata.json"])["@graph"]}
    about, root = graph["ro-crate-metadata.json"], graph["./"]
    assert about["about"] == {"@id": "./"} and about["conformsTo"]["@id"].endswith("ro/crate/1.1")
    assert {"name", "description", "datePublished", "license"} <= set(root)
    parts = {one["@id"] for one in root["hasPart"]}
    assert parts == set(inside) - {SUMS, "ro-crate-metadata.json"}
    for name in parts:
        assert graph[name]["sha256"] == hashlib.sha256(inside[name]).hexdigest()
        assert graph[name]["contentSize"] == str(len(inside[name]))
    for entity in graph.values():
        for value in entity.values():
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict) and "ro/crate" not in one["@id"]:
                    assert one["@id"] in graph


def test_a_release_that_nobody_published_says_that_it_is_a_draft(
    root: Path, inside: dict[str, bytes]
) -> None:
    assert packed(root).state == "draft"
    words = inside["README.txt"].decode()
    assert all(state in words for state in ("(luonnos)", "(utkast)", "(draft)"))


def test_no_place_or_person_of_this_computer_stands_in_what_the_pack_adds(inside: dict[str, bytes]) -> None:
    added = [name for name in inside if name.endswith((".csv", ".txt", "schema.json", "metadata.json"))]
    for name in added:
        assert str(Path.home()) not in inside[name].decode("utf-8-sig") or str(Path.home()) == "/"


def test_without_a_report_the_repair_is_named(root: Path) -> None:
    context = open_context(root)
    with pytest.raises(MissingStepError) as raised:
        pack(context, context.period("2024"))
    assert "evallib report 2024" in str(raised.value.repair)


@pytest.fixture
def damaged(root: Path) -> Iterator[Path]:
    """A product in the store with one bit turned; put right afterwards."""
    context = open_context(root)
    latest = context.store.latest(Tier.PRODUCTS, "2025")
    assert latest is not None
    sha = latest.entries["run.json"]
    (path,) = [one for one in context.workspace.store.rglob("*") if one.is_file() and sha[2:] in one.name]
    before = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(bytes([before[0] ^ 1]) + before[1:])
    yield path
    path.write_bytes(before)


def test_a_damaged_product_is_never_packed(root: Path, damaged: Path) -> None:
    target = root / packed_name(root)
    before = target.read_bytes()
    with pytest.raises(StoreError):
        packed(root)
    assert target.read_bytes() == before and damaged.exists()


def packed_name(root: Path) -> Path:
    (found,) = (root / "outputs/2025").glob("release-*.zip")
    return found.relative_to(root)
