"""A period of which only the logs tell."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from evallib.cli import main
from evallib.records import PeriodSpan
from evallib.sources.log_period import began_within
from evallib.steps.closed import has_data
from evallib.steps.context import chosen_period, has_rows, open_context
from evallib.workspace import Period

_EVENT = "e2601;2026-05-05T10:00;2026-05-05T12:00;;Kahvit;;;coffee;online;fi;;;;;;;T3;;no\n"


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "w"
    assert main(["new", str(folder)]) == 0
    monkeypatch.chdir(folder)
    monkeypatch.setenv("LOGS_ALONE", hashlib.sha256(b"logs alone").hexdigest())
    project = folder / "surveys" / "project.yaml"
    written = project.read_text(encoding="utf-8").replace("key: keyring", "key: env:LOGS_ALONE")
    project.write_text(written, encoding="utf-8")
    return folder


def test_an_empty_period_is_refused_and_told_that_logs_are_enough(
    there: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["freeze", "2026", "--language", "en"]) == 10
    told = " ".join(capsys.readouterr().err.split())
    assert "Nothing has been received for 2026" in told
    assert "surveys/logs; that is enough" in told
    assert main(["freeze", "--language", "en"]) == 2


def test_what_the_logs_tell_is_frozen_without_any_received_file(
    there: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (there / "surveys" / "logs" / "events.csv").open("a", encoding="utf-8") as log:
        log.write(_EVENT)
    capsys.readouterr()
    assert main(["freeze", "--language", "en"]) == 0, capsys.readouterr().err
    assert "Freeze 1 of 2026 is made." in capsys.readouterr().out
    context = open_context(there)
    assert chosen_period(context, None).id == "2026"
    assert has_data(context, context.period("2026"))
    assert main(["verify", "--hashes"]) == 0
    assert main(["freeze", "2026", "--language", "en"]) == 0
    assert "up to date" in capsys.readouterr().out


def test_rows_of_another_year_tell_nothing_of_this_one(there: Path) -> None:
    with (there / "surveys" / "logs" / "events.csv").open("a", encoding="utf-8") as log:
        log.write(_EVENT.replace("2026-05-05", "2025-12-31"))
    context = open_context(there)
    assert not has_rows(context, context.period("2026"))


@pytest.mark.parametrize(
    ("kind", "row", "told"),
    [
        ("contents", "c1;2026-01-01;case;Tarina;fi;;;;;;\n", True),
        ("contents", "c1;2026-12-31;case;Tarina;fi;;;;;;\n", True),
        ("contents", "c1;2027-01-01;case;Tarina;fi;;;;;;\n", False),
        ("accounts", "2026;1000;900;12\n", True),
        ("accounts", "2025;1000;900;12\n", False),
    ],
)
def test_a_row_belongs_to_the_period_in_which_it_began(there: Path, kind: str, row: str, told: bool) -> None:
    period: PeriodSpan = Period.model_validate({"id": "2026", "start": "2026-01-01", "end": "2026-12-31"})
    header = (there / "surveys" / "logs" / f"{kind}.csv").read_text(encoding="utf-8")
    assert began_within(kind, (header + row).encode(), f"logs/{kind}.csv", period) is told


def test_follow_up_figures_need_no_page_and_the_report_is_still_named_as_due(
    there: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (there / "surveys" / "logs" / "events.csv").open("a", encoding="utf-8") as log:
        log.write(_EVENT)
    (there / "surveys" / "hyrra_fields.csv").write_text(
        "label;period;formula;decimals;ask\nTilaisuudet;;I19.events;0;\n", encoding="utf-8"
    )
    capsys.readouterr()
    assert main(["export", "hyrra", "2026", "--language", "en"]) == 0, capsys.readouterr().err
    written = (there / "outputs" / "2026" / "hyrra.csv").read_text(encoding="utf-8-sig")
    assert "Tilaisuudet;1;2026" in written
    assert [path.name for path in (there / "outputs" / "2026").iterdir()] == ["hyrra.csv"]
    capsys.readouterr()
    assert main(["publish", "2026", "--language", "en"]) == 0
    assert "Next: evallib report 2026" in capsys.readouterr().out
