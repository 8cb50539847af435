"""README and reality: its two commands, its tree, its links."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_first_two_sh_blocks_are_one_line_each() -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 2
    assert all(len(block.strip().splitlines()) == 1 for block in blocks)
    assert blocks[0].strip().endswith("evallib demo")
    assert blocks[1].strip().endswith("pytest")


def test_links_and_folders_named_in_the_readme_exist() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)
    folders = re.findall(r"^([a-z]+/)  ", README, re.MULTILINE)
    assert len(links) > 5 and len(folders) > 5
    missing = [name for name in (*links, *folders) if not (ROOT / name).exists()]
    assert missing == []


def test_the_commands_in_the_readme_exist() -> None:
    from evallib.cli.verbs import COMMANDS

    table = README.split("## Commands")[1].split("## ")[0]
    named = set(re.findall(r"(?:`evallib |· `)([a-z]+(?: [a-z]+)?)", table))
    assert named == set(COMMANDS)


def test_the_locks_pin_every_package_with_hashes() -> None:
    for name in ("evallib/requirements.lock", "tests/requirements.lock"):
        lock = (ROOT / name).read_text(encoding="utf-8")
        pins = re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE)
        entries = [part for part in re.split(r"^(?=[a-z])", lock, flags=re.MULTILINE) if part.strip()]
        assert len(pins) == len(entries) > 100
        assert all("--hash=sha256:" in entry for entry in entries)


def test_both_locks_agree_on_every_shared_package() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9-]+==[^ ]+", (ROOT / name).read_text("utf-8"), re.MULTILINE))

    assert pins("evallib/requirements.lock") <= pins("tests/requirements.lock")
