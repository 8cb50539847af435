"""Imported by a kernel or worker while it waits for a release: everything that a report asks it for."""

import evallib
from evallib.codebook import load as load
from evallib.display.figures import warm as warm
from evallib.plan import words as words
from evallib.report import preview as preview
from evallib.steps import notebook as notebook
from evallib.steps import publication as publication

evallib.collect_seldom()
