"""What a mapping of a list's columns says: which column holds what, and which of its words are our codes.

Systems known from the start stand in ``systems.yaml``, a project's own in ``surveys/mappings/<name>.yaml``,
in the same form. Lists are read by it in :mod:`evallib.sources.mapped`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, get_args

from evallib.codebook.columns import Class
from evallib.codes import CODES, LANGUAGES, REGIONS
from evallib.declared import (
    Declared,
    Lines,
    Words,
    parse_declared_with_lines,
    read_declared,
    read_declared_with_lines,
)
from evallib.errors import DeclarationError, nearest, text
from evallib.sources.stays import folded

BACKGROUND = {
    "role": CODES["role"],
    "region": REGIONS,
    "sector": CODES["sector"],
    "under40": CODES["yesno"],
    "sex": CODES["sex"],
    "lang": LANGUAGES,
}
STATUSES = ("attended", "registered", "no-show", "cancelled", "host", "invited")
CODED = {"status": STATUSES, **BACKGROUND}
TOLD = (*BACKGROUND, "organisation")  # what a list tells of a person; an organisation as it was typed
# fmt: off
Role = Literal[
    "email", "name", "first_name", "last_name", "status", "start", "end", "minutes",
    "role", "region", "sector", "under40", "sex", "lang", "organisation", "event_id", "quantity", "ticket",
]
# fmt: on
ROLES_OF_COLUMNS: tuple[str, ...] = get_args(Role)


class ColumnMapping(Declared):
    """One kind of list. columns: role → header, or several of which one is there; values: role → word → code.

    kind: "attendance" tells who came; "registration" only the background of people met on other lists.
    tickets: a row is a ticket, so that an address with several names is that of whoever ordered; the role
    "ticket" holds its number. empty_status: what an empty cell of the status means. sheet: that of a
    workbook with several. date_order and timezone: where the list's are not the usual ones (decided from
    its values; the event's). left_out: columns from which nothing is taken, by the class of what
    they hold; a name may end in ``*``.
    """

    system: Words
    kind: Literal["attendance", "registration"] = "attendance"
    columns: dict[Role, Words | tuple[Words, ...]]
    values: dict[str, dict[str, str]] = {}
    sheet: str = ""
    empty_status: Literal["", "attended", "registered", "no-show", "cancelled", "host", "invited"] = ""
    date_order: Literal["", "day first", "month first"] = ""
    timezone: str = ""
    tickets: bool = False
    left_out: dict[Class, tuple[Words, ...]] = {}

    def folded_columns(self) -> dict[Role, tuple[str, ...]]:
        """The names of its columns as they are compared."""
        return _folded(self)

    def headers(self) -> str:
        """Its columns as shown to people, each by its first name."""
        return ", ".join(names if isinstance(names, str) else names[0] for names in self.columns.values())

    def places(self, header: Sequence[str]) -> dict[str, int]:
        """Role → column in a folded header; empty when a mapped column is missing."""
        found: dict[str, int] = {}
        for role, known in self.folded_columns().items():
            column = next((header.index(name) for name in known if name in header), -1)
            if column < 0:
                return {}
            found[role] = column
        return found


_kept: dict[int, tuple[ColumnMapping, dict[Role, tuple[str, ...]]]] = {}


def _folded(mapping: ColumnMapping) -> dict[Role, tuple[str, ...]]:
    if id(mapping) not in _kept:
        names = {
            role: tuple(map(folded, (one,) if isinstance(one, str) else one))
            for role, one in mapping.columns.items()
        }
        _kept[id(mapping)] = mapping, names  # kept with the mapping, so that no other gets its id
    return _kept[id(mapping)][1]


class _Systems(Declared):
    systems: tuple[ColumnMapping, ...]
    readers: dict[str, dict[Class, tuple[Words, ...]]]


@cache
def _known() -> _Systems:
    return read_declared(Path(__file__).parent / "systems.yaml", _Systems)


def known_systems() -> tuple[ColumnMapping, ...]:
    """The systems that evallib knows by their columns."""
    return _known().systems


@cache
def columns_of_reader(system: str) -> tuple[str, ...]:
    """The columns, folded, of a system with a reader of its own: those that it reads and those it leaves."""
    return patterns(_known().readers[system])


def patterns(by_class: Mapping[Class, tuple[str, ...]]) -> tuple[str, ...]:
    """Names of columns as they are compared."""
    return tuple(folded(name) for names in by_class.values() for name in names)


@lru_cache(4096)
def is_one_of(column: str, known: tuple[str, ...]) -> bool:
    """Whether a folded name is one of the known ones, of which some end in ``*``."""
    return column in known or any(one[-1:] == "*" and column.startswith(one[:-1]) for one in known)


def read_mapping(path: Path, shown: str) -> ColumnMapping:
    """A saved mapping, checked: its codes exist, and a list of sign-ups has addresses."""
    return _checked(*read_declared_with_lines(path, ColumnMapping, shown=shown))


def parse_mapping(source: str, where: str) -> ColumnMapping:
    """Like :func:`read_mapping`, from text."""
    return _checked(*parse_declared_with_lines(source, ColumnMapping, where))


def _checked(mapping: ColumnMapping, lines: Lines) -> ColumnMapping:
    for role, words in mapping.values.items():
        allowed = CODED.get(role, ())
        for word, code in words.items():
            if code not in (*allowed, "" if role in BACKGROUND else None):
                close = nearest(code, allowed)
                raise DeclarationError(
                    text("The code {code} is not known", code=repr(code)),
                    where=lines.place("values", role, word),
                    expected=", ".join(allowed) or text("values for one of {roles}", roles=", ".join(CODED)),
                    repair=text("Did you mean {code}?", code=close)
                    if close
                    else text("Use one of the codes"),
                )
    if mapping.kind == "registration" and "email" not in mapping.columns:
        raise DeclarationError(
            text("{name} is missing", name="columns.email"),
            where=lines.place("columns"),
            expected=text("the column of addresses, by which sign-ups are found on attendance lists"),
        )
    return mapping
