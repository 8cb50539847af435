"""Columns that nobody declared: they stop the freeze, with a guess at what they hold."""

from __future__ import annotations

import json

from evallib.codebook.columns import FILE, may_be_shown, suggested_class
from evallib.errors import PrivacyError, Text, text
from evallib.records import FieldClass, SourceTable, Undeclared

_SECTIONS = {"participations": "lists", "analytics": "statistics"}


def refuse_undeclared(table: SourceTable) -> None:
    """Raise PrivacyError for columns of ``table`` or of its files that have no declared class.

    Names of columns, files and classes are told, never a value.
    """
    if table.undeclared:
        raise _left_aside(table.kind, table.undeclared)
    for name in table.rows.columns:
        if name in table.fields:
            continue
        guess = suggested_class(str(name), table.rows[name].tolist())
        raise PrivacyError(
            text("The column {column} of {table} has no declared class", column=name, table=table.kind),
            expected=text("one of {classes}", classes=", ".join(FieldClass)),
            found=text("a column that looks like: {guess}", guess=guess.value),
            where=", ".join(file.name for file in table.files),
            repair=text("Declare the column in the questionnaire, or take it out of the file"),
        )


def _left_aside(kind: str, columns: tuple[Undeclared, ...]) -> PrivacyError:
    """All undeclared columns of the first file that has some, each with its likely class."""
    file = columns[0].file
    guesses: dict[str, list[str]] = {}
    for one in columns:
        if one.file == file:
            guess = suggested_class(one.column, one.cells, FieldClass.QUASI).value
            guesses.setdefault(guess, []).append(_name(one))
    section = _SECTIONS.get(kind, "participants")
    lines = [f"{guess}: {json.dumps(names, ensure_ascii=False)}" for guess, names in guesses.items()]
    return PrivacyError(
        text("{file} has columns that nobody declared", file=file),
        where=_where(columns[0]),
        expected=text("for every column one of {classes}", classes=", ".join(FieldClass)),
        found=text("columns that look like: {guesses}", guesses="; ".join(lines)),
        repair=text(
            "Write into surveys/{name}: {example} – nothing is then taken from them. To use a column of a "
            "list: evallib map FILE. Or take the columns out of the file",
            name=FILE,
            example=f"{section}: {{{', '.join(lines)}}}",
        ),
    )


def _name(one: Undeclared) -> str:
    """The column's name, its number where it has none or the name may be a person's cell."""
    return one.column[:80] if one.column and may_be_shown(one.column) else f"column {one.place}"


def _where(one: Undeclared) -> Text:
    return text("{file}, column {column}", file=one.file, column=one.place)
