"""A list of places as a person reads it."""

from __future__ import annotations

from evallib.report.places import together


def test_lines_of_one_file_and_languages_of_one_text_stand_together() -> None:
    lines = ["a.yaml:11", "b.yaml:2", "a.yaml:12", "a.yaml:14"]
    texts = ["judgements.yaml", "c/4.fi.md", "c/4.en.md", "c/5.fi.md#review", "c/5.sv.md#review"]
    told = ["a.yaml: 11–12, 14", "b.yaml:2", "judgements.yaml", "c/4.fi.md, .en.md"]
    told.append("c/5.fi.md#review, .sv.md#review")
    assert together(lines + texts) == told
    assert together([]) == []
    assert together(["a.yaml:3", "a.yaml:3"]) == ["a.yaml:3"]
