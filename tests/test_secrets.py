"""Keys and passwords: in no file, argument, log, error text or record."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path
from typing import Any

import pytest
from canary_project import KEY, PASSWORD, SESSION, Run, canary_run, environment

from evallib.cli import main
from evallib.errors import EvallibError
from evallib.privacy import keys

SECRETS = (KEY, PASSWORD, SESSION)


def forms(secret: str) -> list[bytes]:
    """Text, bytes of the hexadecimal text, base64 of both, upper case."""
    plain = [secret.encode(), secret.upper().encode(), secret.encode("utf-16-le")]
    if secret == KEY:
        raw = bytes.fromhex(secret)
        plain += [raw, base64.b64encode(raw).rstrip(b"="), repr(raw)[2:-1].encode()]
    return [*plain, base64.b64encode(secret.encode()).rstrip(b"=")[:-1], secret.encode().hex().encode()]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return canary_run(tmp_path_factory.getbasetemp())


def test_no_file_of_the_workspace_store_and_temporary_folder_holds_a_secret(run: Run) -> None:
    """Everywhere, received files too, but for the password that somebody wrote into an answer."""
    files = [path for folder in (run.root, run.temp) for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 100
    for secret in (KEY, SESSION):
        wanted = forms(secret)
        assert [p.name for p in files if any(form in p.read_bytes() for form in wanted)] == []


def test_no_command_says_a_secret(run: Run) -> None:
    for secret in SECRETS:
        assert [verb for verb, said in run.said.items() if any(one in said for one in forms(secret))] == []


@pytest.mark.parametrize("broken", [KEY[:-1], KEY + "g", "Kanaria-Salasana-9471", "ä" * 64])
def test_a_key_that_does_not_fit_is_not_shown(
    broken: str, run: Run, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(run.root)
    monkeypatch.setenv("EVALLIB_KEY", broken)
    assert main(["freeze", "2025", "--again"]) == 7
    said = capfd.readouterr()
    assert said.err and broken not in said.out + said.err


def test_a_key_of_the_keyring_is_in_no_text_of_a_fault_or_object(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "ask_keyring", lambda *_: KEY)
    key = keys.load_key("keyring", "1", "2023-2027")
    assert KEY not in repr(key) and repr(key.secret) not in repr(key)
    with pytest.raises(EvallibError) as stopped:
        keys.make_key("1", "2023-2027")
    assert KEY not in " ".join(map(str, stopped.value.parts().values()))


def test_no_secret_is_an_argument_of_a_process(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Arguments can be read by everybody on the machine; the kernel gets none."""
    from evallib.report.run import Kernel

    seen: list[str] = []
    whole = subprocess.Popen.__init__

    def watched(self: Any, args: Any, *rest: Any, **options: Any) -> None:
        seen.extend([args] if isinstance(args, str) else map(str, args))
        whole(self, args, *rest, **options)

    monkeypatch.setattr(subprocess.Popen, "__init__", watched)
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    with Kernel(run.root):
        pass
    assert any("kernel.json" in one for one in seen)
    assert [one for one in seen if any(secret in one for secret in SECRETS)] == []
