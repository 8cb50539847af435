# ruff: noqa: E501 - a record of invented values reads best on one line
"""An invented release with plausible numbers, for tests of the display. Nothing in it is true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from math import sqrt

from evallib.codebook.model import Item, Option, Questionnaire, SubItem, Type
from evallib.declared import Texts
from evallib.display import Publication
from evallib.plan.model import (
    Baseline,
    Comparison,
    Dimension,
    Duty,
    Indicator,
    Objective,
    Plan,
    Question,
    Scale,
    TargetForm,
    Task,
    Theme,
    Weighting,
)
from evallib.results import Assessment, Colour, Kind, Mask, Released, ReleasedCell, ResultId

REGIONS = {
    "FI1B1": ("Uusimaa", "Nyland"),
    "FI1C1": ("Varsinais-Suomi", "Egentliga Finland"),
    "FI197": ("Pirkanmaa", "Birkaland"),
    "FI193": ("Keski-Suomi", "Mellersta Finland"),
    "FI195": ("Pohjanmaa", "Österbotten"),
    "FI1D9": ("Pohjois-Pohjanmaa", "Norra Österbotten"),
    "FI1D7": ("Lappi", "Lappland"),
    "FI200": ("Ahvenanmaa", "Åland"),
}
SECTORS = ("care", "tour", "move", "natp", "expe", "cult", "soc")


def same(words: str) -> Texts:
    return Texts(fi=f"{words} fi", sv=f"{words} sv", en=f"{words} en")


@dataclass(frozen=True)
class FakeProject:
    name: Texts = field(default_factory=lambda: same("Esimerkki"))
    invented: bool = True


@dataclass(frozen=True)
class FakePeriod:
    id: str
    start: date
    end: date


def share_interval(count: int, base: int) -> tuple[float, float]:
    """Wilson's interval, 95 %."""
    z, p = 1.959964, count / base
    middle = (p + z * z / (2 * base)) / (1 + z * z / base)
    half = z * sqrt(p * (1 - p) / base + z * z / (4 * base * base)) / (1 + z * z / base)
    return middle - half, middle + half


class Maker:
    """Collects released cells of one period."""

    def __init__(self, period: str) -> None:
        self.period = period
        self.cells: dict[ResultId, ReleasedCell] = {}

    def add(
        self,
        name: str,
        value: float | None,
        kind: Kind = Kind.COUNT,
        *,
        count: int | None = None,
        base: int | None = None,
        interval: tuple[float, float] | None = None,
        note: str = "",
        mask: Mask | None = None,
        method: str = "count",
    ) -> None:
        wanted = ResultId.parse(f"{self.period}/{name}")
        if mask is not None:
            value = count = base = interval = None
        self.cells[wanted] = ReleasedCell(
            wanted, kind, "", value, count, base, interval, note, mask, False, method, "", (), ()
        )

    def share(self, name: str, count: int, base: int) -> None:
        interval = share_interval(count, base)
        self.add(
            name, count / base, Kind.SHARE, count=count, base=base, interval=interval,
            method="share_wilson",
        )  # fmt: skip

    def spread(self, name: str, counts: dict[str, int]) -> None:
        base = sum(counts.values())
        for code, count in counts.items():
            self.add(f"{name}[answer={code}]", count, count=count, base=base)


