"""The evaluation plan answered: results of every indicator."""

from evallib.indicators.evaluate import evaluate

__all__ = ["evaluate"]
