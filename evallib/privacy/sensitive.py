"""Which counts of a question must stay uncertain, and how far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evallib.privacy.forms import Counts, Flags, Forms, Key, Matrix, indicator

Places = npt.NDArray[np.int64]
_One = tuple[Matrix, float, float, float, int]  # row, top, bottom, width, form


@dataclass(frozen=True)
class Sensitive:
    """Linear counts, one a row. top, bottom: what each must be able to be; width: how wide its range must
    be where only that counts. form: the printed count that it stands for (−1: none); such a row matters
    only while that count is hidden."""

    rows: Matrix
    values: Matrix
    top: Matrix
    bottom: Matrix
    width: Matrix
    form: Places

    def gaps(self, high: Matrix, low: Matrix, hidden: Flags) -> tuple[Matrix, Matrix]:
        """How far up and down each row has still to be proved, when ``high`` and ``low`` are."""
        active = np.where(self.form >= 0, hidden[self.form], True)
        up = np.where(active, np.maximum(self.top - high, self.width - (high - low)), 0.0)
        down = np.where(active, low - self.bottom, 0.0)
        return np.maximum(up, 0.0), np.maximum(down, 0.0)

    def places(self, shape: tuple[int, ...]) -> list[Places]:
        """Of each axis the one place that a row counts, −1 where it counts several."""
        cells = (self.rows.reshape(len(self.rows), -1, *shape) != 0).any(axis=1)
        found = []
        for axis in range(len(shape)):
            on = cells.any(axis=tuple(1 + other for other in range(len(shape)) if other != axis))
            found.append(np.where(on.sum(axis=1) == 1, on.argmax(axis=1), -1))
        return found

    def more(self, rows: Matrix, truth: Matrix, totals: Matrix, threshold: int) -> Sensitive:
        """With further small counts, where they are new."""
        found = [(row, threshold - 1.0, 1.0, 0.0, -1) for row in rows]
        return _joined([self, _gathered(found, truth, totals)])


def nothing_sensitive(truth: Matrix) -> Sensitive:
    """No demand at all."""
    return _gathered([], truth, np.zeros((1, 1)))


def _gathered(found: Sequence[_One], truth: Matrix, totals: Matrix) -> Sensitive:
    """As arrays. What the overall distribution alone tells (``totals``, a line each part) can't be hidden
    here: nothing has to reach beyond that."""
    rows = np.array([one[0] for one in found]).reshape(len(found), len(truth))
    top, bottom, width = (np.array([one[k] for one in found], dtype=float) for k in (1, 2, 3))
    if not found:
        return Sensitive(rows, top, top, top, top, np.zeros(0, dtype=int))
    parts = rows.reshape(len(rows), len(totals), -1, totals.shape[1])
    highest = (parts.max(axis=2) * totals).sum(axis=(1, 2))
    lowest = (parts.min(axis=2) * totals).sum(axis=(1, 2))
    return Sensitive(
        rows,
        rows @ truth,
        np.minimum(top, highest),
        np.maximum(bottom, lowest),
        np.minimum(width, highest - lowest),
        np.array([one[4] for one in found], dtype=int),
    )


def _joined(parts: Sequence[Sensitive]) -> Sensitive:
    """All together, each demand once."""
    names = ("rows", "values", "top", "bottom", "width", "form")
    every = {name: np.concatenate([getattr(one, name) for one in parts]) for name in names}
    first: dict[bytes, int] = {}
    for i, row in enumerate(every["rows"].astype(np.int8)):
        what = (every["top"][i], every["bottom"][i], every["width"][i], every["form"][i])
        first.setdefault(row.tobytes() + np.array(what).tobytes(), i)
    chosen = list(first.values())
    return Sensitive(**{name: one[chosen] for name, one in every.items()})


def sensitive_of(counts: Counts, forms: Forms, base: tuple[int, ...], threshold: int) -> Sensitive:
    """Small counts, small rests of nested counts, groups that answered alike, and all hidden counts.

    base: the answers that shares are taken of; () = all.
    """
    truth = counts.ravel().astype(float)
    rows = [*_printed(forms, truth, threshold), *_nested(forms, counts, base, threshold)]
    found = _gathered([*rows, *_cells(counts, threshold)], truth, counts.sum(axis=_groups(counts))[None])
    return _joined([found])


def both(
    first: Counts, late: Counts, forms: Forms, base: tuple[int, ...], threshold: int, told: Sequence[int]
) -> Sensitive:
    """The sensitive counts of an earlier draft, of the late answers and of both together, over the two
    halves of a table; the earlier draft printed the counts at ``told``."""
    whole = first + late
    early, between, now = (sensitive_of(one, forms, base, threshold) for one in (first, late, whole))
    halves = []
    for one, rows in (
        (early, np.hstack([early.rows, np.zeros_like(early.rows)])),
        (between, np.hstack([np.zeros_like(between.rows), between.rows])),
        (now, np.hstack([now.rows, now.rows])),
    ):
        kept = np.ones(len(one.form), dtype=bool) if one is now else one.form < 0
        form = np.where(one.form < 0, -1, one.form + len(told))
        halves.append(
            Sensitive(
                rows[kept], one.values[kept], one.top[kept], one.bottom[kept], one.width[kept], form[kept]
            )
        )
    truth = np.concatenate([first.ravel(), late.ravel()]).astype(float)
    totals = np.array([one.sum(axis=_groups(first)) for one in (first, late)], dtype=float)
    return _joined(halves).more(across(forms, told, truth, threshold), truth, totals, threshold)


def across(forms: Forms, told: Sequence[int], truth: Matrix, threshold: int) -> Matrix:
    """Counts of the later draft less a part of them in the earlier one, where that leaves few people."""
    old = list(told)
    inside = forms.matrix[old] @ forms.matrix.T == forms.matrix[old].sum(axis=1)[:, None]
    parts, wholes = np.nonzero(inside)
    open_both = forms.open[np.array(old, dtype=int)[parts]] & forms.open[wholes]
    earlier = forms.matrix[old][parts]
    rows: Matrix = np.hstack([forms.matrix[wholes] - earlier, forms.matrix[wholes]])
    rest = rows @ truth
    few: Matrix = rows[(rest > 0) & (rest < threshold) & ~open_both]
    return few


def _groups(counts: Counts) -> tuple[int, ...]:
    return tuple(range(counts.ndim - 1))


def _printed(forms: Forms, truth: Matrix, threshold: int) -> Iterator[_One]:
    """Printed counts: small ones, and any other while it is hidden."""
    for place, value in enumerate(forms.matrix @ truth):
        if forms.open[place]:
            continue
        if 0 < value < threshold:
            yield forms.matrix[place], threshold - 1, 1, 0, -1
        elif not forms.wider[place]:
            yield forms.matrix[place], -np.inf, np.inf, threshold - 2, place


def _nested(forms: Forms, counts: Counts, base: tuple[int, ...], threshold: int) -> Iterator[_One]:
    """Rests of one count inside another: few people, or none of at least two."""
    truth = counts.ravel()
    more: list[Key] = []
    if counts.ndim == 2:  # also what is never printed of a group: its size, its base and its answers
        answers = [(), base, *((row,) for row in range(counts.shape[1]))]
        more = [((group,), rows) for group in range(len(counts)) for rows in answers]
    extra = [indicator(counts.shape, key) for key in dict.fromkeys(more) if key not in forms.keys]
    matrix = np.vstack([forms.matrix, *extra])
    values, sizes = matrix @ truth, matrix.sum(axis=1)
    fine = np.flatnonzero(~np.append(forms.open, np.zeros(len(extra), dtype=bool)))
    inside = (matrix[fine] @ matrix.T == sizes[fine][:, None]) & (sizes[fine][:, None] < sizes)
    rests = values - values[fine][:, None]
    asked = indicator(counts.shape, ((),) * (counts.ndim - 1) + (base,)) > 0
    inside &= (rests > 0) | (sizes < truth.size)  # all who were asked may well be of one group
    for i, j in np.argwhere(inside & (rests >= 0) & (rests < threshold) & (values > 1)):
        row = matrix[j] - matrix[fine[i]]
        if rests[i, j]:
            yield row, threshold - 1, 1, 0, -1
        elif row[asked].any():  # that all of a group answered tells nothing of their answers
            yield row, min(threshold, values[j]) - 1, np.inf, 0, -1


def _cells(counts: Counts, threshold: int) -> Iterator[_One]:
    """The finest counts, printed or not: small ones, and groups of them that answered alike."""
    for place in np.argwhere(counts > 0):
        key = tuple((int(one),) for one in place)
        row, number = indicator(counts.shape, key), counts[tuple(place)]
        if number < threshold and counts.ndim == 2:
            yield row, threshold - 1, 1, 0, -1
        elif number < threshold:
            yield row, -np.inf, np.inf, threshold - 2, -1
        if number == counts[tuple(place[:-1])].sum() > 1:
            yield indicator(counts.shape, (*key[:-1], ())) - row, 1, np.inf, 0, -1
