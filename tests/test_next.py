"""What is due: asked of store, inbox and logs each time, so that nothing is called due that is done."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from conftest import copy_workspace
from icalendar import Calendar
from two_years import edit

from evallib import cli
from evallib.errors import DeclarationError
from evallib.steps.calendar_file import calendar_bytes
from evallib.steps.context import Context, open_context
from evallib.steps.due import Agenda, Due, agenda
from evallib.steps.freeze import freeze
from evallib.steps.publish import record_handled
from evallib.steps.release import release
from evallib.store import Tier

EVENTS = (
    "event_id;start;end;tz;title_fi;title_sv;title_en;form;mode;language;region;organisers;sectors;theme_main;"
    "theme_side;cns_class;task;projects;participant_file\n"
)
DECISIONS = (
    "decision_id;date;paragraph;text_fi;text_sv;text_en;owner_fi;owner_sv;owner_en;due;state;state_date\n"
    "d1;2024-05-24;§ 14;Avataan;;;päällikkö;;;2024-08-31;open;2024-05-24\n"
    "d2;2024-05-24;§ 15;Suljetaan;;;päällikkö;;;2024-08-31;done;2024-08-01\n"
)


def event(name: str, day: str, mode: str = "online", file: str = "yes") -> str:
    return (
        f"{name};{day}T09:00;{day}T10:00;Europe/Helsinki;T;T;T;coffee;{mode};fi;;x;care;;;events;T3;;{file}\n"
    )


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo project with one event in 2024, no surveys and no lists."""
    root = copy_workspace(tmp_path_factory.mktemp("small") / "work")
    for year in ("2023", "2025"):
        shutil.rmtree(root / "surveys/demo" / year)
    for folder in ("events", "limesurvey"):
        shutil.rmtree(root / "surveys/demo/2024" / folder)
    shutil.rmtree(root / "surveys/commentary")
    log = root / "surveys/logs"
    (log / "events.csv").write_text(EVENTS + event("e1", "2024-03-10"), encoding="utf-8")
    (log / "decisions.csv").write_text(DECISIONS, encoding="utf-8")
    return root


@pytest.fixture
def root(small: Path, tmp_path: Path) -> Path:
    shutil.copytree(small, tmp_path / "work")
    return tmp_path / "work"


def on(root: Path, day: str) -> Context:
    moment = datetime.fromisoformat(f"{day}T09:30").replace(tzinfo=UTC)
    return replace(open_context(root), now=lambda: moment)


def due(root: Path, day: str, period: str = "2024") -> dict[str, Due]:
    return {one.kind: one for one in agenda(on(root, day)).items if one.period == period}


def calendar(root: Path, days: str) -> None:
    (root / "surveys/calendar.yaml").write_text(f"schema_version: 1\n{days}", encoding="utf-8")


def test_a_missing_list_is_named_while_the_service_keeps_it_and_told_when_it_is_gone(root: Path) -> None:
    assert "attendance" not in due(root, "2024-03-09")
    found = due(root, "2024-03-20")["attendance"]
    assert (found.day, "until 2025-03-10): e1" in str(found.what)) == (date(2024, 3, 24), True)
    assert not found.late(date(2024, 3, 24)) and found.late(date(2024, 3, 25))
    assert "attendance" in due(root, "2025-03-10")
    assert "no longer keeps" in str(due(root, "2025-03-11")["lost_lists"].what)


def test_a_list_that_has_come_or_is_not_expected_is_not_due(root: Path) -> None:
    folder = root / "surveys/demo/2024/events"
    folder.mkdir(parents=True)
    (folder / "e10_attendance.csv").write_text("x")  # of another event
    assert "attendance" in due(root, "2024-03-20")
    (folder / "e1_attendance.csv").write_text("x")
    assert "attendance" not in due(root, "2024-03-20")
    shutil.rmtree(folder)
    edit(root / "surveys/logs/events.csv", r";yes\n", ";no\n")
    assert "attendance" not in due(root, "2024-03-20")


