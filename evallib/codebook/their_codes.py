"""A survey that was made elsewhere: which of its codes are which of ours, and what is left aside.

``surveys/mappings/surveys/<name>.yaml``, made by ``evallib map`` from the survey's structure file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

from evallib.codebook.columns import Class
from evallib.codebook.model import Item, Questionnaire
from evallib.declared import Declared, Words, parse_declared_with_lines, read_declared_with_lines
from evallib.errors import DeclarationError, nearest, text

FOLDER = "mappings/surveys"


class TheirCodes(Declared):
    """Our item → their question; of it our row → their row, our option → their answer code.

    Of an item whose rows are named, the others are not asked; otherwise rows and options have the same codes.
    periods: the waves that were held so; items of ours that are not named were not asked in them. left_out:
    their questions from which nothing is taken, by the class of what they hold.
    """

    schema_version: Literal[1]
    survey: Words
    periods: tuple[Words, ...]
    questions: dict[Words, Words]
    rows: dict[Words, dict[Words, Words]] = {}
    options: dict[Words, dict[Words, Words]] = {}
    left_out: dict[Class, tuple[Words, ...]] = {}

    def restricted(self, ours: Questionnaire) -> Questionnaire:
        """Our questionnaire as that survey asks it. Conditions are its own and left out: everybody counts as
        asked."""
        items = []
        for item in ours.items:
            if item.code in self.questions:
                rows = self.rows.get(item.code)
                subs = tuple(sub for sub in item.subitems if not rows or sub.code in rows)
                items.append(replace(item, asked_if=None, subitems=subs))
        return replace(ours, items=tuple(items))

    def columns(self, ours: Questionnaire) -> dict[str, str]:
        """Our column → theirs, of the questions that are mapped."""
        return {
            column.name: _named(column.name, column.item, self.questions[column.item], rows)
            for column in ours.columns()
            if column.item in self.questions
            for rows in [self.rows.get(column.item, {})]
        }

    def recoded(self, item: str) -> dict[str, str]:
        """Their answer code → ours, of one of our items; codes that are the same in both are not named.

        Their code that is ours as well, where ours was said to be another one of theirs or none (``–``), gets
        a mark, so that it counts as unknown and never as ours.
        """
        named = self.options.get(item, {})
        other = {ours: f"?{ours}" for ours, theirs in named.items() if ours != theirs}
        return other | {theirs: ours for ours, theirs in named.items() if ours != theirs}

    def aside(self) -> set[str]:
        return {code for codes in self.left_out.values() for code in codes}


def _named(column: str, item: str, question: str, rows: Mapping[str, str]) -> str:
    """``N05[o01]`` as theirs: ``Q7[SQ001]``; roles (other, comment, a second scale) keep their place."""
    rest = column.removeprefix(item)
    for ours, theirs in rows.items():
        for tail in ("]", "comment]"):
            if rest.startswith(f"[{ours}{tail}"):
                return f"{question}[{theirs}{rest.removeprefix(f'[{ours}')}"
    return question + rest


def load_their_codes(surveys: Path, ours: Mapping[str, Questionnaire]) -> tuple[TheirCodes, ...]:
    """Every saved mapping; DeclarationError for one that names what we do not have."""
    found = []
    for path in sorted((surveys / FOLDER).glob("*.yaml")):
        shown = f"surveys/{FOLDER}/{path.name}"
        codes, lines = read_declared_with_lines(path, TheirCodes, shown=shown)
        _check(codes, ours, lambda *at, lines=lines: lines.place(*at))
        found.append(codes)
    return tuple(found)


def parse_their_codes(source: str, ours: Mapping[str, Questionnaire], where: str) -> TheirCodes:
    """Like :func:`load_their_codes`, of one from text."""
    codes, lines = parse_declared_with_lines(source, TheirCodes, where)
    _check(codes, ours, lambda *at: lines.place(*at))
    return codes


def _check(codes: TheirCodes, ours: Mapping[str, Questionnaire], place) -> None:  # type: ignore[no-untyped-def]
    if codes.survey not in ours:
        raise _unknown(codes.survey, list(ours), place("survey"))
    items = {item.code: item for item in ours[codes.survey].items}
    for at in ("questions", "rows", "options"):
        for code in getattr(codes, at):
            if code not in items:
                raise _unknown(code, list(items), place(at, code))
    for code, rows in codes.rows.items():
        known = [sub.code for sub in items[code].subitems]
        for row in rows if known else ():  # those of a roster stand in the roster
            if row not in known:
                raise _unknown(row, known, place("rows", code, row))
    for code, options in codes.options.items():
        known = [option.code for option in items[code].options]
        for option in options:
            if option not in known:
                raise _unknown(option, known, place("options", code, option))
    for at, named in (("questions", codes.questions), *(("rows", one) for one in codes.rows.values())):
        theirs = list(named.values())
        twice = next((one for one in theirs if theirs.count(one) > 1), None)
        if twice is not None:
            raise DeclarationError(
                text("The code {code} stands twice", code=repr(twice)),
                where=place(at),
                repair=text("Name each of their codes once"),
            )


def _unknown(code: str, known: list[str], where: str) -> DeclarationError:
    close = nearest(code, known)
    return DeclarationError(
        text("The code {code} is not known", code=repr(code)),
        where=where,
        expected=text("one of {known}", known=", ".join(known)),
        repair=text("Did you mean {code}?", code=repr(close)) if close else "",
    )


def unfit(codes: TheirCodes, ours: Questionnaire, theirs: Questionnaire) -> Iterator[tuple[Item, str]]:
    """Our mapped items whose counterpart is missing or of another type, each with their code."""
    there = {item.code: item for item in theirs.items}
    for item in ours.items:
        code = codes.questions.get(item.code)
        if code is not None and (code not in there or there[code].type is not item.type):
            yield item, code
