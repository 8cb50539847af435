"""A web page in the place of a file: what a browser saves when somebody was not logged in."""

from __future__ import annotations

from evallib.errors import InputError, text


def refuse_page(data: bytes, name: str) -> None:
    """Raise InputError when the bytes are a web page, whatever their file is called."""
    start = data[:500].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise InputError(
            text("{file} is a web page and not the file that was to be downloaded", file=name),
            where=name,
            repair=text(
                "Log in and download the file again. If it is a table that some system saved as a web page, "
                "open it in Excel and save it as .xlsx"
            ),
        )
