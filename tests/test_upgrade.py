"""A workspace of an earlier evallib: what was edited stays, what was not is new, and nothing is lost."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from evallib.errors import DeclarationError, UsageError
from evallib.steps.change_set import undo
from evallib.steps.context import open_context
from evallib.steps.merge import changes, meaning, merged
from evallib.steps.new import TEMPLATES, new
from evallib.steps.taken import FILE, read_taken
from evallib.steps.upgrade import Deed, Upgrade, plan_upgrade, upgrade

PLAN, Q1, Q2 = "surveys/plan.yaml", "surveys/questionnaires/q1.yaml", "surveys/questionnaires/q2.yaml"
NOTEBOOK, LOG = "notebooks/annual_report.ipynb", "surveys/logs/contents.csv"
COMMENT = "# written by hand\n"


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new(tmp_path_factory.mktemp("first") / "hanke")


@pytest.fixture
def there(first: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(first, tmp_path / "hanke"))


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The templates of an evallib to come: each kind of file has something new."""
    folder = tmp_path_factory.mktemp("newer") / "templates"
    shutil.copytree(TEMPLATES, folder)
    edit(folder / PLAN, lambda was: was + "# a remark of the next version\n")
    edit(folder / Q1, lambda was: "# q1, reworked\n" + was)
    edit(folder / Q2, lambda was: "# q2, reworked\n" + was)
    edit(folder / LOG, lambda was: was.replace("\n", ";licence\n"))
    edit(
        folder / "surveys/project.yaml",
        lambda was: was.replace("# printed on the cover\n", "# on the cover\n"),
    )
    (folder / "surveys/logs/visits.csv").write_text("visit_id;date\n", encoding="utf-8")
    (folder / "surveys/code_frame.yaml").unlink()
    book = json.loads((folder / NOTEBOOK).read_text(encoding="utf-8"))
    book["cells"].append(cell("report.table('T9.9')"))
    (folder / NOTEBOOK).write_text(json.dumps(book), encoding="utf-8")
    return folder


def cell(source: str) -> dict[str, object]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": "new1",
        "metadata": {},
        "outputs": [],
        "source": source,
    }


def edit(path: Path, how) -> None:  # type: ignore[no-untyped-def]
    path.write_text(how(path.read_text(encoding="utf-8")), encoding="utf-8")


def planned(there: Path, templates: Path, version: str = "0.2.0") -> Upgrade:
    return plan_upgrade(open_context(there), templates=templates, version=version)


def done(there: Path, templates: Path, version: str = "0.2.0") -> Upgrade:
    context = open_context(there)
    made = plan_upgrade(context, templates=templates, version=version)
    upgrade(context, made)
    return made


def deeds(made: Upgrade) -> dict[str, Deed]:
    return {one.name: one.deed for one in made.files}


