"""Computed sentences at the head of each chapter."""

from __future__ import annotations

from dataclasses import replace

from evallib.display import about
from evallib.display.edition import Edition
from evallib.display.passages.common import measured, paragraph, passage, told
from evallib.display.publication import Paragraph, Span
from evallib.display.tables.common import at_end, begun

Passage = tuple[Paragraph, ...]


def register(e: Edition) -> Passage:
    """P3.1: the programme's wellbeing projects in the register."""
    running = told(e, "P3.1.register", running="REG.running", ended="REG.ended")
    return passage(e, paragraph(running, measured(e, "P3.1.active", "I05.active_share")))


def cooperation(e: Edition) -> Passage:
    """P4.1: density, new ties, shared events, ties across fields, balance."""
    ties = told(
        e, "P4.1.ties", ties="I01.ties", possible="I01.possible_ties", organisations="I01.organisations"
    )
    return passage(
        e,
        paragraph(
            ties,
            measured(e, "P4.1.density", "I01.density"),
            told(e, "P4.1.new", new="I02.new_ties", project="I02.via_project"),
        ),
        told(
            e,
            "P4.1.shared",
            attending="I01.attending",
            both="I01.shared[tie=both]",
            attended="I01.shared[tie=attended]",
        ),
        paragraph(
            _cross(e),
            measured(e, "P4.1.balance", "I04.balance"),
            measured(e, "P4.1.meet", "I06.n10_top2"),
            measured(e, "P4.1.trials", "I15.trial_share"),
        ),
    )


def _cross(e: Edition) -> Paragraph:
    expected = e.cell("I03.cross_expected")
    if expected is None or not expected.shown:
        return measured(e, "P4.1.cross", "I03.cross_share")
    return measured(e, "P4.1.cross_expected", "I03.cross_share", expected=e.span(expected))


def traced_case(e: Edition) -> Passage:
    """P4.2: one traced chain of events: the newest case that may be told."""
    cases = sorted(e.records("cases"), key=lambda one: str(one.get("date", "")))
    case = cases[-1]
    chain = e.p("P4.2.chain", title=e.quoted(case, "title"), chain=_ended(e.quoted(case, "chain")))
    others = _ended(e.quoted(case, "others"))
    grade = e.label("contribution", str(case.get("contribution", "") or "unclear"))
    named = e.p("P4.2.others", others=others) if others.text else ()
    return passage(e, paragraph(chain, named, e.p("P4.2.grade", grade=grade)))


def _ended(words: Span) -> Span:
    """Words of a log as a sentence: with one full stop, whether they were written with it or without."""
    bare = words.text.rstrip()
    return replace(words, text=f"{bare}." if bare and bare[-1] not in ".!?…" else bare)


def firms(e: Edition) -> Passage:
    """P5.1: steps, services, evidence and outlook of the firms that answered."""
    services = told(e, "P5.1.services", total="I08.services_total", contributed="I08.services_contributed")
    figures = paragraph(
        measured(e, "P5.1.steps", "I07.step_share"),
        services,
        measured(e, "P5.1.evidence", "I09.y13_top2"),
        measured(e, "P5.1.follow", "I09.y14_top2"),
        measured(e, "P5.1.outlook", "I11.balance"),
    )
    return passage(e, paragraph(figures, e.p("P5.1.caution")) if figures else ())


def jobs(e: Edition) -> Passage:
    """P5.2: jobs and firms in one sentence with the number of those who reported."""
    sentence = told(
        e,
        "P5.2.jobs",
        new="I10.jobs_new",
        kept="I10.jobs_kept",
        founded="I10.firms_founded",
        n="I10.reporting",
    )
    return passage(e, paragraph(sentence, e.p("P5.2.caution")) if sentence else ())


