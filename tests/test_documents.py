"""Word documents of a real release: what they refuse, and that they never take away what somebody wrote."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest

from evallib.cli import main
from evallib.codes import LANGUAGES
from evallib.errors import MissingStepError, OutputError, PrivacyError
from evallib.steps import leaks
from evallib.steps.context import open_context
from evallib.steps.final import final
from evallib.steps.leaks import Received


@pytest.fixture(scope="module")
def root(demo_copy: Path) -> Path:
    return demo_copy


def words_of(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def test_the_final_report_tells_every_period_in_every_language(root: Path) -> None:
    context = open_context(root)
    made = final(context, context.period("2025"))
    assert made.files == tuple(f"outputs/2025/final-1-{language}.docx" for language in LANGUAGES)
    for name in made.files:
        said = words_of((root / name).read_bytes())
        assert all(period in said for period in ("2023", "2024", "2025"))
        assert "{" not in said
    again = {name: (root / name).read_bytes() for name in made.files}
    assert final(open_context(root), context.period("2025")) == made
    assert {name: (root / name).read_bytes() for name in made.files} == again


def test_a_document_that_somebody_wrote_in_is_left_as_it_is(root: Path) -> None:
    context = open_context(root)
    first, second, *_ = final(context, context.period("2025")).files
    document = docx.Document(str(root / second))
    document.add_paragraph("Täydennetty käsin.")
    document.save(str(root / second))
    kept = (root / second).read_bytes()
    (root / first).unlink()
    with pytest.raises(OutputError, match="holds something else"):
        final(open_context(root), context.period("2025"))
    assert (root / second).read_bytes() == kept
    assert not (root / first).exists()  # nothing was written
    (root / second).unlink()


def test_without_a_release_there_is_no_final_report(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evallib.steps.export.official", lambda *_: None)
    context = open_context(root)
    with pytest.raises(MissingStepError):
        final(context, context.period("2025"))
    monkeypatch.chdir(root)
    assert main(["export", "final", "2025", "--language", "en"]) == MissingStepError.exit_code
    assert "evallib report 2025" in capsys.readouterr().err


def test_what_was_received_of_a_person_stops_a_document(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planted = Received((), {"name": frozenset({"Virtuaalikahvit"})})
    monkeypatch.setattr(leaks, "received_of", lambda *_: planted)
    context = open_context(root)
    with pytest.raises(PrivacyError) as stopped:
        final(context, context.period("2025"))
    assert "final-1-fi.docx" in str(stopped.value.where)
