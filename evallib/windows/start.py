"""Sets evallib up for this user, once, and starts its menu. Only Python's own library is used here.

The set-up goes into a folder of settings with a short path, never beside the ZIP's files: those often lie in
OneDrive, and Windows takes paths of 259 signs at most. It counts as made when its note is written, last.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
NOTE = "made.txt"  # in a set-up that is whole
LONGEST = 170  # signs of the longest path below a set-up (measured)
TOLD = 15  # last lines of a step that failed
WINDOWS = os.name == "nt"

WORDS = {
    "set up": (
        "evallib asennetaan tälle käyttäjälle; tämä kestää muutaman minuutin ja tehdään kerran.",
        "evallib installeras för den här användaren; det tar några minuter och görs en gång.",
        "evallib is being set up for this user; this takes some minutes and is done once.",
    ),
    "failed": (
        "Asennus ei onnistunut, eikä mitään jäänyt puolitiehen. Syy on yllä; yritä uudelleen.",
        "Jos verkko estää, pypi.org ja files.pythonhosted.org on sallittava; tai pyydä ZIP pakettien kera.",
        "Installationen lyckades inte, och inget blev halvfärdigt. Orsaken står ovan; försök igen.",
        "Om nätet hindrar: tillåt pypi.org och files.pythonhosted.org, eller be om en ZIP med paketen i.",
        "The set-up failed, and nothing was left half done. The reason stands above; try again.",
        "If the network is in the way: allow pypi.org and files.pythonhosted.org, or ask for a full ZIP.",
    ),
    "long": (
        "Kansion polku on liian pitkä Windowsille: {folder}",
        "Mappens sökväg är för lång för Windows: {folder}",
        "The folder's path is too long for Windows: {folder}",
    ),
    "stopped": ("Keskeytetty.", "Avbrutet.", "Stopped."),
}


def say(what: str, **values: object) -> None:
    for line in WORDS[what]:
        sys.stderr.write(line.format(**values) + "\n")


def home() -> Path:
    """Where this user's set-ups lie."""
    if given := os.environ.get("EVALLIB_HOME"):
        return Path(given)
    if WINDOWS:
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "evallib"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "evallib"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "evallib"


def stamp() -> str:
    """What a set-up is made of: this ZIP's packages, and the Python that it is made for."""
    made_of = [*sorted(HERE.glob("evallib-*.whl")), HERE / "requirements.lock"]
    whole = hashlib.sha256(f"{sys.version_info[:2]} {sys.platform}".encode())
    for path in made_of:
        whole.update(path.read_bytes())
    return whole.hexdigest()[:10]


def given_python() -> Path | None:
    """The Python that came with the ZIP, when it is the one that runs this: it can't make environments."""
    lonely = importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None
    return Path(sys.executable).resolve().parent if lonely and WINDOWS else None


def python_of(place: Path) -> Path:
    """The Python of a set-up."""
    if (place / "python").is_dir():
        return place / "python" / "python.exe"
    return place / ("Scripts/python.exe" if WINDOWS else "bin/python")


def ready(place: Path) -> bool:
    return (place / NOTE).is_file() and python_of(place).exists()


def set_up(place: Path) -> None:
    """Make the set-up; raises OSError or CalledProcessError and leaves nothing when that fails."""
    shutil.rmtree(place, ignore_errors=True)
    try:
        place.mkdir(parents=True)
        given = given_python()
        pip = _copied(given, place) if given else _environment(place)
        _install(pip)
        (place / NOTE).write_text("evallib\n", encoding="ascii")
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise


def _environment(place: Path) -> list[str]:
    _run([sys.executable, "-m", "venv", str(place)])
    return [str(python_of(place)), "-m", "pip", "install"]


def _run(words: Sequence[str]) -> None:
    """Run a step of the set-up, with a dot now and then; what it said is shown when it fails."""
    with tempfile.TemporaryFile() as told:
        step = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=told, stderr=subprocess.STDOUT)
        try:
            while step.poll() is None:
                sys.stderr.write(".")
                sys.stderr.flush()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    step.wait(2)
        except BaseException:
            step.kill()
            step.wait()
            raise
        finally:
            sys.stderr.write("\n")
        if step.returncode:
            told.seek(0)
            lines = told.read().decode("utf-8", errors="replace").splitlines()
            sys.stderr.write("\n".join(lines[-TOLD:]) + "\n")
            raise subprocess.CalledProcessError(step.returncode, words[0])


def _copied(given: Path, place: Path) -> list[str]:
    """A copy of the Python that came along, which then looks into its own folder for packages."""
    copy = place / "python"
    shutil.copytree(given, copy)
    for path in copy.glob("python*._pth"):
        path.write_text(f"{path.stem}.zip\n.\nimport site\n", encoding="ascii")
    pip = next(iter(sorted((HERE / "wheels").glob("pip-*.whl"))))
    target = copy / "Lib" / "site-packages"
    return [str(copy / "python.exe"), f"{pip}/pip", "install", "--target", str(target)]


def _install(pip: Sequence[str]) -> None:
    """The locked packages, then evallib itself; from the ZIP where it has them, else from PyPI."""
    options = ["--no-cache-dir", "--disable-pip-version-check", "--no-warn-script-location"]
    wheels = HERE / "wheels"
    source = ["--no-index", "--find-links", str(wheels)] if any(wheels.glob("*.whl")) else []
    locked = ["--only-binary", ":all:", "--require-hashes", "-r", str(HERE / "requirements.lock")]
    try:
        _run([*pip, *options, *source, *locked])
    except subprocess.CalledProcessError:
        if source:
            raise
        # a firewall that opens connections has a certificate of its own, which only the system knows
        _run([*pip, *options, "--use-feature", "truststore", *locked])
    own = [str(path) for path in sorted(HERE.glob("evallib-*.whl"))]
    _run([*pip, *options, "--no-index", "--no-deps", *own])


def tidy(kept: Path) -> None:
    """Set-ups of other versions go; one that is in use stays until the next time."""
    for path in kept.parent.glob("env-*"):
        if path != kept:
            shutil.rmtree(path, ignore_errors=True)


def command(arguments: Sequence[str]) -> list[str]:
    """What to run: the menu; of a folder that was dragged onto the file; or a command as it was given."""
    if not arguments:
        return ["menu"]
    if len(arguments) == 1 and Path(arguments[0]).is_dir():
        return ["menu", arguments[0]]
    return list(arguments)


def main(arguments: Sequence[str]) -> int:
    place = home() / f"env-{stamp()}"
    if WINDOWS and len(str(place)) + LONGEST > 259:
        say("long", folder=place)
        return 1
    try:
        if not ready(place):
            say("set up")
            set_up(place)
            tidy(place)
        return subprocess.run([str(python_of(place)), "-P", "-m", "evallib", *command(arguments)]).returncode
    except KeyboardInterrupt:
        say("stopped")
        return 130
    except (OSError, subprocess.CalledProcessError) as fault:
        sys.stderr.write(f"{fault}\n\n")
        say("failed")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
