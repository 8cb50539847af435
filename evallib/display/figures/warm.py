"""Imported while a process waits for its first block: what drawing and wording would otherwise load then."""

from evallib.display import i18n, load_makers
from evallib.display.house import Sheet, width_of

load_makers("figures", "tables", "passages")
i18n.catalogue()
width_of("warm")
_sheet = Sheet(10)
_sheet.write(0, 5, "warm")
_sheet.svg("warm")
