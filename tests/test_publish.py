"""From a draft to a locked period: who decided what, and what can no longer change."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import small_report as small
from conftest import copy_workspace

from evallib.cli import main
from evallib.declared import Texts
from evallib.errors import DeclarationError, MissingStepError, OutputError, UsageError
from evallib.plan.corrections import Correction, load_corrections
from evallib.steps import products, report
from evallib.steps.context import Context, open_context
from evallib.steps.export import export
from evallib.steps.freeze import freeze
from evallib.steps.publication import open_material
from evallib.steps.publish import record_handled, record_locked, record_published, record_withdrawn
from evallib.steps.quick import release_is_current
from evallib.steps.release import RESULTS, ReleaseMade, release, released_before
from evallib.steps.states import Act, State, standing
from evallib.store import Tier

YEAR = "2023"
SIGNED = ("hankepäällikkö: Aino Esimerkki", "ohjausryhmän puheenjohtaja: Veikko Keksitty")
MEETING = date(2024, 1, 18)
CORRECTION = """schema_version: 1
corrections:
  - date: 2024-02-01
    role: {fi: arvioija, sv: utvärderaren, en: evaluator}
    note: {fi: Summa korjattiin., sv: Summan rättades., en: The sum was corrected.}
"""


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two years of the demo project with logs only, the first one released."""
    root = copy_workspace(tmp_path_factory.mktemp("drafted") / "work")
    for year in (YEAR, "2024", "2025"):
        for folder in ("events", "limesurvey"):
            shutil.rmtree(root / "surveys/demo" / year / folder)
    shutil.rmtree(root / "surveys/demo/2025")
    shutil.rmtree(root / "surveys/commentary")
    log = root / "surveys/logs/events.csv"
    log.write_bytes(log.read_bytes().replace(b";yes\n", b";no\n"))
    context = clocked(root)
    release(context, context.period(YEAR))
    return root


