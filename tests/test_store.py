"""The store keeps bytes under their own hash, numbers what a tier held, and notices every damage."""

import errno
import json
import os
import stat
import threading
from pathlib import Path

import pytest

from evallib.errors import OutputError, StoreError
from evallib.store import Damage, Fault, Store, Tier, check, files, fingerprint, objects
from evallib.store import lock as locks

NOW = "2025-12-31T12:00:00Z"
DEAD = 2**22 + 1  # above the largest process id


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


def committed(store, period="2025", **contents):
    entries = {f"{name}.csv": store.put(data) for name, data in contents.items()}
    return store.commit(Tier.FROZEN, period, entries, {"threshold": 5}, NOW)


def overwrite(path, data):
    path.chmod(0o600)
    path.write_bytes(data)


def only_object(store):
    return next(path for path in store.path.glob("objects/*/*"))


def test_bytes_come_back_as_they_were_put(store):
    for data in (b"", b"a;b\r\n1;2\r\n", b"\x00\xff", "ä".encode("utf-16")):
        assert store.get(store.put(data)) == data


def test_an_object_is_named_by_its_sha_256(store):
    sha = store.put(b"abc")
    assert sha == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert (store.path / "objects" / "ba" / sha[2:]).read_bytes() == b"abc"


def test_the_same_bytes_lie_there_once(store):
    assert store.put(b"abc") == store.put(b"abc")
    assert len(list(store.path.glob("objects/*/*"))) == 1


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such rights")
def test_only_the_owner_can_read_and_nobody_can_write_an_object(store):
    committed(store, events=b"abc")
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in store.path.rglob("*") if p.is_file()}
    folders = {stat.S_IMODE(p.stat().st_mode) for p in store.path.rglob("*") if p.is_dir()}
    assert modes.pop(only_object(store).name) == 0o400
    assert modes.pop("000001.json") == 0o400
    assert set(modes.values()) == {0o600}
    assert folders | {stat.S_IMODE(store.path.stat().st_mode)} == {0o700}


def test_a_missing_object_is_named(store):
    with pytest.raises(StoreError, match="0" * 64):
        store.get("0" * 64)


@pytest.mark.parametrize("name", ["", "abc", "../FORMAT", "A" * 64, "0" * 63 + "/"])
def test_what_is_no_name_of_an_object_is_refused(store, name):
    with pytest.raises(StoreError, match="not the name of an object"):
        store.get(name)


@pytest.mark.parametrize("damage", [b"abd", b"ab", b"", b"abcd"])
def test_a_changed_or_cut_object_is_never_given_out_and_putting_it_again_mends_it(store, damage):
    sha = store.put(b"abc")
    overwrite(only_object(store), damage)
    with pytest.raises(StoreError, match="damaged") as caught:
        store.get(sha)
    assert str(caught.value.where) == f"objects/{sha[:2]}/{sha[2:]}"
    assert [one.fault for one in store.verify()] == [Fault.OBJECT_DAMAGED]
    store.put(b"abc")
    assert store.get(sha) == b"abc" and [one for one in store.verify() if not one.ignorable] == []


def test_manifests_are_numbered_by_tier_and_period_and_name_the_one_before(store):
    first = committed(store, events=b"1")
    second = committed(store, events=b"2")
    other = committed(store, "2024", events=b"2")
    assert [first.number, second.number, other.number] == [1, 2, 1]
    assert second.previous == first.sha256 and first.previous == ""
    assert store.latest(Tier.FROZEN, "2025") == second
    assert store.manifests(Tier.FROZEN, "2025") == [first, second]
    assert store.manifest(Tier.FROZEN, "2025", 1) == first
    assert store.latest(Tier.RAW, "2025") is None
    assert store.periods(Tier.FROZEN) == ["2024", "2025"]
    assert store.read(first, "events.csv") == b"1"


def test_a_commit_that_changes_nothing_gives_the_latest_manifest(store):
    first = committed(store, events=b"1")
    later = store.commit(Tier.FROZEN, "2025", first.entries, first.facts, "2026-01-31T12:00:00Z")
    assert later == first
    assert committed(store, events=b"1", contents=b"").number == 2
    assert committed(store, events=b"1").number == 3


