"""Files for their owner only, archives and XML that can do no harm, no open port."""

from __future__ import annotations

import io
import os
import stat
import sys
import zipfile
from pathlib import Path

import pytest

from evallib.codebook.lss_read import read_lss
from evallib.errors import InputError
from evallib.sources.decode import read_sheet
from evallib.store import Store, Tier, Tombstone, Why

POSIX = pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX systems")
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


@POSIX
@pytest.mark.parametrize("umask", [0o022, 0o000])
def test_everything_in_the_store_is_for_its_owner_only(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        store = Store(tmp_path / "store")
        sha = store.put(b"answers")
        store.commit(Tier.RAW, "2025", {"answers": sha}, {}, "2026-01-15T09:30:00Z")
        stones = {sha: Tombstone(Why.RULE, "2026-01-15")}
        store.commit(
            Tier.RAW, "2025", {"rest": store.put(b"rest")}, {}, "2026-01-15T09:30:00Z", erased=stones
        )
    finally:
        os.umask(before)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [store.path, *store.path.rglob("*")]}
    assert len(modes) > 8
    assert {path.name: oct(mode) for path, mode in modes.items() if mode & 0o077} == {}


def archive(**parts: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return written.getvalue()


def test_an_archive_that_unpacks_to_something_huge_is_refused_unopened() -> None:
    bomb = archive(**{"xl/worksheets/sheet1.xml": b"0" * 100_000_000})
    assert len(bomb) < 200_000
    with pytest.raises(InputError, match="unpacks to 100 megabytes"):
        read_sheet(bomb, "list.xlsx")


@pytest.mark.parametrize("name", ["../outside.xml", "/etc/passwd", "xl/../../x", "C:\\x", "..\\x", "\\x"])
def test_an_archive_with_a_part_whose_name_leads_outside_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="leads out of it"):
        read_sheet(archive(**{name: b"x"}), "list.xlsx")


def test_two_dots_inside_a_name_lead_nowhere() -> None:
    with pytest.raises(InputError, match="damaged workbook"):  # read on, and found to be no workbook
        read_sheet(archive(**{"xl/sheet..1.xml": b"x"}), "list.xlsx")


def test_a_cell_of_100_megabytes_is_refused() -> None:
    with pytest.raises(InputError, match="too large"):
        read_sheet(b"name;email\n" + b"a" * 100_000_000 + b";b\n", "list.csv")


@pytest.mark.parametrize(
    "declared",
    ['<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">', '<!ENTITY a SYSTEM "file:///etc/hostname">'],
)
def test_xml_with_entities_is_refused_before_one_is_expanded(declared: str) -> None:
    bomb = f"<?xml version='1.0'?><!DOCTYPE document [{declared}]><document>&a;</document>"
    with pytest.raises(InputError, match="document type or XML entities"):
        read_lss(bomb.encode(), "structure.lss")


@LINUX
def test_a_running_kernel_listens_on_no_port(tmp_path: Path) -> None:
    from evallib.report.run import Kernel, run_notebook

    source = tmp_path / "small.ipynb"
    source.write_text(
        '{"cells": [{"cell_type": "code", "metadata": {}, "source": "1 + 1", "outputs": [],'
        ' "execution_count": null}], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}'
    )
    with Kernel(tmp_path) as kernel:
        run_notebook(source, tmp_path / "done.ipynb", {}, kernel, tmp_path)
        process = kernel.manager.provisioner.process.pid
        assert sockets(process) & sockets_of("unix")  # it does talk, over sockets of the file system
        assert sockets(process) & (listening("tcp") | listening("tcp6")) == set()


def sockets(process: int) -> set[str]:
    """Numbers of the sockets that a process holds."""
    found = set()
    for one in Path(f"/proc/{process}/fd").iterdir():
        try:
            target = str(one.readlink())
        except FileNotFoundError:
            continue
        if target.startswith("socket:["):
            found.add(target[8:-1])
    return found


def listening(kind: str) -> set[str]:
    """Numbers of all sockets of this machine that listen (state 0A)."""
    path = Path(f"/proc/net/{kind}")
    lines = path.read_text().splitlines()[1:] if path.exists() else []
    return {line.split()[9] for line in lines if line.split()[3] == "0A"}


def sockets_of(kind: str) -> set[str]:
    return {line.split()[6] for line in Path(f"/proc/net/{kind}").read_text().splitlines()[1:]}


@LINUX
def test_a_port_that_a_process_opens_would_be_seen() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)):
        assert sockets(os.getpid()) & listening("tcp")
