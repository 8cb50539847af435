"""Notebook parameters: a typed file beside each notebook says what may be given.

papermill by itself only logs an unknown name; here an unknown name, a wrong type or an impossible
value is refused before a kernel starts, with the nearest known name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from evallib.declared import Declared, FirstSchema, Texts, read_declared
from evallib.errors import UsageError, nearest, text

Type = Literal["period", "period or none", "language", "yes or no"]
Value = str | bool | None


class Parameter(Declared):
    """One parameter: its type, its default in the notebook, and what it means."""

    type: Type
    default: Any = None
    meaning: Texts


class Interface(Declared):
    """The parameters of one notebook."""

    schema_version: FirstSchema
    parameters: dict[str, Parameter] = Field(min_length=1)


def read_interface(notebook: Path) -> Interface:
    """The interface of a notebook, from ``<name>.parameters.yaml`` beside it."""
    beside = notebook.with_suffix(".parameters.yaml")
    return read_declared(beside, Interface, shown=f"notebooks/{beside.name}")


def checked(
    interface: Interface,
    given: Mapping[str, Value],
    periods: Mapping[str, Sequence[str]],
    languages: Sequence[str],
) -> dict[str, Value]:
    """Every parameter with a value that fits: given ones checked, the others by default.

    periods: those that may be reported, each with the earlier ones that it may be compared with. Raises
    UsageError for an unknown name, a wrong type or an impossible value.
    """
    known = list(interface.parameters)
    for name in given:
        if name not in known:
            raise UsageError(
                text("The notebook has no parameter {name}", name=repr(name)),
                expected=text("one of {known}", known=", ".join(known)),
                repair=text("Did you mean {key}?", key=repr(nearest(name, known) or known[0])),
            )
    values = {name: given.get(name, one.default) for name, one in interface.parameters.items()}
    types = {name: one.type for name, one in interface.parameters.items()}
    chosen = next((str(values[name]) for name, kind in types.items() if kind == "period"), "")
    allowed: dict[Type, Sequence[str]] = {
        "period": list(periods),
        "period or none": periods.get(chosen, ()),
        "language": languages,
        "yes or no": (),
    }
    return {name: _fitting(name, kind, values[name], allowed[kind]) for name, kind in types.items()}


def _fitting(name: str, kind: Type, value: Value, allowed: Sequence[str]) -> Value:
    if kind == "yes or no":
        if isinstance(value, bool):
            return value
        raise _unfit(name, value, ["true", "false"])
    if kind == "period or none" and value is None:
        return None
    if isinstance(value, str) and value in allowed:
        return value
    raise _unfit(name, value, [*allowed, "none"] if kind == "period or none" else allowed)


def _unfit(name: str, value: Value, allowed: Sequence[str]) -> UsageError:
    close = nearest(str(value), list(allowed))
    return UsageError(
        text("The parameter {name} can't be {value}", name=name, value=repr(value)),
        expected=text("one of {known}", known=", ".join(allowed)),
        repair=text("Did you mean {key}?", key=repr(close)) if close else "",
    )


def from_words(written: Mapping[str, str]) -> dict[str, Value]:
    """Parameters as typed on the command line: true, false and none become values."""
    words: dict[str, Value] = {"true": True, "false": False, "none": None}
    return {name: words.get(value.lower(), value) for name, value in written.items()}