def test_a_manifest_is_canonical_json_with_its_own_hash(store):
    manifest = committed(store, events=b"1")
    written = (store.path / "manifests/frozen/2025/000001.json").read_bytes()
    outer = json.loads(written)
    assert outer["sha256"] == manifest.sha256
    assert outer["body"]["facts"] == {"threshold": 5}
    again = json.dumps(outer, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
    assert written == again.encode()


def test_an_entry_must_be_in_the_store_before_the_commit(store):
    with pytest.raises(StoreError, match="not in the store"):
        store.commit(Tier.FROZEN, "2025", {"events.csv": "0" * 64}, {}, NOW)
    assert store.latest(Tier.FROZEN, "2025") is None


def test_an_unknown_entry_or_number_is_a_known_fault(store):
    manifest = committed(store, events=b"1")
    with pytest.raises(StoreError, match="has no contents.csv"):
        store.read(manifest, "contents.csv")
    with pytest.raises(StoreError, match="manifest 2"):
        store.manifest(Tier.FROZEN, "2025", 2)


@pytest.mark.parametrize("period", ["", "..", "a/b", "2025 ", "x" * 21])
def test_a_period_that_can_be_no_folder_is_refused(store, period):
    with pytest.raises(StoreError, match="name of a period"):
        store.commit(Tier.RAW, period, {}, {}, NOW)
    with pytest.raises(StoreError):
        store.latest(Tier.RAW, period)


def test_reading_creates_nothing(store):
    assert store.latest(Tier.RAW, "2025") is None
    assert store.manifests(Tier.RAW, "2025") == [] and store.verify() == [] and store.periods(Tier.RAW) == []
    assert not store.path.exists()


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ("manifests/frozen/2025/000001.json", Fault.MANIFEST_DAMAGED),
        ("manifests/frozen/2025/000002.json", Fault.MANIFEST_DAMAGED),
        ("manifests/frozen/2025/HEAD", Fault.HEAD_DAMAGED),
    ],
)
def test_every_flipped_bit_and_every_cut_of_a_manifest_or_head_is_noticed(store, place, fault):
    committed(store, events=b"1")
    committed(store, events=b"2")
    path = store.path / place
    whole = path.read_bytes()
    harmed = [whole[:n] for n in range(len(whole) - 1)]
    harmed += [whole[:i] + bytes([whole[i] ^ 1]) + whole[i + 1 :] for i in range(len(whole) - 1)]
    for data in harmed:
        overwrite(path, data)
        found = [one for one in store.verify() if not one.ignorable]
        assert found, data
        if fault is Fault.MANIFEST_DAMAGED:
            assert Damage(fault, place) in found
    overwrite(path, whole)
    assert store.verify() == []


def test_a_damaged_head_or_manifest_is_never_taken_for_the_latest(store):
    committed(store, events=b"1")
    overwrite(store.path / "manifests/frozen/2025/HEAD", b"000001 " + b"0" * 64 + b"\n")
    with pytest.raises(StoreError, match="damaged"):
        store.latest(Tier.FROZEN, "2025")
    overwrite(store.path / "manifests/frozen/2025/HEAD", b"")
    with pytest.raises(StoreError, match="damaged"):
        store.latest(Tier.FROZEN, "2025")


def test_a_manifest_exchanged_for_another_whole_one_is_noticed(store):
    committed(store, events=b"1")
    committed(store, "2024", events=b"2")
    source = store.path / "manifests/frozen/2024/000001.json"
    overwrite(store.path / "manifests/frozen/2025/000001.json", source.read_bytes())
    with pytest.raises(StoreError, match="damaged"):
        store.latest(Tier.FROZEN, "2025")
    assert [one.fault for one in store.verify()] == [Fault.MANIFEST_DAMAGED]


def test_missing_objects_manifests_and_strays_are_found(store):
    for number in range(3):
        last = committed(store, events=bytes([number]))
    gone = last.entries["events.csv"]
    files.remove(store.path / "manifests/frozen/2025/000001.json")
    files.remove(store.path / "objects" / gone[:2] / gone[2:])
    (store.path / "objects/aa").mkdir(exist_ok=True)
    (store.path / "objects/aa/notes.txt").write_text("x")
    (store.path / "tmp/left").write_text("x")
    assert {one.where: (one.fault, one.ignorable) for one in store.verify()} == {
        "manifests/frozen/2025/000001.json": (Fault.MANIFEST_MISSING, False),
        f"objects/{gone[:2]}/{gone[2:]}": (Fault.OBJECT_MISSING, False),
        "objects/aa/notes.txt": (Fault.STRAY, True),
        "tmp/left": (Fault.LEFT_BEHIND, True),
    }


def test_an_object_that_no_manifest_names_is_told_and_goes_with_the_next_erasure(store):
    committed(store, events=b"1")
    left = store.put(b"of a run that died")
    where = f"objects/{left[:2]}/{left[2:]}"
    assert store.verify() == [Damage(Fault.LEFT_BEHIND, where, ignorable=True)]
    assert store.bury() == [left] and store.verify() == []


