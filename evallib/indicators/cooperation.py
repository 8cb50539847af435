"""O1 and T1–T2, cooperation: network, balance, activity, added value, information (I01–I06, I13–I18)."""

from __future__ import annotations

from typing import Unpack

from evallib.codes import CODES
from evallib.indicators.bench import Bench, How, Maker
from evallib.indicators.logs import on_register, until_end
from evallib.indicators.questions import question
from evallib.indicators.shared_events import shared_events
from evallib.measures import network as net
from evallib.measures import structure
from evallib.measures.network_drawing import drawable
from evallib.measures.records import counted, joint, listed
from evallib.results import Cell, Kind, Result, SourceKind

PARTNERS = (SourceKind.PARTNERS,)
LOGS = (SourceKind.LOGS,)
DIGESTS = ("case", "research", "digest", "video")


def _ties(bench: Bench, indicator: str) -> Maker:
    return bench.maker(indicator, "ties", "responses.q2", "roster", sources=PARTNERS)


def _index(make: Maker, measure: str, count: int, base: int, known: bool, **how: Unpack[How]) -> Result:
    said = known and base > 0
    cell = Cell((), count / base if said else None, count, base, note="" if said else "no_data")
    return make(measure, Kind.INDEX, cell, unit="share of possible ties", **how)


def i01(bench: Bench) -> list[Result]:
    """Cooperation density among the organisations on the roster."""
    make, one = _ties(bench, "I01"), bench.network
    known = bool(one.answered.any())
    ties, both = net.pairs(one.either), net.pairs(one.both)
    how: How = {"method": "density", "function": "network.network"}
    both_ways: How = {"method": "density_both", "function": "network.network"}
    answering = int(one.answered.sum())
    return [
        _index(make, "density", ties, one.possible, known, **how),
        _index(make, "density_both", both, one.possible_both, known, **both_ways),
        make.count("ties", ties, one.possible, known=known, **how),
        make.count("possible_ties", one.possible, known=one.size > 0, **how),
        *_shape(make, one, known),
        make.count("organisations", one.size, known=one.size > 0, universe="organisations"),
        make.count("answering", answering, one.size, known=one.size > 0, universe="organisations"),
        *shared_events(bench),
    ]


def _shape(make: Maker, one: net.Network, known: bool) -> list[Result]:
    """What hangs together, who holds it together, how far who did not answer can move the density."""
    found, tie = structure.components(one.either), one.either
    _, seen, high = structure.density_range(one) or (None, None, None)
    counts = {
        "components": found.parts,
        "isolates": found.alone,
        "largest": found.largest,
        "brokers": int(structure.brokers(tie).sum()),
    }
    indices = {
        "transitivity": (structure.transitivity(tie), "transitivity"),
        "bridging": (structure.bridging(tie), "betweenness"),
        "density_seen": (seen, "density_range"),
        "density_high": (high, "density_range"),
    }
    shape: How = {"method": "components", "function": "structure.components"}
    results = [
        make.count(name, number, one.size, known=known, universe="organisations", **shape)
        for name, number in counts.items()
    ]
    for name, (value, method) in indices.items():
        cell = Cell(value=value if known else None, note="" if known and value is not None else "no_data")
        how: How = {"method": method, "function": f"structure.{method}"}
        results.append(make(name, Kind.INDEX, cell, unit="share of pairs", **how))
    return results


def i02(bench: Bench) -> list[Result]:
    """Ties that did not stand in the first wave, and how many began through the project."""
    make, first = _ties(bench, "I02"), bench.baseline_network
    known = first is not None and bool(bench.network.answered.any())
    new, through = net.new_ties(bench.network, first) if first is not None else (0, 0)
    how: How = {"method": "new_ties", "function": "network.new_ties"}
    return [
        make.count("new_ties", new, known=known, **how),
        make.count("via_project", through, new, known=known, **how),
    ]


def i03(bench: Bench) -> list[Result]:
    """Share of ties between different main sectors, beside what chance would give."""
    make, one = _ties(bench, "I03"), bench.network
    ties, expected = net.pairs(one.either), net.cross_expected(one)
    how: How = {"method": "cross_share", "function": "network.cross_ties"}
    chance = Cell(note="no_data")
    if expected is not None:
        chance = Cell(value=expected, count=round(expected * one.possible), base=one.possible)
    index = structure.external_internal(one.either, one.sectors)
    ei = Cell(value=index, base=ties, note="" if index is not None else "no_data")
    # The drawn network shows each of these ties, so hiding small numbers here would only pretend to.
    waves = [*bench.history, bench.frames]
    drawn = one.only(drawable(waves, bench.policy.threshold))
    by_sector, shown = net.ties_by_sector(drawn, CODES["sector"]), net.pairs(drawn.either)
    return [
        make.share("cross_share", net.cross_ties(one), ties, "ties", bench.floor, **how),
        make("ei", Kind.EFFECT, ei, unit="E-I", method="ei", function="structure.external_internal"),
        make("cross_expected", Kind.SHARE, chance, unit="share of possible ties", **how),
        make(
            "ties",
            Kind.COUNT,
            [counted(n, shown, (("sector", a), ("sector2", b))) for (a, b), n in by_sector.items()],
            unit="ties",
            method="cross_share",
            function="network.ties_by_sector",
            dims=("sector", "sector2"),
        ),
    ]


def i04(bench: Bench) -> list[Result]:
    """Balance of cooperation that increased and decreased."""
    asked = question(bench, bench.survey_maker("I04", "q2"), "q2", "N07")
    return [asked.balance(), asked.distribution(), asked.n()]


