"""The XML of a LimeSurvey file: plain, without document type and entities, or a sentence saying why not."""

from __future__ import annotations

from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from evallib.codebook.web_page import refuse_page
from evallib.errors import InputError, text


def document(data: bytes, name: str) -> Element:
    refuse_page(data, name)
    problem = text("{file} is not a LimeSurvey survey structure", file=name)
    expected = text("the file that LimeSurvey saves as «Survey structure (.lss)»")
    try:
        root = _parsed(data, name)
    except (expat.ExpatError, ValueError, LookupError) as fault:
        found = text("an archive (.lsa or .zip)") if data[:2] == b"PK" else str(fault)
        raise InputError(
            problem,
            expected=expected,
            found=found,
            repair=text("Export the structure again and do not edit it by hand"),
        ) from None
    kind = (root.findtext("LimeSurveyDocType") or "").strip()
    if root.tag != "document" or kind != "Survey":
        raise InputError(
            problem,
            expected=expected,
            found=kind or root.tag,
            repair=text("Export the structure again and do not edit it by hand"),
        )
    return root


def _parsed(data: bytes, name: str) -> Element:
    tree, parser = TreeBuilder(), plain_parser(name)
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.data
    parser.Parse(data, True)
    return tree.close()


def plain_parser(name: str) -> expat.XMLParserType:
    """A parser that refuses a document type, and with it every entity that one could declare.

    Its handlers are the caller's to set. It raises InputError for the document type, expat.ExpatError for
    what is no XML.
    """

    def refuse(*_: object) -> NoReturn:
        raise InputError(
            text("{file} carries a document type or XML entities", file=name),
            expected=text("plain XML as LimeSurvey writes it"),
            repair=text("Do not use this file; export the structure again from the server"),
        )

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    return parser
