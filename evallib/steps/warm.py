"""Imported by a process that waits for something: what a report asks it for, without drawing."""

from babel.numbers import format_decimal

import evallib
from evallib.codebook import load as load
from evallib.codes import LANGUAGES
from evallib.display import i18n, load_makers
from evallib.plan import words as words
from evallib.report import preview as preview
from evallib.steps import notebook as notebook
from evallib.steps import publication as publication

load_makers("tables", "passages")
i18n.catalogue()
for language in LANGUAGES:
    format_decimal(1000, locale=language)
evallib.collect_seldom()
