"""Declared files are read strictly: nothing is guessed, every fault has its line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, StringConstraints

from evallib.cli.words import Speaker
from evallib.declared import (
    Declared,
    FirstSchema,
    Texts,
    Words,
    parse_declared,
    parse_declared_with_lines,
    read_declared,
    read_declared_with_lines,
)
from evallib.errors import DeclarationError


class Part(Declared):
    code: Words
    name: Texts


class Whole(Declared):
    title: Words = "-"
    count: int = 0
    share: float = 0.0
    open: bool = False
    day: date | None = None
    parts: tuple[Part, ...] = ()


class Bounded(Declared):
    kind: Literal["up", "down"] = "up"
    code: Annotated[str, StringConstraints(pattern="^[a-z]+$")] = "a"
    share: float = Field(default=1.0, gt=0, le=1)
    months: int = Field(default=1, ge=0)
    names: tuple[Words, ...] = Field(default=("a",), min_length=1, max_length=2)
    labels: Mapping[str, Words] = {}


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("kind: upp", "jokin näistä: 'up', 'down'"),
        ("code: A1", "kirjaimia, numeroita ja merkkejä, jotka ^[a-z]+$ sallii"),
        ("share: 0", "enemmän kuin 0.0"),
        ("share: 2", "enintään 1.0"),
        ("months: -1", "vähintään 0"),
        ("names: []", "vähintään 1 kohtaa"),
        ("names: [a, b, c]", "enintään 2 kohtaa"),
        ("labels: [a]", "nimiä ja niiden arvoja"),
        ("names: {a: b}", "luettelo"),
    ],
)
def test_what_was_expected_is_said_in_the_workspaces_language(source: str, told: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        parse_declared(source, Bounded, "plan.yaml")
    assert Speaker("fi").say(caught.value.expected) == told


def fault(source: str) -> DeclarationError:
    with pytest.raises(DeclarationError) as caught:
        parse_declared(source, Whole, "plan.yaml")
    return caught.value


def test_a_well_formed_file_becomes_typed_values() -> None:
    read = parse_declared(
        "title: Hyvä\ncount: 12\nshare: 0.5\nopen: true\nday: 2025-01-31\n"
        "parts:\n  - code: p1\n    name: {fi: yksi, sv: ett, en: one}\n",
        Whole,
        "plan.yaml",
    )
    assert (read.title, read.count, read.share, read.open) == ("Hyvä", 12, 0.5, True)
    assert read.day == date(2025, 1, 31)
    assert read.parts[0].name["sv"] == "ett"


def test_an_empty_file_gives_the_defaults() -> None:
    assert parse_declared("", Whole, "plan.yaml") == Whole()


@pytest.mark.parametrize(
    "written",
    [
        "no",
        "on",
        "Yes",
        "2026-01",
        "1_000",
        "012",
        "1e3",
        "0x1F",
        "0o17",
        "1:30",
        "+5",
        ".5",
        "1.",
        "1,5",
        ".inf",
    ],
)
def test_a_value_that_yaml_or_people_read_in_two_ways_is_refused_with_its_repair(written: str) -> None:
    found = fault(f"count: 1\ntitle: {written}\n")
    assert found.where == "plan.yaml:2"
    assert f'"{written}"' in str(found.repair)


@pytest.mark.parametrize("written", ["no", "2026-01", "1_000", "012", "1e3", "~"])
def test_the_same_value_in_quotes_is_text(written: str) -> None:
    assert parse_declared(f'title: "{written}"\n', Whole, "plan.yaml").title == written


@pytest.mark.parametrize("written", ["~", "null", "Null", ""])
def test_a_missing_value_is_refused(written: str) -> None:
    found = fault(f"count: 1\ntitle: {written}\n")
    assert found.where == "plan.yaml:2"
    assert "leave" in str(found.repair)


@pytest.mark.parametrize(
    "line",
    [
        'count: "5"',
        "count: 5.0",
        "count: true",
        "title: 5",
        'open: "true"',
        "open: 1",
        "share: true",
        "day: 2025",
        "day: 2025-02-30",
    ],
)
def test_nothing_is_converted_silently(line: str) -> None:
    assert fault(f"# note\n{line}\n").where == "plan.yaml:2"


class Numbered(Declared):
    schema_version: FirstSchema
    policy: Bounded = Bounded()


@pytest.mark.parametrize(
    ("source", "line", "expected"),
    [
        ("schema_version: 1.0", 1, "a whole number without quotes"),
        ("schema_version: 2", 1, "at most 1"),
        ("schema_version: 1\npolicy:\n  months: yes", 3, "a whole number without quotes"),
        ("schema_version: 1\npolicy:\n  months: 1_0", 3, "a whole number without quotes"),
        ("schema_version: 1\npolicy:\n  kind: off", 3, "one of 'up', 'down'"),
    ],
)
def test_a_doubtful_value_is_told_what_its_key_takes(source: str, line: int, expected: str) -> None:
    """Quotes would not help where a number is wanted."""
    with pytest.raises(DeclarationError, match="does not fit") as caught:
        parse_declared(source, Numbered, "plan.yaml")
    assert (str(caught.value.where), str(caught.value.expected)) == (f"plan.yaml:{line}", expected)
    assert "quotes:" not in str(caught.value.repair)


@pytest.mark.parametrize("value", ["!foo suppress", "!foo [a]", "!!python/none x", "!!binary aGk="])
def test_a_tag_is_refused_by_its_name(value: str) -> None:
    told = fault(f"count: 1\ntitle: {value}")
    assert (str(told.where), told.found) == ("plan.yaml:2", value.split()[0])
    assert "Remove the tag" in str(told.repair)


def test_an_unknown_key_names_the_nearest() -> None:
    found = fault("parts:\n  - code: p1\n    nmae: {fi: a, sv: b, en: c}\n    name: {fi: a, sv: b, en: c}\n")
    assert found.where == "plan.yaml:3"
    assert "'name'" in str(found.repair)


def test_a_key_that_stands_twice_is_refused_at_its_second_place() -> None:
    assert fault("title: a\ncount: 1\ntitle: b\n").where == "plan.yaml:3"


def test_a_missing_translation_is_named_with_the_line_of_its_text() -> None:
    found = fault("parts:\n  - code: p1\n    name: {fi: yksi, en: one}\n")
    assert found.where == "plan.yaml:3"
    assert "sv" in str(found.problem)


def test_an_empty_translation_is_no_translation() -> None:
    assert fault('parts:\n  - code: p1\n    name: {fi: yksi, sv: " ", en: one}\n').where == "plan.yaml:3"


def test_a_fault_of_syntax_has_its_line() -> None:
    assert fault("title: a\nparts: [\n").where == "plan.yaml:3"


@pytest.mark.parametrize("source", ["a: &x 1\ntitle: *x\n", "parts: &x [*x]\n", "<<: {title: a}\n"])
def test_aliases_and_merges_are_refused(source: str) -> None:
    fault(source)


def test_a_file_nested_too_deeply_is_refused_in_words() -> None:
    assert fault("title: " + "[" * 20_000).where.startswith("plan.yaml:")  # type: ignore[union-attr]


def test_a_key_that_is_no_word_is_refused() -> None:
    assert fault("title: a\n[1, 2]: b\n").where == "plan.yaml:2"
    assert fault("title: a\ntrue: b\n").where == "plan.yaml:2"


def test_a_list_at_the_top_is_refused() -> None:
    assert fault("- a\n- b\n").where == "plan.yaml:1"


def test_the_line_of_every_value_can_be_asked_afterwards() -> None:
    _, lines = parse_declared_with_lines(
        "title: a\nparts:\n  - code: p1\n    name:\n      fi: a\n      sv: b\n      en: c\n",
        Whole,
        "plan.yaml",
    )
    assert lines.place("parts", 0, "name", "sv") == "plan.yaml:6"
    assert lines.place("parts", 0, "nothing") == "plan.yaml:3"
    assert lines.place("nowhere") == "plan.yaml:1"


def test_a_missing_file_and_one_that_is_not_utf8_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="missing"):
        read_declared(tmp_path / "plan.yaml", Whole)
    (tmp_path / "plan.yaml").write_bytes("title: hyvä\n".encode("latin-1"))
    with pytest.raises(DeclarationError, match="not UTF-8"):
        read_declared(tmp_path / "plan.yaml", Whole)


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_bytes(b"\xef\xbb\xbftitle: a\n")
    read, lines = read_declared_with_lines(tmp_path / "plan.yaml", Whole, shown="surveys/plan.yaml")
    assert read.title == "a"
    assert lines.place("title") == "surveys/plan.yaml:1"


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_in_words(source: str) -> None:
    try:
        parse_declared(source, Whole, "plan.yaml")
    except DeclarationError as found:
        assert str(found.where).startswith("plan.yaml:")


def test_letters_spoilt_by_a_wrong_encoding_are_refused_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text("day: 2025-01-31\ntitle: HyvÃ¤\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match="wrong encoding") as caught:
        read_declared(path, Whole)
    assert caught.value.where == "plan.yaml:2"
