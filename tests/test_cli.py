"""The command line: help in three languages, faults in words, exit codes, plain and JSON outcomes."""

from __future__ import annotations

import argparse
import io
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from evallib import cli
from evallib.__main__ import run
from evallib.cli import commands
from evallib.cli.progress import Progress
from evallib.cli.verbs import COMMANDS, GROUPS
from evallib.cli.words import Speaker, printable, workspace_language
from evallib.errors import (
    EvallibError,
    InputError,
    PrivacyError,
    StoreError,
    UsageError,
    text,
)
from evallib.steps import doctor as doctor_step
from evallib.steps.new import TEMPLATES

USAGE = {"fi": "Käyttö:", "sv": "Användning:", "en": "Usage:"}
HELP = {"fi": "Näytä tämä ohje", "sv": "Visa den här hjälpen", "en": "Show this help"}


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a Finnish project.yaml, in which each command is run."""
    (tmp_path / "surveys").mkdir()
    project = (TEMPLATES / "surveys" / "project.yaml").read_text(encoding="utf-8")
    (tmp_path / "surveys" / "project.yaml").write_text(project, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    yield tmp_path


def fails_with(fault: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command ``doctor`` run into a fault."""

    def broken(_: Path) -> Any:
        raise fault

    monkeypatch.setattr(doctor_step, "doctor", broken)


