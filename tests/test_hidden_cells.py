"""What a release hides is hidden in every finished file: read back, cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import fake_release as fake
import pytest
import small_report as small

from evallib.display import CellText, Column, Publication, TableData, tabulate
from evallib.errors import PrivacyError, ReconciliationError
from evallib.report.blocks import Block
from evallib.report.hidden import Table, not_printed, tables_of
from evallib.report.printed import tables_in
from evallib.report.web import web_page
from evallib.report.workbook import write_workbook
from evallib.report.workshop import Edition
from evallib.results import Mask, ReleasedCell
from evallib.results.jsonform import to_json
from evallib.steps.export import csv_of
from evallib.steps.hidden_cells import refuse_hidden_in_products, refuse_hidden_on_screen
from evallib.steps.products import check_edition

FULL = fake.publication()
BLOCKS = (*small.BLOCKS, Block("table", "T6.1"), Block("table", "TA.1"), Block("figure", "F6.2"))


@pytest.fixture(scope="module", params=["fi", "sv", "en"])
def edition(request: pytest.FixtureRequest) -> Edition:
    document = small.document(request.param, BLOCKS)
    tables = tuple(tables_of([document.description["front"], document.description["body"]]))
    return Edition(request.param, small.pages(document), tables=tables)


def hidden(publication: Publication, name: str) -> Publication:
    """The publication as if it hid one more result."""
    release = publication.released
    wanted = next(one for one in release.cells if str(one) == name)
    away = replace(
        release.cells[wanted], value=None, count=None, base=None, interval=None, mask=Mask.SECONDARY
    )
    return replace(publication, released=replace(release, cells={**release.cells, wanted: away}))


def written(table: TableData) -> bytes:
    return write_workbook([table], title="t", notice="", headers=["a", "b", "c"], created=small.CREATED)


def test_every_table_of_an_edition_stands_on_its_pages_cell_by_cell(edition: Edition) -> None:
    assert len(edition.tables) >= 4
    assert not_printed(edition.tables, edition.pdf) == []
    printed = [len(rows) for rows in tables_in(edition.pdf)]
    assert [len(one.rows) for one in edition.tables] == printed


def test_a_digit_more_and_a_table_out_of_order_are_told(edition: Edition) -> None:
    first, *others = edition.tables[1:]
    at = next(n for n, row in enumerate(first.rows) if any(_digit(words) for words, _ in row))
    row = tuple((words + "1" if _digit(words) else words, ids) for words, ids in first.rows[at])
    other = replace(first, rows=(*first.rows[:at], row, *first.rows[at + 1 :]))
    assert not_printed([other, *others], edition.pdf) == [first.id]
    assert not_printed([*others, first], edition.pdf) == [first.id]
    with pytest.raises(ReconciliationError, match="does not print"):
        check_edition(None, replace(edition, tables=(other, *others)))  # type: ignore[arg-type]


def test_a_table_in_two_parts_stands_on_the_pages_as_two() -> None:
    document = small.document("fi", BLOCKS)
    body = document.description["body"]
    at = next(n for n, one in enumerate(body) if one["kind"] == "table" and len(one["columns"]) >= 3)
    empty = {"t": "", "mark": "", "lang": ""}
    cells = [
        [{**empty, "t": f"luku {n}.{one}"} for one in range(len(body[at]["columns"]))] for n in range(16)
    ]
    rows = [[{**empty, "t": "ensin"}], *cells[:8], [{**empty, "t": "sitten"}], *cells[8:]]
    body[at] = {**body[at], "rows": rows, "narrow": True, "middle": 9}
    tables = list(tables_of(body))
    assert [len(one.rows) for one in tables if one.id == body[at]["id"]] == [10, 10]
    assert not_printed(tables, small.pages(document)) == []


def _digit(words: str) -> bool:
    return any(one.isdigit() for one in words)


def _told(table: Table) -> str:
    """A result of the period that a table tells by a number."""
    told = ((words, ids) for row in table.rows for words, ids in row if ids and " " not in ids)
    return next(ids for words, ids in told if _digit(words) and ids.startswith("2025/"))


def test_a_number_that_one_language_shows_and_the_release_hides_stops_the_report(edition: Edition) -> None:
    name = _told(edition.tables[-1])
    table = TableData("2025/T6.1", "t", (Column("a"),), ((CellText("x"),),))
    results = to_json(FULL.released)
    refuse_hidden_in_products(FULL, [edition], [table], written(table), results)
    with pytest.raises(PrivacyError, match="that the release hides") as raised:
        refuse_hidden_in_products(hidden(FULL, name), [edition], [table], written(table), results)
    assert f"report-{edition.language}.pdf" in str(raised.value.found)


def _number(publication: Publication) -> ReleasedCell:
    return next(one for one in publication.released.cells.values() if one.shown and (one.count or 0) > 4)


Fault = Callable[[Publication, ReleasedCell, TableData], None]


def _in_workbook(publication: Publication, cell: ReleasedCell, table: TableData) -> None:
    empty = Edition("fi", b"")
    refuse_hidden_in_products(publication, [empty], [table], written(table), to_json(publication.released))


def _in_results(publication: Publication, cell: ReleasedCell, table: TableData) -> None:
    data = to_json(FULL.released)
    refuse_hidden_in_products(publication, [Edition("fi", b"")], [], written(table), data)


def _in_csv(publication: Publication, cell: ReleasedCell, table: TableData) -> None:
    rows = [[one.header for one in table.columns], *([one.text for one in row] for row in table.rows)]
    refuse_hidden_on_screen(publication, {"F1-fi.csv": csv_of(rows)}, {"F1-fi.csv": table})


def _in_html(publication: Publication, cell: ReleasedCell, table: TableData) -> None:
    page = f'<td><span data-result="{cell.id}">{table.rows[0][1].text}</span></td>'.encode()
    refuse_hidden_on_screen(publication, {"report-fi.html": page}, {})


@pytest.mark.parametrize("fault", [_in_workbook, _in_results, _in_csv, _in_html])
def test_a_hidden_number_is_found_in_workbook_results_file_csv_and_page(fault: Fault) -> None:
    cell = _number(FULL)
    told = CellText(str(cell.count), float(cell.count or 0), (str(cell.id),))
    table = TableData("2025/T6.1", "t", (Column("a"), Column("b", "count")), ((CellText("x"), told),))
    fault(FULL, cell, table)
    with pytest.raises(PrivacyError, match="that the release hides"):
        fault(hidden(FULL, str(cell.id)), cell, table)


def test_a_cell_of_several_results_may_have_the_numbers_of_those_that_are_shown() -> None:
    one, two, *_ = (cell for cell in FULL.released.cells.values() if cell.shown and (cell.count or 0) > 20)
    publication = hidden(FULL, str(one.id))
    for count, fine in ((two.count, True), ((two.count or 0) + 1, False)):
        told = CellText(f"{count} of all", None, (str(one.id), str(two.id)))
        table = TableData("2025/T6.1", "t", (Column("a"), Column("b")), ((CellText("x"), told),))
        if fine:
            _in_workbook(publication, one, table)
            continue
        with pytest.raises(PrivacyError):
            _in_workbook(publication, one, table)


def test_the_page_for_a_screen_names_the_results_of_its_table_cells() -> None:
    page = web_page(small.document("fi"))
    table = tabulate("T1.1", FULL, "fi")
    refuse_hidden_on_screen(FULL, {"report-fi.html": page}, {})
    cell = next(cell for row in table.rows for cell in row if len(cell.ids) == 1 and cell.value)
    with pytest.raises(PrivacyError):
        refuse_hidden_on_screen(hidden(FULL, cell.ids[0]), {"report-fi.html": page}, {})
