"""The sections of a survey's structure, joined by the server's numbers, whatever LimeSurvey wrote them.

Since LimeSurvey 4 texts stand in sections of their own (``question_l10ns`` …); before, every row stood
once a language and held its text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evallib.codebook.lss_xml import AGAIN, Row
from evallib.codebook.model import AskedIf, Label, Option
from evallib.codebook.plain_text import plain_text
from evallib.errors import InputError, text

Scales = tuple[tuple[Option, ...], tuple[Option, ...]]  # options; those of the second scale of a dual one


@dataclass(frozen=True)
class Sections:
    """Rows by section; a section that is absent has none. name: as errors call the structure."""

    written: Mapping[str, Sequence[Row]]
    name: str

    def rows(self, section: str) -> Sequence[Row]:
        return self.written.get(section, ())

    def once(self, section: str, *key: str) -> list[Row]:
        """Rows with a new key; before LimeSurvey 4 a row stands once a language."""
        found: dict[tuple[str, ...], Row] = {}
        for row in self.rows(section):
            found.setdefault(key_of(row, key), row)
        return list(found.values())

    def texts(
        self, section: str, field: str, key: Sequence[str], language: str = "language"
    ) -> dict[tuple[str, ...], Label]:
        """Plain texts by key and language; a language without text is left out."""
        found: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
        for row in self.rows(section):
            words = plain_text(row.get(field, ""))
            if words and row.get(language):
                found[key_of(row, key)][row[language]] = words
        return dict(found)

    def survey_text(self, field: str) -> Label:
        return self.texts("surveys_languagesettings", field, (), "surveyls_language").get((), {})

    def survey(self) -> Row:
        surveys = self.rows("surveys")
        if len(surveys) != 1 or not surveys[0].get("sid") or not surveys[0].get("language"):
            raise InputError(
                text("{file} does not describe exactly one survey", file=self.name),
                expected=text("one row in the section surveys, with sid and language"),
                found=text("{n} rows", n=len(surveys)),
                repair=AGAIN,
            )
        return surveys[0]

    def groups(self) -> list[Row]:
        return sorted(self.once("groups", "gid"), key=lambda row: whole(row.get("group_order", "")))

    def group_labels(self) -> dict[str, Label]:
        """Group texts by ``g1``, ``g2`` …, in the order of the form."""
        texts = self.texts("groups", "group_name", ("gid",))
        texts |= self.texts("group_l10ns", "group_name", ("gid",))
        return {f"g{n}": texts.get((row.get("gid", ""),), {}) for n, row in enumerate(self.groups(), 1)}

    def questions(self) -> list[tuple[str, Row, Row]]:
        """(``g1`` …, group, question) in the order of the form."""
        groups = {row.get("gid", ""): (n, row) for n, row in enumerate(self.groups(), 1)}
        questions = self.once("questions", "qid")
        for row in questions:
            if not row.get("title") or row.get("gid") not in groups:
                raise InputError(
                    text("{file} has a question without code or group", file=self.name),
                    found=text("qid {qid}", qid=row.get("qid", "")[:20]),
                    repair=AGAIN,
                )
        questions.sort(key=lambda row: (groups[row["gid"]][0], whole(row.get("question_order", ""))))
        return [(f"g{groups[row['gid']][0]}", groups[row["gid"]][1], row) for row in questions]

    def question_texts(self, field: str) -> dict[tuple[str, ...], Label]:
        old = (self.texts(section, field, ("qid",)) for section in ("questions", "subquestions"))
        merged = {key: label for part in old for key, label in part.items()}
        return merged | self.texts("question_l10ns", field, ("qid",))

    def subquestions(self) -> dict[str, list[Row]]:
        """Rows of subquestions by parent, in order. Scale 1 holds the columns of two-way arrays."""
        found: dict[str, list[Row]] = defaultdict(list)
        rows = self.once("subquestions", "qid")
        for row in sorted(rows, key=lambda row: whole(row.get("question_order", ""))):
            found[row.get("parent_qid", "")].append(row)
        return found

    def scales(self) -> dict[str, Scales]:
        """Answer options by question, those of a second scale apart, in order."""
        new = self.texts("answer_l10ns", "answer", ("aid",))
        old_key = ("qid", "scale_id", "code")
        old = self.texts("answers", "answer", old_key)
        found: dict[str, tuple[list[Option], list[Option]]] = defaultdict(lambda: ([], []))
        rows = self.once("answers", *old_key)
        for row in sorted(rows, key=lambda row: whole(row.get("sortorder", ""))):
            code = row.get("code", "")
            label = new.get(key_of(row, ("aid",))) or old.get(key_of(row, old_key), {})
            scale = 1 if row.get("scale_id") == "1" else 0
            found[row.get("qid", "")][scale].append(Option(code, label, _place(code)))
        return {qid: (tuple(first), tuple(second)) for qid, (first, second) in found.items()}

    def attributes(self) -> dict[str, dict[str, Label]]:
        """By question and attribute: the value by language, "" where it has none."""
        found: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
        for row in self.rows("question_attributes"):
            words = plain_text(row.get("value", ""))
            if words:
                found[row.get("qid", "")][row.get("attribute", "")][row.get("language", "")] = words
        return {key: dict(own) for key, own in found.items()}

    def conditions(self) -> dict[str, AskedIf | None]:
        """Conditions by question that compare one column with codes, as LimeSurvey 2 may keep them apart.

        Later a question's ``relevance`` says the same; None of a question with other conditions.
        """
        titles = {row.get("qid", ""): row.get("title", "") for row in self.rows("questions")}
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for row in self.rows("conditions"):
            asked, code = row.get("cqid", ""), row.get("value", "").strip()
            _, _, part = row.get("cfieldname", "").rpartition(f"X{asked}")
            known = titles.get(asked) and row.get("method") == "==" and code
            column = f"{titles[asked]}[{part}]" if known and part else titles.get(asked, "")
            found[row.get("qid", "")].append((column if known else "", code))
        return {
            qid: AskedIf(some[0][0], tuple(dict.fromkeys(code for _, code in some)))
            if some[0][0] and len({column for column, _ in some}) == 1
            else None
            for qid, some in found.items()
        }


def key_of(row: Row, fields: Sequence[str]) -> tuple[str, ...]:
    return tuple(row.get(field, "") for field in fields)


def whole(written: str) -> int:
    """A whole number as the server writes it; 0 for anything else."""
    return int(written) if re.fullmatch(r"[0-9]{1,9}", written) else 0


def _place(code: str) -> float | None:
    """Place on the scale: only codes written as plain numbers have one ("4" has, "04" has not)."""
    return float(code) if re.fullmatch(r"0|-?[1-9][0-9]{0,8}", code) else None
