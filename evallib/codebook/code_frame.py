"""The code frame: what open answers can be about, in ``surveys/code_frame.yaml``.

A code that was used is never deleted: it gets a day from which it is retired, and keeps its name, so that
answers coded earlier can still be told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from evallib.codebook.model import Questionnaire, Type
from evallib.codes import LANGUAGES
from evallib.declared import Declared, FirstSchema, Lines, Texts, Words, read_declared_with_lines
from evallib.errors import DeclarationError, nearest, text

FILE = "code_frame.yaml"
THEMES = ("innovation", "climate", "environment")
NONE = "none"  # the code of an answer that none of the others fits; it needs no line in the frame
_NONE = Texts(fi="Ei mikään näistä", sv="Inget av dessa", en="None of these")

CodeName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,19}$")]


class Code(Declared):
    """One code. words: by language, words whose forms suggest it; ``ilmasto*`` also what begins so."""

    code: CodeName
    label: Texts
    definition: Texts
    words: dict[str, tuple[Words, ...]] = {}
    retired: date | None = None


class CodeFrame(Declared):
    """The codes in printed order. version: raised by hand when a code changes its meaning or retires.

    questions: the open questions that are coded, as ``q1.T10``.
    """

    schema_version: FirstSchema
    version: int = Field(ge=1)
    questions: tuple[Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+\.[A-Z][A-Za-z0-9]*$")], ...]
    codes: tuple[Code, ...]

    @property
    def labels(self) -> dict[str, Texts]:
        """Code → label, of retired ones too, ``none`` last."""
        return {one.code: one.label for one in self.codes} | {NONE: _NONE}

    @property
    def offered(self) -> tuple[str, ...]:
        """The codes that may be given today, ``none`` last."""
        return (*(one.code for one in self.codes if one.retired is None), NONE)

    def named(self, written: str) -> str:
        """The code of that name or label in any language, whatever its case; "" when there is none."""
        wanted = written.strip().casefold()
        for code, label in self.labels.items():
            if wanted == code or wanted in (label[language].casefold() for language in LANGUAGES):
                return code
        return ""


def load_code_frame(surveys: Path, questionnaires: Mapping[str, Questionnaire]) -> CodeFrame | None:
    """The frame of ``surveys/code_frame.yaml``; None when the project codes no answers.

    Raises DeclarationError with file and line for a theme that is missing or retired, a code or label that
    stands twice, words in an unknown language, and a question that is not open or not there.
    """
    if not (surveys / FILE).is_file():
        return None
    frame, lines = read_declared_with_lines(surveys / FILE, CodeFrame, shown=f"surveys/{FILE}")
    _themes(frame, lines)
    _once(frame, lines)
    for place, one in enumerate(frame.codes):
        for language in one.words:
            if language not in LANGUAGES:
                raise DeclarationError(
                    text("{name} is not a known key", name=language),
                    where=lines.place("codes", place, "words", language),
                    expected=text("one of {known}", known=", ".join(LANGUAGES)),
                )
    for place, question in enumerate(frame.questions):
        _open(question, questionnaires, lines.place("questions", place))
    return frame


def _themes(frame: CodeFrame, lines: Lines) -> None:
    for theme in THEMES:
        if theme not in frame.offered:
            raise DeclarationError(
                text("The code frame lacks the theme {code}", code=theme),
                where=lines.place("codes"),
                expected=text("the codes {known}, none of them retired", known=", ".join(THEMES)),
                repair=text("Write the theme back: the report tells it in every period"),
            )


def _once(frame: CodeFrame, lines: Lines) -> None:
    codes = [one.code for one in frame.codes]
    # (name → how many codes bear it): a coder's word must mean one code
    names = Counter(
        name
        for one, label in frame.labels.items()
        for name in {one, *(label[language].casefold() for language in LANGUAGES)}
    )
    for place, one in enumerate(frame.codes):
        twice = one.code == NONE or codes.count(one.code) > 1
        shared = [lang for lang in LANGUAGES if names[one.label[lang].casefold()] > 1]
        if twice or shared:
            raise DeclarationError(
                text("The code frame has {name} twice", name=one.code if twice else one.label[shared[0]]),
                where=lines.place("codes", place, *([] if twice else ["label"])),
                expected=text("codes and labels that each mean one thing; {none} is always there", none=NONE),
                repair=text("Give one of them another name"),
            )


def _open(question: str, questionnaires: Mapping[str, Questionnaire], where: str) -> None:
    known = [
        f"{one.id}.{item.code}"
        for one in questionnaires.values()
        for item in one.items
        if item.type in (Type.TEXT, Type.TEXTS)
    ]
    if question not in known:
        close = nearest(question, known)
        raise DeclarationError(
            text("{question} is no open question", question=question),
            where=where,
            expected=text("one of {known}", known=", ".join(known)),
            repair=text("Did you mean {code}?", code=repr(close)) if close else "",
        )


def refuse_deleted(frame: CodeFrame | None, used: Iterable[tuple[str, str]]) -> None:
    """Raise DeclarationError when coded answers use a code that the frame does not have any more.

    used: (code, where it stands) of everything coded.
    """
    for code, where in used:
        if frame is None or code not in frame.labels:
            close = nearest(code, list(frame.labels)) if frame else ""
            raise DeclarationError(
                text("Answers are coded with {code}, which the code frame does not have", code=repr(code)),
                where=where,
                expected=text("one of {known}", known=", ".join(frame.labels))
                if frame
                else f"surveys/{FILE}",
                found=text("the nearest is {code}", code=close) if close else "",
                repair=text(
                    "Write the code back into surveys/code_frame.yaml with retired: and a date; "
                    "codes are retired, never deleted"
                ),
            )
