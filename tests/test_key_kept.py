"""The key on paper and back, and what a change of the key means for people and numbers."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from small_frames import cells, small
from test_indicators_whole import changed, compare, wave
from two_years import edit, two_years

from evallib import cli
from evallib.errors import EvallibError, InputError, PrivacyError, UsageError
from evallib.indicators.learning import i20
from evallib.privacy.erasure import person_of
from evallib.privacy.key_sheet import read_sheet, sheet_lines
from evallib.privacy.keys import demo_key, key_from, load_key
from evallib.privacy.pseudonyms import pseudonym
from evallib.steps.context import Context, open_context
from evallib.steps.freeze import freeze
from evallib.steps.key import key, key_backup, key_restore, key_rotate, used_and_not_printed
from evallib.steps.project_key import project_key, retired_keys
from evallib.tidy import Frames

KEY = key_from(bytes(range(32)))


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    kept: dict[str, str] = {}
    monkeypatch.setattr("keyring.get_password", lambda service, user: kept.get(user))
    monkeypatch.setattr("keyring.set_password", lambda service, user, word: kept.update({user: word}))
    return kept


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_years(tmp_path_factory.mktemp("released") / "work")


@pytest.fixture
def context(released: Path, tmp_path: Path, ring: dict[str, str]) -> Context:
    """Two small years as a project with a key of its own, nothing frozen yet."""
    root = tmp_path / "work"
    shutil.copytree(released, root)
    shutil.rmtree(root / "surveys/store")
    edit(root / "surveys/project.yaml", r"\nkey: demo", "\nkey: keyring")
    return open_context(root)


def test_without_its_key_a_freeze_writes_nothing_not_even_what_was_received(context: Context) -> None:
    with pytest.raises(PrivacyError):
        freeze(context, context.period("2023"))
    assert not list(context.workspace.store.glob("manifests/*"))


def test_a_sheet_gives_back_the_key_it_was_made_of() -> None:
    for secret in (KEY, key_from(bytes(40))):
        lines = sheet_lines(secret, "12 / 34", "2023-2027")
        typed = [lines[0], *(line.upper() for line in lines[1:])]
        read = read_sheet("words for people\r\n" + "\r\n".join(typed))
        assert (read.number, read.programme_period, read.key_id) == ("12 / 34", "2023-2027", secret.key_id)
        assert key_from(bytes.fromhex(read.written)) == secret
        assert read.written not in repr(read)


def test_each_mistyped_digit_and_each_missing_line_is_named_by_its_line() -> None:
    lines = sheet_lines(KEY, "1001", "2023-2027")
    assert len(lines) == 5
    for place in range(1, 5):
        missing = [one for one in lines if one is not lines[place]]
        with pytest.raises(InputError, match=f"Line {place} "):
            read_sheet("\n".join(missing))
        unnoticed = 0
        digits = [at.start() for at in re.finditer("[0-9a-f]", lines[place][5:24])]
        for at in digits:
            wrong = list(lines[place])
            wrong[at + 5] = "0" if wrong[at + 5] != "0" else "1"
            try:
                read_sheet("\n".join([*lines[:place], "".join(wrong), *lines[place + 1 :]]))
                pytest.fail("a wrong key was taken")
            except InputError as fault:
                unnoticed += f"Line {place} " not in str(fault)  # then the key's id tells
        assert unnoticed <= 1
    with pytest.raises(InputError, match="no printed key"):
        read_sheet("\n".join(lines[1:]))
    swapped = [lines[0], lines[1].replace("  1 ", "  2 "), lines[2].replace("  2 ", "  1 "), *lines[3:]]
    with pytest.raises(InputError):
        read_sheet("\n".join(swapped))


def test_the_demo_s_key_gets_no_sheet() -> None:
    with pytest.raises(PrivacyError, match="public"):
        sheet_lines(demo_key(), "1", "2023-2027")


def test_a_key_goes_to_paper_and_to_another_computer(
    context: Context, ring: dict[str, str], tmp_path: Path
) -> None:
    made = key(context)
    freeze(context, context.period("2023"))
    assert used_and_not_printed(context) == [made]
    assert key_backup(context, tmp_path / "key.txt") == made
    assert used_and_not_printed(context) == []
    assert (tmp_path / "key.txt").stat().st_mode & 0o077 == 0
    secret = dict(ring)
    ring.clear()
    with pytest.raises(PrivacyError, match="missing"):
        project_key(context)
    assert key_restore(context, (tmp_path / "key.txt").read_text("utf-8")) == made
    assert ring == secret
    assert key_restore(context, (tmp_path / "key.txt").read_text("utf-8")) == made  # twice does no harm


def test_the_wrong_sheet_is_refused_and_changes_nothing(context: Context, ring: dict[str, str]) -> None:
    project = context.workspace.project
    theirs = sheet_lines(KEY, "another", project.programme_period)
    with pytest.raises(PrivacyError, match="another project"):
        key_restore(context, "\n".join(theirs))
    made = key(context)
    freeze(context, context.period("2023"))
    before = dict(ring)
    other = "\n".join(sheet_lines(KEY, project.number, project.programme_period))
    with pytest.raises(PrivacyError, match="frozen under another key"):
        key_restore(context, other)
    ring.clear()
    with pytest.raises(PrivacyError) as caught:  # said before anything is written
        key_restore(context, other)
    assert made in str(caught.value.expected) and ring == {}
    ring.update(before)


def test_another_key_in_the_keyring_is_never_lost(context: Context, ring: dict[str, str]) -> None:
    made = key(context)
    project, before = context.workspace.project, dict(ring)
    with pytest.raises(PrivacyError) as caught:
        key_restore(context, "\n".join(sheet_lines(KEY, project.number, project.programme_period)))
    assert made in str(caught.value.found) and ring == before


def test_a_sheet_lies_apart_from_the_data_and_over_nothing(
    context: Context, tmp_path: Path, ring: object
) -> None:
    key(context)
    for place in (context.workspace.root / "key.txt", context.workspace.store / "key.txt",
                  tmp_path / "OneDrive - Yhdistys" / "key.txt"):  # fmt: skip
        place.parent.mkdir(parents=True, exist_ok=True)
        with pytest.raises(UsageError, match="apart from the data"):
            key_backup(context, place)
        assert not place.exists()
    (tmp_path / "old.txt").write_text("another key")
    with pytest.raises(UsageError, match="exists already"):
        key_backup(context, tmp_path / "old.txt")
    assert (tmp_path / "old.txt").read_text() == "another key"
    with pytest.raises(EvallibError, match="can't be written"):
        key_backup(context, tmp_path / "nowhere" / "key.txt")


def test_after_a_rotation_old_data_stay_readable_and_erasable(context: Context, ring: dict[str, str]) -> None:
    old = key(context)
    freeze(context, context.period("2023"))
    made = key_rotate(context)
    assert (made.old, made.ended, made.again) == (old, ("2023",), ("2023",))
    assert made.new != old and project_key(context).key_id == made.new
    assert [one.key_id for one in retired_keys(context)] == [old]
    person = person_of("a@example.org", project_key(context), ["q2"], [], set(), retired_keys(context))
    assert {pseudonym("a@example.org", "q2", one) for one in person.keys} <= person.pseudonyms
    assert len(person.keys) == 2
    freeze(context, context.period("2024"))
    assert freeze(context, context.period("2023")).manifest.facts["key"] == old
    assert freeze(context, context.period("2023"), again=True).manifest.facts["key"] == made.new


def test_a_rotation_that_is_cut_short_loses_no_key(context: Context, ring: dict[str, str],
                                                   monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    key(context)
    project = context.workspace.project
    before = load_key("keyring", project.number, project.programme_period)
    calls = []

    def stopping(service: str, user: str, word: str) -> None:
        calls.append(user)
        if len(calls) == 2:
            raise KeyboardInterrupt
        ring[user] = word

    monkeypatch.setattr("keyring.set_password", stopping)
    with pytest.raises(KeyboardInterrupt):
        key_rotate(context)
    assert load_key("keyring", project.number, project.programme_period) == before


def test_across_a_change_of_the_key_nobody_is_called_new_or_the_same() -> None:
    declared = [compare("paired", "q2.N08")]
    now, before = wave("2025", "a4"), wave("2024", "a2")
    found = changed(replace(now, key="k-2"), replace(before, key="k-1"), declared=declared)
    assert {cell.note for one in found.values() for cell in one.cells} == {"key_changed"}
    found = changed(replace(now, key="k-1"), replace(before, key="k-1"), declared=declared)
    assert found["n08_change"].cells[0].value == 2.0


def test_across_a_change_of_the_key_participants_are_a_range() -> None:
    def came(period: str, *people: str) -> Frames:
        rows = [{"event_id": f"e{period}{i}", "person": one, "known": "yes", "status": "attended"}
                for i, one in enumerate(people)]  # fmt: skip
        return replace(small(period, participations=rows), key=f"k-{period}")

    found = cells(i20, came("2025", "p1", "p2", "p2"), came("2024", "q1", "q1"))
    names = ("new_low", "new_high", "returning")
    assert [found[f"I20.{name}"].note for name in names] == ["key_changed"] * 3
    assert (found["I20.persons_low_cumulative"].value, found["I20.persons_high_cumulative"].value) == (2, 4)
    same = replace(came("2024", "p1", "p1"), key="k-2025")
    found = cells(i20, came("2025", "p1", "p2", "p2"), same)
    assert [found[f"I20.{name}"].value for name in names] == [1, 1, 1]
    assert found["I20.persons_high_cumulative"].value == 2


def test_a_key_that_was_lost_is_mentioned_though_nothing_is_frozen_anew(
    context: Context,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    ring: dict[str, str],
) -> None:
    monkeypatch.chdir(context.workspace.root)
    key(context)
    assert cli.main(["freeze", "2023", "--language", "en"]) == 0
    assert cli.main(["freeze", "2023", "--language", "en"]) == 0
    assert "can't be made" not in capsys.readouterr().out
    ring.clear()
    assert cli.main(["freeze", "2023", "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert "up to date" in said and "The pseudonym key is missing" in said and "backup" in said
    assert cli.main(["freeze", "2023", "--json"]) == 0
    assert '"key_fault"' in capsys.readouterr().out
    before = sorted(path for path in context.workspace.store.rglob("*") if "frozen" in path.parts)
    assert cli.main(["freeze", "2023", "--again"]) == PrivacyError.exit_code  # before anything is overwritten
    assert before == sorted(path for path in context.workspace.store.rglob("*") if "frozen" in path.parts)


def test_a_weak_key_is_refused_unless_data_are_frozen_under_it_already(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(context.workspace.surveys / "project.yaml", r"\nkey: keyring", "\nkey: env:OUR_KEY")
    monkeypatch.setenv("OUR_KEY", "ab" * 32)
    with pytest.raises(PrivacyError, match="too simple"):
        project_key(open_context(context.workspace.root))
    with monkeypatch.context() as earlier:  # as a version that knew no weak keys froze them
        earlier.setattr("evallib.privacy.keys.is_weak", lambda secret: False)
        frozen = freeze(open_context(context.workspace.root), context.period("2023"))
    weak = project_key(open_context(context.workspace.root))
    assert weak.key_id == frozen.manifest.facts["key"]
    assert freeze(open_context(context.workspace.root), context.period("2023"), again=True).new


def test_the_commands_say_what_follows(
    context: Context,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    ring: dict[str, str],
) -> None:
    monkeypatch.chdir(context.workspace.root)
    assert cli.main(["key", "--language", "en"]) == 0
    assert "evallib key backup FILE" in capsys.readouterr().out
    assert cli.main(["key", "backup", "--language", "en"]) == UsageError.exit_code
    assert cli.main(["key", "backup", str(tmp_path / "key.txt"), "--language", "en"]) == 0
    assert cli.main(["freeze", "2023"]) == 0
    assert cli.main(["key", "rotate", "--language", "en"]) == 0
    assert "evallib freeze 2023 --again" in capsys.readouterr().out
    assert (
        cli.main(["key", "restore", str(tmp_path / "key.txt"), "--language", "en"]) == PrivacyError.exit_code
    )
    said = capsys.readouterr()
    assert all(secret not in said.out + said.err for secret in ring.values())
