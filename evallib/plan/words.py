"""The evaluator's own words for a period: judgements, answers, decisions asked, chapter texts.

They lie in ``surveys/commentary/<period>/``: ``judgements.yaml`` (:class:`JudgementFile`) and one plain text
``<chapter>.<language>.md`` a chapter and language (:mod:`evallib.plan.chapter_text`). A number that was
measured is written as the id of its result, ``{I20.participations}`` or ``{2024/I20.participations}``,
never as a digit: a typed number would be wrong next year. Years (2025) and minutes (§ 5) may stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date as Day
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from evallib.codes import LANGUAGES
from evallib.declared import Declared, FirstSchema, Lines, Texts, read_declared_with_lines, read_text
from evallib.errors import DeclarationError, text
from evallib.plan.chapter_text import PLACEHOLDER, ChapterText, check_line, parse_chapter
from evallib.plan.corrections import Correction, load_corrections
from evallib.plan.model import Code, Plan

CHAPTERS = ("4", "5", "6", "7", "8", "9")  # the chapters that wait for the evaluator's words
ANSWERS = ("promised", "changed", "right")
PAGE = 2600  # characters of the evaluator's that fit the page to decide on beside what is computed
LABELS = 70  # characters that the labels of a decision, or the question before a reason, take


class Judgement(Declared):
    """The evaluator's word on one evaluation question, beside the colour that the rules propose."""

    question: Code
    verdict: Literal["confirmed", "overridden"]
    colour: Literal["green", "amber", "red", "grey"] | None = None
    reason: Texts | None = None
    role: Texts
    date: Day

    @model_validator(mode="after")
    def _complete(self) -> Judgement:
        if self.verdict == "overridden" and (self.colour is None or self.reason is None):
            raise ValueError(text("an overridden judgement with its colour and its reason"))
        if self.verdict == "confirmed" and self.colour is not None:
            raise ValueError(text("a confirmed judgement without a colour: it keeps the proposed one"))
        return self


class Answer(Declared):
    """An answer to one of the three questions, in at most three sentences.

    role and date say who judged it and when; an answer without them only repeats what was measured.
    """

    sentences: tuple[Texts, ...] = Field(min_length=1, max_length=3)
    role: Texts | None = None
    date: Day | None = None

    @property
    def judged(self) -> bool:
        return self.role is not None


class Answers(Declared):
    """Did we do what we promised, did it bring change, did we do the right things."""

    promised: Answer | None = None
    changed: Answer | None = None
    right: Answer | None = None

    @model_validator(mode="after")
    def _right_is_judged(self) -> Answers:
        for name in ANSWERS:
            answer: Answer | None = getattr(self, name)
            if answer is not None and (answer.role is None) != (answer.date is None):
                raise ValueError(text("both role and date in the answer {name}, or neither", name=name))
        if self.right is not None and not self.right.judged:
            raise ValueError(text("role and date in the answer {name}, which is always judged", name="right"))
        return self


class DecisionAsked(Declared):
    """What the steering group is asked to decide."""

    proposal: Texts
    finding: Texts
    alternative: Texts
    owner: Texts  # a role
    cost: Texts
    deadline: Day


class JudgementFile(Declared):
    """``judgements.yaml`` of a period."""

    schema_version: FirstSchema
    judgements: tuple[Judgement, ...] = ()
    answers: Answers = Answers()
    decisions: tuple[DecisionAsked, ...] = Field(default=(), max_length=4)
    worse: tuple[Texts, ...] = ()  # what is worse than in the period before
    unknown: tuple[Texts, ...] = ()  # what we do not know

    @model_validator(mode="after")
    def _fit_one_page(self) -> JudgementFile:
        for language in LANGUAGES:
            length = sum(len(one[language]) for one in self._printed())
            length += LABELS * (len(self.decisions) + sum(1 for one in self.judgements if one.reason))
            if length > PAGE:
                raise ValueError(
                    text("at most {most} characters for the page to decide on, labels counted; "
                         "in {language} there are {n}", most=PAGE, language=language, n=length)
                )  # fmt: skip
        return self

    def _printed(self) -> Iterator[Texts]:
        """All words that the page to decide on prints."""
        yield from (one.reason for one in self.judgements if one.reason)
        for name in ANSWERS:
            answer: Answer | None = getattr(self.answers, name)
            yield from answer.sentences if answer else ()
        for one in self.decisions:
            yield from (one.proposal, one.finding, one.alternative, one.owner, one.cost)
        yield from (*self.worse, *self.unknown)


