"""``evallib handover``: what a successor needs, made from the workspace, with no secret in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import copy_workspace

from evallib.cli import main

SOURCES = """schema_version: 1
limesurvey:
  url: https://survey.example.org/index.php/admin/remotecontrol
  user: arvioija
  password: env:SURVEY_SECRET
  surveys: {"2025": {q2: 111111}}
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = copy_workspace(tmp_path / "work")
    monkeypatch.chdir(made)
    monkeypatch.setenv("SURVEY_SECRET", "Salaisuus-123")
    return made


def told(root: Path, *more: str) -> str:
    assert main(["handover", "h.md", *more]) == 0
    return (root / "h.md").read_text("utf-8")


def test_the_checklist_knows_states_key_and_what_is_due(root: Path) -> None:
    words = told(root, "--language", "en")
    assert "- 2025: open, release –" in words
    assert "- The pseudonym key lies in: the setting demo" in words
    assert "- No backup was ever made." in words and "files are fetched by hand" in words
    assert "- [ ] On the successor's computer, evallib report 2025 says" in words
    assert "## What is due\n\n- " in words and "(evallib " in words.partition("## What is due")[2]


def test_accounts_are_named_and_secrets_are_not(root: Path) -> None:
    (root / "surveys/sources.yaml").write_text(SOURCES, "utf-8")
    words = told(root, "--language", "en")
    assert "- limesurvey: account arvioija, secret in env:SURVEY_SECRET" in words
    assert "- [ ] limesurvey: the successor has an account of their own" in words
    assert "Salaisuus-123" not in words and "survey.example.org" not in words


def test_what_is_not_in_order_stands_in_it(root: Path) -> None:
    log = root / "surveys/logs/events.csv"
    log.write_bytes(log.read_bytes().replace(b"event_id", b"evnt_id", 1))
    words = told(root, "--language", "en")
    assert "- Logs and rosters: " in words and "'evnt_id'" in words
    assert "## The proof" in words, "the other parts are made all the same"


@pytest.mark.parametrize(("language", "title"), [("fi", "Itsearvioinnin luovutus"), ("sv", "Överlämning av")])
def test_it_speaks_the_readers_language(root: Path, language: str, title: str) -> None:
    words = told(root, "--language", language)
    assert words.startswith(f"# {title}") and "successor" not in words and words.count("- [ ] ") >= 9


def test_as_json_and_under_another_ending(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told(root, "--json")
    parts = json.loads(capsys.readouterr().out)["parts"]
    assert len(parts) == 8 and all(one["facts"] or one["to_tick"] for one in parts)
    assert main(["handover", "h.docx"]) == 2
    assert not (root / "h.docx").exists()
