"""Questionnaires from ``surveys/questionnaires/``, checked so that a wave can be built from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evallib.codebook.builtin_labels import BUILTIN_OPTIONS
from evallib.codebook.codes import refuse_item, refuse_parts
from evallib.codebook.forms import Form, OptionDeclared, QuestionDeclared, Scales
from evallib.codebook.model import AskedIf, Item, Label, Option, Questionnaire, SubItem, Type
from evallib.codes import LANGUAGES
from evallib.declared import Lines, Texts, parse_declared, parse_declared_with_lines, read_text
from evallib.errors import DeclarationError, nearest, text
from evallib.records import FieldClass

_NATIVE = {
    Type.SINGLE: "L",
    Type.FIVE_POINT: "5",
    Type.YES_NO: "Y",
    Type.MULTI: "M",
    Type.ARRAY: "F",
    Type.NUMBER: "N",
    Type.NUMBERS: "K",
    Type.TEXT: "T",
    Type.TEXTS: "Q",
    Type.DISPLAY: "X",
    Type.HIDDEN: "S",
}
_WITH_OPTIONS = (Type.SINGLE, Type.ARRAY)
_WITH_SUBITEMS = (Type.MULTI, Type.ARRAY, Type.NUMBERS, Type.TEXTS)

SHOWN = "surveys/questionnaires"  # as errors name the folder

_At = tuple[str | int, ...]


def load_questionnaires(surveys: Path) -> dict[str, Questionnaire]:
    """The questionnaires of ``surveys/questionnaires/*.yaml`` by id, all waves in each, rosters empty.

    Raises DeclarationError with file and line for an unknown scale, a code the server would not keep, a
    condition that points nowhere, or two questions of a series in one wave.
    """
    folder = surveys / "questionnaires"
    written = {"scales.yaml": read_text(folder / "scales.yaml", f"{SHOWN}/scales.yaml")}
    for path in sorted(folder.glob("*.yaml")):
        written.setdefault(path.name, read_text(path, f"{SHOWN}/{path.name}"))
    return parse_questionnaires(written)


def parse_questionnaires(written: Mapping[str, str]) -> dict[str, Questionnaire]:
    """Like :func:`load_questionnaires`, from the texts of the files by name, scales.yaml among them."""
    scales = parse_declared(written["scales.yaml"], Scales, f"{SHOWN}/scales.yaml")
    found: dict[str, Questionnaire] = {}
    for name in sorted(written.keys() - {"scales.yaml"}):
        form, lines = parse_declared_with_lines(written[name], Form, f"{SHOWN}/{name}")
        if form.id != name.removesuffix(".yaml"):
            raise DeclarationError(
                text("The id {id} is not the name of its file", id=repr(form.id)),
                where=lines.place("id"),
                expected=repr(name.removesuffix(".yaml")),
                repair=text("Change the id or the file's name"),
            )
        found[form.id] = _Builder(form, lines, scales).questionnaire()
    return found


@dataclass(frozen=True)
class _Builder:
    """One declared form on its way to a Questionnaire."""

    form: Form
    lines: Lines
    scales: Scales

    def questionnaire(self) -> Questionnaire:
        items: list[Item] = []
        for g, group in enumerate(self.form.groups):
            for i, question in enumerate(group.items):
                at: _At = ("groups", g, "items", i)
                item = self._item(question, group.code, at)
                self._codes(item, items, at)
                self._parts(item, at)
                self._condition(item, items, at)
                items.append(item)
        return Questionnaire(
            id=self.form.id,
            title=_label(self.form.title),
            languages=LANGUAGES,
            base_language=LANGUAGES[0],
            items=tuple(items),
            audience=self.form.audience,
            origin=self.form.origin,
            welcome=_label(self.form.welcome),
            notice=_label(self.form.notice),
            groups={group.code: _label(group) for group in self.form.groups},
        )

    def _item(self, question: QuestionDeclared, group: str, at: _At) -> Item:
        condition = question.asked_if
        return Item(
            code=question.code,
            series=question.series or question.code,
            type=question.type,
            label=_label(question),
            options=self._options(question, at),
            subitems=self._subitems(question, at),
            scale=question.scale,
            other=question.other,
            comment=question.comment,
            field_class=question.field_class or _usual_class(question.type),
            comparable=question.comparable,
            mandatory=question.mandatory,
            asked_if=AskedIf(condition.column, condition.codes) if condition else None,
            waves=question.waves,
            help=_label(question.help) if question.help else {},
            roster=question.roster,
            consent=question.consent,
            native=question.native or _native(question),
            group=group,
        )

    def _options(self, question: QuestionDeclared, at: _At) -> tuple[Option, ...]:
        """The scale's options, then the question's own, then those for a missing answer."""
        if question.type in (Type.YES_NO, Type.FIVE_POINT):
            return BUILTIN_OPTIONS[_NATIVE[question.type]]
        scale = self._scale(question.scale, (*at, "scale")) if question.scale else ()
        missing = [one for one in self.scales.missing if one.code in question.missing]
        declared = (*scale, *question.options, *missing)
        return tuple(Option(one.code, _label(one), one.value) for one in declared)

    def _subitems(self, question: QuestionDeclared, at: _At) -> tuple[SubItem, ...]:
        if question.subitems_from:
            scale = self._scale(question.subitems_from, (*at, "subitems_from"))
            return tuple(SubItem(one.code, _label(one), one.code) for one in scale)
        return tuple(SubItem(one.code, _label(one), one.series or one.code) for one in question.subitems)

    def _scale(self, name: str, at: _At) -> tuple[OptionDeclared, ...]:
        if name in self.scales.scales:
            return self.scales.scales[name]
        close = nearest(name, list(self.scales.scales))
        raise DeclarationError(
            text("{code} is declared nowhere", code=repr(name)),
            where=self.lines.place(*at),
            expected=text("a scale or list of {file}", file="surveys/questionnaires/scales.yaml"),
            repair=text("Did you mean {code}?", code=repr(close)) if close else "",
        )

    def _codes(self, item: Item, before: Sequence[Item], at: _At) -> None:
        place = self.lines.place(*at, "code")
        refuse_item(item.code, place)
        if any(item.code == other.code for other in before):
            raise DeclarationError(
                text("The code {code} stands twice", code=repr(item.code)),
                where=place,
                repair=text("Give one of them another code"),
            )
        for other in before:
            overlap = not item.waves or not other.waves or set(item.waves) & set(other.waves)
            if other.series == item.series and overlap:
                raise DeclarationError(
                    text(
                        "{code} and {other} of one series are asked in one wave",
                        code=item.code,
                        other=other.code,
                    ),
                    where=place,
                    repair=text("Give each its own waves, or another series"),
                )

    def _parts(self, item: Item, at: _At) -> None:
        """Options and subitems: there where the type needs them, with codes the server keeps."""
        needs = (
            (item.type in _WITH_OPTIONS, bool(item.options), "options"),
            (item.type in _WITH_SUBITEMS, bool(item.subitems) or item.roster, "subitems"),
        )
        for needed, present, name in needs:
            built_in = name == "options" and item.type in (Type.YES_NO, Type.FIVE_POINT)
            if needed != present and not built_in:
                found = text("{name} given", name=name) if present else text("no {name}", name=name)
                raise DeclarationError(
                    text("The question {code} does not fit its type", code=item.code),
                    where=self.lines.place(*at),
                    expected=text("a question of type {type}", type=str(item.type)),
                    found=found,
                )
        for name, codes in (
            ("options", [one.code for one in item.options]),
            ("subitems", [one.code for one in item.subitems]),
        ):
            refuse_parts(codes, self.lines.place(*at, name))

    def _condition(self, item: Item, before: Sequence[Item], at: _At) -> None:
        """asked_if names a column of an earlier question, and codes which that column can hold."""
        if item.asked_if is None:
            return
        code, _, part = item.asked_if.column.partition("[")
        known = {one.code: one for one in before}
        asked = known.get(code)
        subs = [sub.code for sub in item.subitems] if part == "{sub}]" else [part.rstrip("]")]
        columns = {column.name: column for column in asked.columns()} if asked else {}
        names = [f"{code}[{sub}]" if part else code for sub in subs]
        if asked is None or not (item.roster and asked.roster) and not set(names) <= set(columns):
            close = nearest(item.asked_if.column, [*known, *columns])
            raise DeclarationError(
                text("{column} is no column of an earlier question", column=repr(item.asked_if.column)),
                where=self.lines.place(*at, "asked_if", "column"),
                repair=text("Did you mean {code}?", code=repr(close)) if close else "",
            )
        options = {one for name in names if name in columns for one in columns[name].option_codes}
        strange = [one for one in item.asked_if.codes if options and one not in options]
        if strange:
            raise DeclarationError(
                text("{column} never holds {code}", column=item.asked_if.column, code=repr(strange[0])),
                where=self.lines.place(*at, "asked_if", "codes"),
                expected=text("one of {known}", known=", ".join(sorted(options))),
            )


def _label(texts: Texts) -> Label:
    return {language: texts[language] for language in LANGUAGES}


def _usual_class(kind: Type) -> FieldClass:
    return FieldClass.TEXT if kind in (Type.TEXT, Type.TEXTS) else FieldClass.ANSWER


def _native(question: QuestionDeclared) -> str:
    if question.comment:
        return "O" if question.type is Type.SINGLE else "P"
    return _NATIVE.get(question.type, "")
