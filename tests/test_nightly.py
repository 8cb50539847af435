"""Long fuzzing, for the night: damaged real files through every reader, runs of the store that die.

``python -m pytest -m nightly`` runs these and every property test with many times its usual examples.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from conftest import CLOCK, ROOT, examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_store_crash import FAULTS, Faulty, contents, raising

from evallib.cli.words import Speaker
from evallib.codebook.lss_read import read_lss
from evallib.errors import EvallibError, InputError, OutputError, PrivacyError
from evallib.privacy.tables import to_bytes
from evallib.sources.limesurvey import read_responses
from evallib.steps.check import make_frames, read_sources, through_door_in
from evallib.steps.context import Context
from evallib.steps.fingerprint import read_all, received_files
from evallib.store import Store, Tier
from evallib.workspace import find_workspace

pytestmark = pytest.mark.nightly

PERIODS = ("2023", "2024", "2025")
KINDS = (
    *("attendance", "attendee_report", "participants", "registration", "lista"),
    *("structure", "responses", "invited", "matomo", "newsletter", "logs", "rosters"),
)


# ---- damaged files


@cache
def context() -> Context:
    return Context(find_workspace(ROOT), now=lambda: CLOCK)


@dataclass(frozen=True)
class Case:
    """One received file, with the others without which it is not read."""

    period: str
    name: str
    beside: Mapping[str, bytes]
    data: bytes

    def __repr__(self) -> str:
        return f"{self.period}/{self.name}"


@cache
def received(period: str) -> dict[str, bytes]:
    return read_all(received_files(context().workspace, context().period(period)))


def cases(kind: str) -> Iterator[Case]:
    """The demo's files of one kind. An event's lists stand together, and so do a survey's files."""
    for period in PERIODS:
        files = received(period)
        for name, data in files.items():
            if kind not in name.replace("/participants", "/invited") or name.endswith(".gitattributes"):
                continue
            if "/events/" in name:
                group = name.partition("_")[0]
            elif "/limesurvey/" in name:
                group = name.rpartition("/")[0]
            else:
                group = name
            beside = {one: kept for one, kept in files.items() if one.startswith((group, "logs/events.csv"))}
            yield Case(period, name, {one: kept for one, kept in beside.items() if one != name}, data)