def every_byte(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def test_a_new_workspace_knows_what_it_took_and_has_nothing_to_upgrade(there: Path) -> None:
    taken = read_taken(there)
    assert taken.version == "0.1.0"
    assert taken.files[PLAN].data == (there / PLAN).read_bytes()
    assert taken.files["surveys/templates/events.xlsx"].data is None
    assert not planned(there, TEMPLATES, "0.1.0").due


def test_a_dry_run_says_it_all_and_changes_nothing(there: Path, newer: Path) -> None:
    before = every_byte(there)
    made = planned(there, newer)
    assert deeds(made) == {
        **dict.fromkeys((NOTEBOOK, LOG, PLAN, Q1, Q2, "surveys/project.yaml"), Deed.REPLACED),
        "surveys/logs/visits.csv": Deed.ADDED,
        "surveys/code_frame.yaml": Deed.KEPT,
    }
    assert every_byte(there) == before


def test_files_that_nobody_edited_become_those_of_the_new_version_and_back(there: Path, newer: Path) -> None:
    before = every_byte(there)
    done(there, newer)
    for name in (PLAN, Q1, LOG, NOTEBOOK, "surveys/logs/visits.csv"):
        assert (there / name).read_bytes() == (newer / name).read_bytes()
    assert (there / "surveys/code_frame.yaml").is_file()
    assert read_taken(there).version == "0.2.0"
    assert not planned(there, newer).due
    undo(there)
    after = every_byte(there)
    assert {name: after[name] for name in before} == before


def test_line_ends_and_a_run_notebook_are_no_edits(there: Path, newer: Path) -> None:
    (there / PLAN).write_bytes((there / PLAN).read_bytes().replace(b"\n", b"\r\n"))
    book = json.loads((there / NOTEBOOK).read_text(encoding="utf-8"))
    next(one for one in book["cells"] if one["cell_type"] == "code")["execution_count"] = 7
    book["metadata"]["kernelspec"] = {"name": "other"}
    (there / NOTEBOOK).write_text(json.dumps(book), encoding="utf-8")
    made = deeds(planned(there, newer))
    assert (made[PLAN], made[NOTEBOOK]) == (Deed.REPLACED, Deed.REPLACED)


def test_what_both_changed_is_merged(there: Path, newer: Path) -> None:
    edit(there / PLAN, lambda was: COMMENT + was)
    edit(there / "surveys/project.yaml", lambda was: was.replace("TÄYTÄ: lyhyt nimi", "Oma hanke"))
    book = json.loads((there / NOTEBOOK).read_text(encoding="utf-8"))
    book["cells"].insert(1, {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": ["Oma sana"]})
    (there / NOTEBOOK).write_text(json.dumps(book), encoding="utf-8")
    made = done(there, newer)
    assert [deeds(made)[name] for name in (PLAN, NOTEBOOK, "surveys/project.yaml")] == [Deed.MERGED] * 3
    plan = (there / PLAN).read_text(encoding="utf-8")
    assert plan.startswith(COMMENT) and plan.endswith("# a remark of the next version\n")
    project = (there / "surveys/project.yaml").read_text(encoding="utf-8")
    assert "Oma hanke" in project and "# on the cover" in project
    cells = json.loads((there / NOTEBOOK).read_text(encoding="utf-8"))["cells"]
    assert cells[1]["source"] == ["Oma sana"]
    assert cells[-1]["source"] == "report.table('T9.9')"


def test_where_both_changed_one_place_yours_stays_and_the_new_one_lies_beside(
    there: Path, newer: Path
) -> None:
    edit(there / PLAN, lambda was: was + "# mine at the same place\n")
    mine = (there / PLAN).read_bytes()
    made = done(there, newer)
    assert deeds(made)[PLAN] is Deed.BESIDE
    assert (there / PLAN).read_bytes() == mine
    assert (there / "upgrade-0.2.0" / PLAN).read_bytes() == (newer / PLAN).read_bytes()
    told = (there / "upgrade-0.2.0/changes.txt").read_text(encoding="utf-8")
    assert "+# a remark of the next version" in told
    assert "mine at the same place" not in told
    assert not planned(there, newer).due
    undo(there)
    assert not (there / "upgrade-0.2.0").exists()


def test_a_questionnaire_that_was_asked_is_never_changed(there: Path, newer: Path) -> None:
    (there / "surveys/questionnaires/q2-2026.lss").write_bytes(b"<document/>")
    (there / "surveys/inbox/2026/limesurvey/q1").mkdir(parents=True)
    (there / "surveys/inbox/2026/limesurvey/q1/structure.lss").write_bytes(b"<document/>")
    before = {name: (there / name).read_bytes() for name in (Q1, Q2)}
    made = done(there, newer)
    told = {one.name: one for one in made.files}
    for name in (Q1, Q2):
        assert told[name].deed is Deed.BESIDE
        assert "2026" in str(told[name].why)
        assert (there / name).read_bytes() == before[name]


def test_a_log_with_rows_is_never_touched_and_new_columns_are_named(there: Path, newer: Path) -> None:
    with (there / LOG).open("a", encoding="utf-8") as log:
        log.write("c1;2026-02-01;case;Tarina;fi;success;;;;;\n")
    mine = (there / LOG).read_bytes()
    told = {one.name: one for one in done(there, newer).files}[LOG]
    assert told.deed is Deed.KEPT
    assert str(told.why).endswith(": licence")
    assert (there / LOG).read_bytes() == mine


def test_a_file_that_the_project_took_away_is_not_put_back(there: Path, newer: Path) -> None:
    (there / "notebooks/annual_report.ipynb").rename(there / "notebooks/vuosi.ipynb")
    assert deeds(done(there, newer))[NOTEBOOK] is Deed.KEPT
    assert not (there / NOTEBOOK).exists()


def test_declarations_that_would_not_fit_together_are_all_laid_beside(
    there: Path, newer: Path, tmp_path: Path
) -> None:
    broken = Path(shutil.copytree(newer, tmp_path / "broken"))
    edit(broken / "surveys/calendar.yaml", lambda was: was + 'periods: {"2031": {freeze: 2032-01-01}}\n')
    before = every_byte(there / "surveys")
    made = done(there, broken)
    assert "2031" in str(made.fault)
    declared = [one for one in made.files if one.name.endswith(".yaml") and one.deed is not Deed.KEPT]
    assert {one.deed for one in declared} == {Deed.BESIDE}
    after = every_byte(there / "surveys")
    assert all(after[name] == data for name, data in before.items() if name.endswith(".yaml"))
    assert (there / "surveys/logs/visits.csv").is_file()


def test_without_a_note_what_is_edited_is_laid_beside_and_what_is_filled_in_stays(
    there: Path, newer: Path
) -> None:
    (there / FILE).unlink()
    edit(there / "surveys/project.yaml", lambda was: was.replace("TÄYTÄ: lyhyt nimi", "Oma hanke"))
    edit(there / PLAN, lambda was: COMMENT + was)
    made = done(there, newer)
    assert deeds(made)["surveys/project.yaml"] is Deed.KEPT
    assert deeds(made)[PLAN] is Deed.BESIDE
    assert made.before == ""
    assert read_taken(there).version == "0.2.0"


def test_a_workspace_of_a_newer_version_and_the_demo_are_refused(there: Path, newer: Path) -> None:
    done(there, newer, "0.10.0")
    before = every_byte(there)
    with pytest.raises(UsageError) as told:
        planned(there, TEMPLATES, "0.9.0")
    assert "0.10.0" in str(told.value.expected)
    assert every_byte(there) == before
    edit(there / "surveys/project.yaml", lambda was: was.replace("invented: false", "invented: true"))
    with pytest.raises(UsageError):
        planned(there, newer, "0.11.0")


def test_a_fault_in_the_workspaces_own_declarations_comes_first(there: Path, newer: Path) -> None:
    edit(there / PLAN, lambda was: was.replace("schema_version", "schema_versio"))
    with pytest.raises(DeclarationError):
        planned(there, newer)


def test_merging_keeps_line_ends_and_the_mark_of_the_encoding() -> None:
    base = b"a\nb\nc\nd\ne\n"
    ours = b"\xef\xbb\xbfA\r\nb\r\nc\r\nd\r\ne\r\n"
    assert merged("x.yaml", base, ours, b"a\nb\nc\nd\nE\n") == b"\xef\xbb\xbfA\r\nb\r\nc\r\nd\r\nE\r\n"
    assert merged("x.yaml", base, b"x\n", b"y\n") is None
    assert merged("x.yaml", base, b"\xff\xfe", base) is None


def test_a_notebook_merges_cell_by_cell_and_ids_stay_apart() -> None:
    def book(*sources: str) -> bytes:
        cells = [cell(one) | {"id": f"c{place}"} for place, one in enumerate(sources)]
        return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()

    both = merged(
        "n.ipynb", book("a", "b", "c", "d"), book("mine", "a", "b", "c", "d"), book("a", "b", "c", "d", "new")
    )
    assert both is not None
    cells = json.loads(both)["cells"]
    assert [one["source"] for one in cells] == ["mine", "a", "b", "c", "d", "new"]
    assert len({one["id"] for one in cells}) == 6
    assert merged("n.ipynb", book("a"), book("b"), book("c")) is None
    assert merged("n.ipynb", book("a"), b"no notebook", book("c")) is None


def test_what_cannot_be_read_is_compared_by_its_bytes() -> None:
    assert meaning("a.xlsx", b"no workbook") != meaning("a.xlsx", b"another one")
    assert meaning("a.yaml", b"a\r\n") == meaning("a.yaml", b"a\n")
    assert changes("a.ipynb", b"no notebook", b"neither") == ""
