"""Bad input at every measure and on every page: a word or a named error, never "not a number"."""

import io
import json
import math
import re
from dataclasses import fields, is_dataclass, replace
from datetime import date

import fake_release
import numpy as np
import openpyxl
import pandas as pd
import pytest
from small_frames import plan, questionnaires, small
from small_report import CREATED

from evallib.codebook.model import Option
from evallib.codes import LANGUAGES
from evallib.display import NothingToShow, draw, names, plain, say, tabulate
from evallib.indicators import evaluate
from evallib.indicators.judge import judge
from evallib.measures import (
    adapter,
    amounts,
    change,
    distributions,
    network,
    participation,
    proportions,
    ranks,
    records,
    scales,
    structure,
    weights,
)
from evallib.measures.weights import Margin
from evallib.plan.model import Plan, Target, Targets
from evallib.privacy.door_out import door_out
from evallib.report.workbook import write_workbook
from evallib.results import Kind, Released, ResultId
from evallib.results.jsonform import to_json

NONE, ONE, ALIKE = np.zeros(0), np.array([3.0]), np.full(12, 3.0)
MISSING, ENDLESS = np.full(12, np.nan), np.array([1.0, np.inf] * 6)
SPREAD = np.arange(12.0) % 5
OPTIONS = tuple(Option(str(n), {}, float(n)) for n in range(1, 6)) + (Option("ek", {}),)
NOBODY = small()


def answered(*codes):
    return distributions.coded("T", np.array(codes, dtype=object), OPTIONS, ["unknown"])


def ties(size):
    return np.zeros((size, size), dtype=bool)


def margin(codes, **frame):
    return Margin(np.array(list(codes), dtype=object), frame)


def money(values, base):
    return amounts.reported_sum({"euros": values}, [str(n) for n in range(len(values))], base=base)


def numbers_of(told):
    """Every float in a result, whatever holds it."""
    if is_dataclass(told):
        return [one for each in fields(told) for one in numbers_of(getattr(told, each.name))]
    if isinstance(told, dict):
        return [one for each in told.values() for one in numbers_of(each)]
    if isinstance(told, np.ndarray | list | tuple):
        return [one for each in told for one in numbers_of(each)]
    return [float(told)] if isinstance(told, float | np.floating) else []