ODD = (
    *(b"", b'"', b";", b",", b"\t", b"\r", b"\n", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xf0\x9f\x98\x80"),
    *(
        b"\xe2\x80\xae",
        b"=1+1",
        b"<row>",
        b"]]>",
        b"{",
        b"[[",
        b"\\ud800",
        b"-1",
        b"1e999",
        b"9" * 400,
        b"nan",
    ),
    *(b"2025-02-30", b"24:61", "\u0130".encode(), "a\u0308".encode()),
)
CODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1", "cp037")


def recoded(data: bytes, coding: str) -> bytes:
    known = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return data.decode(known, "replace").encode(coding, "replace")


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """The file cut, with bits turned, bytes replaced, lines moved, or written in another encoding."""
    for way in draw(
        st.lists(st.sampled_from(("cut", "bits", "bytes", "lines", "code", "cell")), min_size=1, max_size=3)
    ):
        place = draw(st.integers(0, len(data)))
        if way == "cut":
            data = draw(st.sampled_from((data[:place], data[place:])))
        elif way == "bits" and data:
            turned = bytearray(data)
            for where in draw(st.lists(st.integers(0, len(data) - 1), min_size=1, max_size=4)):
                turned[where] ^= 1 << draw(st.integers(0, 7))
            data = bytes(turned)
        elif way == "bytes":
            new = draw(st.sampled_from(ODD) | st.binary(max_size=8))
            data = data[:place] + new + data[place + draw(st.integers(0, 40)) :]
        elif way == "lines":
            lines = data.splitlines(keepends=True)
            some = st.integers(0, max(len(lines) - 1, 0))
            one, other = draw(some), draw(some)
            data = b"".join(
                [*lines[:one], *lines[other : other + 1], *lines[one + draw(st.integers(0, 1)) :]]
            )
        elif way == "code":
            data = recoded(data, draw(st.sampled_from(CODINGS)))
        else:
            cells = data.split(mark := draw(st.sampled_from((b";", b",", b"\t", b'"', b"<"))))
            cells[draw(st.integers(0, len(cells) - 1))] = draw(st.sampled_from(ODD))
            data = mark.join(cells)
    return data


def down_the_street(case: Case, data: bytes) -> None:
    """Read, through the door in, into frames, and as they would be frozen."""
    period = context().period(case.period)
    sources, _ = read_sources(context(), period, {**case.beside, case.name: data})
    for table in sources:
        assert list(table.rows) == list(table.fields), table.kind
    frozen = through_door_in(context(), period, sources)
    for one in frozen:
        to_bytes(one)
    make_frames(context(), period, frozen)


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_file_is_read_or_refused_in_words(kind: str) -> None:
    """Nothing but our own faults comes out; each says where and what to do, in all three languages."""
    found = list(cases(kind))
    assert found, kind
    for case in found[:3]:
        down_the_street(case, case.data)

    @settings(max_examples=examples(20), suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(found).flatmap(lambda case: st.tuples(st.just(case), damaged(case.data))))
    def one(given: tuple[Case, bytes]) -> None:
        case, data = given
        try:
            down_the_street(case, data)
        except EvallibError as fault:
            parts = fault.parts()
            assert {"where", "repair", "expected"} & set(parts), parts
            for language in ("fi", "sv", "en"):
                said = "\n".join(Speaker(language).say(part) for part in parts.values())
                assert "None" not in said, said
                if isinstance(fault, InputError):
                    assert case.name.rpartition("/")[2] in said, said

    one()


DATA = Path(__file__).parent / "data" / "limesurvey"
EXPORTS = [
    path.name for path in sorted(DATA.iterdir()) if path.name != "truth.json" and "full" not in path.name
]


@pytest.mark.parametrize("name", EXPORTS)
def test_a_damaged_export_of_a_real_server_is_read_or_refused(name: str) -> None:
    number = "333333" if "333333" in name else "111111"
    structure = read_lss((DATA / f"limesurvey_survey_{number}.lss").read_bytes(), "structure.lss")

    @settings(max_examples=examples(20), suppress_health_check=list(HealthCheck))
    @given(damaged((DATA / name).read_bytes()))
    def one(data: bytes) -> None:
        try:
            if name.endswith(".lss"):
                assert read_lss(data, name).id
            else:
                table = read_responses(structure, data, name)
                assert list(table.rows) == list(table.fields)
        except (InputError, PrivacyError):
            return

    one()


# ---- the store under crashes

Commit = tuple[Tier, str, dict[str, bytes]]
commits = st.tuples(
    st.sampled_from((Tier.RAW, Tier.TEXT, Tier.FROZEN, Tier.RELEASED)),
    st.sampled_from(("2024", "2025")),
    st.dictionaries(st.sampled_from(("a.csv", "b.csv", "declared/plan.yaml")), st.binary(max_size=40)),
)
runs = st.tuples(
    st.lists(commits, min_size=1, max_size=3, unique_by=lambda one: one[:2]),  # as real runs commit
    st.sampled_from((*FAULTS, "death")),
    st.integers(1, 60),
    st.booleans(),
)


def one_run(store: Store, wanted: list[Commit], number: int) -> None:
    with store.lock("freeze"):
        for tier, period, entries in wanted:
            named = {name: store.put(data) for name, data in entries.items()}
            store.commit(tier, period, named, {"run": number}, "2026-01-15T09:30:00Z")


def ending_early(root: Path, wanted: list[Commit], number: int, fault: str, n: int, after: bool) -> None:
    """The run meets a fault at its n-th changing call; it may be over before."""
    with pytest.MonkeyPatch.context() as patch:
        if fault != "death":
            Faulty(patch, n, raising(FAULTS[fault]()), after=after)
            with contextlib.suppress(OutputError, KeyboardInterrupt):
                one_run(Store(root), wanted, number)
            return
    child = os.fork()
    if child == 0:
        Faulty(pytest.MonkeyPatch(), n, lambda: os._exit(9), after=after)
        one_run(Store(root), wanted, number)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) in (0, 9)


def newest(root: Path) -> dict[tuple[Tier, str], int]:
    store = Store(root)
    found = {(tier, period): store.latest(tier, period) for tier in Tier for period in store.periods(tier)}
    return {place: one.number for place, one in found.items() if one is not None}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_whatever_dies_in_a_row_of_runs_every_commit_stands_and_the_end_is_the_same(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    @settings(max_examples=examples(20), suppress_health_check=list(HealthCheck))
    @given(st.lists(runs, min_size=1, max_size=5))
    def history(planned: list[tuple[list[Commit], str, int, bool]]) -> None:
        folder = tmp_path_factory.mktemp("history")
        root, quiet = folder / "store", folder / "quiet"
        for number, (wanted, fault, n, after) in enumerate(planned):
            before = newest(root)
            ending_early(root, wanted, number, fault, n, after)
            store = Store(root)
            assert [one for one in store.verify() if not one.ignorable] == []
            now = newest(root)
            assert all(now[place] >= kept for place, kept in before.items())
            for tier, period in now:
                latest = store.latest(tier, period)
                assert latest is not None
                assert {
                    name: store.read(latest, name) for name in latest.entries
                }.keys() == latest.entries.keys()
            one_run(store, wanted, number)
            one_run(Store(quiet), wanted, number)
            assert store.verify() == []
        assert contents(root) == contents(quiet)

    history()