def i05(bench: Bench) -> list[Result]:
    """Register projects with an event, a content or a new result card in the period."""
    frames = bench.frames
    make = bench.maker("I05", "projects", "register", "events", "contents", sources=LOGS)
    projects = set(on_register(frames)["project_id"])
    named = [
        *frames.in_period(frames.events, "start")["projects"],
        *frames.in_period(frames.contents)["projects"],
    ]
    cards = frames.in_period(frames.register, "result_card")["project_id"]
    active = ({project for cell in named for project in listed(cell)} | set(cards)) & projects
    how: How = {"method": "active_projects", "function": "records.listed"}
    return [
        make.share("active_share", len(active), len(projects), "projects", bench.floor, **how),
        make.count("active", len(active), len(projects), known=bool(projects), **how),
    ]


def i06(bench: Bench) -> list[Result]:
    """Added value for the programme: flow of information, less overlap, new meetings."""
    make = bench.survey_maker("I06", "q2")
    found: list[Result] = []
    for series in ("N08", "N09", "N10"):
        found += question(bench, make, "q2", series).scale_results("org_type")
    return found


def i13(bench: Bench) -> list[Result]:
    """Events, publications, applications and pilots of projects of different beneficiaries."""
    frames = bench.frames
    logs = {"events": "start", "contents": "date", "joint_activities": "date"}
    make = bench.maker("I13", "activities", *logs, "register", sources=LOGS)
    how: How = {"method": "joint", "function": "records.joint"}
    owners = dict(zip(frames.register["project_id"], frames.register["beneficiary"], strict=True))
    together = {name: joint(getattr(frames, name)["projects"], owners) for name in logs}
    held = {name: frames.in_period(getattr(frames, name)[together[name]], day) for name, day in logs.items()}
    kinds = ["event"] * len(held["events"]) + ["publication"] * len(held["contents"])
    kinds += held["joint_activities"]["kind"].tolist()
    ever = sum(int(joint(until_end(bench, name)["projects"], owners).sum()) for name in logs)
    known = any(len(getattr(frames, name)) for name in logs)
    return [
        make.count("joint_activities", len(kinds), known=known, **how),
        make.tally("by_kind", "joint", kinds, ("event", "publication", *CODES["joint"]), **how),
        make.count("joint_activities_cumulative", ever, known=known, **how),
    ]


def i15(bench: Bench) -> list[Result]:
    """Trials begun across fields, and the project's part in them."""
    make = bench.survey_maker("I15", "q2")
    begun = question(bench, make, "q2", "N13")
    part = question(bench, make, "q2", "N13v", name="contribution")
    yes, base = begun.one.count_of(("yes",)), begun.one.base()
    among = bench.survey("q2").code_array("N13") == "yes"
    grades = part.one.counts(among)
    cells = [
        counted(int(grades[part.one.codes.index(grade)]), int(among.sum()), (("grade", grade),))
        for grade in CODES["grade"]
        if grade in part.one.codes
    ]
    return [
        begun.share(("yes",), "trial_share"),
        make.count(
            "trials",
            yes,
            base,
            known=base > 0,
            unit="answers",
            method="distribution",
            numerator=((begun.asked, ("yes",)),),
            denominator=((begun.asked, begun.one.base_codes),),
        ),
        begun.distribution(),
        make(
            "contribution",
            Kind.COUNT,
            cells,
            unit="answers",
            method="distribution",
            function="distributions.distribution",
            dims=("grade",),
            numerator=((part.asked, part.one.codes),),
            denominator=((part.asked, part.one.base_codes),),
        ),
    ]


def i16(bench: Bench) -> list[Result]:
    """Published digests and how many of them speak of failure or challenge."""
    frames = bench.frames
    make = bench.maker("I16", "contents", "contents", sources=LOGS)
    published = frames.in_period(frames.contents)
    digests = published[published["kind"].isin(DIGESTS)]
    ever = until_end(bench, "contents")
    frank = int(digests["outcome"].isin(["failure", "challenge"]).sum())
    known = len(frames.contents) > 0
    asked = question(bench, bench.survey_maker("I16", "q2"), "q2", "N12")
    return [
        make.count("digests", len(digests), known=known),
        make.share("failure_share", frank, len(digests), "digests", bench.floor),
        make.tally("by_outcome", "outcome", digests["outcome"]),
        make.tally("by_kind", "kind", published["kind"]),
        make.tally("by_cns", "cns", published["cns_class"]),
        make.count("digests_cumulative", int(ever["kind"].isin(DIGESTS).sum()), known=known),
        *asked.scale_results(),
    ]


def i17(bench: Bench) -> list[Result]:
    """Ended projects of the register that have a filled result card."""
    frames = bench.frames
    make = bench.maker("I17", "projects", "register", sources=LOGS)
    begun = on_register(frames)
    ended = frames.until_end(begun, "end")
    cards = len(frames.until_end(ended, "result_card"))
    return [
        make.share("card_share", cards, len(ended), "projects", bench.floor),
        make.count("cards", cards, len(ended), known=len(frames.register) > 0),
        make.count("ended", len(ended), len(begun), known=len(frames.register) > 0),
    ]


def i18(bench: Bench) -> list[Result]:
    """Share that used the gathered information at least once in 12 months."""
    asked = question(bench, bench.survey_maker("I18", "q2"), "q2", "N11")
    used = [code for code, value in zip(asked.one.codes, asked.one.values, strict=True) if value > 0]
    return [asked.share(used, "use_share"), asked.distribution(), asked.n()]


INDICATORS = {
    "I01": i01,
    "I02": i02,
    "I03": i03,
    "I04": i04,
    "I05": i05,
    "I06": i06,
    "I13": i13,
    "I15": i15,
    "I16": i16,
    "I17": i17,
    "I18": i18,
}
