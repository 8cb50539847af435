"""map, of a survey that already runs: which of its questions, rows and answers are which of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evallib.errors import UsageError, nearest, text
from evallib.steps.context import Context
from evallib.steps.fingerprint import read_all
from evallib.steps.kept_answers import Ask, kept_answers
from evallib.steps.one_file import write_file

if TYPE_CHECKING:
    from evallib.codebook.model import Item, Label, Questionnaire
    from evallib.codebook.their_codes import TheirCodes

_NONE = "–"


@dataclass(frozen=True)
class SurveyMapped:
    """A saved mapping. mapped, aside: how many of their questions; lacking: our items that are not asked."""

    file: str
    mapped: int
    aside: int
    lacking: tuple[str, ...]


def map_survey(
    context: Context, path: Path, given: Path | None, ask: Ask, language: str = ""
) -> SurveyMapped:
    """Save which codes of the structure at ``path`` are ours, in ``surveys/mappings/surveys/``.

    given: a file with the mapping, so that nothing is asked. language: in which both surveys' words are
    shown, where theirs has it, else in its base language. Raises DeclarationError or UsageError for a
    mapping that does not fit, InputError for a structure that can't be read; nothing is saved then.
    """
    from evallib.codebook.lss_read import read_lss

    data = read_all({path.name: path})[path.name]
    theirs = read_lss(data, path.name)
    if given:
        source = read_all({given.name: given})[given.name].decode("utf-8-sig")
        return _saved(context, theirs, source, given.name)
    with kept_answers(context, data, ask) as asking:
        return _saved(context, theirs, _Asked(context, theirs, asking, language).mapping(), "")


def _saved(context: Context, theirs: Questionnaire, source: str, where: str) -> SurveyMapped:
    from evallib.codebook.their_codes import FOLDER, parse_their_codes

    codes = parse_their_codes(source, context.questionnaires, where)
    ours = context.questionnaires[codes.survey]
    _refuse_unfit(codes, ours, theirs)
    for period in codes.periods:
        context.period(period)
    target = context.workspace.surveys / FOLDER / f"{codes.survey}-{codes.periods[0]}.yaml"
    shown = context.workspace.shown(target)
    if target.exists() and target.read_text(encoding="utf-8") != source:
        raise UsageError(
            text("{file} holds another mapping", file=shown),
            repair=text("Remove the file first, if this one is right"),
        )
    write_file(target, source.encode(), shown=shown, folders=True)
    asked = ours.for_wave(codes.periods[0]).items
    lacking = tuple(item.code for item in asked if item.code not in codes.questions)
    return SurveyMapped(shown, len(codes.questions), len(codes.aside()), lacking)


def _refuse_unfit(codes: TheirCodes, ours: Questionnaire, theirs: Questionnaire) -> None:
    from evallib.codebook.their_codes import unfit

    for item, code in unfit(codes, ours, theirs):
        there = theirs.item(code)
        raise UsageError(
            text("Their question {code} is not what {item} asks", code=code, item=item.code),
            expected=text("a question of type {type}", type=str(item.type)),
            found=text("type {type}", type=str(there.type)) if there else text("no such question"),
        )
    declared = {*codes.questions.values(), *codes.aside()}
    open_ones = [item.code for item in theirs.items if item.code not in declared and item.answered]
    if open_ones:
        raise UsageError(
            text("Nothing is said of their questions: {codes}", codes=", ".join(open_ones)[:200]),
            repair=text("Map each to an item of ours, or name it under left_out with its class"),
        )


@dataclass(frozen=True)
class _Asked:
    """The questions about one structure."""

    context: Context
    theirs: Questionnaire
    ask: Ask
    language: str

    def mapping(self) -> str:
        """The mapping as YAML; every word in quotes, so that none is taken for a number or a date."""
        surveys = list(self.context.questionnaires)
        survey = self.ask(text("Which of our surveys is it?"), surveys, surveys[0])
        periods = [one.id for one in self.context.workspace.project.periods]
        period = self.ask(text("In which period was it asked?"), periods, periods[-1])
        ours = self.context.wave(period)[survey]
        told: dict[str, object] = {"schema_version": 1, "survey": survey, "periods": [period]}
        questions: dict[str, str] = {}
        rows: dict[str, dict[str, str]] = {}
        options: dict[str, dict[str, str]] = {}
        aside: dict[str, list[str]] = {}
        for there in self.theirs.items:
            if not there.answered:
                continue
            item = self._item(there, [one for one in ours.items if one.code not in questions])
            if item is None:
                aside.setdefault(self._class(there), []).append(there.code)
                continue
            questions[item.code] = there.code
            if item.subitems:
                rows[item.code] = dict(
                    self._parts(there.code, _labels(item.subitems), _labels(there.subitems))
                )
            if item.options and there.options:
                theirs = _labels(there.options)
                said = dict(self._parts(there.code, _labels(item.options), theirs))
                none = {one.code: _NONE for one in item.options if one.code in theirs.keys() - said.keys()}
                options[item.code] = said | none  # else the code that is alike would be taken for ours
        return _written({**told, "questions": questions, "rows": rows, "options": options, "left_out": aside})

    def _item(self, there: Item, left: Sequence[Item]) -> Item | None:
        """Our item of the same type that the question is; the likeliest one is suggested."""
        fitting = [one for one in left if one.type is there.type]
        words = self._said(there.label)
        same = [one for one in fitting if words and words in one.label.values()]
        if len(same) == 1:
            return same[0]
        shown = {f"{one.code} {self._said(one.label)}"[:90]: one for one in fitting}
        close = nearest(f"{there.code} {words}"[:90], list(shown)) or _NONE
        question = text("{code}: {words} - which item is it?", code=there.code, words=words[:90])
        said = self.ask(question, [_NONE, *shown], close) if shown else _NONE
        return shown.get(said)

    def _parts(
        self, question: str, ours: Mapping[str, Label], theirs: Mapping[str, Label]
    ) -> Iterator[tuple[str, str]]:
        """Our rows or options with theirs: by the same words, else by the same code, else asked."""
        left = dict(theirs)
        for code, label in ours.items():
            same = [one for one, words in left.items() if set(words.values()) & set(label.values()) - {""}]
            found = same[0] if len(same) == 1 else ""
            if not found and left:
                shown = {f"{one} {self._said(words)}"[:90]: one for one, words in left.items()}
                alike = next((words for words, one in shown.items() if one == code), "")
                close = alike or nearest(self._said(label), list(shown)) or _NONE
                said = self.ask(
                    text("{question}: which of theirs is {code} {words}?", question=question, code=code,
                         words=self._said(label)[:60]),
                    [_NONE, *shown],
                    close,
                )  # fmt: skip
                found = shown.get(said, "")
            if found:
                del left[found]
                yield code, found

    def _said(self, label: Label) -> str:
        wanted = self.language if self.language in self.theirs.languages else self.theirs.base_language
        return label.get(wanted) or next((words for words in label.values() if words), "")

    def _class(self, there: Item) -> str:
        from evallib.records import FieldClass

        question = text("{column} is not used. What does it hold?", column=there.code)
        return self.ask(question, [one.value for one in FieldClass], there.field_class.value)


def _labels(parts: Sequence[object]) -> dict[str, Label]:
    return {one.code: one.label for one in parts}  # type: ignore[attr-defined]


def _written(mapping: Mapping[str, object]) -> str:
    """Flow-style YAML below each heading, which is JSON and so needs no rules of its own."""
    lines: list[str] = []
    for name, value in mapping.items():
        if isinstance(value, dict):
            inner = [f"  {_quoted(key)}: {_quoted(one)}" for key, one in value.items() if one]
            lines += [f"{name}:", *inner] if inner else []
        else:
            lines.append(f"{name}: {_quoted(value)}")
    return "\n".join(lines) + "\n"


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