def test_nothing_is_swept_out_while_a_manifest_cannot_be_read(store):
    committed(store, events=b"1")
    committed(store, events=b"2")
    overwrite(store.path / "manifests/frozen/2025/000001.json", b"{}")
    assert store.bury() == [] and len(list(store.path.glob("objects/*/*"))) == 2


def test_a_damaged_object_is_told_with_what_names_it(store):
    committed(store, events=b"1")
    overwrite(only_object(store), b"2")
    assert [one.named for one in store.verify()] == ["frozen/2025/000001: events.csv"]


@pytest.mark.parametrize("written", [b"1\x0b", b"1", b"", b"\x31\x0d\x0a"])
def test_a_changed_format_file_is_noticed(store, written):
    committed(store, events=b"1")
    reading = Store(store.path)
    (store.path / "FORMAT").write_bytes(written)
    assert [one.fault for one in reading.verify()] == [Fault.FORMAT_DAMAGED]


@pytest.mark.parametrize("name", ["notes.txt", "objects/a.txt", "manifests/old", "manifests/frozen/a.txt"])
def test_files_that_are_not_the_stores_are_told(store, name):
    committed(store, events=b"1")
    (store.path / name).write_bytes(b"x")
    assert store.verify() == [Damage(Fault.STRAY, name, ignorable=True)]


def test_what_a_run_is_writing_meanwhile_is_no_fault(store, monkeypatch):
    committed(store, events=b"1")
    looks, look = [], check._look

    def beside(root):
        found = look(root)
        if not looks:
            found.append(
                Damage(Fault.OBJECT_MISSING, "objects/aa/bb")
            )  # erased between two steps of the look
        looks.append(found)
        return found

    monkeypatch.setattr(check, "_look", beside)
    assert store.verify() == [] and len(looks) == 2


def test_a_head_that_went_back_is_noticed(store):
    for number in range(3):
        committed(store, events=bytes([number]))
    first = store.manifest(Tier.FROZEN, "2025", 1)
    overwrite(store.path / "manifests/frozen/2025/HEAD", f"000001 {first.sha256}\n".encode())
    assert Fault.HEAD_DAMAGED in [one.fault for one in store.verify()]


def test_a_store_that_came_back_in_part_is_named_and_not_written_to(store):
    for period in ("2024", "2025"):
        committed(store, period, events=b"1")
    for path in store.path.rglob("HEAD"):
        path.unlink()
    (store.path / "lock").unlink()
    before = {path: path.read_bytes() for path in store.path.rglob("*") if path.is_file()}
    assert {one.fault for one in store.verify() if not one.ignorable} == {Fault.HEAD_DAMAGED}
    for write in (lambda: store.put(b"new"), lambda: committed(store, "2026", events=b"2"), store.bury):
        with pytest.raises(StoreError, match="in part only"):
            write()
    (store.path / "lock").unlink()
    after = {path: path.read_bytes() for path in store.path.rglob("*") if path.is_file()}
    assert after == before


def test_the_one_manifest_that_a_dead_run_left_goes_with_the_next_write(store):
    committed(store, "2024", events=b"1")
    place = store.path / "manifests/frozen/2024"
    (place / "000002.json").write_bytes((place / "000001.json").read_bytes())
    store.put(b"anything")
    assert sorted(path.name for path in place.iterdir()) == ["000001.json", "HEAD"]


def test_a_newer_format_is_refused(store):
    store.put(b"1")
    (store.path / "FORMAT").write_text("2\n")
    with pytest.raises(StoreError, match="format") as caught:
        Store(store.path)
    assert "newer" in str(caught.value.repair)


def in_another_thread(call):
    """The fault that ``call`` raises in a thread of its own, or None."""
    caught = []

    def run():
        try:
            call()
        except StoreError as fault:
            caught.append(fault)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return caught[0] if caught else None


def test_a_second_writer_is_told_who_holds_the_lock_and_readers_are_not_held_up(store):
    manifest = committed(store, events=b"1")
    with store.lock("freeze"):
        fault = in_another_thread(lambda: Store(store.path).put(b"2"))
        assert "Another run" in str(fault)
        assert f"process {os.getpid()}: freeze" in str(fault.found)
        assert Store(store.path).latest(Tier.FROZEN, "2025") == manifest
        store.put(b"3")
    assert in_another_thread(lambda: Store(store.path).put(b"2")) is None


def test_the_lock_is_given_back_after_a_fault(store):
    with pytest.raises(KeyboardInterrupt), store.lock("freeze"):
        raise KeyboardInterrupt
    assert in_another_thread(lambda: Store(store.path).put(b"2")) is None
    assert (store.path / "lock").read_bytes() == b""


