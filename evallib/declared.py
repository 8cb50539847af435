"""Declared files: YAML read strictly, with the line of every fault.

What a project declares (plan, targets, questionnaires, identity, mappings) is typed by hand by people
who do not program, so nothing may be guessed: unknown keys, double keys and words that YAML would
silently turn into something else (``no``, ``1_000``, ``012``), or that another reader would read
otherwise (``2026-01``, ``1e3``), are errors with file and line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from evallib.codes import LANGUAGES
from evallib.errors import DeclarationError, Text, nearest, text

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
FirstSchema = Annotated[int, Field(ge=1, le=1)]  # Literal[1] would take 1.0 for 1


class Declared(BaseModel):
    """Base of every declared object: immutable, no unknown keys, no silent conversion.

    Files are validated strictly by :func:`parse_declared`; objects made in code take the usual Python
    values (a tuple, a date).
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class Texts(Declared):
    """The same text in the three languages; none may be missing."""

    fi: Words
    sv: Words
    en: Words

    def __getitem__(self, language: str) -> str:
        if language not in LANGUAGES:
            raise KeyError(language)
        return str(getattr(self, language))


D = TypeVar("D", bound=Declared)

# What UTF-8 becomes when it is read as cp1252: letters such as ä, dashes and quotes, the byte order mark.
SPOILT = re.compile("Ã[\x80-\x9f¤¥¦©¶¸¼„–…Ÿ]|â€[“”™œ¦˜]|ï»¿")

_Path = tuple[str | int, ...]
# The C parser reads a long plan some ten times faster; both give the same nodes.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_KINDS = ("map", "seq", "null", "bool", "int", "float", "str", "timestamp", "merge", "value")
_TAGS = {"!", *(f"tag:yaml.org,2002:{kind}" for kind in _KINDS)}  # what values without a tag have
_PLAIN_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Plain words that other YAML readers, or people, take for a month, a time or a number.
_AMBIGUOUS = re.compile(
    r"[0-9]{4}-[0-9]{1,2}|[-+.]?[0-9][0-9_]*([.,][0-9_]*)?([eE][-+]?[0-9]+)?|0[xo][0-9a-fA-F]+"
)


