"""Our own look at finished pages catches what validators pass."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
import small_report as small

from evallib.errors import EvallibError
from evallib.report.inspect import faults_of, structure, walk
from evallib.report.workshop import Edition
from evallib.steps.products import check_pages


@pytest.fixture(scope="module")
def whole() -> bytes:
    return small.pages(small.document("fi"))


def broken(pdf: bytes, breaks: Callable[[pikepdf.Pdf], None]) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        breaks(opened)
        target = io.BytesIO()
        opened.save(target)
    return target.getvalue()


def of_kind(pdf: pikepdf.Pdf, kind: str) -> list[Any]:
    return [one for one in walk(pdf.Root.StructTreeRoot) if str(one.S) == kind]


def no_language(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Lang


def other_language(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Lang = pikepdf.String("en")


def no_title(pdf: pikepdf.Pdf) -> None:
    del pdf.docinfo["/Title"]


def no_tree(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.StructTreeRoot


def no_bookmarks(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Outlines


def placeholder(pdf: pikepdf.Pdf) -> None:
    for one in of_kind(pdf, "/Figure"):
        one.Alt = pikepdf.String("Kuva 4.1")


def no_alternative(pdf: pikepdf.Pdf) -> None:
    for one in of_kind(pdf, "/Figure"):
        if "/Alt" in one:
            del one.Alt


def no_headers(pdf: pikepdf.Pdf) -> None:
    for one in of_kind(pdf, "/TH"):
        one.S = pikepdf.Name("/TD")


@pytest.mark.parametrize(
    ("breaks", "fault"),
    [
        (no_language, "the document's language is not set"),
        (other_language, "the document's language is en"),
        (no_title, "the document has no title"),
        (no_tree, "the document has no structure tree"),
        (no_bookmarks, "the document has no bookmarks"),
        (placeholder, "a figure has the alternative text 'Kuva 4.1'"),
        (no_alternative, "a figure has the alternative text ''"),
        (no_headers, "a table has no header cells"),
    ],
)
def test_each_fault_of_the_pages_is_found(
    whole: bytes, breaks: Callable[[pikepdf.Pdf], None], fault: str
) -> None:
    assert faults_of(whole, "fi") == []
    found = faults_of(broken(whole, breaks), "fi")
    assert fault in found
    assert set(found) == {fault}


def test_pages_with_a_fault_are_not_written(whole: bytes) -> None:
    with pytest.raises(EvallibError) as caught:
        check_pages(Edition("fi", broken(whole, no_headers)))
    assert "a table has no header cells" in str(caught.value.found)
    check_pages(Edition("fi", whole))


def test_the_structure_is_counted_by_kind(whole: bytes) -> None:
    kinds = structure(whole)
    assert kinds["/Document"] == 1 and kinds["/Table"] == 3
    assert kinds["/TH"] > kinds["/Table"]