def left_by(store, host):
    store.put(b"1")
    (store.path / "lock").write_text(
        json.dumps({"pid": DEAD, "host": host, "purpose": "freeze", "since": NOW})
    )


def test_a_lock_left_by_a_dead_run_of_this_computer_is_taken_over(store):
    left_by(store, locks.this_host())
    assert store.get(store.put(b"2")) == b"2"


def test_a_lock_left_on_another_computer_is_not_taken_over(store):
    left_by(store, "0123456789ab")
    with pytest.raises(StoreError, match="another computer") as caught:
        store.put(b"2")
    assert "freeze" in str(caught.value.found)
    (store.path / "lock").unlink()
    store.put(b"2")


def test_a_cut_lock_text_does_not_block(store):
    store.put(b"1")
    (store.path / "lock").write_text('{"pid": 1')
    store.put(b"2")


def test_the_computers_name_is_not_written(store, monkeypatch):
    monkeypatch.setattr(locks.platform, "node", lambda: "ainos-laptop")
    with store.lock("freeze"):
        assert b"aino" not in (store.path / "lock").read_bytes()


@pytest.mark.parametrize(
    ("number", "repair"),
    [(errno.ENOSPC, "room on the disk"), (errno.EACCES, "right to write"), (errno.EIO, "Check the disk")],
)
def test_a_store_that_cannot_be_written_says_what_to_do(store, monkeypatch, number, repair):
    def broken(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", broken)
    with pytest.raises(OutputError) as caught:
        store.put(b"1")
    assert repair in str(caught.value.repair)


def test_faults_of_the_block_are_not_taken_for_faults_of_the_store(store):
    with pytest.raises(FileNotFoundError), store.lock("freeze"):
        raise FileNotFoundError("a source file")


def test_without_hard_links_a_manifest_is_still_never_written_over(store, monkeypatch):
    def no_links(*_, **__):
        raise OSError(errno.EPERM, "no links on this disk")

    monkeypatch.setattr(os, "link", no_links)
    first = committed(store, events=b"1")
    assert committed(store, events=b"2").previous == first.sha256
    with pytest.raises(FileExistsError):
        target = store.path / "manifests/frozen/2025/000001.json"
        files.write_whole(target, b"x", store.path / "tmp", 0o400, exclusive=True)
    assert store.verify() == []


def test_windows_gets_time_until_another_program_lets_go_of_the_file(tmp_path, monkeypatch):
    pauses, refusals = [], iter([PermissionError, PermissionError])
    replace = os.replace

    def busy(source, target):
        for refusal in refusals:
            raise refusal
        replace(source, target)

    monkeypatch.setattr(files, "WINDOWS", True)
    monkeypatch.setattr(os, "replace", busy)
    monkeypatch.setattr(files.time, "sleep", pauses.append)
    files.write_whole(tmp_path / "HEAD", b"x", tmp_path / "tmp", 0o600)
    assert (tmp_path / "HEAD").read_bytes() == b"x" and len(pauses) == 2


def test_a_rename_that_stays_refused_is_told(tmp_path, monkeypatch):
    def busy(source, target):
        raise PermissionError(errno.EACCES, "in use")

    monkeypatch.setattr(files, "WINDOWS", True)
    monkeypatch.setattr(os, "replace", busy)
    monkeypatch.setattr(files.time, "sleep", lambda _: None)
    with pytest.raises(PermissionError):
        files.write_whole(tmp_path / "HEAD", b"x", tmp_path / "tmp", 0o600)
    assert [p.name for p in tmp_path.rglob("*")] == ["tmp"]


def test_the_room_is_light_and_knows_no_data_frame():
    code = Path(files.__file__).parent.glob("*.py")
    assert not any("pandas" in path.read_text(encoding="utf-8") for path in code)


def test_a_file_is_kept_as_its_bytes_are(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    source = tmp_path / "answers.csv"
    source.write_bytes(b"abc" * 500_000)
    sha = store.put_file(source)
    assert sha == store.put(source.read_bytes()) == fingerprint(source.read_bytes())
    assert store.get(sha) == source.read_bytes()
    with pytest.raises(FileNotFoundError):
        store.put_file(tmp_path / "nothing")


def test_a_file_that_changes_while_it_is_kept_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "store")
    source = tmp_path / "answers.csv"
    source.write_bytes(b"abc")
    monkeypatch.setattr(objects, "fingerprint_of", lambda path: fingerprint(b"other"))
    assert store.put_file(source) is None
    assert [one for one in (tmp_path / "store").rglob("*") if one.is_file() and one.stat().st_size == 3] == []
