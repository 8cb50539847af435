"""The ZIP for a laptop without git and admin rights: what is in it, and that its start sets up and runs."""

from __future__ import annotations

import importlib.util
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "evallib" / "windows"
POSIX = pytest.mark.skipif(os.name != "posix", reason="the shell twin of the Windows file")


def loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("zip") / "evallib.zip"
    loaded("build_zip").build(target)
    return target


@pytest.fixture
def unpacked(built: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "Ladatut tiedostot ä" / "evallib"
    with zipfile.ZipFile(built) as archive:
        archive.extractall(folder)
        for one in archive.infolist():
            (folder / one.filename).chmod(one.external_attr >> 16)
    return folder


def test_it_holds_what_is_needed_with_the_line_ends_that_windows_wants(built: Path) -> None:
    with zipfile.ZipFile(built) as archive:
        names = archive.namelist()
        wheel = next(name for name in names if name.endswith(".whl"))
        assert set(names) == {
            "evallib.cmd", "evallib.command", "LUE-LAS-READ.txt", "program/start.py",
            "program/requirements.lock", wheel,
        }  # fmt: skip
        for name in ("evallib.cmd", "LUE-LAS-READ.txt"):
            assert archive.read(name).count(b"\n") == archive.read(name).count(b"\r\n") > 10
        assert b"\r" not in archive.read("evallib.command")
        assert archive.read("evallib.cmd").isascii()
        assert archive.read("program/requirements.lock") == (ROOT / "evallib/requirements.lock").read_bytes()
        assert stat.S_IMODE(archive.getinfo("evallib.command").external_attr >> 16) == 0o755
        with zipfile.ZipFile(archive.open(wheel)) as inner:
            inside = inner.namelist()
    assert "evallib/cli/menu.py" in inside and "evallib/templates/surveys/plan.yaml" in inside
    assert not [name for name in inside if name.startswith(("tests/", "surveys/")) or "__pycache__" in name]


def test_the_same_sources_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    loaded("build_zip").build(tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == built.read_bytes()


def test_packages_and_a_python_go_in_and_a_python_without_them_is_refused(tmp_path: Path) -> None:
    wheels, python = tmp_path / "wheels", tmp_path / "python-embed.zip"
    wheels.mkdir()
    with zipfile.ZipFile(python, "w") as archive:
        archive.writestr("python.exe", b"MZ")
        archive.writestr("python311._pth", b"python311.zip\n.\n#import site\n")
    build = loaded("build_zip").build
    with pytest.raises(SystemExit):
        build(tmp_path / "a.zip", wheels, python)
    assert not (tmp_path / "a.zip").exists()
    (wheels / "pip-26.0-py3-none-any.whl").write_bytes(b"pip")
    names = build(tmp_path / "a.zip", wheels, python)
    assert {"program/python/python.exe", "program/wheels/pip-26.0-py3-none-any.whl"} <= set(names)


def test_a_python_that_came_along_is_copied_and_looks_into_its_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = loaded("start")
    given = tmp_path / "given"
    given.mkdir()
    (given / "python.exe").write_bytes(b"MZ")
    (given / "python311._pth").write_text("python311.zip\n.\n#import site\n", encoding="ascii")
    here = tmp_path / "program"
    (here / "wheels").mkdir(parents=True)
    (here / "wheels/pip-26.0-py3-none-any.whl").write_bytes(b"pip")
    (here / "evallib-0.1.0-py3-none-any.whl").write_bytes(b"evallib")
    monkeypatch.setattr(start, "HERE", here)
    monkeypatch.setattr(start, "given_python", lambda: given)
    steps: list[list[str]] = []
    monkeypatch.setattr(start, "_run", lambda words: steps.append([str(one) for one in words]))
    place = tmp_path / "env"
    start.set_up(place)
    assert start.ready(place)
    assert (place / "python/python311._pth").read_text() == "python311.zip\n.\nimport site\n"
    assert len(steps) == 2
    assert all(step[0] == str(place / "python/python.exe") for step in steps)
    assert all("--no-index" in step and str(place / "python/Lib/site-packages") in step for step in steps)
    assert "--require-hashes" in steps[0] and steps[1][-1].endswith("evallib-0.1.0-py3-none-any.whl")


@pytest.mark.parametrize("at", [0, 1, 2])
@pytest.mark.parametrize("fault", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_a_set_up_that_is_stopped_leaves_nothing_and_is_begun_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int, fault: BaseException
) -> None:
    start, count = loaded("start"), [0]

    def failing(words: object) -> None:
        count[0] += 1
        if count[0] == at + 1:
            raise fault

    monkeypatch.setattr(start, "_run", failing)
    with pytest.raises(type(fault)):
        start.set_up(tmp_path / "env")
    assert not (tmp_path / "env").exists()


def test_behind_a_firewall_with_its_own_certificate_the_systems_are_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start = loaded("start")
    steps: list[list[str]] = []

    def refused(words: list[str]) -> None:
        steps.append(list(words))
        if len(steps) == 1:
            raise subprocess.CalledProcessError(1, "pip")

    monkeypatch.setattr(start, "_run", refused)
    start._install(["pip"])
    assert "truststore" not in steps[0] and "truststore" in steps[1]
    assert "--no-deps" in steps[2]


def test_a_path_that_is_too_long_for_windows_is_said_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    start = loaded("start")
    deep = tmp_path / ("x" * 120)
    monkeypatch.setattr(start, "WINDOWS", True)
    monkeypatch.setattr(start, "stamp", lambda: "0123456789")
    monkeypatch.setenv("EVALLIB_HOME", str(deep))
    assert start.main([]) == 1
    assert "too long for Windows" in capsys.readouterr().err
    assert not deep.exists()


def test_what_is_dragged_onto_the_file_is_opened_and_commands_pass_through(tmp_path: Path) -> None:
    command = loaded("start").command
    assert command([]) == ["menu"]
    assert command([str(tmp_path)]) == ["menu", str(tmp_path)]
    assert command(["report", "2026"]) == ["report", "2026"]


@POSIX
def test_the_start_runs_the_menu_of_a_set_up_that_is_whole(unpacked: Path, tmp_path: Path) -> None:
    """A set-up stands ready whose Python is the one of these tests; the rest is as a person finds it."""
    home = tmp_path / "koti ä"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment |= {"EVALLIB_HOME": str(home), "HOME": str(tmp_path)}
    environment["PATH"] = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    asked = [sys.executable, "-c", "import start; print(start.stamp())"]
    stamp = subprocess.run(asked, cwd=unpacked / "program", capture_output=True, text=True, check=True).stdout
    python = home / f"env-{stamp.strip()}" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    (python.parent.parent / "made.txt").write_text("evallib\n", encoding="ascii")
    typed = f"en\n2\n{tmp_path / 'oma hänke'}\n1\n\n0\n"
    run = subprocess.run(
        [unpacked / "evallib.command"], input=typed, env=environment, cwd=tmp_path, capture_output=True,
        text=True, encoding="utf-8", timeout=120,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert "What is due now and next" in run.stdout
    assert "2026: open" in run.stdout
    assert (tmp_path / "oma hänke/surveys/project.yaml").is_file()


@POSIX
def test_without_a_python_the_start_says_so_in_three_languages(unpacked: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("dirname", "sh"):
        (tools / name).symlink_to(
            Path("/usr/bin") / name if (Path("/usr/bin") / name).exists() else Path("/bin") / name
        )
    run = subprocess.run(
        ["/bin/sh", unpacked / "evallib.command"],
        input="\n",
        env={"PATH": str(tools)},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 1
    for words in ("puuttuu", "saknas", "is missing"):
        assert words in run.stdout


def test_the_windows_file_says_every_step_that_its_shell_twin_does() -> None:
    """Nothing here runs it: what can be read off it is that it jumps to labels that exist, and pauses."""
    import re

    lines = (FOLDER / "evallib.cmd").read_text(encoding="ascii").splitlines()
    labels = {line[1:].split()[0] for line in lines if line.startswith(":")}
    jumps = set(re.findall(r"goto (\w+)|call :(\w+)", "\n".join(lines)))
    assert {one or other for one, other in jumps} == labels
    for needed in ("pause", "3, 11", "start.py", "python\\python.exe", "LOCALAPPDATA"):
        assert needed in "\n".join(lines)
