"""Page two: what was promised, what changed, what did not, and what nobody knows yet."""

from __future__ import annotations

from evallib.display.compare import Change, compare
from evallib.display.edition import Edition
from evallib.display.i18n import listed
from evallib.display.passages.common import measured, paragraph, passage, told
from evallib.display.publication import Paragraph, Span
from evallib.plan.model import Indicator
from evallib.results import Colour, ReleasedCell

Passage = tuple[Paragraph, ...]
NAMED = 4  # so many indicators are named on page two; of more, the number is told


def scorecard(e: Edition) -> Passage:
    """P1.1: how many indicators stand where."""
    return passage(e, colours(e, "P1.1.colours"))


def colours(e: Edition, key: str) -> Paragraph:
    """How many indicators have each colour; those without an assessment count as grey."""
    found = [e.judged(one.code) for one in e.publication.plan.indicators]
    table = e.id("TB.1")
    counted = {
        str(colour): Span(e.amount(sum(1 for o in found if o and o.colour is colour)), table)
        for colour in (Colour.GREEN, Colour.AMBER, Colour.RED)
    }
    grey = sum(1 for one in found if one is None or one.colour is Colour.GREY)
    total = Span(e.amount(len(found)), table)
    if grey == len(found):
        return e.p("P1.1.none", total=total)
    return e.p(key, total=total, grey=Span(e.amount(grey), table), **counted)


def promised(e: Edition) -> Passage:
    """P2.1: did we do what we promised?"""
    return passage(
        e,
        paragraph(
            told(e, "P2.1.events", events="I19.events", participations="I20.participations"),
            told(e, "P2.1.work", digests="I16.digests", joint="I13.joint_activities"),
            measured(e, "P2.1.matrix", "I27.cells_done_share"),
            measured(e, "P2.1.agreement", "I29.done_share"),
            colours(e, "P2.1.colours"),
        ),
    )


def changed(e: Edition) -> Passage:
    """P2.2: did anything change? Headline indicators by what their numbers can tell."""
    if e.before is None:
        return (e.p("nothing.earlier" if e.first else "nothing.compared"),)
    groups = _by_change(e)
    told_groups = [
        e.p(f"P2.2.{change}", then=e.then, listed=_then_now(e, groups[change]))
        for change in (Change.UP, Change.DOWN, Change.SAME, Change.UNSURE)
        if groups[change]
    ]
    return passage(e, *told_groups, e.p("P2.2.caution") if told_groups else ())


def _by_change(e: Edition) -> dict[Change, list[tuple[Indicator, ReleasedCell, ReleasedCell]]]:
    groups: dict[Change, list[tuple[Indicator, ReleasedCell, ReleasedCell]]] = {
        change: [] for change in Change
    }
    for indicator in e.publication.plan.indicators:
        name = f"{indicator.code}.{indicator.headline}"
        now, before = e.cell(name), e.earlier(name)
        if indicator.on_scorecard and now is not None and before is not None:
            change = compare(now, before, e.publication.plan.policy.test_base)
            groups[change].append((indicator, now, before))
    return groups


def _then_now(e: Edition, group: list[tuple[Indicator, ReleasedCell, ReleasedCell]]) -> Paragraph:
    parts = []
    for one, now, before in group:
        name = one.name[e.language]
        if e.text(now) == e.text(before):
            parts.append(e.p("word.unchanged", name=name, value=e.span(now)))
        else:
            parts.append(e.p("word.then_now", name=name, before=e.span(before), now=e.span(now)))
    return listed(parts, e.language)


def right_things(e: Edition) -> Passage:
    """P2.3: did we do the right things? Judged, never computed: the numbers only feed it."""
    return passage(
        e,
        e.p("P2.3.judged"),
        paragraph(
            measured(e, "P2.3.use", "I23.use_share"),
            measured(e, "P2.3.value", "I06.n10_top2"),
            measured(e, "P2.3.information", "I18.use_share"),
        ),
    )


def questions(e: Edition) -> Passage:
    """P2.4: each evaluation question with its state and evidence in words, one paragraph each."""
    told_questions = []
    for question in e.publication.plan.questions:
        found = e.judged(question.code)
        state = e.t(f"colour.{found.colour}") if found else e.t("colour.grey")
        told_questions.append(
            e.p("P2.4.row", question=question.name[e.language], state=state, grade=e.evidence(question.code))
        )
    return tuple(told_questions)


def worse(e: Edition) -> Passage:
    """P2.5: what is lower than in the period before, whole scorecard, plainly."""
    if e.before is None:
        return (e.p("nothing.earlier" if e.first else "nothing.compared"),)
    group = _by_change(e)[Change.DOWN]
    if not group:
        return (e.p("P2.5.none", then=e.then),)
    if len(group) > NAMED:
        return (e.p("P2.5.many", then=e.then, n=Span(e.amount(len(group)), e.id("T1.1"))),)
    return (e.p("P2.5.listed", then=e.then, listed=_then_now(e, group)),)


def unknown(e: Edition) -> Passage:
    """P2.6: what we don't know, by reason."""
    reasons: dict[str, list[str]] = {}
    for indicator in e.publication.plan.indicators:
        found = e.judged(indicator.code)
        cell = e.cell(f"{indicator.code}.{indicator.headline}")
        if cell is None:
            reasons.setdefault("no_data", []).append(indicator.name[e.language])
        elif cell.mask is not None:
            reasons.setdefault("hidden", []).append(indicator.name[e.language])
        elif found is not None and found.colour is Colour.GREY and e.reason(indicator.code):
            reasons.setdefault(found.reason, []).append(indicator.name[e.language])
    reasons.pop("descriptive", None)
    return tuple(_unknown(e, reason, names) for reason, names in reasons.items()) or (e.p("P2.6.none"),)


def _unknown(e: Edition, reason: str, names: list[str]) -> Paragraph:
    """The indicators by name where they are few; a page to decide on is no place for a long list."""
    words = _capital(e.t(f"reason.{reason}"))
    if len(names) > NAMED:
        return e.p("P2.6.many", reason=words, n=Span(e.amount(len(names)), e.id("TB.1")))
    return e.p("P2.6.row", reason=words, listed="; ".join(names))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