@dataclass(frozen=True)
class Lines:
    """Where each value of a declared file stands, for faults that are found after reading."""

    where: str
    lines: Mapping[_Path, int]

    def place(self, *path: str | int) -> str:
        """``file:line`` of the value at ``path``, or of the nearest object around it."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return _place(self.where, self.lines[path[:length]])
        return _place(self.where, 1)


def read_declared(path: Path, model: type[D], *, shown: str = "") -> D:
    """The file at ``path`` as ``model``; every fault becomes a DeclarationError with file and line."""
    return read_declared_with_lines(path, model, shown=shown)[0]


def read_declared_with_lines(path: Path, model: type[D], *, shown: str = "") -> tuple[D, Lines]:
    """Like :func:`read_declared`, with the line of every value for checks across the file."""
    where = shown or path.name
    return parse_declared_with_lines(read_text(path, where), model, where)


def read_text(path: Path, where: str) -> str:
    """A text file that somebody wrote by hand; DeclarationError where it is missing or not UTF-8."""
    try:
        written = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DeclarationError(
            text("The file {file} is missing", file=where),
            where=where,
            repair=text("Restore it, or make a new workspace with: evallib new"),
        ) from None
    except UnicodeDecodeError as fault:
        raise DeclarationError(
            text("{file} is not UTF-8 text", file=where),
            where=where,
            found=text("a byte that is no UTF-8 at position {position}", position=fault.start),
            repair=text("Save the file again with the encoding UTF-8"),
        ) from None
    _refuse_spoilt(written, where)
    return written


def _refuse_spoilt(written: str, where: str) -> None:
    """Raise DeclarationError with the first line that was saved in one encoding and opened in another."""
    for number, line in enumerate(written.splitlines(), 1):
        if found := SPOILT.search(line):
            raise DeclarationError(
                text("{file} has letters that a wrong encoding has spoilt", file=where),
                where=_place(where, number),
                found=found[0],
                repair=UNSPOIL,
            )


def parse_declared(source: str, model: type[D], where: str) -> D:
    """Like :func:`read_declared`, from text; ``where`` names the file in errors."""
    return parse_declared_with_lines(source, model, where)[0]


def parse_declared_with_lines(source: str, model: type[D], where: str) -> tuple[D, Lines]:
    """Like :func:`read_declared_with_lines`, from text."""
    reader = _Reader(where)
    try:
        node = _composed(source, where)
        plain = reader.plain(node, ()) if node is not None else {}
    except RecursionError:
        raise DeclarationError(
            text("{file} is nested too deeply", file=where),
            where=_place(where, 1),
            repair=text("Check brackets and indentation"),
        ) from None
    lines = Lines(where, reader.lines)
    try:
        # By way of JSON, the strict mode still takes "2025-01-31" for a date and a list for a tuple,
        # but never "5" for a number or 1 for yes.
        read = model.model_validate_json(json.dumps(plain), strict=True)
    except ValidationError as fault:
        first = tuple(fault.errors()[0]["loc"])
        if reader.doubts and first not in reader.doubts:
            raise next(iter(reader.doubts.values())) from None
        raise _translated(fault, lines, model) from None
    for doubt in reader.doubts.values():
        raise doubt
    return read, lines


def _composed(source: str, where: str) -> yaml.Node | None:
    try:
        return yaml.compose(source, Loader=_LOADER)
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        raise DeclarationError(
            text("{file} is not valid YAML", file=where),
            where=_place(where, mark.line + 1 if mark else 1),
            found=getattr(fault, "problem", None) or getattr(fault, "reason", None) or "",
            repair=text("Check indentation, colons and quotes on this line"),
        ) from None


def _place(where: str, line: int) -> str:
    return f"{where}:{line}"


class _Reader:
    """Nodes into plain values, remembering the line of each."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.lines: dict[_Path, int] = {}
        self.doubts: dict[_Path, DeclarationError] = {}  # raised unless the model says better what it wants
        self._seen: set[int] = set()

    def place(self, node: yaml.Node) -> str:
        return _place(self.where, node.start_mark.line + 1)

    def plain(self, node: yaml.Node, path: _Path) -> Any:
        # An alias would be a second copy that nobody sees (or, pointing at itself, an endless one).
        if id(node) in self._seen:
            raise DeclarationError(
                text("A value points to another place of the file (*)"),
                where=self.place(node),
                repair=text("Write the value out in both places"),
            )
        self._seen.add(id(node))
        if node.tag not in _TAGS:
            raise DeclarationError(
                text("A tag stands before a value"),
                where=self.place(node),
                found=node.tag.replace("tag:yaml.org,2002:", "!!"),
                repair=text("Remove the tag, and write the value alone"),
            )
        self.lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(child, (*path, i)) for i, child in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: _Path) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            name = self._key(key_node)
            if name in mapping:
                raise DeclarationError(
                    text("The key {key} stands twice", key=repr(name)),
                    where=self.place(key_node),
                    repair=text("Keep one of them"),
                )
            mapping[name] = self.plain(value_node, (*path, name))
            self.lines[(*path, name)] = key_node.start_mark.line + 1
        return mapping

    def _key(self, node: yaml.Node) -> str:
        if isinstance(node, yaml.ScalarNode) and node.value:
            read = self._scalar(node)
            if isinstance(read, str) or type(read) is int:
                return str(node.value)
        raise DeclarationError(
            text("A key must be a word"),
            where=self.place(node),
            repair=text("Write it in quotes if it is meant as a word"),
        )

    def _scalar(self, node: yaml.ScalarNode, path: _Path | None = None) -> Any:
        """A scalar as the person meant it; what YAML would quietly change is refused (a value: noted)."""
        written = node.value
        if node.style in ("'", '"', "|", ">"):
            return written
        kind = node.tag.rsplit(":", 1)[-1]
        if kind == "null":
            raise DeclarationError(
                text("A value is missing"),
                where=self.place(node),
                found=repr(written),
                repair=text("Write the value, or leave the whole line out; an empty list is []"),
            )
        if kind == "bool" and written in ("true", "false"):
            return written == "true"
        if kind in ("int", "float") and _PLAIN_NUMBER.fullmatch(written):
            return float(written) if "." in written else int(written)
        if kind == "timestamp" and _PLAIN_DATE.fullmatch(written):
            return written
        if kind == "str" and not _AMBIGUOUS.fullmatch(written):
            return written
        doubt = DeclarationError(
            text("{value} can be read in more than one way", value=repr(written)),
            where=self.place(node),
            expected=text("a word in quotes, true or false, or a plain number"),
            repair=text('Write it in quotes: "{value}", or as a plain number', value=written),
        )
        if path is None:
            raise doubt
        self.doubts[path] = doubt
        return written