@pytest.mark.parametrize(
    ("given", "known"),
    [
        (["doctor", "--language", "de"], "one of fi, sv, en"),
        (["--language=de", "doctor"], "one of fi, sv, en"),
        (["survey", "counts", "--structure", "a", "--responses", "b", "--rows", "x"], "one of all, complete"),
    ],
)
def test_an_impossible_choice_is_told_with_the_possible_ones(
    given: list[str], known: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*given, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["expected"] == known


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("command", ["", *COMMANDS, *GROUPS])
def test_every_command_has_help_in_three_languages(
    command: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([*command.split(), "--language", language, "--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert shown.startswith(USAGE[language])
    assert HELP[language] in shown
    if language != "en":
        for english in ("usage:", "options:", "positional arguments", "Show ", "Options:"):
            assert english not in shown


@pytest.mark.parametrize("group", ["", *GROUPS])
def test_help_names_every_command(group: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(group.split())
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    words = {command.removeprefix(group).split()[0] for command in COMMANDS if command.startswith(group)}
    assert words
    for word in words:
        assert f"\n    {word} " in shown


def test_unknown_command_of_a_group_names_the_nearest_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["survey", "biuld", "--language", "en"]) == 2
    assert "Did you mean 'survey build'?" in capsys.readouterr().err


def test_help_is_in_the_language_of_the_workspace(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    declared = workspace / "surveys" / "project.yaml"
    declared.write_text(
        declared.read_text(encoding="utf-8").replace("language: fi", "language: sv"), encoding="utf-8"
    )
    with pytest.raises(SystemExit):
        cli.main(["report", "--help"])
    assert capsys.readouterr().out.startswith(USAGE["sv"])


def test_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == "evallib 0.1.0\n"


@pytest.mark.parametrize("before", [[], ["--language", "fi"], ["--language=fi"]])
def test_unknown_command_names_the_nearest_one(before: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*before, "repot", "2025"]) == 2
    shown = capsys.readouterr().err
    assert "Virhe: Komentoa 'repot' ei ole\n" in shown
    assert "Tarkoititko: 'report'?" in shown


def test_unknown_command_that_is_near_nothing_points_to_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["xyzzy"]) == 2
    assert "Mitä tehdä: Katso: evallib --help\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["trace"], "puuttuu: "),
        (["freeze", "2025", "--agian"], "tuntematon: --agian"),
        (["report", "--parameter"], "-p/--parameter puuttuu arvo"),
        (["doctor", "--language", "de"], "valitsimella --language on arvo 'de'"),
    ],
)
def test_misspelt_options_are_explained(
    arguments: list[str], found: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == 2
    shown = capsys.readouterr().err
    assert found in shown
    assert "usage" not in shown


@pytest.mark.parametrize("written", ["language", "=sv", ""])
def test_parameter_without_name_or_value_is_refused(
    written: str, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["report", "2026", "-p", written]) == 2
    assert "NIMI=ARVO" in capsys.readouterr().err


def test_known_fault_is_told_part_by_part_with_the_exit_code_of_its_kind(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fault = InputError(
        text("The column {column} is missing", column="start"),
        where=text("{file}, header", file="events.csv"),
        expected="event_id, start",
        found="event_id",
        repair=text("Correct the cell"),
    )
    fails_with(fault, monkeypatch)
    assert cli.main(["doctor"]) == 4
    assert capsys.readouterr().err == (
        "Virhe: Sarake start puuttuu\n"
        "Missä: events.csv, otsikkorivi\n"
        "Odotettiin: event_id, start\n"
        "Löytyi: event_id\n"
        "Mitä tehdä: Korjaa solu\n"
    )


@pytest.mark.parametrize(("kind", "code"), [(EvallibError, 1), (PrivacyError, 7), (StoreError, 8)])
def test_each_kind_of_fault_has_its_exit_code(
    kind: type[EvallibError], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails_with(kind(text("Correct the cell")), monkeypatch)
    assert cli.main(["doctor"]) == code


def test_every_kind_of_fault_has_a_code_of_its_own() -> None:
    family = (kind for kind in EvallibError.__subclasses__() if kind.__module__ == "evallib.errors")
    codes = [kind.exit_code for kind in family]
    assert len(codes) == len(set(codes))
    assert not set(codes) & {0, 1, 130}


def test_full_disk_is_told_without_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fails_with(OSError(28, "No space left on device", "/home/eeva/hanke/outputs/report-fi.pdf"), monkeypatch)
    assert cli.main(["doctor"]) == 9
    shown = capsys.readouterr().err
    assert "Missä: report-fi.pdf\n" in shown
    assert "No space left on device" in shown
    assert "Traceback" not in shown
    assert "eeva" not in shown


def test_interruption_says_that_the_last_release_is_untouched(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fails_with(KeyboardInterrupt(), monkeypatch)
    assert cli.main(["doctor"]) == 130
    assert capsys.readouterr().err.startswith("Keskeytetty. Viimeisin ehjä julkaisuversio on ennallaan")


def test_interruption_is_heard_in_peace_from_the_first_import_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Pressed:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "evallib.cli":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "evallib.cli")
    monkeypatch.setattr(sys, "meta_path", [Pressed(), *sys.meta_path])
    assert run() == 130
    assert capsys.readouterr().err == "Keskeytetty · Avbrutet · Stopped\n"


def test_fault_of_the_program_itself_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    fails_with(ZeroDivisionError(), monkeypatch)
    with pytest.raises(ZeroDivisionError):
        cli.main(["doctor"])


def test_outside_a_workspace_the_repair_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "surveys" / "project.yaml").unlink()
    assert cli.main(["check", "--language", "en"]) == 10
    assert "evallib new FOLDER" in capsys.readouterr().err


@pytest.mark.parametrize(
    "character", ["\x1b", "\r", "\x07", "\x00", "\x7f", "\x9b", "\u202e", "\u2066", "\u2069"]
)
def test_control_characters_from_data_never_reach_the_terminal(
    character: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fails_with(InputError(text("Correct the cell"), found=f"a{character}[31mb"), monkeypatch)
    cli.main(["doctor"])
    assert "Löytyi: a\N{REPLACEMENT CHARACTER}[31mb\n" in capsys.readouterr().err


def test_letters_tabs_and_line_ends_pass_to_the_terminal() -> None:
    assert printable("Äijä\t–\n✓ 2 ≥ 1") == "Äijä\t–\n✓ 2 ≥ 1"


def test_terminal_without_our_signs_gets_a_question_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding="cp1252", write_through=True))
    monkeypatch.setattr(doctor_step, "doctor", lambda _: [doctor_step.Finding(text("Targets"), True)])
    assert cli.main(["doctor"]) == 0
    assert written.getvalue().decode("cp1252").strip() == "? Tavoitteet"


def test_doctor_says_each_finding_and_fails_when_one_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    findings = [
        doctor_step.Finding(text("Targets"), True),
        doctor_step.Finding(text("Workspace"), False, text("Run: evallib doctor")),
    ]
    monkeypatch.setattr(doctor_step, "doctor", lambda _: findings)
    assert cli.main(["doctor"]) == 1
    assert capsys.readouterr().out == "✓ Tavoitteet\n✗ Työtila\n    Aja: evallib doctor\n"


def test_doctor_tells_faults_of_declarations_in_the_language_of_the_workspace(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["doctor"]) == 1
    shown = capsys.readouterr().out
    assert (
        "✗ Arviointisuunnitelma\n    Tiedosto surveys/plan.yaml puuttuu; surveys/plan.yaml; Palauta se"
        in shown
    )
    assert "missing" not in shown


def test_doctor_as_json_is_json_with_stable_english_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        doctor_step, "doctor", lambda _: [doctor_step.Finding(text("Targets"), False, "a\x1bb")]
    )
    assert cli.main(["doctor", "--json"]) == 1
    shown = capsys.readouterr().out
    assert json.loads(shown) == {"findings": [{"check": "Targets", "ok": False, "repair": "a\x1bb"}]}
    assert "\x1b" not in shown


@pytest.mark.parametrize(
    ("written", "code", "place"),
    [
        ("report 2031", 2, "surveys/project.yaml"),
        ("report 2026 -p color=red", 2, ""),
        ("report 2026 --again --shrug", 2, ""),
        ("demo", 2, "surveys/project.yaml"),
        ("pull 2026", 10, "surveys/inbox/2026"),
        ("check 2031", 2, "surveys/project.yaml"),
        ("freeze 2031", 2, "surveys/project.yaml"),
        ("quotes 2031", 2, "surveys/project.yaml"),
        ("export hyrra 2031", 2, "surveys/project.yaml"),
        ("export cns 2031", 2, "surveys/project.yaml"),
        ("survey build 2031", 2, "surveys/project.yaml"),
        ("survey lint", 3, "surveys/plan.yaml"),
        ("trace 2031/I20.persons_low", 2, "surveys/project.yaml"),
        ("read missing.csv", 4, ""),
        ("map missing.csv", 4, ""),
        ("purge --rule", 2, ""),
        ("reprot", 2, ""),
    ],
)
def test_refusals_as_json_are_one_object_with_stable_english_words(
    written: str, code: int, place: str, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(TEMPLATES / "notebooks", workspace / "notebooks")
    assert cli.main([*written.split(), "--json"]) == code
    told = json.loads(capsys.readouterr().out)["error"]
    assert list(told) == ["kind", "message", "place", "expected", "found", "repair", "exit_code"]
    assert told["exit_code"] == code and told["message"] and told["place"] == place


def test_finished_report_is_told_with_its_files(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = SimpleNamespace(
        period="2026",
        release=3,
        variant=2,
        label="3.2",
        new=True,
        files=(workspace / "outputs" / "2026" / "report-fi.pdf",),
        faults=("commentary/4",),
    )
    context = SimpleNamespace(
        workspace=SimpleNamespace(shown=lambda path: path.relative_to(workspace).as_posix())
    )
    speaker, progress = Speaker("sv"), Progress(Speaker("sv"), io.StringIO())
    given = argparse.Namespace(json=False)
    assert commands._reported(given, speaker, progress, made, context) == 0
    assert capsys.readouterr().out == (
        "Rapporten för 2026 är klar: utgåva 3.2.\n  outputs/2026/report-fi.pdf\n"
        "Den är ett utkast; detta saknas eller är inte i ordning:\n  commentary/4\n"
    )
    assert commands._reported(argparse.Namespace(json=True), speaker, progress, made, context) == 0
    assert json.loads(capsys.readouterr().out)["files"] == ["outputs/2026/report-fi.pdf"]


def test_new_says_what_comes_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["new", str(tmp_path / "oma"), "--language", "en"]) == 0
    assert "fill in surveys/project.yaml" in capsys.readouterr().out
    assert cli.main(["new", str(tmp_path / "oma"), "--language", "en"]) == 2


def test_key_is_made_once_and_its_secret_is_never_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ring: dict[tuple[str, str], str] = {}
    monkeypatch.setattr("keyring.get_password", lambda service, user: ring.get((service, user)))
    monkeypatch.setattr(
        "keyring.set_password", lambda service, user, word: ring.update({(service, user): word})
    )
    project = Path("surveys/project.yaml")
    assert cli.main(["key"]) == UsageError.exit_code  # the number of the project comes first
    written = project.read_text(encoding="utf-8").replace("TÄYTÄ: hankkeen numero", "000000")
    project.write_text(written, encoding="utf-8")
    assert cli.main(["key"]) == 0
    shown = capsys.readouterr().out
    assert "hankkeen 000000 avain k-" in shown
    assert ring[("evallib", "000000/2023-2027")] not in shown
    assert cli.main(["key"]) == 7
    assert len(ring) == 1


def test_key_kept_elsewhere_is_not_made(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    declared = workspace / "surveys" / "project.yaml"
    declared.write_text(
        declared.read_text(encoding="utf-8").replace("key: keyring", "key: demo"), encoding="utf-8"
    )
    assert cli.main(["key"]) == UsageError.exit_code
    assert "avainnipussa" in capsys.readouterr().err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_plain_lines_where_there_is_no_terminal() -> None:
    stream = io.StringIO()
    progress = Progress(Speaker("fi"), stream)
    progress(text("Received files of {period}: {n}", period="2026", n=5))
    progress(text("Deciding what may be shown"))
    progress.stop(done=True)
    assert stream.getvalue() == "Kaudelta 2026 saatuja tiedostoja: 5\nPäätetään, mitä saa näyttää\n"


def test_progress_on_a_terminal_ticks_each_step_with_its_time() -> None:
    stream = Terminal()
    progress = Progress(Speaker("en"), stream)
    progress(text("Deciding what may be shown"))
    progress.stop(done=True)
    progress(text("Deciding what may be shown"))
    progress.stop()
    written = stream.getvalue()
    assert "✓ Deciding what may be shown (0.0 s)\n" in written
    assert written.endswith("✗ Deciding what may be shown (0.0 s)\n")


def test_progress_that_was_closed_says_nothing_more() -> None:
    stream = Terminal()
    progress = Progress(Speaker("en"), stream)
    progress.stop(done=True)
    assert stream.getvalue() == ""


@pytest.mark.parametrize(
    ("written", "arguments", "language"),
    [
        ("language: sv\n", [], "sv"),
        ('language: "en"  # terminal\n', [], "en"),
        ("language: sv\n", ["--language", "fi"], "fi"),
        ("language: sv\n", ["report", "--language=en"], "en"),
        ("language: sv\n", ["--language", "de"], "sv"),
        ("language: sv\n", ["--language"], "sv"),
        ("name: {fi: x\n", [], "fi"),
        ("report_languages: [sv]\nlanguage: de\n", [], "fi"),
    ],
)
def test_language_of_messages_is_the_one_asked_for_else_that_of_the_workspace(
    workspace: Path, written: str, arguments: list[str], language: str
) -> None:
    (workspace / "surveys" / "project.yaml").write_text(written, encoding="utf-8")
    assert workspace_language(workspace / "surveys", arguments) == language


def test_fault_of_a_broken_project_file_is_told_in_its_language(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    declared = workspace / "surveys" / "project.yaml"
    declared.write_text("language: sv\nname: {fi: x\n", encoding="utf-8")
    assert cli.main(["check"]) == 3
    shown = capsys.readouterr().err
    assert shown.startswith("Fel: surveys/project.yaml är inte giltig YAML\nVar: surveys/project.yaml:")
