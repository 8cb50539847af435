"""The masking plan of all questions that the same people answered.

The sizes of the groups (region × sector) are planned once. Every world that proves them has to stay possible
in every question, and each question is then planned in those worlds: so what is proved of one question
holds beside all others.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evallib.privacy.forms import NO_MERGES, Counts, Forms, Merges, answer_classes, forms_of, indicator
from evallib.privacy.question import SECONDS, QuestionPlan, first_hidden, plan_of, plan_question
from evallib.privacy.search import Problem, Search
from evallib.privacy.sensitive import sensitive_of


def plan_project(
    questions: Sequence[Counts], merges: Merges = NO_MERGES, threshold: int = 5, seconds: float = SECONDS
) -> list[QuestionPlan]:
    """A plan for every region × sector × answer table; all have the same people by region and sector."""
    people = questions[0].sum(axis=2, keepdims=True)
    sizes = plan_question(people, merges, threshold, seconds=seconds)
    return [_question(counts, sizes, merges, threshold, seconds) for counts in questions]


def _question(
    counts: Counts, sizes: QuestionPlan, merges: Merges, threshold: int, seconds: float
) -> QuestionPlan:
    answers = answer_classes([int(n) for n in counts.sum(axis=(0, 1))], threshold)
    forms = forms_of(counts.shape, answers, merges)
    truth = counts.ravel().astype(float)
    hidden = first_hidden(forms, truth, threshold, ())
    planned = np.array([not key[2] and key not in sizes.shown for key in forms.keys])
    by_answer = np.array([bool(key[2]) for key in forms.keys])
    told = Forms(
        forms.keys, forms.matrix, forms.open | ~(by_answer | planned), forms.merged, forms.cost, forms.parents
    )
    groups = np.array([indicator(counts.shape, ((r,), (s,), ())) for r, s in np.ndindex(counts.shape[:2])])
    problem = Problem(
        truth,
        told,
        sensitive_of(counts, told, answers, threshold),
        hidden | planned,
        threshold,
        counts.shape,
        groups,
        list(sizes.worlds),
    )
    return plan_of(Search(problem, seconds), told, answers)
