"""Frozen tables become frames of known grain; what does not add up stops here."""

from evallib.tidy.frames import Frames, frames
from evallib.tidy.survey import ColumnCount, SurveyFrame

__all__ = ["ColumnCount", "Frames", "SurveyFrame", "frames"]
