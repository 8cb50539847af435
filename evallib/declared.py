"""Declared files: YAML read strictly, with the line of every fault.

What a project declares (plan, targets, questionnaires, identity, mappings) is typed by hand by people
who do not program, so nothing may be guessed: unknown keys, double keys and words that YAML would
silently turn into something else (``no``, ``2026-01``, ``1_000``, ``012``) are errors with file and line.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from evallib.errors import DeclarationError, nearest, text

LANGUAGES = ("fi", "sv", "en")

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Declared(BaseModel):
    """Base of every declared object: immutable, no unknown keys, no silent conversion."""

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

_Lines = dict[tuple[str | int, ...], int]
_PLAIN_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?")
_PLAIN_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_declared(path: Path, model: type[D], *, shown: str = "") -> D:
    """The file at ``path`` as ``model``; every fault becomes a DeclarationError with file and line."""
    where = shown or path.name
    try:
        source = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DeclarationError(
            text("The file {file} is missing", file=where),
            repair=text("Restore it, or make a new workspace with: evallib new"),
        ) from None
    except UnicodeDecodeError as fault:
        raise DeclarationError(
            text("{file} is not UTF-8 text", file=where),
            found=text("a byte that is no UTF-8 at position {position}", position=fault.start),
            repair=text("Save the file again with the encoding UTF-8"),
        ) from None
    return parse_declared(source, model, where)


def parse_declared(source: str, model: type[D], where: str) -> D:
    """Like :func:`read_declared`, from text; ``where`` names the file in errors."""
    try:
        node = yaml.compose(source, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark
        raise DeclarationError(
            text("{file} is not valid YAML", file=where),
            where=_place(where, mark.line + 1 if mark else 1),
            found=fault.problem or "",
            repair=text("Check indentation, colons and quotes on this line"),
        ) from None
    lines: _Lines = {}
    plain = _plain(node, (), lines, where) if node is not None else {}
    try:
        return model.model_validate(plain)
    except ValidationError as fault:
        raise _translated(fault, lines, where, model) from None


def _place(where: str, line: int) -> str:
    return f"{where}:{line}"


def _plain(node: yaml.Node, path: tuple[str | int, ...], lines: _Lines, where: str) -> Any:
    line = node.start_mark.line + 1
    lines[path] = line
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = _scalar(key_node, where) if isinstance(key_node, yaml.ScalarNode) else None
            name = str(key) if key is not None else ""
            if not name:
                raise DeclarationError(
                    text("A key must be a word"), where=_place(where, key_node.start_mark.line + 1)
                )
            if name in mapping:
                raise DeclarationError(
                    text("The key {key} stands twice", key=repr(name)),
                    where=_place(where, key_node.start_mark.line + 1),
                    repair=text("Keep one of them"),
                )
            mapping[name] = _plain(value_node, (*path, name), lines, where)
            lines[(*path, name)] = key_node.start_mark.line + 1
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*path, i), lines, where) for i, child in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode)
    return _scalar(node, where)


def _scalar(node: yaml.ScalarNode, where: str) -> Any:
    """A scalar as the person meant it; what YAML would quietly change is refused."""
    written = node.value
    if node.style in ("'", '"', "|", ">"):
        return written
    kind = node.tag.rsplit(":", 1)[-1]
    if kind == "str":
        return written
    if kind == "null":
        return None
    if kind == "bool" and written in ("true", "false"):
        return written == "true"
    if kind in ("int", "float") and _PLAIN_NUMBER.fullmatch(written):
        return float(written) if "." in written else int(written)
    if kind == "timestamp" and _PLAIN_DATE.fullmatch(written):
        return written
    raise DeclarationError(
        text("YAML would turn {value} into something else", value=repr(written)),
        where=_place(where, node.start_mark.line + 1),
        expected=text("a word in quotes, true or false, or a plain number"),
        found=text("an unquoted value that YAML reads as {kind}", kind=kind),
        repair=text('Write it in quotes: "{value}"', value=written),
    )


def _translated(
    fault: ValidationError, lines: _Lines, where: str, model: type[BaseModel]
) -> DeclarationError:
    """The first fault that pydantic found, as a sentence with its line."""
    first = fault.errors()[0]
    path = tuple(part for part in first["loc"])
    known = next((lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in lines), 1)
    name = ".".join(str(part) for part in path) or model.__name__
    expected: Any = first["msg"]
    repair: Any = ""
    if first["type"] == "missing":
        problem = text("{name} is missing", name=name)
        expected = text("a value for {key}", key=str(path[-1]) if path else name)
    elif first["type"] == "extra_forbidden":
        problem = text("{name} is not a known key", name=name)
        close = nearest(str(path[-1]), _known_keys(model, path[:-1]))
        expected = ""
        repair = text("Did you mean {key}?", key=repr(close)) if close else ""
    else:
        problem = text("{name} has a value that does not fit", name=name)
    found = "" if first["type"] in ("missing", "extra_forbidden") else repr(first["input"])[:80]
    return DeclarationError(
        problem, where=_place(where, known), expected=expected, found=found, repair=repair
    )


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
