"""The evaluation plan answered: results of every indicator."""

from evallib.indicators.evaluate import Beside, at_once, evaluate, load_statistics

__all__ = ["Beside", "at_once", "evaluate", "load_statistics"]
