"""Empty workbooks for what is kept by hand, logs and lists: one sheet to fill, one that says how."""

from __future__ import annotations

import io
from collections.abc import Callable

from evallib.codes import CODES, Rule, rules
from evallib.errors import Text, text
from evallib.sources.logs import expected

Say = Callable[[Text | str], str]
Label = Callable[[str, str], str]  # kind of code, code → its name, "" where it has none

_ROWS = 1000  # to which drop-down lists reach
_FORMATS = {"date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm", "number": "General", "year": "General"}


def log_workbook(kind: str, say: Say = str, label: Label = lambda *_: "") -> bytes:
    """A log's workbook: sheet of its name with headers and drop-down lists, and README with the rules.

    label: what a code means, told beside it on the sheet README.

    Cells are formatted as text, but for dates and numbers, so that Excel leaves what is typed alone.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet, readme = book.worksheets[0], book.create_sheet("README")
    sheet.title = kind
    readme.append([say(text("column")), say(text("must be filled")), say(text("what it holds"))])
    for number, rule in enumerate(rules(kind), 1):
        letter = get_column_letter(number)
        sheet.cell(1, number, rule.column)
        sheet.column_dimensions[letter].number_format = _FORMATS.get(rule.check, "@")
        sheet.column_dimensions[letter].width = max(14, len(rule.column) + 2)
        readme.append([rule.column, say(text("yes")) if rule.needed else "", _rule(rule, say, label)])
        if rule.check in CODES and not rule.several:
            codes = DataValidation("list", formula1=f'"{",".join(CODES[rule.check])}"', allow_blank=True)
            codes.add(f"{letter}2:{letter}{_ROWS}")
            sheet.add_data_validation(codes)
    sheet.freeze_panes = "A2"
    for first in (sheet, readme):
        for cell in first[1]:
            cell.font = Font(bold=True)
    readme.column_dimensions["A"].width, readme.column_dimensions["C"].width = 20, 90
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _rule(rule: Rule, say: Say, label: Label) -> str:
    told = say(expected(rule))
    if rule.check in CODES:
        named = {code: label(rule.check, code) for code in CODES[rule.check]}
        codes = ", ".join(f"{code} ({name})" if name else code for code, name in named.items())
        told = say(text("one of {codes}", codes=codes))
    if rule.check == "joint":
        return say(
            text(
                "{what}; what stands in events or contents is not typed here too: it would count twice",
                what=told,
            )
        )
    if rule.column == "projects" and not rule.needed:
        return say(
            text(
                "{what}; with two or more it counts as joint work, so not in joint_activities too", what=told
            )
        )
    if rule.several and rule.check == "theme" and rule.column != "theme_side":
        return say(text("{what}; several joined by +, the main one first", what=told))
    return say(text("{what}; several joined by +", what=told)) if rule.several else told
