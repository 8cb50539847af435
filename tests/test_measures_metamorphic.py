"""What six changes of the data do to each measure: what its docstring says, and nothing else.

The rows stand in ``matrix_*.py``, a line for each thing that may change; ``measure_matrix.py`` says how.
"""

import numpy as np
import pytest
from matrix_answers import ANSWERS, CODES, ITEMS, OPTIONS
from matrix_coding import CODING
from matrix_groups import GROUPS, A, B
from matrix_network import NETWORKS
from matrix_records import RECORDS
from matrix_sums import SUMS
from measure_matrix import SAID, documented, members, public, same

from evallib.codebook.model import Option
from evallib.measures.change import group_difference
from evallib.measures.distributions import balance, coded
from evallib.measures.scales import reliability

ROWS = [*ANSWERS.rows, *SUMS.rows, *GROUPS.rows, *RECORDS.rows, *NETWORKS.rows, *CODING.rows]
TRIED = [(row, name) for row in ROWS for name in SAID if callable(getattr(row.family, name))]


@pytest.mark.parametrize(("row", "name"), TRIED, ids=lambda one: getattr(one, "measure", one))
def test_a_measure_changes_as_its_row_says_and_not_otherwise(row, name):
    before = row.told(*row.family.data)
    after = row.told(*getattr(row.family, name)(*row.family.data))
    changes = row.changes.get(name, {})
    assert set(before) == set(after)
    assert set(changes) <= set(before), "the row names what the measure does not tell"
    for part in before:
        if part in changes:
            assert not same(before[part], after[part]), f"{part} did not change"
            assert changes[part](before[part], after[part]), (part, before[part], after[part])
        else:
            assert same(before[part], after[part]), (part, before[part], after[part])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.measure)
def test_what_may_change_stands_in_the_docstring(row):
    written = documented(public()[row.name]).lower()
    assert [name for name in row.changes if SAID[name] not in written] == []


def test_every_public_measure_has_its_rows_and_every_class_all_its_members():
    assert {row.name for row in ROWS} == set(public())
    for row in ROWS:
        one = public()[row.name]
        if isinstance(one, type):
            assert set(row.told(*row.family.data)) == members(one), row.name


def test_what_is_not_tried_says_why_and_is_not_given_changes():
    for row in ROWS:
        for name in SAID:
            how = getattr(row.family, name)
            assert callable(how) or (len(how) > 10 and name not in row.changes), (row.measure, name)


def test_turning_the_whole_scale_round_turns_balance_and_effects_round_and_leaves_alpha():
    turned = tuple(Option(one.code, {}, None if one.value is None else -one.value) for one in OPTIONS)
    assert balance(coded("T", CODES, turned)).value == -balance(coded("T", CODES, OPTIONS)).value
    assert group_difference(-A, -B).effect == -group_difference(A, B).effect
    whole, round_ = reliability(ITEMS, (1, 6), (3,)), reliability(7 - ITEMS, (1, 6), (3,))
    assert round_.alpha == pytest.approx(whole.alpha)
    assert np.isfinite(whole.alpha)
