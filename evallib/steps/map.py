"""map: say once what the columns of a list hold, so that it is read from then on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evallib.codebook.columns import shown_headers
from evallib.codes import LANGUAGES
from evallib.errors import InputError, Text, UsageError, nearest, text
from evallib.steps.context import Context
from evallib.steps.fingerprint import read_all
from evallib.steps.kept_answers import Ask, kept_answers
from evallib.steps.one_file import write_file

if TYPE_CHECKING:
    from evallib.sources.decode import Sheet
    from evallib.sources.mapped import Fit
    from evallib.sources.mapping import ColumnMapping

# What to ask for each role of a column, and how headers that hold it begin.
_QUESTIONS: Mapping[str, tuple[Text, str]] = {
    "email": (text("the e-mail address"), "e-?mail|e-?post|sähköposti"),
    "name": (text("the whole name"), "(full |whole )?name|nimi|koko nimi|namn|osallistuja"),
    "first_name": (text("the first name"), "first|etunimi|förnamn"),
    "last_name": (text("the last name"), "last|sukunimi|efternamn"),
    "status": (text("whether the person came"), "status|tila$|attend|osallistui|deltog|närvaro|läsnä"),
    "start": (text("the time of coming, with its date"), "join|checked? in|saapu|ankom|tuloaika"),
    "end": (text("the time of leaving, with its date"), "leave|checked? out|poistu|lämna|lähtö"),
    "minutes": (text("how long the person was there"), "duration|minu|kesto|längd"),
    "role": (text("the role"), "role|rooli|roll"),
    "region": (text("the region"), "region|maakunta|landskap"),
    "sector": (text("the trade"), "sector|trade|toimiala|ala$|bransch"),
    "under40": (text("whether the person is under 40"), ".*40"),
    "sex": (text("the sex"), "sex|gender|sukupuoli|kön"),
    "lang": (text("the language"), "lang|kieli|språk"),
    "organisation": (
        text("the organisation"),
        "organi[sz]ation|organisaatio|employer|työnantaja|arbetsgivare",
    ),
}
_DIMENSIONS = {"lang": "language"}  # the plan's name for it
_NONE = "–"


@dataclass(frozen=True)
class Mapped:
    """A saved mapping: its file as the evaluator knows it, and how the list reads with it."""

    file: str
    mapping: ColumnMapping
    rows: int
    not_read: tuple[str, ...]


def map_columns(context: Context, path: Path, given: Path | None, ask: Ask) -> Mapped:
    """Save a mapping for the list at ``path`` as ``surveys/mappings/<system>.yaml``.

    given: a file with the mapping, so that nothing is asked. The list is read with it first: nothing is
    saved that does not read. Raises DeclarationError for a fault in the given file, InputError where the
    list does not fit, UsageError where the name is taken.
    """
    from evallib.sources.decode import read_sheet
    from evallib.sources.mapping import parse_mapping, read_mapping

    data = read_all({path.name: path})[path.name]
    wanted = read_mapping(given, given.name) if given else None
    sheet = read_sheet(data, path.name, by_hand=True, sheets=[wanted.sheet] if wanted else [])
    if wanted:
        return _saved(context, sheet, wanted)
    with kept_answers(context, data, ask) as asking:
        return _saved(context, sheet, parse_mapping(_written(_Asked(context, sheet, asking).mapping()), ""))


def _saved(context: Context, sheet: Sheet, mapping: ColumnMapping) -> Mapped:
    from evallib.sources.mapped import fit
    from evallib.sources.mapping import read_mapping

    found = fit(sheet, [mapping])
    if found is None:
        raise _does_not_fit(sheet, mapping)
    rows = _read(sheet, found, context)
    target = context.workspace.surveys / "mappings" / f"{_file_name(mapping.system)}.yaml"
    shown = context.workspace.shown(target)
    if target.exists() and read_mapping(target, shown) != mapping:
        raise UsageError(
            text("{file} holds another mapping", file=shown),
            repair=text("Name the system otherwise, or remove the file first"),
        )
    write_file(target, _written(mapping).encode(), shown=shown, folders=True)
    return Mapped(shown, mapping, rows, tuple(found.not_read(sheet)))


def _read(sheet: Sheet, found: Fit, context: Context) -> int:
    """Rows of the list, read whole."""
    from evallib.sources.listing import Recognised
    from evallib.sources.mapped import read_registrations
    from evallib.steps.read import event_of_list

    if found.mapping.kind == "registration":
        people, repeated = read_registrations(sheet, found)
        return len(people) + repeated
    return event_of_list(sheet, Recognised(found.mapping.system, "", found), context)[2].rows


def _does_not_fit(sheet: Sheet, mapping: ColumnMapping) -> InputError:
    return InputError(
        text("The mapping does not fit the list: a column is missing"),
        where=sheet.name,
        expected=mapping.headers(),
        found=shown_headers(sheet.header()),
        repair=text("Correct the names of the columns in the mapping"),
    )


@dataclass(frozen=True)
class _Asked:
    """The questions about one list."""

    context: Context
    sheet: Sheet
    ask: Ask

    def mapping(self) -> ColumnMapping:
        from evallib.sources.mapping import STATUSES, ColumnMapping

        stem = re.sub(r"^\w*\d\w*?[_ -]", "", Path(self.sheet.name).stem)  # without the event's id
        system = self.ask(text("Which system is the list from?"), (), stem)
        kinds = ("attendance", "registration")
        kind = self.ask(
            text("Does it tell who came (attendance) or who signed up (registration)?"), kinds, kinds[0]
        )
        columns = dict(self._columns())
        values = {role: found for role in columns if (found := dict(self._values(role, columns[role])))}
        written = {"system": system, "kind": kind, "columns": columns, "values": values}
        if "status" in columns and "" in self._words(columns["status"]):
            question = text("{column}: what does an empty cell mean?", column=columns["status"])
            written["empty_status"] = self.ask(question, STATUSES, "no-show")
        written["left_out"] = self._left_out(set(columns.values()))
        return ColumnMapping.model_validate(written)

    def _columns(self) -> Iterator[tuple[str, str]]:
        left = [cell for cell in self.sheet.header() if cell]
        taken: set[str] = set()
        for role, (what, begins) in _QUESTIONS.items():
            if role in ("first_name", "last_name") and "name" in taken:
                continue
            fitting = (cell for cell in left if re.match(begins, cell.casefold()))
            choices = [_NONE, *left]
            column = self.ask(text("Which column holds {what}?", what=what), choices, next(fitting, _NONE))
            if column != _NONE:
                taken.add(role)
                left.remove(column)
                yield role, column

    def _left_out(self, taken: set[str]) -> dict[str, list[str]]:
        """The other columns by the class that was said of each; nothing is taken from them."""
        from evallib.codebook.columns import suggested_class
        from evallib.records import FieldClass

        found: dict[str, list[str]] = {}
        for column in dict.fromkeys(self.sheet.header()):
            if column and column not in taken:
                likely = suggested_class(column, self._words(column), FieldClass.QUASI)
                question = text("{column} is not used. What does it hold?", column=column)
                said = self.ask(question, [one.value for one in FieldClass], likely.value)
                found.setdefault(said, []).append(column)
        return found

    def _words(self, column: str) -> list[str]:
        """The different cells of a column, in their order."""
        header = self.sheet.header()
        at, top = header.index(column), self.sheet.rows.index(header)
        return list(
            dict.fromkeys(row[at] if at < len(row) else "" for row in self.sheet.rows[top + 1 :] if row)
        )

    def _values(self, role: str, column: str) -> Iterator[tuple[str, str]]:
        """Words of a column that are no codes of ours, each with the code that was said."""
        from evallib.sources.mapping import CODED

        codes = CODED.get(role, ())
        labels = self._labels(role)
        shown = {code: f"{code} {labels[code][0]}".strip() if code in labels else code for code in codes}
        by_label = {
            word.casefold(): code for code, words in labels.items() for word in words if code in codes
        }
        for word in self._words(column) if codes else ():
            if not word or word in codes:
                continue
            close = by_label.get(nearest(word.casefold(), list(by_label)), "")
            choices = [*shown.values()] if role == "status" else [_NONE, *shown.values()]
            said = self.ask(
                text("{column}: what does {word} mean?", column=column, word=repr(word)),
                choices,
                shown.get(close, choices[0]),
            )
            yield word, "" if said == _NONE else said.split()[0]

    def _labels(self, role: str) -> dict[str, list[str]]:
        """Code → its labels as the plan names them, the workspace's language first."""
        wanted = _DIMENSIONS.get(role, role)
        languages = sorted(LANGUAGES, key=lambda one: one != self.context.workspace.project.language)
        return {
            code: [label[language] for language in languages]
            for dimension in self.context.plan.dimensions
            if dimension.code == wanted
            for code, label in dimension.labels.items()
        }


def _file_name(system: str) -> str:
    return re.sub(r"[^\w-]+", "_", system.casefold()).strip("_") or "list"


def _written(mapping: ColumnMapping) -> str:
    """The mapping as YAML; every word in quotes, so that none is taken for a number or a date."""
    lines: list[str] = []
    for name, value in mapping.model_dump(mode="json", exclude_defaults=True).items():
        lines += _lines(name, value, "")
    return "\n".join(lines) + "\n"


def _lines(name: str, value: object, indent: str) -> Iterator[str]:
    key = name if re.fullmatch(r"[a-z_]+", name) and not indent.startswith("    ") else _quoted(name)
    if isinstance(value, dict):
        yield f"{indent}{key}:"
        for inner, one in value.items():
            yield from _lines(inner, one, indent + "  ")
    else:
        yield f"{indent}{key}: {_quoted(value)}"


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
