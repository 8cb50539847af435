"""Every sentence that the code says can be said in Finnish and Swedish, with the same values in it."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from evallib.cli.remarks import REMARKS
from evallib.cli.words import CATALOGUE, Speaker
from evallib.errors import Text, text

PACKAGE = Path(__file__).parent.parent / "evallib"
EXEMPT = {"errors.py"}  # where Text is made


def literals(node: ast.expr) -> list[str] | None:
    """The sentences that an argument can be; None when the code alone does not tell."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        one, other = literals(node.body), literals(node.orelse)
        return None if one is None or other is None else one + other
    return None


def our_names(tree: ast.Module) -> set[str]:
    """What ``text`` and ``Text`` are called in a module; other things may bear the same name."""
    imports = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "evallib.errors"
    ]
    return {
        alias.asname or alias.name
        for node in imports
        for alias in node.names
        if alias.name in ("text", "Text")
    }


def said(source: str) -> Iterator[tuple[int, list[str] | None]]:
    """(line, sentences) of every call to ``text`` or ``Text`` of evallib.errors."""
    tree = ast.parse(source)
    names = our_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            first = node.args[0] if node.args else None
            yield node.lineno, literals(first) if first is not None else None


def calls() -> Iterator[tuple[str, list[str] | None]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if name not in EXEMPT:
            for line, sentences in said(path.read_text(encoding="utf-8")):
                yield f"{name}:{line}", sentences


def places(template: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(template) if name is not None)


@pytest.fixture(scope="module")
def catalogue() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    return found


def test_every_sentence_is_written_out_where_it_is_said() -> None:
    assert [place for place, sentences in calls() if sentences is None] == []


def test_every_sentence_has_its_finnish_and_swedish(catalogue: dict[str, dict[str, str]]) -> None:
    wanted = {one: place for place, sentences in calls() for one in sentences or [] if one}
    assert {one: place for one, place in wanted.items() if one not in catalogue} == {}


def test_no_translation_is_left_of_a_sentence_that_nobody_says(
    catalogue: dict[str, dict[str, str]],
) -> None:
    assert set(catalogue) - {one for _, sentences in calls() for one in sentences or []} == set()


def test_translations_have_the_same_places_for_values(catalogue: dict[str, dict[str, str]]) -> None:
    odd = {
        template: translations
        for template, translations in catalogue.items()
        if list(translations) != ["fi", "sv"]
        or any(places(one) != places(template) for one in translations.values())
    }
    assert odd == {}


def test_translations_are_words_without_loose_spaces(catalogue: dict[str, dict[str, str]]) -> None:
    for template, translations in catalogue.items():
        indent = len(template) - len(template.lstrip())
        for one in translations.values():
            assert one.strip(), template
            assert one == " " * indent + one.strip(), template
            assert "  " not in one.strip(), template


def test_translations_end_as_the_sentence_does(catalogue: dict[str, dict[str, str]]) -> None:
    for template, translations in catalogue.items():
        for one in translations.values():
            assert one.endswith(".") == template.endswith("."), template
            assert one.endswith(":") == template.endswith(":"), template


def test_catalogue_is_sorted_so_that_changes_can_be_read(catalogue: dict[str, dict[str, str]]) -> None:
    in_order = dict(sorted(catalogue.items()))
    written = json.dumps(in_order, ensure_ascii=False, indent=1) + "\n"
    assert CATALOGUE.read_text(encoding="utf-8") == written


def test_conditional_sentences_are_found_and_joined_ones_are_not() -> None:
    source = (
        "from evallib.errors import Text, text\n"
        'text("one" if x else "two")\n'
        'text("one" + two)\n'
        'Text(f"{x}")\n'
        'other.text("not ours")\n'
    )
    assert list(said(source)) == [(2, ["one", "two"]), (3, None), (4, None)]


def test_values_stand_in_the_translated_sentence_and_may_be_sentences_themselves() -> None:
    where = text("{file}, row {row}", file="events.csv", row=7)
    assert Speaker("fi").say(where) == "events.csv, rivi 7"
    assert Speaker("sv").say(where) == "events.csv, rad 7"
    assert Speaker("en").say(where) == "events.csv, row 7"
    cell = text("{file}, sheet {sheet}", file=text("Questionnaires"), sheet="B2")
    assert Speaker("fi").say(cell) == "Kyselylomakkeet, taulukko B2"


def test_every_remark_of_the_readers_has_words() -> None:
    codes = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Remark":
                codes |= set(literals(node.args[0]) or [])
    assert len(codes) > 10
    assert codes - set(REMARKS) == set()


def test_sentence_without_translation_is_said_in_english() -> None:
    assert Speaker("sv").say(Text("Nobody has said this {n} times", {"n": 2})) == (
        "Nobody has said this 2 times"
    )
