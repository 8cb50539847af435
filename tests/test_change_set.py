"""Several files changed together: all or none wherever a run dies, and back again."""

from __future__ import annotations

from pathlib import Path

import pytest

from evallib.errors import MissingStepError, OutputError, StoreError
from evallib.steps import change_set
from evallib.steps.change_set import apply, finish, held, last_change, undo
from evallib.workspace import CHANGING, find_workspace

OLD = {"a.yaml": b"a\n", "surveys/project.yaml": b"broken: [\n", "gone.txt": b"soon\n"}
CHANGES = {"a.yaml": b"A\n", "surveys/new/b.yaml": b"B\n", "gone.txt": None}
NEW = {"a.yaml": b"A\n", "surveys/project.yaml": b"broken: [\n", "surveys/new/b.yaml": b"B\n"}


def laid(root: Path) -> Path:
    for name, data in OLD.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    (root / ".evallib").mkdir()
    return root


def there(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file() and ".evallib" not in path.parts)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


class Died(BaseException):
    pass


def dying_at(monkeypatch: pytest.MonkeyPatch, wanted: int, fault: BaseException) -> list[int]:
    """From the wanted write, rename or removal of the change on nothing is done any more."""
    count = [0]

    def guarded(real):  # type: ignore[no-untyped-def]
        def call(*given, **options):  # type: ignore[no-untyped-def]
            count[0] += 1
            if count[0] >= wanted:
                raise fault
            return real(*given, **options)

        return call

    monkeypatch.setattr(change_set, "write_file", guarded(change_set.write_file))
    monkeypatch.setattr(change_set, "_take_away", guarded(change_set._take_away))
    monkeypatch.setattr(Path, "replace", guarded(Path.replace))
    return count


def test_a_change_is_made_and_taken_back(tmp_path: Path) -> None:
    root = laid(tmp_path)
    apply(root, CHANGES, "upgrade 9")
    assert there(root) == NEW
    assert last_change(root) == ("upgrade 9", ("a.yaml", "gone.txt", "surveys/new/b.yaml"))
    made = undo(root)
    assert there(root) == OLD
    assert (made.what, made.aside) == ("upgrade 9", {})
    assert last_change(root) is None
    with pytest.raises(MissingStepError):
        undo(root)


def points() -> int:
    """How many calls one change makes, counted by making it."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        count = dying_at(patch, 1_000, Died())
        apply(laid(Path(folder)), CHANGES, "upgrade 9")
        return count[0]


@pytest.mark.parametrize("point", range(1, points() + 1))
@pytest.mark.parametrize(
    "fault", [Died(), OutputError("full"), KeyboardInterrupt()], ids=lambda one: type(one).__name__
)
def test_wherever_it_dies_all_is_old_or_the_next_run_makes_all_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: int, fault: BaseException
) -> None:
    root = laid(tmp_path)
    with monkeypatch.context() as patch, pytest.raises(type(fault)):
        dying_at(patch, point, fault)
        apply(root, CHANGES, "upgrade 9")
    begun = (root / CHANGING).exists()
    if not begun:
        assert there(root) == OLD
    assert finish(root) == ("upgrade 9" if begun else "")
    assert there(root) == (NEW if begun else OLD)
    apply(root, CHANGES, "upgrade 9")
    assert there(root) == NEW
    undo(root)
    assert there(root) == (NEW if begun else OLD)
    assert len(list((root / ".evallib").glob("change-*"))) == 1


def test_until_it_is_ended_no_other_command_uses_the_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = laid(tmp_path)
    with monkeypatch.context() as patch, pytest.raises(Died):
        dying_at(patch, points(), Died())
        apply(root, CHANGES, "upgrade 9")
    with pytest.raises(MissingStepError) as told:
        find_workspace(root / "surveys")
    assert "evallib upgrade" in str(told.value.repair)


def test_a_file_that_was_changed_since_is_laid_aside_when_a_change_is_taken_back(tmp_path: Path) -> None:
    root = laid(tmp_path)
    apply(root, CHANGES, "upgrade 9")
    (root / "a.yaml").write_bytes(b"mine, later\n")
    made = undo(root)
    assert made.aside == {"a.yaml": "taken-back/a.yaml"}
    assert there(root) == {**OLD, "taken-back/a.yaml": b"mine, later\n"}
    apply(root, CHANGES, "upgrade 9")
    (root / "a.yaml").write_bytes(b"and again\n")
    assert undo(root).aside == {"a.yaml": "taken-back/a-2.yaml"}


def test_a_damaged_note_or_lost_bytes_are_said_and_nothing_is_changed(tmp_path: Path) -> None:
    root = laid(tmp_path)
    apply(root, CHANGES, "upgrade 9")
    for path in (root / ".evallib").glob("change-*/old/*"):
        path.write_bytes(b"flipped")
    with pytest.raises(StoreError):
        undo(root)
    assert there(root) == NEW
    (root / ".evallib" / "changed.json").write_bytes(b"{")
    with pytest.raises(StoreError):
        undo(root)
    assert there(root) == NEW


def test_two_runs_do_not_change_a_workspace_at_once(tmp_path: Path) -> None:
    with held(tmp_path), pytest.raises(StoreError), held(tmp_path):
        pass
