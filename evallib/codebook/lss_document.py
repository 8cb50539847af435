"""Rows by section as the bytes of a structure file (``.lss``), in the layout of LimeSurvey 6."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

DATABASE_VERSION = "620"  # texts in ``*_l10ns`` sections

Row = Mapping[str, str]


def lss_document(sections: Mapping[str, Sequence[Row]], languages: Sequence[str]) -> bytes:
    """The file; sections without rows and cells without content are left out, as the server does."""
    listed = "".join(f"  <language>{one}</language>\n" for one in languages)
    body = "".join(_section(name, rows) for name, rows in sections.items() if rows)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<document>\n'
        " <LimeSurveyDocType>Survey</LimeSurveyDocType>\n"
        f" <DBVersion>{DATABASE_VERSION}</DBVersion>\n"
        f" <languages>\n{listed} </languages>\n{body}</document>\n"
    ).encode()


def _section(name: str, rows: Sequence[Row]) -> str:
    fields = dict.fromkeys(name for row in rows for name in row)
    listed = "".join(f"   <fieldname>{one}</fieldname>\n" for one in fields)
    written = "".join(f"   <row>\n{_cells(row)}   </row>\n" for row in rows)
    return f" <{name}>\n  <fields>\n{listed}  </fields>\n  <rows>\n{written}  </rows>\n </{name}>\n"


def _cells(row: Row) -> str:
    return "".join(f"    <{name}>{_cdata(value)}</{name}>\n" for name, value in row.items() if value)


def _cdata(value: str) -> str:
    """Text as the server writes it; the end mark inside a text is split over two sections."""
    return "<![CDATA[" + value.replace("]]>", "]]]]><![CDATA[>") + "]]>"
