"""Imported by a kernel while it waits for a release: what a report asks it for, without drawing."""

import evallib
from evallib.codebook import load as load
from evallib.display import i18n, load_makers
from evallib.plan import words as words
from evallib.report import preview as preview
from evallib.steps import notebook as notebook
from evallib.steps import publication as publication

load_makers("tables", "passages")
i18n.catalogue()
evallib.collect_seldom()
