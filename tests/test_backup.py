"""A backup comes back byte for byte, tells nobody anything, and nothing half of it ever lies anywhere."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest
from two_years import edit, two_years

from evallib import cli
from evallib.errors import EvallibError, InputError, OutputError, StoreError, UsageError
from evallib.steps.backup import backup, restore
from evallib.steps.context import open_context
from evallib.steps.doctor import doctor
from evallib.store import Tier
from evallib.store.backup import pack, unpack

WORDS = "kivi lumi hauki naava"


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_years(tmp_path_factory.mktemp("released") / "work")


@pytest.fixture
def root(released: Path, tmp_path: Path) -> Path:
    shutil.copytree(released, tmp_path / "work", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "elsewhere").mkdir()
    return tmp_path / "work"


def made(root: Path) -> Path:
    return backup(open_context(root), root.parent / "elsewhere", WORDS).path


def kept(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "lock" and "backups" not in path.parts
    }


def test_every_file_comes_back_as_it_was_and_the_store_is_whole(root: Path) -> None:
    (root / "outputs").mkdir(exist_ok=True)
    (root / "outputs" / "huom ä.txt").write_text("ä", encoding="utf-8")
    before = kept(root)
    back = restore(made(root), root.parent / "back", WORDS)
    assert kept(root.parent / "back") == before
    assert (back.files, back.keys) == (len(before), ("demo-public",))
    assert open_context(root.parent / "back").store.verify() == []
    assert (root.parent / "back/surveys/store/FORMAT").stat().st_mode & 0o077 == 0


def test_a_store_outside_the_workspace_comes_back_to_its_place(root: Path) -> None:
    edit(root / "surveys/project.yaml", r"\nstore: .*\n", "\nstore: ../kept\n")
    shutil.move(root / "surveys/store", root.parent / "kept")
    file = made(root)
    with pytest.raises(UsageError, match="something lies already"):
        restore(file, root.parent / "back", WORDS)
    before = kept(root.parent / "kept")
    shutil.rmtree(root.parent / "kept")
    restore(file, root.parent / "back", WORDS)
    assert kept(root.parent / "kept") == before
    assert not list(root.parent.glob(".*"))


def test_nobody_is_found_in_the_file(root: Path) -> None:
    (root / "surveys/logs/note.txt").write_text("aino.esimerkki@example.org " * 50, encoding="utf-8")
    written = made(root).read_bytes()
    assert b"aino.esimerkki" not in written and b"surveys/" not in written


def test_the_store_notes_each_backup(root: Path) -> None:
    file = made(root)
    noted = open_context(root).store.latest(Tier.BACKUPS, "workspace")
    assert noted is not None and noted.facts["name"] == file.name
    assert str(root) not in json.dumps(dict(noted.facts))


def test_another_passphrase_opens_nothing(root: Path) -> None:
    with pytest.raises(InputError, match="passphrase does not open"):
        restore(made(root), root.parent / "back", WORDS + "!")
    assert not (root.parent / "back").exists()


def test_each_flipped_byte_and_each_cut_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(random.Random(1).randbytes(200_000))
    file, other = tmp_path / "one.zip", tmp_path / "other.zip"
    with file.open("wb") as target:
        pack(target, [("workspace/a", tmp_path / "a")], {}, WORDS, "words")
    whole, chance = file.read_bytes(), random.Random(2)
    start = whole.rindex(b"age-encryption.org")  # of the data; the words before may change unseen
    for _ in range(8):
        place = chance.randrange(start, len(whole) - 300)
        other.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(InputError):
            unpack(other, WORDS, None)
    for _ in range(8):
        other.write_bytes(whole[: chance.randrange(len(whole))])
        with pytest.raises(InputError):
            unpack(other, WORDS, None)


def test_a_member_that_would_write_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    for name in ("../evil", "/evil", "workspace/../../evil", "C:/evil", "workspace\\..\\evil"):
        with (tmp_path / "one.zip").open("wb") as target:
            pack(target, [(name, tmp_path / "a")], {}, WORDS, "words")
        with pytest.raises(InputError, match="no whole backup"):
            unpack(tmp_path / "one.zip", WORDS, tmp_path / "into" / "deep")
        assert not list(tmp_path.rglob("evil"))


def test_a_backup_of_a_newer_evallib_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "one.zip").open("wb") as target:
        pack(target, [], {"format": 2}, WORDS, "words")
    with pytest.raises(InputError, match="format that this version does not know"):
        unpack(tmp_path / "one.zip", WORDS, None)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(300_000))
    with (
        Path("/dev/full").open("wb", buffering=0) as target,
        pytest.raises(OutputError, match="can't be written"),
    ):
        pack(target, [("workspace/a", tmp_path / "a")], {}, WORDS, "words")


def test_a_file_that_grows_while_it_is_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a"
    file.write_bytes(bytes(100_000))
    from evallib.store import backup as room

    def growing(self: object, size: int = -1) -> bytes:
        with file.open("ab") as more:
            more.write(b"x")
        return read(self, size)

    read = room._Hashed.read
    monkeypatch.setattr(room._Hashed, "read", growing)
    with (
        (tmp_path / "one.zip").open("wb") as target,
        pytest.raises(InputError, match="changed while it was read"),
    ):
        pack(target, [("workspace/a", file)], {}, WORDS, "words")


def test_what_can_t_be_backed_up_is_refused_and_nothing_written(root: Path) -> None:
    context, elsewhere = open_context(root), root.parent / "elsewhere"
    with pytest.raises(UsageError, match="too short"):
        backup(context, elsewhere, "hauki")
    with pytest.raises(UsageError, match="inside the workspace"):
        backup(context, root / "outputs", WORDS)
    with pytest.raises(UsageError, match="no folder"):
        backup(context, root.parent / "nowhere", WORDS)
    one = next(path for path in (root / "surveys/store/objects").rglob("*") if path.is_file())
    one.chmod(0o600)
    one.write_bytes(b"?")
    with pytest.raises(StoreError, match="would look whole"):
        backup(context, elsewhere, WORDS)
    assert list(elsewhere.iterdir()) == []


def test_a_backup_that_reads_back_otherwise_is_not_called_one(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evallib.store.backup import Backup

    monkeypatch.setattr("evallib.store.backup.unpack", lambda *_: Backup({}, {}, 0))
    with pytest.raises(OutputError, match="read back"):
        made(root)
    assert list((root.parent / "elsewhere").iterdir()) == []
    assert open_context(root).store.latest(Tier.BACKUPS, "workspace") is None


def test_a_restore_writes_over_nothing_and_says_who_lives_there(root: Path) -> None:
    with pytest.raises(UsageError) as caught:
        restore(made(root), root, WORDS)
    assert "Hyvän olon kylät" in str(caught.value.found)
    with pytest.raises(UsageError, match="no file"):
        restore(root / "nothing.zip", root.parent / "back", WORDS)


def test_a_restore_that_was_stopped_leaves_no_workspace_and_the_next_one_works(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, back = made(root), root.parent / "back"

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("evallib.steps.backup._settle", stopped)
        restore(file, back, WORDS)
    assert not back.exists() and not list(root.parent.glob(".*"))
    (root.parent / ".back.restoring" / "left").mkdir(parents=True)  # as after a power cut
    restore(file, back, WORDS)
    assert back.is_dir() and not list(root.parent.glob(".*"))


def test_a_damaged_or_newer_store_in_a_backup_is_refused(root: Path, tmp_path: Path) -> None:
    declared = root / "surveys/project.yaml"
    for name, words in (("FORMAT", "does not know"), ("objects/ab/c", "damaged")):
        (tmp_path / "f").write_text("99\n" if name == "FORMAT" else "?")
        members = [("workspace/surveys/project.yaml", declared), (f"store/{name}", tmp_path / "f")]
        with (tmp_path / "one.zip").open("wb") as target:
            pack(target, members, {}, WORDS, "words")
        with pytest.raises(StoreError, match=words):
            restore(tmp_path / "one.zip", tmp_path / "back", WORDS)
        assert not (tmp_path / "back").exists()


def test_doctor_says_what_is_in_one_place_only_until_it_is_in_two(root: Path) -> None:
    def said() -> tuple[bool, str]:
        found = next(one for one in doctor(root) if "two places" in str(one.check))
        return found.ok, str(found.repair)

    assert not [one for one in doctor(root) if "two places" in str(one.check)]  # a demo loses nothing
    edit(root / "surveys/project.yaml", r"\ninvented: true", "\ninvented: false")
    assert said()[0] is False and "No backup was ever made" in said()[1]
    made(root)
    assert said() == (True, "")
    store = open_context(root).store
    store.commit(Tier.RAW, "2024", {}, {"later": True}, "2099-01-01T00:00:00Z")
    assert said()[0] is False and "1 later changes" in said()[1]


def test_the_command_says_what_it_did_and_needs_a_passphrase(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    assert cli.main(["backup", "../elsewhere", "--language", "en"]) == UsageError.exit_code
    assert "EVALLIB_BACKUP_PASSPHRASE" in capsys.readouterr().err
    monkeypatch.setenv("EVALLIB_BACKUP_PASSPHRASE", WORDS)
    assert cli.main(["backup", "../elsewhere", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["same_disk"] is True and told["files"] > 100
    assert cli.main(["restore", told["file"], "../back", "--language", "en"]) == 0
    assert "store whole" in capsys.readouterr().out
    assert cli.main(["restore", told["file"], "../back", "--language", "en"]) == UsageError.exit_code
    assert WORDS not in capsys.readouterr().err


def test_two_different_passphrases_write_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter([WORDS, WORDS + "?"])
    monkeypatch.chdir(root)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda *_: next(typed))
    assert cli.main(["backup", "../elsewhere"]) == UsageError.exit_code
    assert list((root.parent / "elsewhere").iterdir()) == []


def test_every_known_fault_is_one_of_ours(root: Path, tmp_path: Path) -> None:
    for data in (b"", b"PK\x03\x04", b"x" * 1000, (tmp_path / "work/surveys/project.yaml").read_bytes()):
        (tmp_path / "junk.zip").write_bytes(data)
        with pytest.raises(EvallibError, match="no whole backup"):
            restore(tmp_path / "junk.zip", tmp_path / "back", WORDS)
