"""Who stands in each row of a plain list: name, address, and the first row of the same person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import repeat
from operator import contains
from typing import NamedTuple

from evallib.records import Remark
from evallib.sources.forms import Form
from evallib.sources.mapped import owned
from evallib.sources.stays import bare_and_folded, bare_and_folded_addresses, no_addresses
from evallib.sources.teams import own_address


class Named(NamedTuple):
    """Columns with a place a row. first: the first row in which the person of each row stands."""

    names: Sequence[str]
    folded_names: Sequence[str]
    emails: Sequence[str]
    folded_emails: Sequence[str]
    first: Sequence[int]
    remarks: tuple[Remark, ...]


def named(
    form: Form, count: int, names: Sequence[str], columns: Sequence[Sequence[str]], event: Mapping[str, str]
) -> Named:
    """The people of a list with ``count`` rows, known by address, else ticket, else name.

    names: () for none. columns: cells that may hold an address, as the form has them.
    """
    nobody = ("",) * count
    names, low_names = bare_and_folded(names) if names else (nobody, nobody)
    if names and form.nothing.intersection(("--",)) and "--" in names:
        names, low_names = (
            ["" if one in form.nothing else one for one in some] for some in (names, low_names)
        )
    emails, low_emails = bare_and_folded_addresses(_addresses(form, columns)) if columns else (nobody, nobody)
    meant = [some for some, at in zip(columns, form.addresses, strict=True) if at not in form.no_emails]
    remarks = no_addresses(sum(_unfit(some, form) for some in meant), event)
    if form.not_read:
        remarks += (Remark("not_read", form.not_read, event["event_id"]),)
    if form.tickets:
        told, emails = emails, owned(emails, low_emails, low_names)
        low_emails = [one and low for one, low in zip(emails, low_emails, strict=True)]
        if shared := sum(one != other for one, other in zip(told, emails, strict=True)):
            remarks += (Remark("shared_address", shared, event["event_id"]),)
    first = _first_rows(low_emails, nobody if form.tickets else low_names)
    return Named(names, low_names, emails, low_emails, first, remarks)


def _first_rows(emails: Sequence[str], names: Sequence[str]) -> Sequence[int]:
    if "@" in "".join(names):
        names = [name and f" {name}" for name in names]  # unlike any address
    known: dict[object, int] = {}
    keys = [email or name or row for row, (email, name) in enumerate(zip(emails, names, strict=True))]
    return [*map(known.setdefault, keys, range(len(keys)))]


def _addresses(form: Form, columns: Sequence[Sequence[str]]) -> Sequence[str]:
    """The first cell of each row that is an address."""
    guests = form.system == "teams" and any("#" in "".join(some) for some in columns)
    if guests or len(columns) > 2:
        return [next(filter(own_address, cells), "") for cells in zip(*columns, strict=True)]
    if len(columns) == 1:
        return [cell if "@" in cell else "" for cell in columns[0]]
    pairs = zip(*columns, strict=True)
    return [cell if "@" in cell else other if "@" in other else "" for cell, other in pairs]


def _unfit(cells: Sequence[str], form: Form) -> int:
    """How many cells say something that is no address."""
    filled = len(cells) - sum(map(cells.count, form.nothing))
    if not filled or filled == sum(map(contains, cells, repeat("@"))):
        return 0
    return sum("@" not in cell and cell.strip() not in form.nothing for cell in cells)
