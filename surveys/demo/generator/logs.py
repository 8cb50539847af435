"""The logs kept by hand, all years in one file each, in the encodings in which people save them."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

from evallib.twin.dice import Dice

from . import records
from .calendar import YEARS, Event
from .topics import TOPICS

Table = tuple[str, list[tuple[str, ...]]]

LOST = "e2417"  # the log says that a list was kept, but nobody found it
CP1252 = ("cooperation_acts",)  # saved by an old spreadsheet programme
COMMA = ("agreements", "accounts")


def log_files(events: tuple[Event, ...]) -> dict[str, bytes]:
    """Log name → file."""
    tables: dict[str, Table] = {
        "events": _events(events),
        "contents": _contents(),
        "cooperation_acts": _cooperation_acts(),
        "joint_activities": _numbered("activity_id date kind title projects", "j", records.JOINT),
        "results_log": _results(),
        "register": _numbered("project_id name beneficiary sector region start end result_card",
                              "p", records.REGISTER),
        "heritage": _numbered("output_id origin name_fi name_sv name_en fate reason decided maintainer",
                              "h", records.HERITAGE),
        "agreements": _agreements(),
        "decisions": _numbered("decision_id date paragraph text_fi text_sv text_en owner_fi owner_sv "
                               "owner_en due state "
                               "state_date", "d", records.DECISIONS),
        "cases": _numbered("case_id date question title_fi title_sv title_en chain_fi chain_sv "
                           "chain_en evidence_fi evidence_sv evidence_en causes_fi causes_sv causes_en "
                           "others_fi others_sv others_en part_fi part_sv part_en contribution "
                           "consent", "c", records.CASES),
        "accounts": ("period planned_eur used_eur person_months", list(records.ACCOUNTS)),
    }  # fmt: skip
    return {name: _file(name, table) for name, table in tables.items()}


def _file(name: str, table: Table) -> bytes:
    header, rows = table
    out = io.StringIO()
    writer = csv.writer(out, delimiter="," if name in COMMA else ";", lineterminator="\n")
    writer.writerow(header.split())
    writer.writerows(rows)
    return out.getvalue().encode("cp1252" if name in CP1252 else "utf-8")


def _numbered(header: str, letter: str, rows: tuple[tuple[str, ...], ...]) -> Table:
    return header, [(f"{letter}{n:02d}", *row) for n, row in enumerate(rows, 1)]


def _events(events: tuple[Event, ...]) -> Table:
    header = (
        "event_id start end tz title_fi title_sv title_en form mode language region organisers sectors "
        "theme_main theme_side cns_class task projects participant_file"
    )
    rows: list[tuple[str, ...]] = [
        (
            one.event_id,
            one.start.strftime("%Y-%m-%dT%H:%M"),
            one.end.strftime("%Y-%m-%dT%H:%M"),
            "Europe/Helsinki",
            *one.titles,
            one.form,
            one.mode,
            one.language,
            one.region,
            "koordinaatiohanke" + ("+maaseutuverkosto" if one.place % 6 == 0 else ""),
            "+".join(one.sectors),
            one.theme_main,
            one.theme_side,
            "thematic" if one.form == "workshop" else "events",
            one.task,
            "+".join(one.projects),
            "yes" if one.system or one.event_id == LOST else "no",
        )
        for one in events
    ]
    return header, rows


def _contents() -> Table:
    """24 contents a year; the share that tells of a failure or a challenge grows."""
    rows: list[tuple[str, ...]] = []
    hard = {"2023": 2, "2024": 6, "2025": 8}
    kinds = ("case", "research", "digest", "video", "guide", "article")
    labels = (
        ("Esimerkki", "Tutkimus", "Kooste", "Video", "Opas", "Juttu"),
        ("Exempel", "Forskning", "Sammandrag", "Video", "Guide", "Artikel"),
        ("Example", "Research", "Digest", "Video", "Guide", "Article"),
    )
    for year in YEARS:
        dice = Dice(year, "contents")
        days = sorted(dice.sample(range(8, 355), 24))
        outcomes = ["failure", "challenge"] * (hard[year] // 2)
        outcomes += [dice.pick(("success", "success", "mixed")) for _ in range(24 - hard[year])]
        for n, (day, outcome) in enumerate(zip(days, dice.shuffled(outcomes), strict=True), 1):
            when = date(int(year), 1, 1) + timedelta(days=day)
            topic = TOPICS[dice.whole(0, len(TOPICS) - 1)]
            kind, language = dice.whole(0, 5), dice.weighted((0, 1, 2), (76, 17, 7))
            rows.append(
                (
                    f"s{year[2:]}{n:02d}",
                    when.isoformat(),
                    kinds[kind],
                    f"{labels[language][kind]}: {topic[language]}",
                    ("fi", "sv", "en")[language],
                    outcome,
                    topic[4],
                    "examples" if kinds[kind] == "case" else "communication",
                    "T2",
                    _projects(when, dice),
                    topic[3],
                )
            )
    return (
        "content_id date kind title language outcome themes cns_class task projects sectors",
        rows,
    )


def _projects(day: date, dice: Dice) -> str:
    return "+".join(sorted(dice.sample(records.running(day), dice.pick((0, 1, 1, 2)))))


def _cooperation_acts() -> Table:
    rows: list[tuple[str, ...]] = []
    weights = {"ely": (4, 3, 3, 1), "network": (3, 5, 6, 2), "coordination": (2, 4, 3, 2),
               "other": (2, 4, 3, 3)}  # fmt: skip
    acts = ("data", "events", "communication", "training")
    cells = [(partner, act) for partner in weights for act in acts]
    heavy = [float(w) for partner in weights for w in weights[partner]]
    for year in YEARS:
        dice = Dice(year, "cooperation")
        days = sorted(dice.sample(range(5, 358), 60))
        for n, day in enumerate(days, 1):
            partner, act = dice.weighted(cells, heavy)
            organisation = dice.pick(records.PARTNERS[partner])
            if year == "2023" and (partner, act) == ("ely", "training"):
                act = "events"  # nothing with the branch managers on training in the first year
            rows.append(
                (
                    f"y{year[2:]}{n:02d}",
                    (date(int(year), 1, 1) + timedelta(days=day)).isoformat(),
                    partner,
                    organisation,
                    act,
                    dice.weighted(("done", "planned", "dropped"), (84, 9, 7)),
                    "NO" if "Nordisk" in organisation else dice.weighted(("FI", "SE", "EE"), (92, 5, 3)),
                    dice.pick(records.NOTES[act]),
                )
            )
    return "act_id date partner organisation act status country note", rows


def _results() -> Table:
    """One row a change of stage; a maintainer is named only once a model is in use."""
    rows: list[tuple[str, ...]] = []
    for n, (fi, sv, en, kind, theme, maintainer, stages) in enumerate(records.RESULTS, 1):
        users = Dice("takers", n).sample([f"o{k:02d}" for k in range(1, 81)], 24)
        for change in stages.split(","):
            day, stage, using, contribution = change.split(" ")
            takers = "+".join(sorted(users[: int(using)]))
            kept = maintainer if stage in ("use", "spread") else ""
            evidence = f"muistio {day}" if stage != "idea" else ""
            rows.append(
                (f"r{n:02d}", day, stage, kind, fi, sv, en, theme, takers, kept, contribution, evidence)
            )
    rows.sort(key=lambda row: (row[1], row[0]))
    return (
        "result_id date stage kind name_fi name_sv name_en theme takers maintainer contribution evidence",
        rows,
    )


def _agreements() -> Table:
    rows: list[tuple[str, ...]] = []
    months = (2, 3, 5, 6, 9, 10, 11, 12)
    for year in YEARS:
        states = records.AGREED_STATES[year].split()
        for n, (texts, status) in enumerate(zip(records.AGREEMENTS, states, strict=True)):
            due = date(int(year), months[n], 28)
            done = (due - timedelta(days=9 - 2 * n)).isoformat() if status == "done" else ""
            rows.append((f"a{year[2:]}{n + 1:02d}", year, *texts, due.isoformat(), status, done))
    return "agreement_id year text_fi text_sv text_en due status done", rows
