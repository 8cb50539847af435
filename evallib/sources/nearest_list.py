"""A list that is none that is known → the error that names the nearest known one, column by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evallib.codebook.columns import shown_headers
from evallib.errors import InputError, Text, text
from evallib.sources.decode import HEADER_WITHIN, Sheet
from evallib.sources.mapping import ColumnMapping, known_systems
from evallib.sources.stays import folded

KNOWN_HEADERS = {
    "Teams A": "Full Name, User Action, Timestamp",
    "Teams B": "Full Name, Join Time, Leave Time, Duration, Email, Role, Participant ID (UPN)",
    "Teams C, D": "Name, First Join, Last Leave, In-Meeting Duration, Email, Participant ID (UPN), Role",
    "Teams G": "Session ID, Participant ID, Full Name, UserAgent, UTC Event Timestamp, Action, Role",
    "Zoom": "Name (Original Name), Email, Join Time, Leave Time, Duration (Minutes), Guest",
    "Zoom unique": "Name (Original Name), Email, Total Duration (Minutes), Guest",
    "Zoom webinar": "Attended, User Name (Original Name), Email, Join Time, Leave Time",
}


@dataclass(frozen=True)
class _Variant:
    """A known list. columns: the names that each column may have, the first of which is shown."""

    name: str
    columns: tuple[tuple[str, ...], ...]

    def there(self, row: frozenset[str]) -> list[str]:
        """Its columns that a folded row has, by the name that stands there; "" for each that is missing."""
        return [next((one for one in names if folded(one) in row), "") for names in self.columns]


def unknown_list(
    sheet: Sheet, mappings: Sequence[ColumnMapping], others: Mapping[str, Sequence[str]]
) -> InputError:
    """The error for a sheet that nothing reads: the columns that it has, the known list that has most of
    them (of which columns are there and which are missing), and how to map it.

    others: columns by name of what else the file could be. Names of columns are those that evallib knows; a
    row that may hold a person's cells is not shown.
    """
    variants = [
        *_lists(mappings),
        *(_Variant(name, tuple((one,) for one in names)) for name, names in others.items()),
    ]
    seen = shown_headers(sheet.header())
    own = text("Download it again, unedited; or say what its columns hold: evallib map FILE")
    found = text("the columns {columns}", columns=seen) if seen else _NO_HEADER
    close = _nearest(sheet, variants)
    if close is None:
        return InputError(
            text("{file} is no attendance list that is known here", file=sheet.name),
            where=sheet.name,
            expected=text("one of {known}", known=", ".join(dict.fromkeys(one.name for one in variants))),
            found=found,
            repair=own,
        )
    variant, there = close
    return InputError(
        text("{file} is no attendance list that is known here", file=sheet.name),
        where=sheet.name,
        expected=text(
            "the columns of {variant}, which is nearest: {columns}",
            variant=variant.name,
            columns=", ".join(names[0] for names in variant.columns),
        ),
        found=found,
        repair=text("{nearest}. {repair}", nearest=_difference(variant, there), repair=own),
    )


_NO_HEADER = text("no row of column names that is known anywhere")


def _lists(mappings: Sequence[ColumnMapping]) -> list[_Variant]:
    """The project's own lists first, then those that evallib knows."""
    readers = [
        _Variant(name, tuple((one,) for one in columns.split(", ")))
        for name, columns in KNOWN_HEADERS.items()
    ]
    mapped = [
        _Variant(
            one.system,
            tuple((names,) if isinstance(names, str) else names for names in one.columns.values()),
        )
        for one in (*mappings, *known_systems())
    ]
    return mapped[: len(mappings)] + readers + mapped[len(mappings) :]


def _nearest(sheet: Sheet, variants: Sequence[_Variant]) -> tuple[_Variant, list[str]] | None:
    """The variant of whose columns most stand in one row; of equals the one that lacks fewest."""
    rows = [frozenset(map(folded, row)) for row in sheet.rows[:HEADER_WITHIN] if row]
    pairs = [(one, there) for one in variants for row in rows if any(there := one.there(row))]
    return max(pairs, key=lambda pair: (len(pair[1]) - pair[1].count(""), -pair[1].count("")), default=None)


def _difference(variant: _Variant, there: Sequence[str]) -> Text:
    missing = [names[0] for names, name in zip(variant.columns, there, strict=True) if not name]
    if not missing:
        return text(
            "It has all columns of {variant}, but its rows are not as that writes them", variant=variant.name
        )
    return text(
        "It is nearest to {variant}: it has {there}, and lacks {missing}",
        variant=variant.name,
        there=", ".join(filter(None, there)),
        missing=", ".join(missing),
    )
