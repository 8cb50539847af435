"""Results: ids and their grammar, computed results, released cells."""

from evallib.results.model import (
    Assessment,
    Cell,
    Colour,
    Dims,
    Key,
    Kind,
    Mask,
    Pairs,
    Released,
    ReleasedCell,
    Reports,
    Result,
    ResultId,
    SourceKind,
    parse_display_id,
    release_label,
)

__all__ = [
    "Assessment",
    "Cell",
    "Colour",
    "Dims",
    "Key",
    "Kind",
    "Mask",
    "Pairs",
    "Released",
    "ReleasedCell",
    "Reports",
    "Result",
    "ResultId",
    "SourceKind",
    "parse_display_id",
    "release_label",
]
