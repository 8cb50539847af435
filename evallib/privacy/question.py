"""The masking plan of one question: which counts by region and sector may be shown.

Every count of 1 … threshold − 1 must stay able to be 1 and to be threshold − 1, every other hidden count
must keep a range as wide, and no group may be known to have answered alike. What can't be proved in time
is withheld.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from evallib.privacy.forms import (
    NO_MERGES,
    Classes,
    Counts,
    Flags,
    Forms,
    Key,
    Matrix,
    Merges,
    answer_classes,
    forms_of,
)
from evallib.privacy.search import Problem, Search
from evallib.privacy.sensitive import both, sensitive_of

SECONDS = 60.0


@dataclass(frozen=True)
class QuestionPlan:
    """shown: every count that may be printed. hidden: counts that are printed as hidden. withheld: the
    question has no breakdown. waits: late answers wait, the counts are those of the earlier draft.
    answers: the answers as they are united. worlds: the proof, one whole table a line."""

    shown: dict[Key, int]
    hidden: frozenset[Key]
    answers: Classes
    worlds: Matrix = field(repr=False)
    withheld: bool = False
    waits: bool = False


def plan_question(
    counts: Counts,
    merges: Merges = NO_MERGES,
    threshold: int = 5,
    kept: Collection[Key] = (),
    seconds: float = SECONDS,
) -> QuestionPlan:
    """The plan of a region × sector × answer table. kept: what an earlier release hid stays hidden.

    merges: regions, sectors and answers that declared wider classes unite, as places.
    """
    answers = answer_classes([int(n) for n in counts.sum(axis=(0, 1))], threshold)
    forms = forms_of(counts.shape, answers, merges)
    targets = sensitive_of(counts, forms, answers, threshold)
    truth = counts.ravel().astype(float)
    hidden = first_hidden(forms, truth, threshold, kept)
    problem = Problem(truth, forms, targets, hidden, threshold, counts.shape)
    return plan_of(Search(problem, seconds), forms, answers)


def first_hidden(forms: Forms, truth: Matrix, threshold: int, kept: Collection[Key]) -> Flags:
    """What is hidden before anything is searched: small counts, and what was hidden before."""
    values, earlier = forms.matrix @ truth, set(kept)
    small = (values > 0) & (values < threshold)
    hidden: Flags = small | np.array([key in earlier for key in forms.keys])
    return hidden


def plan_of(search: Search, forms: Forms, answers: Classes, skip: int = 0) -> QuestionPlan:
    """Run a search and say its outcome for the counts from place ``skip`` on."""
    done = search.run()
    hidden = search.hidden if done else ~forms.open
    values = forms.matrix @ search.truth
    places = range(skip, len(forms.keys))
    return QuestionPlan(
        {forms.keys[i]: round(values[i]) for i in places if not hidden[i]},
        frozenset(forms.keys[i] for i in places if done and hidden[i] and not forms.merged[i]),
        answers,
        search.pool,
        withheld=not done,
    )


def plan_later(
    before: QuestionPlan,
    first: Counts,
    counts: Counts,
    merges: Merges = NO_MERGES,
    threshold: int = 5,
    seconds: float = SECONDS,
) -> QuestionPlan:
    """The plan of a later draft: ``counts`` are those of ``first`` and the late answers.

    Late answers wait until each answer has none or twice the threshold of them, and until the difference of
    the two drafts can be proved as safe as the drafts themselves.
    """
    late = counts - first
    if not late.any():
        return before
    again = replace(before, waits=True)
    totals = [int(late.sum(axis=(0, 1))[list(one)].sum()) for one in before.answers]
    few = any(0 < one < 2 * threshold for one in totals)
    if (late < 0).any() or before.withheld or few:
        return again
    forms = forms_of(counts.shape, before.answers, merges)
    old = [i for i, key in enumerate(forms.keys) if key in before.shown]
    truth = np.concatenate([first.ravel(), late.ravel()]).astype(float)
    joint = forms.after(forms.some(old))
    change = forms.matrix @ late.ravel()
    small = first_hidden(forms, counts.ravel().astype(float), threshold, before.hidden)
    small |= (change > 0) & (change < threshold) & np.isin(np.arange(len(forms.keys)), old)
    targets = both(
        [sensitive_of(part, forms, before.answers, threshold) for part in (first, late, counts)], len(old)
    )
    targets = targets.more(across(forms, old, truth, threshold), truth, threshold)
    hidden = np.concatenate([np.zeros(len(old), dtype=bool), small])
    plan = plan_of(
        Search(Problem(truth, joint, targets, hidden, threshold, counts.shape), seconds),
        joint,
        before.answers,
        len(old),
    )
    return again if plan.withheld else plan


def across(forms: Forms, old: Sequence[int], truth: Matrix, threshold: int) -> Matrix:
    """Counts of the later draft less a part of them in the earlier one, where that leaves few people."""
    inside = forms.matrix[old] @ forms.matrix.T == forms.matrix[old].sum(axis=1)[:, None]
    parts, wholes = np.nonzero(inside)
    open_both = forms.open[np.array(old)[parts]] & forms.open[wholes]
    earlier = forms.matrix[old][parts]
    rows: Matrix = np.hstack([forms.matrix[wholes] - earlier, forms.matrix[wholes]])
    rest = rows @ truth
    few: Matrix = rows[(rest > 0) & (rest < threshold) & ~open_both]
    return few