@pytest.fixture
def root(drafted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it; reports are a line of text each, since pages are proved elsewhere."""

    def written(
        context: Context, made: ReleaseMade, variant: int, wanted: report.Wanted, *_: object
    ) -> products.Products:
        results = context.store.get(made.manifest.entries[RESULTS])
        pages = f"{variant} {wanted.handled}".encode()
        return products.Products({"run.json": pages, RESULTS: results}, FAULTS)

    class Idle:
        def __init__(self, *_: object) -> None:
            self.get = self.stop = lambda *_: None
            self.ask = lambda function, *given, **_: lambda: function(*given)

        __enter__, __exit__ = (lambda self: self), (lambda self, *_: None)

    monkeypatch.setattr(products, "build_products", written)
    for name in ("_Starting", "_side"):
        monkeypatch.setattr(report, name, Idle)
    shutil.copytree(drafted, tmp_path / "work")
    FAULTS.clear()
    return tmp_path / "work"


FAULTS: list[str] = []  # type: ignore[assignment]


def clocked(root: Path, month: int = 1, day: int = 15) -> Context:
    return replace(open_context(root), now=lambda: datetime(2024, month, day, 9, 30, tzinfo=UTC))


def state(root: Path) -> State:
    context = open_context(root)
    return standing(context, context.period(YEAR)).state


def reported(root: Path, month: int = 2) -> report.ReportMade:
    context = clocked(root, month)
    return report.report(context, context.period(YEAR))


def handle(root: Path, day: date = MEETING, paragraph: str = "§ 4") -> None:
    context = clocked(root, 2)
    record_handled(context, context.period(YEAR), day, paragraph)


def publish(root: Path, *signed: str) -> None:
    context = clocked(root, 2)
    record_published(context, context.period(YEAR), signed or SIGNED, date(2024, 1, 28))


def published(root: Path) -> None:
    handle(root)
    reported(root)
    publish(root)


def locked(root: Path) -> None:
    published(root)
    record_locked(clocked(root, 2), open_context(root).period(YEAR))


def cost(root: Path, before: bytes = b",", after: bytes = b";") -> None:
    """Another number in a log: the freeze, and with it the release, would change."""
    log = root / "surveys/logs/accounts.csv"
    lines = log.read_text("utf-8").splitlines()
    mark = ";" if ";" in lines[0] else ","
    at = next(n for n, line in enumerate(lines) if line.startswith(YEAR))
    parts = lines[at].split(mark)
    lines[at] = mark.join([parts[0], parts[1], str(int(float(parts[2])) + 100), *parts[3:]])
    log.write_text("\n".join(lines) + "\n", "utf-8")


def records(root: Path) -> int:
    return len(open_context(root).store.manifests(Tier.PUBLISHED, YEAR))


def test_a_period_goes_from_open_to_locked(root: Path) -> None:
    context = open_context(root)
    assert standing(context, context.period("2024")).state is State.OPEN
    freeze(context, context.period("2024"))
    assert standing(context, context.period("2024")).state is State.FROZEN
    assert state(root) is State.DRAFT
    handle(root)
    assert state(root) is State.HANDLED
    reported(root)
    publish(root)
    assert state(root) is State.PUBLISHED
    record_locked(clocked(root, 2), context.period(YEAR))
    assert state(root) is State.LOCKED
    assert open_context(root).store.verify() == []


def test_a_record_holds_roles_and_names_and_nothing_else_of_a_person(root: Path) -> None:
    published(root)
    handled, signed = standing(open_context(root), open_context(root).period(YEAR)).records
    assert (handled.act, handled.day, handled.paragraph) == (Act.HANDLED, MEETING, "§ 4")
    assert signed.signed == tuple(tuple(one.split(": ")) for one in SIGNED)
    held = open_context(root).store.latest(Tier.PUBLISHED, YEAR)
    assert held is not None and held.facts["signed"] == [
        {"role": one.split(": ")[0], "name": one.split(": ")[1]} for one in SIGNED
    ]
    assert list(held.entries) == ["results.json", "run.json"], "the published files are kept with the record"


@pytest.mark.parametrize(
    "signed",
    [
        SIGNED[:1],
        (SIGNED[0], SIGNED[0].upper()),
        (SIGNED[0], "hankepäällikkö: Veikko Keksitty"),
        (SIGNED[0], "puheenjohtaja: Aino Esimerkki"),
        (SIGNED[0], "puheenjohtaja"),
        (SIGNED[0], "puheenjohtaja: v@example.org"),
        (*SIGNED, "rahastonhoitaja: Kolmas Nimi"),
    ],
)
def test_two_persons_in_two_roles_sign_with_a_name_and_no_address(
    root: Path, signed: tuple[str, ...]
) -> None:
    handle(root)
    reported(root)
    before = records(root)
    with pytest.raises(UsageError):
        publish(root, *signed)
    assert records(root) == before


@pytest.mark.parametrize("paragraph", ["", "4", "§", "soon"])
def test_a_decision_without_a_paragraph_is_refused(root: Path, paragraph: str) -> None:
    with pytest.raises(UsageError):
        handle(root, paragraph=paragraph)
    assert records(root) == 0


@pytest.mark.parametrize("day", [date(2024, 1, 14), date(2024, 2, 16)])
def test_numbers_are_not_handled_before_they_exist_nor_in_the_future(root: Path, day: date) -> None:
    with pytest.raises(UsageError):
        handle(root, day)
    assert records(root) == 0


def test_a_clock_in_1970_is_named(root: Path) -> None:
    context = replace(open_context(root), now=lambda: datetime(1970, 1, 1, tzinfo=UTC))
    with pytest.raises(UsageError, match="clock"):
        record_handled(context, context.period(YEAR), MEETING, "§ 4")


def test_a_draft_is_not_published(root: Path) -> None:
    FAULTS.append("commentary/2023/4.fi.md")
    handle(root)
    with pytest.raises(MissingStepError, match="no report"):
        publish(root)
    reported(root)
    with pytest.raises(MissingStepError, match="draft"):
        publish(root)


def test_nothing_is_published_that_the_steering_group_has_not_handled(root: Path) -> None:
    reported(root)
    with pytest.raises(MissingStepError, match="not handled"):
        publish(root)
    handle(root)
    with pytest.raises(MissingStepError, match="cover"):
        publish(root)
    assert reported(root).label == "1.2", "the cover that says so makes another variant"
    publish(root)


def test_words_may_change_after_the_meeting_and_numbers_may_not(root: Path) -> None:
    handle(root)
    folder = root / "surveys/commentary" / YEAR
    folder.mkdir(parents=True)
    (folder / "4.fi.md").write_text("Hyvä vuosi.\n", "utf-8")
    reported(root)
    assert state(root) is State.HANDLED
    cost(root)
    reported(root)
    assert state(root) is State.DRAFT
    with pytest.raises(MissingStepError, match="not handled"):
        publish(root)


def test_publishing_handling_or_locking_twice_changes_nothing(root: Path) -> None:
    locked(root)
    before = records(root)
    context = clocked(root, 2)
    for again in (
        lambda: handle(root),
        lambda: publish(root),
        lambda: record_locked(context, context.period(YEAR)),
    ):
        with pytest.raises(UsageError, match="already"):
            again()
    assert records(root) == before


def test_a_published_period_is_compared_with_as_it_was_published(root: Path) -> None:
    published(root)
    cost(root)
    reported(root)
    context = open_context(root)
    found = standing(context, context.period(YEAR))
    assert (found.state, found.release, found.draft) == (State.PUBLISHED, 2, True)
    assert [one.number for one in released_before(context, context.period("2024"))] == [1]
    with pytest.raises(MissingStepError, match="newest release"):
        record_locked(clocked(root, 2), context.period(YEAR))


def test_a_release_after_a_published_one_knows_what_changed_since(root: Path) -> None:
    context = open_context(root)
    first, _ = open_material(context, context.period(YEAR), None)
    assert first.publication.replaced is None
    published(root)
    cost(root)
    reported(root)
    context = open_context(root)
    material, _ = open_material(context, context.period(YEAR), None)
    replaced = material.publication.replaced
    assert replaced is not None and replaced.number == 1
    since = material.publication.released.facts["since_published"]
    assert since == {"release": 1, "changed": ["accounts.csv"]}
    record_withdrawn(context, context.period(YEAR), "Taulukko 3 oli väärä")
    cost(root)
    reported(root)
    context = open_context(root)
    assert open_material(context, context.period(YEAR), None)[0].publication.replaced is None


def test_a_locked_period_changes_only_with_a_note(root: Path) -> None:
    locked(root)
    cost(root)
    context = open_context(root)
    assert release_is_current(context, context.period(YEAR)) is not None
    assert not freeze(context, context.period(YEAR), again=True).new
    assert not release(context, context.period(YEAR), again=True).new
    folder = root / "surveys/commentary" / YEAR
    folder.mkdir(parents=True)
    (folder / "corrections.yaml").write_text(CORRECTION, "utf-8")
    assert reported(root).release == 2
    assert standing(open_context(root), context.period(YEAR)).draft
    handle(root, date(2024, 2, 15))
    reported(root)
    record_published(clocked(root, 3), context.period(YEAR), SIGNED)
    assert state(root) is State.LOCKED
    cost(root)
    assert reported(root).release == 2, "the note is printed; the next correction needs the next one"


def test_the_report_of_a_locked_period_is_put_back_from_the_store(root: Path) -> None:
    locked(root)
    file = root / "outputs" / YEAR / "run.json"
    before = file.read_bytes()
    file.unlink()
    cost(root)
    assert not reported(root).new and file.read_bytes() == before


def test_report_says_that_a_period_is_locked_rather_than_that_nothing_changed(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    locked(root)
    cost(root)
    monkeypatch.chdir(root)
    assert main(["report", YEAR]) == 0
    said = capsys.readouterr().out
    assert "corrections.yaml" in said and f"outputs/{YEAR}/run.json" in said


def test_what_is_withdrawn_stands_no_more_and_is_not_published_again_as_it_is(root: Path) -> None:
    published(root)
    context = clocked(root, 2)
    with pytest.raises(UsageError, match="reason"):
        record_withdrawn(context, context.period(YEAR), "  ")
    found = record_withdrawn(context, context.period(YEAR), "Taulukko 3 oli väärä")
    assert (found.state, found.published, found.records[-1].reason) == (
        State.WITHDRAWN, None, "Taulukko 3 oli väärä",
    )  # fmt: skip
    with pytest.raises(MissingStepError, match="withdrawn"):
        publish(root)
    cost(root)
    reported(root)
    handle(root, date(2024, 2, 15))
    reported(root)
    record_published(clocked(root, 3), context.period(YEAR), SIGNED)
    assert state(root) is State.PUBLISHED


def test_damaged_products_are_not_published(root: Path) -> None:
    handle(root)
    reported(root)
    context = open_context(root)
    held = context.store.latest(Tier.PRODUCTS, YEAR)
    assert held is not None
    sha = held.entries["run.json"]
    path = context.workspace.store / "objects" / sha[:2] / sha[2:]
    path.chmod(0o600)
    path.write_bytes(b"other")
    with pytest.raises(Exception, match="damaged"):
        publish(root)
    assert records(root) == 1


def test_a_note_of_a_correction_is_printed_in_annex_d_and_announced_on_the_cover() -> None:
    one = Correction(
        date=date(2024, 2, 1), role=small.same("Arvioija"), note=Texts(fi="Yksi", sv="Två", en="Three")
    )
    told = replace(small.material(told=small.words(corrections=(one,))), handled=("2024-01-18", "§ 4"))
    document = small.build_document(told, small.BLOCKS, "sv")
    assert "Två" in str(document.description["body"]) and "Yksi" not in str(document.description)
    facts = str(document.description["cover"]["facts"])
    assert "18.1.2024, § 4" in facts and "bilaga D" in facts


def test_a_note_without_a_translation_is_named_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "commentary" / YEAR
    folder.mkdir(parents=True)
    (folder / "corrections.yaml").write_text(CORRECTION.replace("sv: Summan rättades., ", ""), "utf-8")
    with pytest.raises(DeclarationError) as fault:
        load_corrections(tmp_path, YEAR)
    assert str(fault.value.where) == "surveys/commentary/2023/corrections.yaml:5"


def test_others_are_told_what_was_published_and_nothing_that_was_withdrawn(root: Path) -> None:
    published(root)
    context = clocked(root, 2)
    release(context, context.period(YEAR), again=True)
    assert standing(context, context.period(YEAR)).draft
    made = export(context, "cns", context.period(YEAR))
    assert all("(release 1)" in one.source for one in made.figures)

    before = (root / made.file).read_bytes()
    record_withdrawn(clocked(root, 3), context.period(YEAR), "Luvut on laskettu väärin")
    release(clocked(root, 4), context.period(YEAR), again=True)
    assert "(release 3)" in export(open_context(root), "cns", context.period(YEAR)).figures[0].source
    assert [path.name for path in (root / made.file).parent.iterdir() if path.name.startswith(".")] == []
    assert before != (root / made.file).read_bytes()


def test_a_withdrawn_report_is_not_exported(root: Path) -> None:
    published(root)
    context = clocked(root, 3)
    record_withdrawn(context, context.period(YEAR), "Luvut on laskettu väärin")
    with pytest.raises(UsageError, match="withdrawn"):
        export(context, "cns", context.period(YEAR))


def test_an_export_that_can_not_be_written_leaves_the_last_one(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = clocked(root)
    made = export(context, "cns", context.period(YEAR))
    before = (root / made.file).read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("evallib.store.files._write", full)
    with pytest.raises(OutputError, match="cns.csv"):
        export(context, "cns", context.period(YEAR))
    assert (root / made.file).read_bytes() == before
