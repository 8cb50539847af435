"""The last look for what is hidden: no finished file tells a number that its release hides."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from evallib.errors import PrivacyError, text
from evallib.results import ReleasedCell, ResultId, parse_display_id

if TYPE_CHECKING:
    from evallib.display import Publication, TableData
    from evallib.report.hidden import Place
    from evallib.report.workshop import Edition


def refuse_hidden_in_products(
    publication: Publication,
    editions: Sequence[Edition],
    sheets: Sequence[TableData],
    workbook: bytes,
    results: bytes,
) -> None:
    """Raise PrivacyError when a table of an edition, a sheet or the results file tells what is hidden.

    sheets: what the workbook was made of, in the language of the first edition. That the pages print these
    tables and no others is looked at where they are set.
    """
    from evallib.report.hidden import in_sheets, numbers_left
    from evallib.results.jsonform import from_json

    found = _told(publication, "appendix.xlsx", in_sheets(sheets, workbook), editions[0].language)
    for one in editions:
        places = (place for table in one.tables for place in table.places())
        found += _told(publication, f"report-{one.language}.pdf", places, one.language)
    found += [f"results.json {one}" for one in numbers_left(from_json(results), publication.released)]
    _refuse(found)


def refuse_hidden_on_screen(
    publication: Publication, files: Mapping[str, bytes], drawn: Mapping[str, TableData]
) -> None:
    """Raise PrivacyError when a page for a screen or a figure's file of numbers tells what is hidden.

    files: name, ending in the language, → bytes; drawn: name of a file of numbers → what it was made of.
    """
    from evallib.report.hidden import in_page, in_rows

    found: list[str] = []
    for name, data in files.items():
        language = name.partition(".")[0].rpartition("-")[2]
        if name.endswith(".html"):
            found += _told(publication, name, in_page(data), language)
        elif name in drawn:
            rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
            found += _told(publication, name, in_rows(drawn[name], rows[1:]), language)
    _refuse(found)


def _told(publication: Publication, name: str, places: Iterator[Place], language: str) -> list[str]:
    from evallib.report.hidden import told_though_hidden

    def known(written: str) -> ReleasedCell | None:
        if parse_display_id(written) is not None:
            return None
        wanted = ResultId.parse(written)
        releases = (publication.released, *publication.earlier)
        release = next((one for one in releases if one.period == wanted.period), None)
        return None if release is None else release.cells.get(wanted)

    return [f"{name} {one}" for one in told_though_hidden(places, known, language)]


def _refuse(found: Sequence[str]) -> None:
    if found:
        raise PrivacyError(
            text("A finished product tells a number that the release hides"),
            found="; ".join(found)[:500],
            expected=text("hidden numbers hidden in every language and every file"),
            repair=text("Report this with the run record: what is hidden must be hidden everywhere"),
        )
