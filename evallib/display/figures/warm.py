"""Imported while a kernel waits: what the first figure would otherwise have to load."""

from evallib.display import house as house
from evallib.display import i18n as i18n
from evallib.display.figures import common as common

house.font_family()
house.width_of("warm")
