"""Which counts of a question must stay uncertain, and how far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evallib.privacy.forms import Classes, Counts, Forms, Matrix, indicator

Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]


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
        """Of each dim the one place that a row counts, −1 where it counts several."""
        cells = (self.rows.reshape(len(self.rows), -1, *shape) != 0).any(axis=1)
        found = []
        for dim in range(3):
            on = cells.any(axis=tuple(1 + other for other in range(3) if other != dim))
            found.append(np.where(on.sum(axis=1) == 1, on.argmax(axis=1), -1))
        return found

    def only(self, which: Flags) -> Sensitive:
        return Sensitive(
            self.rows[which], self.values[which], self.top[which], self.bottom[which],
            self.width[which], self.form[which],
        )  # fmt: skip

    def more(self, rows: Matrix, truth: Matrix, threshold: int) -> Sensitive:
        """With further small counts, where they are new."""
        new = rows[[not (self.rows == row).all(axis=1).any() for row in rows]]
        k = len(new)
        return Sensitive(
            np.vstack([self.rows, new]),
            np.concatenate([self.values, new @ truth]),
            np.concatenate([self.top, np.full(k, threshold - 1.0)]),
            np.concatenate([self.bottom, np.ones(k)]),
            np.concatenate([self.width, np.zeros(k)]),
            np.concatenate([self.form, np.full(k, -1)]),
        )


def both(parts: Sequence[Sensitive], before: int) -> Sensitive:
    """The sensitive counts of an earlier draft, of the late answers and of both together, over the two
    halves of a table; ``before`` counts of the earlier draft stand before those of the later one."""
    first, late, whole = parts
    first, late = (one.only(one.form < 0) for one in (first, late))
    empty = np.zeros_like
    rows = np.vstack(
        [
            np.hstack([first.rows, empty(first.rows)]),
            np.hstack([empty(late.rows), late.rows]),
            np.hstack([whole.rows, whole.rows]),
        ]
    )
    values, top, bottom, width = (
        np.concatenate([getattr(one, name) for one in (first, late, whole)])
        for name in ("values", "top", "bottom", "width")
    )
    form = np.concatenate([first.form, late.form, np.where(whole.form < 0, -1, whole.form + before)])
    return Sensitive(rows, values, top, bottom, width, form)


def sensitive_of(counts: Counts, forms: Forms, answers: Classes, threshold: int) -> Sensitive:
    """Small counts, small rests of nested counts, groups that answered alike, and all hidden counts."""
    truth = counts.ravel().astype(float)
    values = forms.matrix @ truth
    found: list[tuple[Matrix, float, float, float, int]] = []  # row, top, bottom, width, form
    for place, row in enumerate(forms.matrix):
        if forms.open[place]:
            continue
        if 0 < values[place] < threshold:
            found.append((row, threshold - 1, 1, 0, -1))
        elif not forms.merged[place]:
            found.append((row, -np.inf, np.inf, threshold - 2, place))
    fine = [i for i in range(len(forms.keys)) if not forms.open[i]]
    inside = forms.matrix @ forms.matrix.T == forms.matrix.sum(axis=1)[:, None]
    for i, j in np.argwhere(inside[fine] & (values > 1)):
        part, rest = fine[i], values[j] - values[fine[i]]
        row = forms.matrix[j] - forms.matrix[part]
        if 0 < rest < threshold:
            found.append((row, threshold - 1, 1, 0, -1))
        elif rest == 0 and row.any():
            found.append((row, min(threshold, values[j]) - 1, np.inf, 0, -1))
    shape = counts.shape
    for r in range(shape[0]):
        for s in range(shape[1]):
            size = int(counts[r, s].sum())
            for answer in answers:
                number = int(counts[r, s, list(answer)].sum())
                row = indicator(shape, ((r,), (s,), answer))
                if 0 < number < threshold:
                    found.append((row, -np.inf, np.inf, threshold - 2, -1))
                if number == size > 1:
                    whole = indicator(shape, ((r,), (s,), ()))
                    found.append((whole - row, 1, np.inf, 0, -1))
    rows = np.array([one[0] for one in found])
    top, bottom, width = (np.array([one[k] for one in found], dtype=float) for k in (1, 2, 3))
    # what the overall distribution alone tells can't be hidden here
    parts = rows.reshape(len(rows), -1, shape[2])
    totals = counts.sum(axis=(0, 1))
    highest, lowest = parts.max(axis=1) @ totals, parts.min(axis=1) @ totals
    width = np.minimum(width, highest - lowest)
    form = np.array([one[4] for one in found])
    return Sensitive(rows, rows @ truth, np.minimum(top, highest), np.maximum(bottom, lowest), width, form)