def test_many_events_are_one_line_each_kind(root: Path) -> None:
    rows = "".join(
        event(f"a{n:02}", f"2024-02-{n:02}", "onsite" if n % 2 else "online") for n in range(1, 25)
    )
    (root / "surveys/logs/events.csv").write_text(EVENTS + rows, encoding="utf-8")
    found = [one for one in agenda(on(root, "2024-06-20")).items if one.period == "2024"]
    kinds = [one.kind for one in found if one.kind in ("attendance", "paper_lists", "follow_up")]
    assert sorted(kinds) == ["attendance", "follow_up", "paper_lists"]
    follow_up = next(one for one in found if one.kind == "follow_up")
    assert str(follow_up.what).endswith("a01, a02, a03, a04, a05, a06, a07, a08 + 16")
    assert follow_up.day == date(2024, 5, 1)


def test_a_follow_up_with_answers_is_not_due(root: Path) -> None:
    folder = root / "surveys/demo/2024/limesurvey/f1"
    folder.mkdir(parents=True)
    (folder / "responses.csv").write_text("id,event_id\n1,e12\n", encoding="utf-8")
    assert "follow_up" in due(root, "2024-07-01")
    (folder / "responses.csv").write_text("id,event_id\n1,e1\n", encoding="utf-8")
    assert "follow_up" not in due(root, "2024-07-01")


def test_the_chain_follows_the_store_from_the_freeze_to_the_lock(root: Path) -> None:
    def chain(day: str) -> list[str]:
        steps = ("freeze", "report", "meeting", "publication", "lock", "withdrawn", "newer")
        return [one for one in due(root, day) if one in steps]

    assert chain("2024-12-31") == []
    assert chain("2025-01-01") == ["freeze", "report"]
    assert due(root, "2025-01-01")["freeze"].day == date(2025, 1, 31)
    early = on(root, "2024-12-30")
    freeze(early, early.period("2024"))  # of a period that still ran
    assert chain("2025-01-01") == ["report"]  # nothing came since: it is whole
    (root / "surveys/demo/2024/statistics/late.txt").write_text("late", encoding="utf-8")
    assert chain("2025-01-01") == ["freeze", "report"]
    (root / "surveys/demo/2024/statistics/late.txt").unlink()
    context = on(root, "2025-01-10")
    release(context, context.period("2024"))
    assert chain("2025-01-11") == ["report"]  # numbers alone are no report
    laid_out(on(root, "2025-01-11"), [])
    assert chain("2025-01-11") == ["meeting"]
    assert "--handled" in due(root, "2025-01-11")["meeting"].command
    record_handled(on(root, "2025-01-20"), context.period("2024"), date(2025, 1, 18), "§ 4")
    assert chain("2025-01-20") == ["publication"]
    assert due(root, "2025-01-20")["publication"].command == "evallib report 2024"  # its cover has to say so
    laid_out(on(root, "2025-01-21"), ["2025-01-18", "§ 4"])
    assert "--signed" in due(root, "2025-01-21")["publication"].command


def laid_out(context: Context, handled: list[str]) -> None:
    """The newest release of 2024 has its report, whose cover says how it was handled."""
    released = context.store.latest(Tier.RELEASED, "2024")
    assert released is not None
    facts = {"release": released.number, "variant": 1, "faults": [], "handled": handled}
    entries = {"results.json": released.entries["results.json"]}
    context.store.commit(Tier.PRODUCTS, "2024", entries, facts, context.stamp())


def test_the_deadline_is_named_until_it_has_passed_and_the_figures_are_out(root: Path) -> None:
    assert "deadline" not in due(root, "2024-12-31")
    assert due(root, "2025-01-01")["deadline"].day == date(2025, 1, 31)
    assert due(root, "2025-03-01")["deadline"].late(date(2025, 3, 1))
    (root / "outputs/2024").mkdir(parents=True)
    (root / "outputs/2024/hyrra.csv").write_text("x")
    assert "hand them in" in str(due(root, "2025-01-31")["deadline"].what)
    assert "deadline" not in due(root, "2025-02-01")


def test_what_nobody_can_know_is_a_day_until_it_has_passed(root: Path) -> None:
    calendar(root, """periods:
  "2024":
    surveys:
      q2: {opens: 2024-09-15, reminders: [2024-09-29, 2024-10-13], closes: 2024-10-31}
    meeting: 2025-02-09
""")  # fmt: skip
    found = due(root, "2024-09-15")
    assert {"opens", "reminder1", "reminder2", "answers"} <= found.keys()
    assert found["opens"].command == "evallib check 2024"
    assert {"reminder2", "answers"} == {"opens", "reminder1", "reminder2", "answers"} & due(
        root, "2024-09-30"
    ).keys()
    late = due(root, "2024-11-02")
    assert "reminder2" not in late and late["answers"].late(date(2024, 11, 2))
    folder = root / "surveys/demo/2024/limesurvey/q2"
    folder.mkdir(parents=True)
    for name in ("paper.xlsx", "responses.csv"):
        (folder / name).write_text("id\n", encoding="utf-8")
        assert "answers" not in due(root, "2024-11-02")
        (folder / name).unlink()
    assert due(root, "2024-11-02")["meeting"].day == date(2025, 2, 9)