# what is asked, and the word that it is answered with; of an error the words
WORDED = {
    "a share of nobody": (lambda: proportions.share(0, 0), "no_data"),
    "a share of one": (lambda: proportions.share(1, 1), "base_under_10"),
    "a median of nobody": (lambda: distributions.median(answered(None, "ek")), "no_data"),
    "a median of missing numbers": (lambda: distributions.median_of(MISSING), "no_data"),
    "a top share of all missing": (
        lambda: distributions.top_share(answered(*[None] * 20), ("5",)),
        "no_data",
    ),
    "a top share of unknown codes": (
        lambda: distributions.top_share(answered(*["inf", "-99", "nan", "unknown"] * 5), ("5",)),
        "no_data",
    ),
    "a balance of nobody": (lambda: distributions.balance(answered()), "no_data"),
    "a balance of one": (lambda: distributions.balance(answered("5")), "base_under_10"),
    "a change of balance against nobody": (
        lambda: distributions.balance_change(answered(*["5"] * 12), answered()),
        "no_data",
    ),
    "pairs of nobody": (lambda: change.paired_change(NONE, NONE), "pairs_under_10"),
    "pairs all missing": (lambda: change.paired_change(MISSING, MISSING), "pairs_under_10"),
    "pairs alike": (lambda: change.paired_change(ALIKE, ALIKE), "pairs_under_10"),
    "a group of none": (lambda: change.group_difference(SPREAD, NONE), "group_under_10"),
    "a group all missing": (lambda: change.group_difference(SPREAD, MISSING), "group_under_10"),
    "groups alike": (lambda: change.group_difference(ALIKE, ALIKE), "all_alike"),
    "several, all of none": (lambda: change.several_groups({"a": NONE, "b": NONE})[0], "group_under_10"),
    "several, alike": (lambda: change.several_groups({"a": ALIKE, "b": ALIKE})[0], "all_alike"),
    "shares of nobody": (lambda: change.changed_share(NONE > 0, NONE > 0), "pairs_under_10"),
    "a scale of nobody": (lambda: scales.reliability(np.zeros((0, 3)), (1, 5)), "base_under_30"),
    "a scale of one item": (lambda: scales.reliability(np.ones((40, 1)), (1, 5)), "one_item"),
    "a scale all missing": (lambda: scales.reliability(np.full((40, 3), np.nan), (1, 5)), "base_under_30"),
    "a scale of people alike": (lambda: scales.reliability(np.full((40, 3), 4.0), (1, 5)), "all_alike"),
    "a scale of no items": (lambda: scales.reliability(np.zeros((40, 0)), (1, 5)), "one_item"),
    "amounts of nobody": (lambda: money(NONE, 0), "no_data"),
    "amounts all missing": (lambda: money(MISSING, 12), "no_data"),
    "an amount of one firm": (lambda: money(ONE, 1), "few_firms"),
    "a negative amount": (lambda: money(np.array([-5.0, 1, 1, 1, 1, 1]), 6), "negative_amount"),
    "amounts of no periods": (lambda: amounts.summed([]), "no_data"),
    "weights of nobody": (lambda: weights.rake([margin("", a=5)]), "no_data"),
    "weights without a frame": (lambda: weights.rake([margin("aaaaab", a=5)]), "outside_frame"),
    "weights that can't converge": (
        lambda: weights.rake([margin("aaaaabbbbb", a=10, b=90), margin("xxxxxyyyyy", x=50, y=50)]),
        "no_convergence",
    ),
    "a weighted share of one class of none": (
        lambda: weights.rake([margin("aaaaabbbb", a=10, b=10)]),
        "stratum_under_5",
    ),
}
REFUSED = {
    "more than all": (lambda: proportions.share(13, 12), "no proportion"),
    "fewer than none": (lambda: proportions.wilson(-1, 12), "no proportion"),
    "an exact interval of nobody": (lambda: proportions.clopper_pearson(0, 0), "no proportion"),
    "Jeffreys' interval of nobody": (lambda: proportions.jeffreys(0, 0), "no proportion"),
    "a difference from nobody": (lambda: proportions.newcombe(1, 12, 0, 0), "no proportion"),
    "dominance over none": (lambda: ranks.dominance(SPREAD, NONE), "group of none"),
    "a shift from none": (lambda: ranks.hodges_lehmann(NONE, SPREAD), "group of none"),
    "an endless shift": (lambda: ranks.hodges_lehmann(ENDLESS, SPREAD), "infinite"),
    "exact groups of none": (lambda: ranks.exact_groups(NONE, NONE), "group of none"),
    "exact pairs of none": (lambda: ranks.exact_pairs(NONE, NONE), "group of none"),
    "an effect of missing pairs": (lambda: ranks.matched(MISSING, SPREAD), "missing"),
    "an effect where nobody changed": (lambda: ranks.matched(ALIKE, ALIKE), "nobody changed"),
    "Dunn's pairs with none": (lambda: ranks.dunn({"a": SPREAD, "b": NONE}), "group of none"),
    "Wilcoxon's test of none": (lambda: adapter.wilcoxon_pratt(NONE, NONE), "group of none"),
    "Mann and Whitney's test of missing": (lambda: adapter.mann_whitney(MISSING, SPREAD), "missing"),
    "Kruskal and Wallis' test of no groups": (lambda: adapter.kruskal({}), "group of none"),
    "McNemar's test of fewer than none": (lambda: adapter.mcnemar(-1, 3), "no numbers of people"),
    "a p of more than 1": (lambda: adapter.corrected([0.2, 1.2]), "no p-values"),
    "endless answers of a scale": (
        lambda: scales.reliability(np.where(np.ones((40, 3)), np.inf, 0), (1, 5)),
        "infinite",
    ),
    "endless amounts": (lambda: money(ENDLESS, 12), "infinite"),
    "endless groups": (lambda: change.group_difference(ENDLESS, SPREAD), "infinite"),
    "endless pairs": (lambda: change.paired_change(ENDLESS, SPREAD), "infinite"),
    "an endless median": (lambda: distributions.median_of(ENDLESS), "infinite"),
    "a weighted mean of weights refused": (
        lambda: weights.weighted_mean(weights.refused("no_data"), NONE),
        "no_data",
    ),
    "a weighted mean of nobody's answers": (
        lambda: weights.weighted_mean(weights.rake([margin("aaaaabbbbb", a=10, b=30)]), np.full(10, np.nan)),
        "nobody",
    ),
    "the cost of weights refused": (lambda: weights.refused("no_convergence").deff, "no_convergence"),
    "a negative frame": (lambda: weights.rake([margin("aaaaabbbbb", a=-1, b=3)]), "negative"),
}
EMPTY = {
    "no network": (lambda: structure.components(ties(0)), structure.Parts(0, 0, 0)),
    "no ties": (
        lambda: (
            [measure(ties(3)) for measure in (structure.transitivity, structure.bridging)]
            + [structure.external_internal(ties(3), ["a", "b", "c"])]
        ),
        [None, None, None],
    ),
    "no roster": (lambda: network.cross_expected(network.network(NOBODY)), None),
    "no events": (lambda: participation.persons(NOBODY.participations).high, 0),
    "no minutes": (lambda: participation.hours(NOBODY.participations), (0.0, 0)),
    "no sectors": (lambda: participation.mixed_events(NOBODY.participations), (0, 0)),
    "no newcomers": (
        lambda: participation.newcomers(NOBODY.participations, NOBODY.participations).new_high,
        0,
    ),
    "no records": (lambda: records.tally("form", []), ()),
    "no projects": (lambda: records.joint(pd.Series([], dtype=object), {}).tolist(), []),
    "no results": (lambda: records.takers_by_result(NOBODY.results_log), {}),
    "no stages": (lambda: len(records.stages_at(NOBODY.results_log)), 0),
    "no visits": (lambda: len(records.monthly(NOBODY.analytics, "visits")), 0),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("case", WORDED)
def test_what_can_t_be_said_has_a_word_and_no_number(case):
    asked, word = WORDED[case]
    told = asked()
    assert told.note == word
    assert not [one for one in numbers_of(told) if not math.isfinite(one)]
    assert getattr(told, "value", None) is None and getattr(told, "p", None) is None


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("case", REFUSED)
def test_what_makes_no_sense_is_refused_with_a_sentence(case):
    asked, words = REFUSED[case]
    with pytest.raises(ValueError, match=words):
        asked()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("case", EMPTY)
def test_nothing_gives_none_or_nobody(case):
    asked, told = EMPTY[case]
    assert asked() == told


# ---- the page ---------------------------------------------------------------------------------------

ROSTER = [
    {"organisation": f"o{n}", "name": f"O{n}", "sector": ("care", "tour")[n % 2], "one_person": "no"}
    for n in range(8)
]
Q1, Q2, Q3 = (
    {
        "T01": "h5",
        "T02": "a5",
        "T04": "a4",
        "T05": "Y",
        "T07": "a5",
        "T06[inno]": "Y",
        "T08": "entr",
        "T09": "FI1D7",
    },
    {"N07": "p1", "N08": "a5", "N09": "a5", "N10": "a5", "N11b": "c3", "N15": "a4"},
    {"Y09[pack]": "Y", "Y13": "a4", "Y14": "a4", "Y07[net]": "s4", "Y08[net]": "s3", "Y06": "a4"},
)
STRANGE = ("inf", "-99", "nan", "1e999", "-oth-")


def many(row, people):
    return [row | {"person": f"p{n}", "organisation": f"o{n % 4}", "week": "2025-W41"} for n in range(people)]


def strange(row):
    return [dict.fromkeys(row, code) | {"person": f"p{n}"} for n, code in enumerate(STRANGE * 4)]


def surveys(people, organisations=8):
    """That many respondents of every survey, all alike."""
    return small(roster=ROSTER[:organisations], q1=many(Q1, people), q2=many(Q2, people), q3=many(Q3, people))


def itself(period="2025"):
    """Every organisation names itself and nobody else."""
    rows = [
        {
            "organisation": f"o{n}",
            "person": f"p{n}",
            f"N05k[o{n}]": "Y",
            f"N05[o{n}]": "k4",
            f"N06[o{n}]": "Y",
        }
        for n in range(8)
    ]
    return small(period, roster=ROSTER, q2=rows)


def uneven():
    """Firms of two regions of which one has all the answers and nearly none of the invited."""
    regions = ["FI1D7"] * 20 + ["FI1B1"] * 6
    answers = [Q3 | {"person": f"p{n}", "region": one} for n, one in enumerate(regions)]
    asked = [("FI1D7", n) for n in range(21)] + [("FI1B1", 100 + n) for n in range(900)]
    invited = [{"person": f"p{n}", "region": region, "answered": "no"} for region, n in asked]
    return small(q3=answers, invited_q3=invited)


BAD = {
    "nothing came": lambda: small(),
    "all missing": lambda: small(
        roster=ROSTER, q1=[{"event_id": "e1"}] * 12, q2=many({}, 12), q3=many({}, 12)
    ),
    "one respondent": lambda: surveys(1),
    "seven respondents": lambda: surveys(7),
    "everyone alike": lambda: surveys(12),
    "everyone alike, many": lambda: surveys(40),
    "infinite and negative codes": lambda: small(
        roster=ROSTER, q1=strange(Q1), q2=strange(Q2), q3=strange(Q3)
    ),
    "a roster that names itself": itself,
    "weights that can't converge": uneven,
}
COMPARISONS = (
    ("paired", "q2.N08", "I06"),
    ("paired_shares", "q2.N09", "I06"),
    ("groups", "q1.T01:role=publ", "I22"),
    ("several", "q1.T01:role", "I22"),
    ("shares", "q3.Y09", "I07"),
    ("balances", "q2.N07", "I04"),
    ("paired", "q3.Y07", "I12"),
)
AGREED = date(2025, 1, 1)
SPOILT = re.compile(r"\b(?:nan|inf|none|null)\b|∞", re.IGNORECASE)
PER_CENT = re.compile(r"\d[\s\u00a0]?%")


def published(now, *history):
    """The release of a period, judged against targets that lack a baseline, ready for display."""
    told = [
        {"code": f"C{n}", "family": "f", "indicator": indicator, "item": item, "kind": kind}
        for n, (kind, item, indicator) in enumerate(COMPARISONS, 1)
    ]
    weighted = [{"survey": "q3", "margins": ["region"], "items": ["Y06", "Y13", "Y14"], "at_most": 1.5}]
    chosen = Plan(**(plan().model_dump() | {"comparisons": told, "weights": weighted}))
    targets = Targets(
        schema_version=1,
        targets=tuple(
            Target(indicator=one.code, value=0.5, by="end", agreed_date=AGREED, minutes_paragraph="1")
            for one in chosen.indicators
            if one.target not in ("none", "matrix")
        ),
    )
    asked = questionnaires("2025")
    before = history[-1].period.id if history else None
    results = evaluate(now, history, chosen, asked, before)
    cells, _ = door_out(results, chosen.policy, chosen.dimensions)
    judged = judge(cells, (), chosen, targets, "2025", date(2025, 12, 31), 0.5)
    released = Released("2025", 1, cells, judged, {})
    return replace(
        fake_release.publication(), released=released, earlier=(), plan=chosen, questionnaires=asked
    )


def printed(publication, language):
    """(name, every text of it) of all figures, tables and passages; the sentence where there is nothing."""
    known = names()
    for name in (*known["figures"], *known["tables"], *known["passages"]):
        try:
            if name in known["passages"]:
                yield name, [plain(one) for one in say(name, publication, language)]
                continue
            table = tabulate(name, publication, language)
            texts = [table.title, table.note, *(cell.text for row in table.rows for cell in row)]
            if name in known["figures"]:
                drawing = draw(name, publication, language)
                texts += [drawing.title, drawing.base, drawing.alt]
                texts += re.findall(r"<text[^>]*>([^<]*)</text>", drawing.svg.decode())
            yield name, texts
        except NothingToShow as nothing:
            yield name, [nothing.sentence]


@pytest.fixture(scope="module", params=BAD)
def bad(request):
    return published(BAD[request.param]())


def test_no_page_of_bad_input_holds_what_is_no_number(bad):
    for language in LANGUAGES:
        for name, texts in printed(bad, language):
            spoilt = [one for one in texts if SPOILT.search(one)]
            assert language == "en" or not spoilt, (name, spoilt)  # "none" is a word of English
            assert not [one for one in spoilt if SPOILT.search(one).group().lower() != "none"], name


def test_no_cell_of_bad_input_is_no_number_and_what_can_t_be_said_has_a_word(bad):
    json.loads(to_json(bad.released))
    for cell in bad.released.cells.values():
        assert not [one for one in numbers_of(cell) if not math.isfinite(one)], cell.id
        assert cell.value is not None or cell.note or cell.mask, cell.id
    for one in bad.released.assessments.values():
        assert not [each for each in numbers_of(one) if not math.isfinite(each)], one.subject


def test_the_workbook_of_bad_input_opens_and_holds_numbers_and_words(bad):
    tables = []
    for name in names()["tables"]:
        try:
            tables.append(tabulate(name, bad, "en"))
        except NothingToShow:
            continue
    book = openpyxl.load_workbook(
        io.BytesIO(write_workbook(tables, title="t", notice="", headers=("a", "b", "c"), created=CREATED))
    )
    for sheet in book:
        for row in sheet.iter_rows(values_only=True):
            assert not [one for one in row if isinstance(one, float) and not math.isfinite(one)]


@pytest.mark.parametrize("people", [1, 7, 9])
def test_under_ten_answers_there_is_no_percentage_anywhere(people):
    publication = published(surveys(people, organisations=4))  # of four: six pairs
    for language in LANGUAGES:
        for name, texts in printed(publication, language):
            if name == "PA.1":
                continue  # methods name their 95 per cent
            told = [one for one in texts if PER_CENT.search(one)]
            assert told == [], (name, told)
    shares = [one for one in publication.released.cells.values() if one.kind is Kind.SHARE and one.shown]
    few = [str(one.id) for one in shares if one.base is not None and one.base < 10]
    assert few == ["2025/I03.cross_expected"]  # of pairs of organisations; printed as "4 of 6"


def test_a_target_without_a_baseline_is_grey_and_says_so():
    publication = published(surveys(12))
    greys = [one for one in publication.released.assessments.values() if one.reason == "no_baseline"]
    assert greys
    for language in LANGUAGES:
        told = dict(printed(publication, language))["TB.1"]
        assert not [one for one in told if SPOILT.search(one) and language != "en"]


def test_weights_that_can_t_converge_are_refused_on_the_page_too():
    publication = published(uneven())
    cell = publication.released.cells[ResultId.parse("2025/RESP.q3_deff")]
    assert (cell.value, cell.note) == (None, "no_convergence")
    note = tabulate("TA.2", publication, "en").note
    assert "no weights can be found" in note


def test_naming_oneself_makes_no_tie_on_the_page():
    cells = published(itself()).released.cells
    assert cells[ResultId.parse("2025/I01.ties")].value == 0
    assert cells[ResultId.parse("2025/I01.density")].value == 0.0
    assert cells[ResultId.parse("2025/I03.ei")].note == "no_data"