def fill(make: Maker, more: int) -> None:
    """Numbers of one period; ``more`` shifts them so that periods differ."""
    for survey, invited, answered in (("q2", 84, 52), ("q3", 140, 61), ("q4", 11, 9), ("f1", 180, 74)):
        make.add(f"SRC.invited[survey={survey}]", invited)
        make.add(f"SRC.answered[survey={survey}]", answered + more)
        make.add(f"SRC.complete[survey={survey}]", answered + more - 2)
        make.share(f"SRC.rate[survey={survey}]", answered, invited)
        make.add(f"SRC.week_first[survey={survey}]", 37)
        make.add(f"SRC.week_last[survey={survey}]", 43)
    for place, asked in (("north", 60), ("FI1B1", 80)):
        make.share(f"RESP.q3_rate_region[region_class={place}]", 30, asked)
    for name, value in (("effective", 56.4), ("deff", 1.06), ("largest", 1.25)):
        make.add(f"RESP.q3_{name}", value, Kind.AMOUNT, base=60)
    for name in ("top2", "when[timing=early]", "when[timing=late]", "weighted"):
        make.share(f"RESP.q3_y13_{name}", 20 + len(name), 60)
    for name, value in (("alpha", 0.81), ("omega", 0.82), ("rest[item=T01]", 0.6), ("rest[item=T02]", 0.5)):
        make.add(f"SCALE.gain_{name}", value, Kind.INDEX, base=90, interval=(0.7, 0.9))
    for step, n, events in (("registered", 300, 12), ("attended", 512, 24), ("asked", 480, 20)):
        make.add(f"PATH.{step}", n + more, count=n + more, base=events)
        for row, part in (("form:coffee", 0.5), ("e2501", 0.25), ("rest:coffee", 0.25), ("form:visit", 0.5)):
            make.add(f"PATH.{step}_by[event={row}]", round(n * part))
    make.add("PATH.unplaced", 3, count=3)
    make.share("PATH.came", 40, 52)
    make.share("PATH.answered", 210, 480)
    make.share("PATH.answered_by[event=form:coffee]", 60, 240)
    make.add("PATH.answered_by[event=e2501]", None, Kind.SHARE, mask=Mask.DEPENDENT)
    make.share("DOSE.linked", 40, 60)
    for dose, n in (("d0", 12), ("d1", 20), ("d2", 8)):
        make.add(f"DOSE.firms[dose={dose}]", n, count=n)
        make.share(f"DOSE.step_share[dose={dose}]", n // 2, n)
    make.add("SRC.answered[survey=q1]", 210 + more)
    make.add("SRC.complete[survey=q1]", 205 + more)
    make.add("SRC.q1_reached", 512)
    for sector, n in zip(SECTORS, (14, 11, 6, 8, 5, 5, 7), strict=True):
        make.add(f"REG.projects[sector={sector}]", n)
    make.add("REG.running", 38)
    make.add("REG.ended", 18)
    make.add("I01.density", 0.17 + more / 100, Kind.INDEX, base=780)
    make.add("I01.density_both", 0.09 + more / 200, Kind.INDEX, base=780)
    make.add("I01.ties", 133 + 8 * more)
    make.add("I01.possible_ties", 780)
    make.add("I01.organisations", 40)
    make.add("I01.answering", 29)
    make.add("I02.new_ties", 22 + more)
    make.add("I02.via_project", 13)
    make.share("I03.cross_share", 60 + 10 * more, 150 + 8 * more)
    make.add("I03.cross_expected", 0.81, Kind.SHARE)
    for i, one in enumerate(SECTORS):
        for j, two in enumerate(SECTORS[: i + 1]):
            value = (i * 5 + j * 3 + more) % 13
            masked = Mask.SMALL if value in (1, 2) else None
            make.add(f"I03.ties[sector={one},sector2={two}]", value, mask=masked)
    make.add("I04.balance", 23 + more, Kind.BALANCE, base=50)
    make.share("I05.active_share", 31, 56)
    make.add("I06.n08_change", -0.4, Kind.MEAN, base=24, method="wilcoxon_pratt_exact")
    make.add(
        "I06.n08_change_effect",
        -0.45,
        Kind.EFFECT,
        base=24,
        interval=(-0.7, -0.1),
        method="wilcoxon_pratt_exact",
    )
    make.add("I06.n08_change_p", 0.0002, Kind.P_VALUE, base=24, method="holm")
    make.add("I06.n08_change_dropouts", 9, method="pairs")
    make.add("I06.n08_change_newcomers", 12, method="pairs")
    make.add("I22.t01_groups_effect", 0.08, Kind.EFFECT, base=31, method="kruskal")
    make.add("I22.t01_groups_p", 0.03, Kind.P_VALUE, base=31, method="holm")
    make.add("I22.t01_groups_entr_proj_p", 0.041, Kind.P_VALUE, base=31, method="dunn")
    for tail, kind in (("", Kind.MEAN), ("_effect", Kind.EFFECT), ("_p", Kind.P_VALUE)):
        make.add(
            f"I12.y07_experienced{tail}",
            None,
            kind,
            base=6,
            note="pairs_under_10",
            method="wilcoxon_pratt_exact",
        )
    for item in ("n08", "n09", "n10"):
        make.share(f"I06.{item}_top2", 30 + more, 48)
    make.share("I07.step_share", 41, 61)
    steps = ("new", "renew", "pack", "client", "label", "safety", "public", "invest")
    for step, n in zip(steps, (18, 22, 9, 12, 7, 11, 3, 8), strict=True):
        make.add(f"I07.steps[step={step}]", n, count=n, base=61, mask=Mask.SMALL if n < 5 else None)
    make.add("I08.services_contributed", 24)
    make.add("I08.services_total", 47 + more)
    for grade, n in zip("01234", (9, 14, 12, 8, 6), strict=True):
        make.add(f"I08.contribution[grade={grade}]", n)
    make.share("I09.y13_top2", 38 + more, 58)
    make.share("I09.y14_top2", 22 + more, 57)
    make.share("I09.safety_share", 4, 7)
    make.add("I10.jobs_new", 6.5, Kind.AMOUNT)
    make.add("I10.jobs_kept", 21.25, Kind.AMOUNT)
    make.add("I10.firms_founded", 5)
    make.add("I10.reporting", 39)
    make.add("I11.balance", -4, Kind.BALANCE, base=58)
    make.share("I12.up_share", 33, 54)
    for skill, before, now in zip("abcde", (3, 3, 2, 2.5, 4), (4, 3, 3, 4, 4), strict=True):
        make.add(f"I12.before_median[skill={skill}]", before, Kind.MEDIAN, base=54)
        make.add(f"I12.now_median[skill={skill}]", now, Kind.MEDIAN, base=54)
        make.share(f"I12.up_share_by[skill={skill}]", 20 + ord(skill) % 7, 54)
    make.add("I13.joint_activities", 9 + more)
    make.share("I14.mixed_share", 11, 18)
    make.share("I15.trial_share", 14, 50)
    make.add("I16.digests", 34 + more)
    make.share("I16.failure_share", 6, 34)
    for outcome, n in (("success", 20), ("mixed", 8), ("failure", 4), ("challenge", 2)):
        make.add(f"I16.by_outcome[outcome={outcome}]", n)
    make.share("I17.card_share", 12, 18)
    make.share("I18.use_share", 28, 47)
    make.add("I19.events", 24 + more)
    make.add("I19.events_cumulative", 41 + more)
    for form, n in (("coffee", 10), ("webinar", 6), ("workshop", 4), ("regional", 3), ("visit", 1)):
        make.add(f"I19.by_form[form={form}]", n)
    for mode, n in (("online", 14), ("onsite", 6), ("hybrid", 4)):
        make.add(f"I19.by_mode[mode={mode}]", n)
    for language, n in (("fi", 19), ("sv", 4), ("en", 1)):
        make.add(f"I19.by_language[language={language}]", n)
    make.add("I20.participations", 640 + 10 * more)
    make.add("I20.participations_cumulative", 1180 + 10 * more)
    make.add("I20.persons_low", 310)
    make.add("I20.persons_high", 342)
    for month in range(1, 13):
        n = (38 + 17 * month + 5 * more) % 95
        make.add(f"I20.by_month[month={make.period}-{month:02d}]", n)
    for role, n in (("entr", 210), ("proj", 180), ("expt", 90), ("publ", 84), ("asso", 76)):
        make.add(f"I20.by_role[role={role}]", n)
    make.add("I20.by_sex[sex=f]", 400)
    make.add("I20.by_age[age=u40]", 150)
    make.add("I21.hours", 1210.5, Kind.AMOUNT)
    make.add("I21.training_days", 201.8, Kind.AMOUNT)
    make.spread("I22.t01", {"1": 4, "2": 13, "3": 40, "4": 98 + more, "5": 55})
    make.spread("I22.t02", {"1": 6, "2": 20, "3": 44, "4": 90, "5": 48 + more})
    make.spread("I22.t04", {"1": 15, "2": 41, "3": 50, "4": 71, "5": 30})
    make.spread("I22.t07", {"1": 2, "2": 5, "3": 12, "4": 80, "5": 108})
    for item, count, base in (("t01", 153, 210), ("t02", 138, 208), ("t04", 101, 207)):
        make.share(f"I22.{item}_top2", count + more, base + more)
        make.add(f"I22.{item}_median", 4, Kind.MEDIAN, base=base)
    make.share("I22.t07_top2", 188, 207)
    make.add("I22.t07_median", 5, Kind.MEDIAN, base=207)
    for end, value in (("low", 0.55), ("median", 0.72), ("high", 0.93)):
        make.add(f"I22.event_{end}", value, Kind.SHARE)
    make.spread("I23.t05", {"Y": 108, "maybe": 71, "N": 29})
    make.spread("I23.p01", {"yes": 22, "begun": 19, "notyet": 25, "no": 8})
    make.share("I23.intend_share", 108, 208)
    make.share("I23.use_share", 41, 74)
    make.add("I24.regions", 6, count=6, base=19)
    make.add("I24.swedish_participations", 58)
    for place, n in zip(REGIONS, (121, 64, 98, 77, 41, 52, 12, 3), strict=True):
        masked = Mask.SMALL if n < 5 else None
        make.add(f"I24.participations[region={place}]", n + more, mask=masked)
    make.add("I24.participations[region=unknown]", 61)
    make.add("I25.models", 7 + more)
    for stage, n in (("idea", 1), ("trial", 3), ("use", 2), ("spread", 1)):
        make.add(f"I25.by_stage[stage={stage}]", n)
    make.add("I26.takers", 19)
    make.share("I27.cells_done_share", 9, 12)
    for partner in ("ely", "network", "coordination"):
        for number, act in enumerate(("data", "events", "communication", "training")):
            make.add(f"I27.done[partner={partner},act={act}]", (number + more) % 4)
            make.add(f"I27.planned[partner={partner},act={act}]", 2)
    make.share("I29.done_share", 5, 8)
    make.share("I30.n15_top2", 22, 31)
    make.add("I31.innovations", 3)
    make.add("I31.tagged[record=events,tag=main]", 7, count=7, base=24)
    make.add("I31.by_stage[stage=trial]", 2, count=2, base=3)
    for code, n in (("innovation", 9), ("climate", 0), ("environment", 3), ("none", 14)):
        make.add(f"OPEN.q1_t10[code={code}]", n, count=n, base=26, mask=Mask.SMALL if 0 < n < 5 else None)
        make.add(f"OPEN.kappa[code={code}]", 0.71, Kind.INDEX, base=26, interval=(0.5, 0.92),
                 mask=Mask.DEPENDENT if 0 < n < 5 else None)  # fmt: skip
        make.share(f"OPEN.same[code={code}]", 24, 26)
    make.add("OPEN.twice", 26, base=27)
    make.add("OPEN.unsettled", 2, base=26)
    make.add("OPEN.kappa_all", 0.74, Kind.INDEX, base=26, interval=(0.6, 0.88))
    make.share("OPEN.same_all", 98, 104)
    make.share("I31.event_share", 9, 24)
    make.share("I31.n16a_top2", 25, 46)
    make.share("I32.firm_share", 29, 58)
    make.share("I32.remote_share", 420, 640)
    make.share("I33.firm_share", 26, 57)
    make.add("I34.subscribers", 812)
    make.share("I34.click_rate", 310, 2400)
    make.add("I35.visits", 15230)
    make.add("I35.downloads", 964)
    make.share("I36.awareness_share", 33, 51)
    for channel, n in (("letter", 30), ("web", 22), ("events", 27), ("some", 14)):
        make.add(f"I36.channels[channel={channel}]", n, count=n, base=51)
    make.share("I37.decided_share", 7, 9)
    for output, n in (("g1", 28), ("g2", 17)):
        make.add(f"I37.known[output={output}]", n, count=n, base=50)
        make.add(f"I37.used[output={output}]", n - 9, count=n - 9, base=50)
    make.share("I38.file_share", 22, 24)
    make.share("I38.region_share", 579, 640)


def network(waves: tuple[str, ...]) -> dict[str, object]:
    """Invented ties of thirty organisations."""
    nodes = [
        {"id": f"o{n:02d}", "sector": SECTORS[n % 7], **({"label": f"Yhdistys {n}"} if n < 3 else {})}
        for n in range(30)
    ]
    told: dict[str, object] = {}
    for number, wave in enumerate(waves):
        edges = [
            [f"o{a:02d}", f"o{b:02d}", 2 + (a + b) % 3]
            for a in range(30)
            for b in range(a)
            if (a * 7 + b * 11) % 9 == 0 or (number and (a * 5 + b) % 17 == 0)
        ]
        told[wave] = {"nodes": nodes, "edges": edges}
    return {"stable_ids": True, "waves": told}


def records(stem: str, words: str) -> dict[str, str]:
    return {f"{stem}_{language}": f"{words} ({language})" for language in ("fi", "sv", "en")}


def facts(waves: tuple[str, ...]) -> dict[str, object]:
    return {
        "network": network(waves),
        "decisions": [
            {"decision_id": "d1", "date": "2024-03-05", "paragraph": "7", **records("text", "Lisätään ruotsinkielisiä tilaisuuksia"),
             **records("owner", "projektipäällikkö"), "due": "2025-06-30", "state": "done", "state_date": "2025-05-11"},
            {"decision_id": "d2", "date": "2024-09-12", "paragraph": "11", **records("text", "Sovitaan tavoitteet"),
             **records("owner", "ohjausryhmä"), "due": "2025-12-31", "state": "open", "state_date": ""},
        ],
        "agreements": [
            {"agreement_id": "a1", "year": "2025", **records("text", "Yhteinen verkkoseminaari"), "due": "2025-10-01",
             "status": "done", "done": "2025-09-20"},
        ],
        "heritage": [
            {"output_id": "g1", "origin": "Vihreä silta", **records("name", "Laatutyökirja"), "fate": "updated",
             "reason": "", "decided": "2024-11-02", "maintainer": "yhdistys"},
            {"output_id": "g2", "origin": "Metsäpolku", **records("name", "Opas"), "fate": "undecided", "reason": "",
             "decided": "", "maintainer": ""},
        ],
        "results": [
            {"result_id": "m1", "date": "2024-05-01", "stage": "trial", "kind": "model", **records("name", "Metsäkävely reseptillä"),
             "theme": "innovation", "takers": "2", "maintainer": "osuuskunta", "contribution": "partial", "evidence": "muistio"},
            {"result_id": "m1", "date": "2025-05-01", "stage": "use", "kind": "model", **records("name", "Metsäkävely reseptillä"),
             "theme": "innovation", "takers": "4", "maintainer": "osuuskunta", "contribution": "strong", "evidence": "sopimus"},
        ],
        "coding": {"version": 2, "codes": [{"code": one, **{to: f"Aihe {one} ({to})" for to in ("fi", "sv", "en")}} for one in ("innovation", "climate", "environment", "none")]},
        "cases": [
            {"case_id": "c1", "date": "2025-08-15", "question": "EQ1", **records("title", "Kahveilta kokeiluun"),
             **records("chain", "Kaksi yritystä tapasi virtuaalikahveilla ja aloitti kokeilun."),
             **records("evidence", "Yritysten sopimus."), **records("causes", "Kysyntä kasvoi."),
             **records("others", "Kunta maksoi tilat."), **records("part", "Kutsui koolle."),
             "contribution": "partial", "consent": "yes"},
        ],
        "run": {"freeze_number": 3, "freeze_date": "2026-01-12", "release_number": 2, "code_version": "0.1.0",
                "lock_sha256": "ab" * 32, "inputs": [{"sha256": "cd" * 32, "system": "teams", "variant": "D"},
                                                     {"sha256": "ef" * 32, "system": "teams", "variant": "D"}]},
        "versions": {"pandas": "3.1.1", "typst": "0.15.2"},
        "parameters": {"threshold": 5, "masking": "suppress"},
    }  # fmt: skip


HEADLINES = {
    "I01": ("density", TargetForm.CHANGE), "I03": ("cross_share", TargetForm.CHANGE), "I04": ("balance", TargetForm.AT_LEAST),
    "I07": ("step_share", TargetForm.AT_LEAST), "I08": ("services_contributed", TargetForm.SUM), "I09": ("y13_top2", TargetForm.CHANGE),
    "I16": ("digests", TargetForm.SUM), "I19": ("events", TargetForm.SUM), "I20": ("participations", TargetForm.SUM),
    "I22": ("t01_top2", TargetForm.AT_LEAST), "I23": ("use_share", TargetForm.AT_LEAST), "I27": ("cells_done_share", TargetForm.MATRIX),
    "I99": ("missing", TargetForm.NONE),
}  # fmt: skip
NAMES = {
    "I01": ("Yhteistyön tiheys", "Samarbetets täthet", "Density of cooperation"),
    "I03": ("Alarajat ylittävät yhteydet", "Kontakter över branschgränser", "Ties across fields"),
    "I04": ("Yhteistyön saldo", "Saldo för samarbetet", "Cooperation balance"),
    "I07": ("Askelia ottaneet yritykset", "Företag som tagit steg", "Firms with a step"),
    "I08": ("Uudet tai uudistetut palvelut", "Nya eller förnyade tjänster", "New or renewed services"),
    "I09": ("Tutkimusperusta", "Forskningsgrund", "Research base"),
    "I16": ("Tietokoosteet", "Sammanställningar", "Digests"),
    "I19": ("Vertaisoppimisen tilaisuudet", "Evenemang för kamratlärande", "Peer-learning events"),
    "I20": ("Osallistumiset", "Deltaganden", "Participations"),
    "I22": ("Hyödyllisyys", "Nytta", "Usefulness"),
    "I23": ("Opittu käytössä", "Lärdomar i bruk", "Learning in use"),
    "I27": ("Kumppanuudet", "Partnerskap", "Partnerships"),
    "I99": ("Puuttuva luku", "Tal som saknas", "Missing number"),
}


def plan() -> Plan:
    indicators = tuple(
        Indicator(
            code=code,
            belongs_to="T1",
            name=Texts(fi=NAMES[code][0], sv=NAMES[code][1], en=NAMES[code][2]),
            definition=same("m"),
            unit=same("yks"),
            headline=measure,
            baseline=Baseline.NONE,
            target=form,
            sources=("q1",),
            on_scorecard=True,
        )  # fmt: skip
        for code, (measure, form) in HEADLINES.items()
    )
    regions = {code: Texts(fi=fi, sv=sv, en=fi) for code, (fi, sv) in REGIONS.items()}
    return Plan(
        schema_version=1,
        objectives=(Objective(code="O1", name=same("Yhteistyö kasvaa")),),
        tasks=tuple(Task(code=f"T{n}", objective="O1", name=same(f"Tehtävä numero {n}")) for n in (1, 2, 3, 4)),
        duties=(
            Duty(code="M1", kind="duty", text=same("Yhteistyö"), indicators=("I27",), chapter="7"),
            Duty(code="M9", kind="duty", text=same("Puuttuva"), indicators=("I99",), chapter="8"),
            Duty(code="S5", kind="background", text=same("Tausta"), chapter="4"),
        ),
        themes=(Theme(code="innovation", name=same("Innovaatiot")),),
        questions=(
            Question(code="EQ1", asks="changed", name=same("Kasvoiko yhteistyö?"), criteria=same("k"), indicators=("I01", "I03")),
            Question(code="EQ4", asks="promised", name=same("Toimiiko vertaisoppiminen?"), criteria=same("k"), indicators=("I22",)),
        ),
        indicators=indicators,
        comparisons=(
            Comparison(code="C1", family="value", indicator="I06", item="q2.N08", kind="paired"),
            Comparison(code="C2", family="roles", indicator="I22", item="q1.T01:role", kind="several"),
            Comparison(code="C3", family="firms", indicator="I12", item="q3.Y07", kind="paired"),
        ),
        scales=(Scale(code="gain", survey="q1", name=same("Hyöty"), items=("T01", "T02", "T07"), reversed=("T07",)),),
        weights=(Weighting(survey="q3", margins=("region",), items=("Y13",)),),
        dimensions=(Dimension(code="region", name=same("Maakunta"), labels=regions, merges={"north": ("FI1D7", "FI1D9")}, merge_labels={"north": Texts(fi="Pohjoinen", sv="Norr", en="North")}),),
    )  # fmt: skip


def options(*rows: tuple[str, str, str, str]) -> tuple[Option, ...]:
    return tuple(
        Option(code, {"fi": fi, "sv": sv, "en": en}, float(n)) for n, (code, fi, sv, en) in enumerate(rows)
    )


H5 = options(
    ("1", "ei lainkaan", "inte alls", "not at all"), ("2", "vähän", "lite", "a little"),
    ("3", "jonkin verran", "i viss mån", "somewhat"), ("4", "paljon", "mycket", "a lot"),
    ("5", "erittäin paljon", "väldigt mycket", "very much"),
)  # fmt: skip
A5 = options(
    ("1", "täysin eri mieltä", "helt av annan åsikt", "strongly disagree"),
    ("2", "jokseenkin eri mieltä", "delvis av annan åsikt", "somewhat disagree"),
    ("3", "ei samaa eikä eri mieltä", "varken av samma eller av annan åsikt", "neither"),
    ("4", "jokseenkin samaa mieltä", "delvis av samma åsikt", "somewhat agree"),
    ("5", "täysin samaa mieltä", "helt av samma åsikt", "strongly agree"),
)
T05 = options(("N", "ei", "nej", "no"), ("maybe", "ehkä", "kanske", "maybe"), ("Y", "kyllä", "ja", "yes"))
P01 = options(
    ("no", "en aio", "nej, tänker inte göra det", "do not intend to"),
    ("notyet", "en vielä", "inte än", "not yet"),
    ("begun", "olen alkanut", "jag har börjat", "I have begun"),
    ("yes", "kyllä", "ja", "yes"),
)


def item(
    code: str, fi: str, sv: str, en: str, scale: tuple[Option, ...] = (), subs: tuple[SubItem, ...] = ()
) -> Item:
    label = {"fi": fi, "sv": sv, "en": en}
    return Item(code, code, Type.ARRAY if subs else Type.SINGLE, label, scale, subs)


def sub(code: str, fi: str, sv: str, en: str) -> SubItem:
    return SubItem(code, {"fi": fi, "sv": sv, "en": en})


SKILLS = (
    sub("a", "palvelujen kehittäminen", "tjänsteutveckling", "developing services"), sub("b", "turvallisuus", "säkerhet", "safety"),
    sub("c", "vaikutusten osoittaminen", "att påvisa effekter", "showing effects"), sub("d", "verkostoituminen", "nätverkande", "networking"),
    sub("e", "digivälineet", "digitala verktyg", "digital tools"),
)  # fmt: skip
STEPS = (
    sub("new", "uusi palvelu", "ny tjänst", "new service"), sub("renew", "uudistettu palvelu", "förnyad tjänst", "renewed service"),
    sub("pack", "yhteinen palvelupaketti", "gemensamt tjänstepaket", "joint package"),
    sub("client", "uusi asiakasryhmä", "ny kundgrupp", "new client group"),
    sub("label", "laatumerkki tai laatutyökirja otettu käyttöön", "kvalitetsmärke eller kvalitetsarbetsbok tagits i bruk", "quality label or workbook"),
    sub("safety", "turvallisuussuunnitelma", "säkerhetsplan", "safety plan"),
    sub("public", "sopimus julkisen ostajan kanssa", "avtal med offentlig köpare", "contract with a public buyer"),
    sub("invest", "investointi", "investering", "investment"),
)  # fmt: skip
GRADES = options(
    ("0", "ei vaikuttanut", "ingen inverkan", "no influence"), ("1", "vähän", "lite", "a little"),
    ("2", "jonkin verran", "i viss mån", "somewhat"), ("3", "paljon", "mycket", "a lot"),
    ("4", "ratkaisevasti", "avgörande", "decisively"),
)  # fmt: skip


def questionnaires() -> dict[str, Questionnaire]:
    q1 = (
        item("T01", "Kuinka paljon hyötyä tilaisuudesta oli työllesi?", "Hur mycket nytta hade du av evenemanget i ditt arbete?", "How much did this event help your work?", H5),
        item("T02", "Opin jotakin uutta, jota voin soveltaa.", "Jag lärde mig något nytt som jag kan tillämpa.", "I learned something new that I can apply.", A5),
        item("T04", "Kokemusten vaihdolle jäi tarpeeksi aikaa.", "Det fanns tillräckligt med tid för erfarenhetsutbyte.", "There was enough time to exchange experiences.", A5),
        item("T07", "Pystyin osallistumaan vaivatta (kieli, tekniikka, esteettömyys, saavutettavuus).", "Jag kunde delta utan svårigheter (språk, teknik, tillgänglighet).", "I could take part without difficulty (language, technology, accessibility).", A5),
        item("T05", "Aiotko kokeilla tai muuttaa jotakin tilaisuuden pohjalta?", "Tänker du pröva eller ändra något utifrån evenemanget?", "Do you plan to try or change something because of this event?", T05),
    )  # fmt: skip
    f1 = (
        item(
            "P01",
            "Oletko hyödyntänyt tilaisuudessa oppimaasi?",
            "Har du använt det du lärde dig?",
            "Have you used what you learned?",
            P01,
        ),
    )
    q3 = (item("Y07", "Osaamiseni nyt", "Mitt kunnande nu", "My skills now", H5, SKILLS),
          item("Y09", "Mitä olette tehneet?", "Vad har ni gjort?", "What have you done?", (), STEPS),
          item("Y10", "Kuinka paljon hanke vaikutti?", "Hur mycket inverkade projektet?", "How much did the project influence it?", GRADES, STEPS))  # fmt: skip
    named = {"q1": q1, "f1": f1, "q3": q3}
    return {key: Questionnaire(key, {}, ("fi", "sv", "en"), "fi", items) for key, items in named.items()}


def assessments() -> dict[str, Assessment]:
    return {
        "I19": Assessment("I19", Colour.GREEN, "on_plan", "2025/I19.events_cumulative", 44, 40),
        "I20": Assessment(
            "I20", Colour.AMBER, "behind_plan", "2025/I20.participations_cumulative", 1210, 1800
        ),
        "I22": Assessment("I22", Colour.RED, "below", "2025/I22.t01_top2", 0.73, 0.85),
        "I01": Assessment("I01", Colour.GREY, "no_target"),
        "EQ1": Assessment("EQ1", Colour.GREY, "too_few", grade_reason="not_coloured"),
        "EQ4": Assessment("EQ4", Colour.AMBER, "mixed", grade="A", grade_reason="two_kinds_agree"),
    }


def released(
    period: str, more: int, waves: tuple[str, ...], change: Callable[[Maker], None] | None = None
) -> Released:
    make = Maker(period)
    fill(make, more)
    if change is not None:
        change(make)
    return Released(period, 1, make.cells, assessments(), facts(waves))


def publication(change: Callable[[Maker], None] | None = None) -> Publication:
    """A third period with two earlier ones."""
    earlier = (released("2023", 0, ("2023",)), released("2024", 1, ("2023", "2024")))
    now = released("2025", 3, ("2024", "2025"), change)
    return Publication(now, earlier, plan(), questionnaires(), FakeProject())


def first_period() -> Publication:
    """The first period: nothing earlier, no assessments."""
    make = Maker("2023")
    fill(make, 0)
    only = Released("2023", 1, make.cells, {}, facts(("2023",)))
    return Publication(only, (), plan(), questionnaires(), FakeProject())


def empty() -> Publication:
    """A period in which nothing was recorded."""
    return Publication(Released("2023", 1, {}), (), plan(), questionnaires(), FakeProject())


def all_hidden() -> Publication:
    """Everything is masked."""
    full = publication()
    hidden = {
        name: ReleasedCell(
            name, one.kind, "", None, None, None, None, "", Mask.SMALL, True, one.method, "", (), ()
        )
        for name, one in full.released.cells.items()
    }
    return Publication(
        Released("2025", 1, hidden), full.earlier, full.plan, full.questionnaires, full.project
    )
