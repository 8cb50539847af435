"""Where things are, and which periods are reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from evallib.errors import DeclarationError, MissingStepError, UsageError
from evallib.workspace import Workspace, find_workspace

TEXTS = '{fi: "a", sv: "b", en: "c"}'
PROJECT = f"""schema_version: 1
name: {TEXTS}
short_name: "Esimerkki"
number: "0"
programme: {TEXTS}
programme_period: "2014-2022"
fund: {TEXTS}
funding_statement: {TEXTS}
emblem: "builtin:eu"
emblem_alt: {TEXTS}
funder: {TEXTS}
responsible_for_content: {TEXTS}
contact: "a@example.org"
timezone: "Europe/Helsinki"
start: 2023-01-01
end: 2025-12-31
periods:
  - {{id: "2024", start: 2024-01-01, end: 2024-12-31, comparison: "2023"}}
  - {{id: "2023", start: 2023-01-01, end: 2023-12-31}}
  - {{id: "2025", start: 2025-01-01, end: 2025-12-31, comparison: "2024"}}
"""


def workspace(root: Path, project: str = PROJECT) -> Workspace:
    (root / "surveys").mkdir()
    (root / "surveys" / "project.yaml").write_text(project, encoding="utf-8")
    return find_workspace(root)


def fault(root: Path, project: str) -> DeclarationError:
    with pytest.raises(DeclarationError) as caught:
        workspace(root, project)
    return caught.value


def test_a_workspace_is_found_from_a_folder_below_it(tmp_path: Path) -> None:
    found = workspace(tmp_path)
    below = tmp_path / "notebooks" / "own"
    below.mkdir(parents=True)
    assert find_workspace(below).root == found.root


def test_a_relative_start_also_looks_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace(tmp_path)
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert find_workspace(Path()).root == tmp_path.resolve()


def test_without_a_workspace_the_evaluator_learns_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(MissingStepError) as caught:
        find_workspace(tmp_path)
    assert "evallib new" in str(caught.value.repair)


def test_the_inbox_of_an_invented_project_lies_among_its_sources(tmp_path: Path) -> None:
    real = workspace(tmp_path)
    assert real.inbox("2025") == real.surveys / "inbox" / "2025"
    invented = real.project.model_copy(update={"invented": True})
    assert Workspace(real.root, invented).inbox("2025") == real.surveys / "demo" / "2025"


def test_a_path_is_shown_below_the_workspace_and_never_as_the_machine_knows_it(tmp_path: Path) -> None:
    found = workspace(tmp_path)
    assert found.shown(found.surveys / "logs" / "events.csv") == "surveys/logs/events.csv"
    assert found.shown(tmp_path.parent / "elsewhere.csv") == "elsewhere.csv"


def test_earlier_periods_come_oldest_first_whatever_their_order_in_the_file(tmp_path: Path) -> None:
    project = workspace(tmp_path).project
    assert [one.id for one in project.earlier(project.period("2025"))] == ["2023", "2024"]
    assert project.earlier(project.period("2023")) == ()


def test_an_unknown_period_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        workspace(tmp_path).project.period("2052")
    assert "2025" in str(caught.value.repair)


def test_a_period_that_ends_before_it_starts_is_refused_where_it_stands(tmp_path: Path) -> None:
    found = fault(tmp_path, PROJECT.replace("start: 2025-01-01, end: 2025", "start: 2025-01-01, end: 2024"))
    assert found.where == "surveys/project.yaml:20"


def test_a_period_outside_the_projects_time_is_refused(tmp_path: Path) -> None:
    found = fault(tmp_path, PROJECT.replace("end: 2025-12-31\nperiods", "end: 2024-12-31\nperiods"))
    assert (found.where, found.expected) == ("surveys/project.yaml:20", "2023-01-01 – 2024-12-31")


def test_a_period_is_compared_with_an_earlier_one_only(tmp_path: Path) -> None:
    found = fault(tmp_path, PROJECT.replace('comparison: "2023"', 'comparison: "2025"'))
    assert found.where == "surveys/project.yaml:18"


def test_a_period_can_not_stand_twice(tmp_path: Path) -> None:
    found = fault(tmp_path, PROJECT.replace('{id: "2023"', '{id: "2024"').replace(', comparison: "2023"', ""))
    assert found.where == "surveys/project.yaml:19"


def test_a_period_id_that_no_result_could_carry_is_refused(tmp_path: Path) -> None:
    assert fault(tmp_path, PROJECT.replace('{id: "2023"', '{id: "20/23"')).where == "surveys/project.yaml:19"


@pytest.mark.parametrize("zone", ["Europe/Helsingfors", "../etc"])
def test_an_unknown_time_zone_is_refused(tmp_path: Path, zone: str) -> None:
    assert fault(tmp_path, PROJECT.replace("Europe/Helsinki", zone)).where == "surveys/project.yaml:14"


def test_a_project_that_ends_before_it_starts_is_refused(tmp_path: Path) -> None:
    assert fault(tmp_path, PROJECT.replace("\nend: 2025", "\nend: 2022")).where == "surveys/project.yaml:16"