def test_open_decisions_come_with_their_day_and_done_ones_do_not(root: Path) -> None:
    found = [one for one in agenda(on(root, "2024-09-01")).items if one.kind == "decision"]
    assert [(one.about, one.day) for one in found] == [("d1", date(2024, 8, 31))]
    assert "§ 14" in str(found[0].what) and "surveys/logs/decisions" in str(found[0].what)


def test_data_kept_too_long_and_a_missing_backup_are_due_in_a_real_project(root: Path) -> None:
    context = on(root, "2025-01-10")
    release(context, context.period("2024"))
    assert not {"backup", "retention"} & {one.kind for one in agenda(context).items}  # a demo
    edit(root / "surveys/project.yaml", r"\ninvented: true", "\ninvented: false")
    assert {"backup"} == {"backup", "retention"} & {one.kind for one in agenda(on(root, "2025-01-10")).items}
    assert "retention" in {one.kind for one in agenda(on(root, "2045-01-10")).items}


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ('periods: {"2042": {freeze: 2025-01-12}}', "'2042' is not known here"),
        ('periods: {"2024": {surveys: {q22: {opens: 2024-01-12}}}}', "'q22' is not known here"),
        ('periods: {"2024": {surveys: {q2: {opens: 2024-02-12, closes: 2024-01-12}}}}', "that order"),
        ('periods: {"2024": {freeze: soon}}', "freeze"),
        ("attendance_kept_months: 0", "attendance_kept_months"),
    ],
)
def test_a_day_that_can_t_be_is_named_with_its_line(root: Path, days: str, words: str) -> None:
    calendar(root, days)
    with pytest.raises(DeclarationError) as caught:
        agenda(on(root, "2025-01-10"))
    said = " ".join(map(str, caught.value.parts().values()))
    assert words in said and "surveys/calendar.yaml:2" in said


def test_the_calendar_file_is_read_back_whole_and_keeps_its_ids(root: Path) -> None:
    context = on(root, "2025-01-10")
    made = agenda(context)
    odd = Due("2024", "decision", "d 9", "a; b, c\\ " + "ä" * 200, date(2025, 3, 1), "evallib check 2024")  # type: ignore[arg-type]
    made = Agenda(made.today, made.states, (*made.items, odd))
    data = calendar_bytes(context, made, str)
    events = list(Calendar.from_ical(data).walk("VEVENT"))
    dated = [one for one in made.items if one.day is not None]
    assert [one.decoded("dtstart") for one in events] == [one.day for one in dated]
    assert str(events[-1]["summary"]) == f"2024: {odd.what}"
    ids = [str(one["uid"]) for one in events]
    assert len(set(ids)) == len(ids)
    later = Calendar.from_ical(calendar_bytes(on(root, "2025-01-11"), agenda(on(root, "2025-01-11")), str))
    assert {str(one["uid"]) for one in later.walk("VEVENT")} <= set(ids)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))


def test_the_command_says_it_in_the_workspace_s_language_and_writes_the_file_whole(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(root)
    assert cli.main(["next"]) == 0
    assert "2024: avoin" in capsys.readouterr().out
    assert cli.main(["next", "--json", "--calendar", str(tmp_path / "year.ics")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["states"] == {"2023": "open", "2024": "open", "2025": "open"}
    assert len(list(Calendar.from_ical((tmp_path / "year.ics").read_bytes()).walk("VEVENT"))) == sum(
        one["day"] is not None for one in told["items"]
    )
    assert cli.main(["next", "--calendar", str(tmp_path / "year.txt")]) == 2
    assert cli.main(["next", "--calendar", str(tmp_path / "nowhere/year.ics")]) == 9
    assert sorted(path.name for path in tmp_path.iterdir()) == ["work", "year.ics"]
