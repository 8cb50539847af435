"""A period of which only the logs tell."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from evallib.cli import main

_EVENT = "e2601;2026-05-05T10:00;2026-05-05T12:00;;Kahvit;;;coffee;online;fi;;;;;;;T3;;no\n"


def test_what_the_refusal_advises_lets_logs_alone_be_frozen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    there = tmp_path / "w"
    assert main(["new", str(there)]) == 0
    monkeypatch.chdir(there)
    monkeypatch.setenv("LOGS_ALONE", hashlib.sha256(b"logs alone").hexdigest())
    project = there / "surveys" / "project.yaml"
    written = project.read_text(encoding="utf-8").replace("key: keyring", "key: env:LOGS_ALONE")
    project.write_text(written, encoding="utf-8")
    with (there / "surveys" / "logs" / "events.csv").open("a", encoding="utf-8") as log:
        log.write(_EVENT)
    assert main(["freeze", "2026", "--language", "en"]) != 0
    assert "staff.csv with the line email;name" in " ".join(capsys.readouterr().err.split())
    inbox = there / "surveys" / "inbox" / "2026"
    inbox.mkdir()
    (inbox / "staff.csv").write_text("email;name\n", encoding="utf-8")
    assert main(["freeze", "2026", "--language", "en"]) == 0, capsys.readouterr().err
    assert "Freeze 1 of 2026 is made." in capsys.readouterr().out
