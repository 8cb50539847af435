"""All files of the demo project: path below ``surveys/`` → bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from evallib.codebook.load import load_questionnaires
from evallib.codebook.lss_write import write_lss
from evallib.codebook.model import Questionnaire
from evallib.codebook.roster import with_roster
from evallib.sources.logs import load_roster
from evallib.twin.export import Response, participants_csv, responses_csv
from evallib.workspace import find_workspace

from .attendance import Attendance, attend
from .awkward import awkward
from .calendar import YEARS, Event, calendar
from .coding import coding_files
from .fieldwork import Invited, answers_by_token, feedback, follow_up, invitations
from .logs import log_files
from .network import Organisation, read_roster
from .people import Person, pools
from .reach import matomo_files, newsletter_file
from .teams import teams_file
from .zoom import paper_list, registration, zoom_meeting, zoom_webinar

Files = dict[str, bytes]
CODED = ("2024", "2025")  # years whose open answers two people coded
OPEN, CLOSED = ("q1", "f1"), ("q2", "q3", "q4")


def demo_files(surveys: Path) -> Files:
    """Every generated file. ``surveys``: where questionnaires and rosters are read from."""
    questionnaires = load_questionnaires(surveys)
    people = pools()
    events = {year: calendar(year) for year in YEARS}
    lists = {year: [attend(one, people[year]) for one in events[year]] for year in YEARS}
    files: Files = {}
    truth: dict[str, object] = {}
    awaited: list[Response] = []  # follow-up answers that come only next year
    for year in YEARS:
        wave = _wave(questionnaires, surveys, year)
        inbox = f"demo/{year}"
        roster = read_roster(surveys / "rosters" / f"{year}.csv")
        for attendance in lists[year]:
            files |= {f"{inbox}/events/{k}": v for k, v in _event_files(attendance, roster).items()}
        files |= {f"{inbox}/statistics/{k}": v for k, v in matomo_files(year).items()}
        files[f"{inbox}/statistics/newsletter.csv"] = newsletter_file(year)
        answers, invited = _fieldwork(wave, surveys, year, lists[year], people[year])
        came = awaited + follow_up(wave["f1"], answers["q1"])
        answers["f1"] = [one for one in came if str(one.started.year) == year]
        awaited = [one for one in came if str(one.started.year) > year]
        answers = {survey: awkward(survey, year, rows) for survey, rows in answers.items()}
        for survey, rows in answers.items():
            folder = f"{inbox}/limesurvey/{survey}"
            files[f"{folder}/structure.lss"] = write_lss(wave[survey], _survey_id(survey, year))
            files[f"{folder}/responses.csv"] = responses_csv(wave[survey], rows)
            if survey in invited:
                files[f"{folder}/participants.csv"] = participants_csv(
                    [one.contact() for one in invited[survey]], rows
                )
        if year in CODED:
            own = {
                k.removeprefix(f"{inbox}/"): v
                for k, v in files.items()
                if k.startswith(f"{inbox}/limesurvey/")
            }
            files |= {
                f"{inbox}/{k}": v for k, v in coding_files(year, own, wave, _last(surveys, year)).items()
            }
        truth[year] = _truth(lists[year], answers, invited)
    everything = tuple(event for year in YEARS for event in events[year])
    files |= {f"logs/{name}.csv": data for name, data in log_files(everything).items()}
    files["demo/truth.json"] = json.dumps(truth, indent=1).encode("utf-8") + b"\n"
    return files


def _last(surveys: Path, year: str) -> Mapping[str, date]:
    """The last day on which answers count, by survey, as project.yaml says."""
    return find_workspace(surveys).project.period(year).late_after


def _survey_id(survey: str, year: str) -> int:
    return int(year) * 100 + 10 + (*OPEN, *CLOSED).index(survey)


def _wave(questionnaires: dict[str, Questionnaire], surveys: Path, year: str) -> dict[str, Questionnaire]:
    """The questionnaires as asked in one year, with its roster."""
    roster = load_roster(surveys / "rosters" / f"{year}.csv")
    return {survey: with_roster(questionnaires[survey].for_wave(year), roster) for survey in (*OPEN, *CLOSED)}


def _fieldwork(
    wave: dict[str, Questionnaire],
    surveys: Path,
    year: str,
    lists: Sequence[Attendance],
    pool: Sequence[Person],
) -> tuple[dict[str, list[Response]], dict[str, list[Invited]]]:
    roster = read_roster(surveys / "rosters" / f"{year}.csv")
    invited = {survey: invitations(survey, year, pool, roster) for survey in CLOSED}
    answers = {"q1": feedback(wave["q1"], lists, year)}
    for survey in CLOSED:
        answers[survey] = answers_by_token(survey, wave[survey], invited[survey], year, roster)
    return answers, invited


def _event_files(attendance: Attendance, roster: Sequence[Organisation]) -> Files:
    """The files of one event by name, none where no list was kept."""
    event = attendance.event
    kind, _, rest = event.system.partition(" ")
    files: Files = {}
    if not kind:
        return files
    if kind == "paper":
        return {f"{event.event_id}_lista.csv": paper_list(attendance)}
    if rest.endswith("twice"):
        for n, part in enumerate(_restarted(attendance), 1):
            files[f"{event.event_id}_attendance_{n}.csv"] = teams_file(part, rest[0])
    elif kind == "teams":
        files[f"{event.event_id}_attendance.csv"] = teams_file(attendance, rest)
    elif rest == "webinar":
        files[f"{event.event_id}_attendee_report.csv"] = zoom_webinar(attendance)
    else:
        age, form = rest.split(" ")
        files[f"{event.event_id}_participants.csv"] = zoom_meeting(attendance, age, form)
    if event.mode == "hybrid":
        files[f"{event.event_id}_sali.csv"] = paper_list(_room(event))
    if event.registration:
        files[f"{event.event_id}_registration.csv"] = registration(attendance, roster)
    return files


def _restarted(attendance: Attendance) -> tuple[Attendance, Attendance]:
    """The meeting broke off after 25 minutes and was opened again: two reports of one event."""
    break_off, again = 25 * 60, 28 * 60
    parts = []
    for low, high in ((-(10**6), break_off), (again, 10**6)):
        visits = []
        for visit in attendance.visits:
            cut = [(max(joined, low), min(left, high)) for joined, left in visit.spans]
            spans = tuple((joined, left) for joined, left in cut if left - joined > 5)
            if spans:
                visits.append(replace(visit, spans=spans))
        parts.append(replace(attendance, visits=tuple(visits)))
    return parts[0], parts[1]


def _room(event: Event) -> Attendance:
    """Those who sat in the room of a hybrid event: people who are nowhere else, without names."""
    people = pools()[event.year][-9:]
    onsite = replace(event, mode="onsite", event_id=event.event_id, size=7)
    return attend(onsite, people)


def _truth(
    lists: Sequence[Attendance],
    answers: dict[str, list[Response]],
    invited: dict[str, list[Invited]],
) -> dict[str, object]:
    """What went in, for whoever wants to check what comes out: counts before any reader saw a file."""
    kept = [one for one in lists if one.event.system]
    return {
        "events": {
            one.event.event_id: len(one.attended)
            + (len(_room(one.event).visits) if one.event.mode == "hybrid" else 0)
            for one in kept
        },
        "surveys": {
            survey: {
                "rows": len(rows),
                "submitted": sum(1 for row in rows if row.submitted),
                "invited": len(invited.get(survey, ())),
            }
            for survey, rows in sorted(answers.items())
        },
    }
