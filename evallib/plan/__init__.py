"""What is promised, asked, measured and agreed, and the evaluator's own words about it."""

from evallib.plan.load import load_plan, load_targets, parse_plan, parse_targets
from evallib.plan.model import Plan, Targets
from evallib.plan.words import Words, load_words

__all__ = [
    "Plan",
    "Targets",
    "Words",
    "load_plan",
    "load_targets",
    "load_words",
    "parse_plan",
    "parse_targets",
]
