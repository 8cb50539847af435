"""Changes of the same people between two waves: what they tell of those who answered in one wave only.

Known are both overall distributions, how many pairs there are, and, taken at its worst, how many of them
moved by how much. With whole numbers it is asked what each answer of the dropouts and newcomers can still be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from evallib.privacy.findings import Finding
from evallib.privacy.forms import Matrix
from evallib.privacy.work import OutOfTime, Work
from evallib.privacy.worlds import Told, only, world
from evallib.results import Mask, Pairs, ReleasedCell, Result, ResultId


def hidden_pairs(
    results: Sequence[Result], hidden: Mapping[ResultId, Mask], threshold: int
) -> dict[ResultId, Mask]:
    """Masks of changes that give dropouts or newcomers away."""
    masks: dict[ResultId, Mask] = {}
    known: dict[Pairs, bool] = {}
    for result in (one for one in results if one.pairs is not None):
        ids = [result.id_of(cell) for cell in result.cells if cell.value is not None]
        if result.pairs is not None and ids and not all(one in hidden for one in ids):
            if result.pairs not in known:
                known[result.pairs] = bool(_given_away(result.pairs, threshold))
            masks |= dict.fromkeys(ids, Mask.DEPENDENT) if known[result.pairs] else {}
    return masks


def pair_findings(
    results: Sequence[Result], told: Mapping[ResultId, ReleasedCell], threshold: int
) -> Iterator[Finding]:
    """What the changes that are told give away, and which of them to hide."""
    changes: dict[tuple[str, Pairs], list[ResultId]] = {}
    for result in results:
        if result.pairs is not None:
            shown = [result.id_of(one) for one in result.cells if one.value is not None]
            key = (result.indicator, result.pairs)
            changes.setdefault(key, []).extend(one for one in shown if one in told)
    for (indicator, pairs), ids in changes.items():
        for where, low, high in _given_away(pairs, threshold) if ids else ():
            kind = "RECOVERED" if low == high else "TIGHT"
            hide = tuple(str(one) for one in ids)
            yield Finding(kind, f"{indicator}, {ids[0].measure}", where, tuple(ids), low, high, hide)


def _given_away(pairs: Pairs, threshold: int) -> list[tuple[str, int, int]]:
    """(which answers, least, most) of those who answered once, where these are as good as known."""
    truth = np.concatenate([np.array(pairs.joint).ravel(), pairs.dropouts, pairs.newcomers]).astype(float)
    before, after = _told(pairs, truth, moves=False), _told(pairs, truth, moves=True)
    found = []
    for name, row in _sensitive(pairs, truth, threshold):
        value = row @ truth
        wanted = range(threshold - 1 if value else 1, int(value), -1)
        top = next((end for end in wanted if _able(before, truth, row, end)), value)
        bottom = 1.0 if value > 1 and _able(before, truth, -row, -1) else value
        if not (_able(after, truth, row, top) and _able(after, truth, -row, -bottom)):
            low = next(end for end in range(int(value) + 1) if _able(after, truth, -row, -end))
            high = next(end for end in range(threshold, int(value) - 1, -1) if _able(after, truth, row, end))
            found.append((name, low, high))
    return found


def _able(told: Told, truth: Matrix, row: Matrix, least: float) -> bool:
    """Whether a count can reach a value."""
    try:
        return bool(row @ truth >= least) or world(told, truth, only(row, least), Work()) is not None
    except OutOfTime:
        return False


def _told(pairs: Pairs, truth: Matrix, moves: bool) -> Told:
    """Both overall distributions, and how many pairs; with ``moves`` also by how much the pairs moved."""
    k = len(pairs.values)
    joint, nobody, one = np.eye(k * k).reshape(k * k, k, k), np.zeros((k, k)), np.eye(k)
    rows = [
        np.hstack([joint.sum(axis=2).T, one, nobody]),  # the earlier wave by answer
        np.hstack([joint.sum(axis=1).T, nobody, one]),  # the later one
        np.hstack([np.ones(k * k), np.zeros(2 * k)])[None],
    ]
    steps = np.subtract.outer(np.array(pairs.values), np.array(pairs.values)).T.round(9)
    if moves:
        rows += [np.hstack([(steps == step).ravel(), np.zeros(2 * k)])[None] for step in np.unique(steps)]
    matrix = np.vstack(rows).astype(float)
    return Told(matrix, matrix @ truth, matrix @ truth)


def _sensitive(pairs: Pairs, truth: Matrix, threshold: int) -> Iterator[tuple[str, Matrix]]:
    """Small numbers of an answer among those who answered once, small rests, and answers that all gave."""
    k = len(pairs.values)
    for who, start in (("dropouts", k * k), ("newcomers", k * k + k)):
        every = np.zeros(len(truth))
        every[start : start + k] = 1.0
        for place, value in enumerate(pairs.values):
            row = np.zeros(len(truth))
            row[start + place] = 1.0
            if 0 < row @ truth < threshold:
                yield f"{who} {value:g}", row
            if row @ truth > 1 and (every - row) @ truth < threshold:
                yield f"{who} ≠ {value:g}", every - row
