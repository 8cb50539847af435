"""Coded answers through the door in: one row an open answer, with what each coder said of it.

A coding holds for the very words that were coded. Where the answer is gone or reads otherwise now, the
coding is left out and counted as a remark.
"""

from __future__ import annotations

from collections.abc import Sequence

from evallib.privacy.keys import Key
from evallib.privacy.tables import as_rows, text_frame
from evallib.records import FieldClass, FrozenTable, Remark, SourceTable

KIND = "coding"
_FIELDS = {
    "text_id": FieldClass.TECHNICAL,
    "survey": FieldClass.ANSWER,
    "item": FieldClass.ANSWER,
    "a": FieldClass.ANSWER,
    "b": FieldClass.ANSWER,
    "settled": FieldClass.ANSWER,
    "role": FieldClass.ANSWER,
    "date": FieldClass.TECHNICAL,
    "frame": FieldClass.ANSWER,
}

_GIVEN = list(_FIELDS)[3:]


def fingerprint(text_id: str, answer: str, key: Key) -> str:
    """A keyed fingerprint of the words that were coded: nobody can check a guess without the key."""
    return key.name("c_", "coding", text_id, answer)


def freeze_coding(table: SourceTable, texts: Sequence[FrozenTable], key: Key) -> FrozenTable:
    """One row for every answer to a question of which any answer was coded; codes joined by ``+``,
    ``""`` = not coded.

    Remarks: ``coding_gone`` (the answer is not there any more), ``coding_changed`` (it reads otherwise).
    """
    answers = {row["text_id"]: row for one in texts for row in as_rows(one.rows)}
    given: dict[str, dict[str, str]] = {}
    gone = changed = 0
    for row in as_rows(table.rows):
        answer = answers.get(row["text_id"])
        if answer is None:
            gone += 1
        elif fingerprint(row["text_id"], answer["text"], key) != row["source"]:
            changed += 1
        else:
            own = given.setdefault(row["text_id"], {"frame": row["frame"]})
            own[row["coder"]] = row["codes"]
            if row["coder"] == "settled":
                own |= {"role": row["role"], "date": row["date"]}
    asked = {(answers[one]["survey"], answers[one]["item"]) for one in given}
    rows = [
        [text_id, answer["survey"], answer["item"], *(given.get(text_id, {}).get(one, "") for one in _GIVEN)]
        for text_id, answer in sorted(answers.items())
        if (answer["survey"], answer["item"]) in asked
    ]  # fmt: skip
    counted = (("coding_gone", gone), ("coding_changed", changed))
    remarks = tuple(Remark(code, count) for code, count in counted if count)
    return FrozenTable(KIND, "frozen", text_frame(list(_FIELDS), rows), dict(_FIELDS), remarks)