@dataclass(frozen=True)
class Words:
    """Everything the evaluator wrote for a period; what is not there is listed in ``missing``.

    judgements: by question code. answers: by "promised", "changed", "right". texts: by (chapter,
    language). missing: file names, or ``judgements.yaml#EQ3`` for a part of that file.
    """

    period: str
    judgements: Mapping[str, Judgement] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    decisions: tuple[DecisionAsked, ...] = ()
    worse: tuple[Texts, ...] = ()
    unknown: tuple[Texts, ...] = ()
    texts: Mapping[tuple[str, str], ChapterText] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()  # oldest first

    def chapter(self, chapter: str, language: str) -> tuple[str, ...]:
        """The paragraphs of a chapter, none when nothing was written."""
        found = self.texts.get((chapter, language))
        return found.paragraphs if found else ()

    def placeholders(self) -> tuple[str, ...]:
        """Full ids of the results that the words name, each once, in order."""
        written = (*_sentences(self), *(p for one in self.texts.values() for p in one.paragraphs))
        ids = (named(match[1], self.period) for one in written for match in PLACEHOLDER.finditer(one))
        return tuple(dict.fromkeys(ids))


def named(written: str, period: str) -> str:
    """The full id of a placeholder: the words' own period where none is written."""
    return written if "/" in written else f"{period}/{written}"


def load_words(surveys: Path, period: str, plan: Plan | None = None) -> Words:
    """The evaluator's words for ``period``. A missing file is no error but listed in ``missing``.

    Raises DeclarationError for a file that does not fit its form, a loose digit, a broken placeholder,
    and, with ``plan``, a judgement of an unknown question.
    """
    folder = surveys / "commentary" / period
    judged, missing = _judgements(folder, period, plan)
    texts = {}
    for chapter in CHAPTERS:
        for language in LANGUAGES:
            path = folder / f"{chapter}.{language}.md"
            found = _chapter(path, f"surveys/commentary/{period}/{path.name}")
            if found.paragraphs:
                texts[chapter, language] = found
            else:
                missing.append(path.name)
    given = {name: getattr(judged.answers, name) for name in ANSWERS}
    return Words(
        period,
        {one.question: one for one in judged.judgements},
        {name: answer for name, answer in given.items() if answer is not None},
        judged.decisions,
        judged.worse,
        judged.unknown,
        texts,
        tuple(missing),
        load_corrections(surveys, period),
    )


def _judgements(folder: Path, period: str, plan: Plan | None) -> tuple[JudgementFile, list[str]]:
    path = folder / "judgements.yaml"
    if not path.is_file():
        return JudgementFile(schema_version=1), [path.name]
    shown = f"surveys/commentary/{period}/{path.name}"
    judged, lines = read_declared_with_lines(path, JudgementFile, shown=shown)
    _known_questions(judged, plan, lines)
    for at, sentence in _measured(judged):
        check_line(sentence, lines.place(*at))
    asked = [question.code for question in plan.questions] if plan else []
    there = {one.question for one in judged.judgements}
    missing = [f"{path.name}#{code}" for code in asked if code not in there]
    missing += [f"{path.name}#{name}" for name in ANSWERS if not getattr(judged.answers, name)]
    return judged, missing


def _known_questions(judged: JudgementFile, plan: Plan | None, lines: Lines) -> None:
    seen: set[str] = set()
    for place, one in enumerate(judged.judgements):
        where = lines.place("judgements", place, "question")
        if plan is not None and one.question not in {q.code for q in plan.questions}:
            raise DeclarationError(
                text("{code} is no evaluation question of the plan", code=one.question),
                where=where,
                expected=text("one of {known}", known=", ".join(q.code for q in plan.questions)),
            )
        if one.question in seen:
            raise DeclarationError(
                text("{code} is judged twice", code=one.question),
                where=where,
                repair=text("Keep one of them"),
            )
        seen.add(one.question)


Located = tuple[tuple[str | int, ...], str]


def _measured(judged: JudgementFile) -> Iterator[Located]:
    """The sentences that may speak of results, with their paths: their numbers must be ids.

    Proposals, costs and alternatives are plans of the evaluator, and their numbers are her own.
    """
    groups: list[tuple[tuple[str | int, ...], Texts | None]] = []
    groups += [(("judgements", i, "reason"), one.reason) for i, one in enumerate(judged.judgements)]
    for name in ANSWERS:
        answer: Answer | None = getattr(judged.answers, name)
        for i, sentence in enumerate(answer.sentences if answer else ()):
            groups.append((("answers", name, "sentences", i), sentence))
    groups += [(("decisions", i, "finding"), one.finding) for i, one in enumerate(judged.decisions)]
    groups += [(("worse", i), one) for i, one in enumerate(judged.worse)]
    groups += [(("unknown", i), one) for i, one in enumerate(judged.unknown)]
    for path, texts in groups:
        if texts is not None:
            yield from (((*path, language), texts[language]) for language in LANGUAGES)


def _sentences(words: Words) -> Iterator[str]:
    answers = Answers(**words.answers)
    judged = JudgementFile(
        schema_version=1,
        judgements=tuple(words.judgements.values()),
        answers=answers,
        decisions=words.decisions,
        worse=words.worse,
        unknown=words.unknown,
    )
    return (sentence for _, sentence in _measured(judged))


def _chapter(path: Path, shown: str) -> ChapterText:
    """The text of a chapter; an empty one when the file is missing."""
    return parse_chapter(read_text(path, shown), shown) if path.is_file() else ChapterText()
