"""Blocks hold ids, never values; an executed notebook gives them back in cell order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evallib.errors import NotebookError
from evallib.report.blocks import KINDS, MIME, Block, blocks_of


def executed(tmp_path: Path, *outputs: dict[str, Any]) -> Path:
    """A notebook with one cell for each output, written as papermill leaves it."""
    cells: list[dict[str, Any]] = [{"cell_type": "markdown", "source": "# Words", "metadata": {}}]
    cells += [{"cell_type": "code", "source": "", "outputs": [one], "metadata": {}} for one in outputs]
    path = tmp_path / "executed.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return path


def shown(block: Block) -> dict[str, Any]:
    return {"output_type": "execute_result", "data": block._repr_mimebundle_()}


def test_a_block_leaves_its_kind_and_id_and_no_value() -> None:
    block = Block("figure", "F4.1", {}, "<p>0.42</p>")
    bundle = block._repr_mimebundle_()
    assert bundle[MIME] == {"kind": "figure", "id": "F4.1", "options": {}}
    assert bundle["text/html"] == "<p>0.42</p>"
    assert "0.42" not in bundle["text/plain"]


def test_blocks_come_back_in_cell_order_with_their_options(tmp_path: Path) -> None:
    cover, table = Block("cover", "", {"final": True}), Block("table", "T1.1")
    stream = {"output_type": "stream", "name": "stdout", "text": "hello"}
    assert blocks_of(executed(tmp_path, shown(table), stream, shown(cover))) == [table, cover]


def test_html_of_a_block_is_never_read_back(tmp_path: Path) -> None:
    forged = Block("table", "T1.1", {}, "<b>99 %</b>")
    (read,) = blocks_of(executed(tmp_path, shown(forged)))
    assert read.html == ""


@pytest.mark.parametrize(
    "plain",
    [
        {"kind": "script", "id": "F1.1"},
        {"id": "F1.1"},
        {"kind": "figure"},
        {"kind": "figure", "id": 4},
        {"kind": ["figure"], "id": "F1.1"},
        {"kind": "figure", "id": "F1.1", "options": "final"},
        "figure F1.1",
        None,
    ],
)
def test_a_block_that_is_none_of_the_known_is_refused(tmp_path: Path, plain: Any) -> None:
    with pytest.raises(NotebookError) as caught:
        blocks_of(executed(tmp_path, {"output_type": "display_data", "data": {MIME: plain}}))
    assert all(kind in str(caught.value.expected) for kind in KINDS)


def test_a_notebook_without_blocks_says_what_a_report_notebook_calls(tmp_path: Path) -> None:
    with pytest.raises(NotebookError) as caught:
        blocks_of(executed(tmp_path, {"output_type": "stream", "name": "stdout", "text": "hello"}))
    assert "executed.ipynb" in str(caught.value.where)
    assert "report.figure" in str(caught.value.repair)