def events(e: Edition) -> Passage:
    """P6.1: events, participations, persons (as a range), hours, regions."""
    return passage(
        e,
        paragraph(
            measured(e, "P6.1.events", "I19.events"),
            measured(e, "P6.1.participations", "I20.participations"),
            _persons(e),
            told(e, "P6.1.hours", hours="I21.hours"),
            _regions(e),
            told(e, "P6.1.swedish", swedish="I24.swedish_participations"),
            told(e, "P6.1.swedish_forms", forms="I24.forms[language=sv]"),
        ),
    )


def _regions(e: Edition) -> Paragraph:
    """How many regions were reached, of as many as the indicator counts among."""
    reached = e.cell("I24.regions")
    if reached is None or not reached.shown or reached.base is None:
        return ()
    return e.p("P6.1.regions", regions=e.span(reached), of=e.amount(reached.base), least=about.threshold(e))


def _persons(e: Edition) -> Paragraph:
    """Distinct persons: a range, because some joined without a name that could be matched."""
    low, high = e.cell("I20.persons_low"), e.cell("I20.persons_high")
    if low is None or high is None or not low.shown or not high.shown:
        return ()
    if low.value == high.value:
        return e.p("P6.1.persons", n=e.span(low))
    return e.p("P6.1.persons_range", low=e.span(low), high=e.span(high))


def learning(e: Edition) -> Passage:
    """P6.2: usefulness after the event, intention, and use three months later."""
    return passage(
        e,
        paragraph(
            measured(e, "P6.2.useful", "I22.t01_top2"),
            told(e, "P6.2.spread", low="I22.event_low", median="I22.event_median", high="I22.event_high"),
            measured(e, "P6.2.intend", "I23.intend_share"),
            measured(e, "P6.2.use", "I23.use_share"),
        ),
    )


def information(e: Edition) -> Passage:
    """P6.3: digests, the share that tells of failure, use of information, reach."""
    return passage(
        e,
        paragraph(
            measured(e, "P6.3.digests", "I16.digests"),
            measured(e, "P6.3.failures", "I16.failure_share"),
            measured(e, "P6.3.cards", "I17.card_share"),
            measured(e, "P6.3.use", "I18.use_share"),
        ),
        paragraph(
            measured(e, "P6.3.awareness", "I36.awareness_share"),
            told(e, "P6.3.letter", subscribers="I34.subscribers", rate="I34.click_rate"),
            told(e, "P6.3.web", visits="I35.visits", downloads="I35.downloads"),
        ),
    )


def partners(e: Edition) -> Passage:
    """P7.1: planned cells, agreed acts, clarity of the division of work."""
    return passage(
        e,
        paragraph(
            measured(e, "P7.1.matrix", "I27.cells_done_share"),
            measured(e, "P7.1.agreement", "I29.done_share"),
            measured(e, "P7.1.clear", "I30.n15_top2"),
        ),
    )


def heritage(e: Edition) -> Passage:
    """P7.2: what became of the outputs inherited from earlier projects."""
    return passage(e, measured(e, "P7.2.decided", "I37.decided_share"))


def decisions(e: Edition) -> Passage:
    """P9.1: what became of the steering group's earlier decisions."""
    records = [one for one in e.records("decisions") if begun(e, one)]
    states = [at_end(e, one, "state", "state_date", "open") for one in records]
    if not records:
        raise e.nothing()
    table = e.id("T9.1")
    counted = {state: Span(e.amount(states.count(state)), table) for state in ("done", "open", "dropped")}
    return (e.p("P9.1.states", total=Span(e.amount(len(records)), table), **counted),)


def quotes(e: Edition) -> Passage:
    """P9.2: respondents' words as a person approved them, in no order, without any background.

    Every edition prints them in its own language, so that none tells in which one they were written.
    """
    if not e.released.facts.get("quotes"):
        return ()
    said = [e.p("P9.2.quote", words=str(one.get(e.language, ""))) for one in e.records("quotes")]
    return (e.p("P9.2.note"), *said)