UNSPOIL = text(
    "UTF-8 was opened as another encoding and saved again: go back to the file from before that, or write "
    "the letters anew, and save as UTF-8"
)

_EXPECTED: Mapping[str, Text] = {
    "string_type": text("text; put a number or date that is meant as text in quotes"),
    "string_too_short": text("some text"),
    "int_type": text("a whole number without quotes"),
    "int_from_float": text("a whole number"),
    "float_type": text("a number without quotes, with a decimal point"),
    "bool_type": text("true or false"),
    "tuple_type": text("a list"),
    "mapping_type": text("names with values"),
    "dict_type": text("names with values"),
    "model_type": text("names with values"),
    "date_from_datetime_parsing": text("a date as 2025-01-31"),
    "date_parsing": text("a date as 2025-01-31"),
    "date_type": text("a date as 2025-01-31"),
    "date_from_datetime_inexact": text("a date as 2025-01-31"),
    "literal_error": text("one of {expected}"),
    "greater_than": text("more than {gt}"),
    "greater_than_equal": text("at least {ge}"),
    "less_than_equal": text("at most {le}"),
    "too_short": text("at least {min_length} entries"),
    "too_long": text("at most {max_length} entries"),
    "string_pattern_mismatch": text("letters, numbers and signs as {pattern} allows"),
}
_ANOTHER = text("a value of another kind")


def _translated(fault: ValidationError, lines: Lines, model: type[BaseModel]) -> DeclarationError:
    """The first fault that pydantic found, as a sentence with its line."""
    first = fault.errors()[0]
    path = tuple(first["loc"])
    name = ".".join(str(part) for part in path) or model.__name__
    context = {name: str(value).replace(" or ", ", ") for name, value in first.get("ctx", {}).items()}
    ours = first.get("ctx", {}).get("error")  # raised in our own models, with a Text
    known = replace(_EXPECTED.get(first["type"], _ANOTHER), values=context)
    expected: Text | str = ours.args[0] if isinstance(ours, ValueError) else known
    found: Text | str = "" if isinstance(first["input"], dict | list) else repr(first["input"])[:80]
    repair: Text | str = ""
    if first["type"] == "missing":
        problem = text("{name} is missing", name=name)
        expected = text("a value for {key}", key=str(path[-1]) if path else name)
        found, repair = "", text("Write it there; if the file is cut or empty, restore it")
    elif first["type"] == "extra_forbidden":
        problem = text("{name} is not a known key", name=name)
        close = nearest(str(path[-1]), _known_keys(model, path[:-1]))
        expected = found = ""
        repair = text("Did you mean {key}?", key=repr(close)) if close else text("Remove the line")
    else:
        problem = text("{name} has a value that does not fit", name=name)
    return DeclarationError(problem, where=lines.place(*path), expected=expected, found=found, repair=repair)


def _known_keys(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """Keys that the object at ``path`` may have, as far as the models tell."""
    here: Any = model
    for part in path:
        if isinstance(part, int) or not hasattr(here, "model_fields"):
            continue
        field = here.model_fields.get(part)
        here = _inner(field.annotation) if field else None
    return list(here.model_fields) if hasattr(here, "model_fields") else []


def _inner(annotation: Any) -> Any:
    """The declared object inside ``tuple[X, ...]``, ``dict[str, X]`` or ``X | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        inner = _inner(argument)
        if inner is not None:
            return inner
    return None
