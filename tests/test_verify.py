"""verify names whatever is not as it was kept, and makes a release again without touching anything."""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from two_years import edit, two_years

from evallib.cli import main
from evallib.errors import PrivacyError, Text
from evallib.privacy.door_out import door_out
from evallib.results.jsonform import from_json
from evallib.steps.context import Context, open_context
from evallib.steps.freeze import freeze
from evallib.steps.purge import purge_by_rule
from evallib.steps.release import opened, release
from evallib.steps.verify import About, verify
from evallib.store import Manifest, Tier
from evallib.store.manifests import head_line


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_years(tmp_path_factory.mktemp("released") / "work")


@pytest.fixture
def root(released: Path, tmp_path: Path) -> Path:
    shutil.copytree(released, tmp_path / "work")
    return tmp_path / "work"


def kept(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def overwrite(path: Path, data: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(data)


def replace_last(root: Path, changed: Manifest) -> None:
    """Another manifest in the place of the last one, with all hashes right."""
    forged = changed.hashed()
    place = root / "surveys/store/manifests" / forged.tier.value / forged.period
    overwrite(place / f"{forged.number:06d}.json", forged.to_bytes())
    overwrite(place / "HEAD", head_line(forged.number, forged.sha256))


def with_products(root: Path) -> Context:
    """The 2024 release with products that are two small files."""
    context = open_context(root)
    last = context.store.latest(Tier.RELEASED, "2024")
    assert last is not None
    record = json.dumps({"release_sha256": last.sha256, "period": "2024", "release": 1}).encode()
    files = {"run.json": record, "report-fi.pdf": b"pages"}
    entries = {name: context.store.put(data) for name, data in files.items()}
    facts = {
        "release": 1,
        "fingerprint": "x",
        "parameters": {"period": "2024", "comparison": None},
        "languages": ["fi"],
    }
    context.store.commit(Tier.PRODUCTS, "2024", entries, {**facts}, context.stamp())
    (root / "outputs/2024").mkdir()
    for name, data in files.items():
        (root / "outputs/2024" / name).write_bytes(data)
    return context


def test_whole_things_are_made_again_the_same_and_nothing_is_touched(root: Path) -> None:
    before = kept(root)
    made = verify(open_context(root))
    assert [(one.what, one.outcome.value) for one in made.rebuilt] == [
        ("freeze", "same"),
        ("release", "same"),
    ] * 2
    assert made.findings == () and made.exit_code == 0
    assert kept(root) == before
    assert made.size == sum(len(data) for name, data in before.items() if "/store/objects/" in name)


def test_every_flipped_bit_of_the_store_is_named(root: Path) -> None:
    dice, store = random.Random(8), root / "surveys/store"
    reading = open_context(root)
    _ = reading.store
    paths = [path for path in sorted(store.rglob("*")) if path.is_file() and path.stat().st_size]
    paths = [path for path in paths if path.name != "lock" and "cache" not in path.parts]
    chosen = [store / "FORMAT", *store.rglob("HEAD"), *(dice.choice(paths) for _ in range(30))]
    for path in chosen:
        whole = path.read_bytes()
        place = dice.randrange(len(whole))
        overwrite(path, whole[:place] + bytes([whole[place] ^ 1 << dice.randrange(8)]) + whole[place + 1 :])
        made = verify(reading, hashes_only=True)
        named = [one.place.partition(" ")[0] for one in made.findings if one.about is About.STORE]
        assert f"surveys/store/{path.relative_to(store).as_posix()}" in named, path
        assert made.exit_code == 8 and all(str(one.repair) for one in made.findings)
        overwrite(path, whole)
    assert verify(reading, hashes_only=True).findings == ()


def test_a_damaged_received_file_can_be_pulled_again(root: Path) -> None:
    context = open_context(root)
    raw = context.store.latest(Tier.RAW, "2024")
    assert raw is not None
    name, sha = next((name, sha) for name, sha in raw.entries.items() if "responses" in name)
    overwrite(root / "surveys/store/objects" / sha[:2] / sha[2:], b"")
    (found,) = verify(context).findings
    assert found.place.endswith(f"(raw/2024/000001: {name})") and "evallib pull 2024" in str(found.repair)


def test_products_are_held_against_the_store(root: Path) -> None:
    context = with_products(root)
    assert verify(context, hashes_only=True).findings == ()
    (root / "outputs/2024/report-fi.pdf").write_bytes(b"Pages")
    (root / "outputs/2024/run.json").unlink()
    (root / "outputs/2024/notes.txt").write_bytes(b"mine")
    made = verify(context, hashes_only=True)
    assert [(one.place, one.about, str(one.problem)) for one in made.findings] == [
        ("outputs/2024/report-fi.pdf", About.PRODUCTS, "other bytes than were released"),
        ("outputs/2024/run.json", About.PRODUCTS, "missing"),
        ("outputs/2024/notes.txt", About.REMARK, "not among the released products, so it was not checked"),
    ]
    assert made.exit_code == 9


def test_every_release_is_made_again_also_those_before_and_after_a_publication(root: Path) -> None:
    context = open_context(root)
    first = context.store.latest(Tier.RELEASED, "2024")
    assert first is not None
    act = {"act": "published", "day": "2025-01-20", "release": 1, "variant": 1, "numbers": "x"}
    context.store.commit(Tier.PUBLISHED, "2024", {}, act, context.stamp())
    edit(root / "surveys/logs/accounts.csv", r"(?m)^(2024[^\n]*?[;,][^\n;,]*?[;,])([0-9]+)", r"\g<1>9\2")
    second = release(context, context.period("2024"))
    assert second.new and opened(context, second.manifest).facts["since_published"]["release"] == 1
    made = verify(open_context(root), context.period("2024"))
    assert [(one.outcome.value, str(one.about)) for one in made.rebuilt] == [
        ("same", "freeze 1 of 2024"),
        ("same", "release 1 of 2024"),
        ("same", "freeze 2 of 2024"),
        ("same", "release 2 of 2024"),
    ]
    changed = context.store.read(first, "results.json").replace(b'"value": 4.0', b'"value": 5.0', 1)
    sha = context.store.put(changed)
    facts = {**first.facts, "attacked": sha}
    forged = replace(first, entries={**first.entries, "results.json": sha}, facts=facts).hashed()
    place = root / "surveys/store/manifests/released/2024"
    overwrite(place / "000001.json", forged.to_bytes())
    follower = replace(second.manifest, previous=forged.sha256).hashed()
    overwrite(place / "000002.json", follower.to_bytes())
    overwrite(place / "HEAD", head_line(2, follower.sha256))
    made = verify(open_context(root), context.period("2024"))
    assert made.exit_code == 6
    assert [str(one.about) for one in made.rebuilt if one.outcome.value == "differs"] == ["release 1 of 2024"]


@pytest.mark.parametrize("told", ["package", "version"])
def test_what_another_program_made_is_told_and_is_no_damage(
    root: Path, monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    import evallib
    from evallib.steps import facts, rebuild

    ours = facts.versions()
    if told == "package":
        changed = {**ours, "pandas": "9.9"}
        for module in (facts, rebuild):
            monkeypatch.setattr(module, "versions", lambda: changed)
        expected = f"other packages are installed than it was made with: pandas {ours['pandas']} → 9.9"
    else:
        expected = f"it was made by evallib {evallib.__version__} with the lock"
        monkeypatch.setattr(evallib, "__version__", "7.0")
    made = verify(open_context(root), open_context(root).period("2023"))
    assert made.rebuilt[-1].outcome.value == "only hashes" and expected in str(made.rebuilt[-1].about)
    assert made.findings == () and made.exit_code == 0


def test_products_of_another_notebook_are_told_not_made(root: Path) -> None:
    made = verify(with_products(root), open_context(root).period("2024"))
    assert made.rebuilt[-1].what == "products" and "notebook has been changed" in str(made.rebuilt[-1].about)
    assert made.exit_code == 0


def test_results_that_were_changed_with_all_their_hashes_are_found_by_making_them_again(root: Path) -> None:
    context = open_context(root)
    last = context.store.latest(Tier.RELEASED, "2024")
    assert last is not None
    data = context.store.read(last, "results.json").replace(b'"value": 4.0', b'"value": 5.0', 1)
    assert data != context.store.read(last, "results.json")
    sha = context.store.put(data)
    replace_last(root, replace(last, entries={**last.entries, "results.json": sha}))
    found = verify(open_context(root), hashes_only=True)
    assert [str(one.problem) for one in found.findings if one.about is About.STORE] == [
        "the results are others than those that passed the self-attack"
    ]
    facts = {**last.facts, "attacked": sha}
    replace_last(root, replace(last, entries={**last.entries, "results.json": sha}, facts=facts))
    context = open_context(root)
    made = verify(context, context.period("2024"))
    assert [one.about for one in made.findings if one.about is not About.REMARK] == [About.REBUILD]
    assert made.exit_code == 6 and made.rebuilt[-1].files == ("results.json",)


def test_a_manifest_that_names_a_missing_one_is_told(root: Path) -> None:
    for path in (root / "surveys/store/manifests/frozen/2024").iterdir():
        path.unlink()
    places = [one.place for one in verify(open_context(root)).findings if one.about is About.STORE]
    assert places == ["surveys/store/manifests/released/2024/000001.json"]


def test_a_store_that_lost_its_releases_is_told_by_what_lies_in_outputs(root: Path) -> None:
    context = with_products(root)
    shutil.rmtree(root / "surveys/store/manifests")
    before = kept(root)
    found = verify(context, hashes_only=True)
    assert [(one.place, str(one.problem)) for one in found.findings if one.about is About.STORE] == [
        ("surveys/store/manifests/released/2024", "Release 1 of 2024 is missing from the store")
    ]
    with pytest.raises(PrivacyError, match="missing from the store"):
        freeze(context, context.period("2024"))
    after = {name: data for name, data in kept(root).items() if name != "surveys/store/lock"}
    assert after == {name: data for name, data in before.items() if name != "surveys/store/lock"}


def test_where_data_were_erased_only_hashes_are_checked_and_it_says_so(root: Path) -> None:
    path = root / "surveys/project.yaml"
    path.write_bytes(path.read_bytes() + b"retention: {raw_months: 0, frozen_months: 240}\n")
    purge_by_rule(open_context(root))
    made = verify(open_context(root))
    outcomes = [(one.what, one.outcome.value) for one in made.rebuilt]
    assert outcomes == [("freeze", "only hashes"), ("release", "same")] * 2
    assert "erased" in str(made.rebuilt[0].about) and made.exit_code == 0


def test_a_release_whose_planning_the_clock_ended_says_so_and_can_not_be_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*given: Any) -> Any:
        cells, masks = door_out(*given)
        return cells, replace(masks, short=("T01, q1 by region",))

    told: list[Text] = []
    monkeypatch.setattr("evallib.privacy.door_out.door_out", slow)
    context = open_context(two_years(tmp_path / "slow", told.append))
    assert [str(one)[:15] for one in told].count("PLANNED SHORT: ") == 2
    last = context.store.latest(Tier.RELEASED, "2024")
    assert last is not None
    n = from_json(context.store.read(last, "results.json")).facts["planned_short"]
    assert n == len(json.loads(context.store.read(last, "masks.json"))["short"]) > 0
    monkeypatch.undo()
    made = verify(context, context.period("2024"))
    assert made.exit_code == 0
    assert [str(one.about) for one in made.rebuilt if one.what == "release"] == [
        "release 1 of 2024: not comparable: the clock ended the planning of its masks"
    ]


def test_the_command_says_it_in_json_too(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(root)
    assert main(["verify", "--hashes", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["findings"] == [] and told["objects"] > 50
    head = root / "surveys/store/manifests/raw/2023/HEAD"
    overwrite(head, b"")
    assert main(["verify", "--hashes", "--language", "en"]) == 8
    assert "✗ surveys/store/manifests/raw/2023/HEAD: does not name" in capsys.readouterr().out
