"""The organisations a wave asks about, in its questionnaires."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from evallib.codebook.codes import refuse_parts
from evallib.codebook.model import Questionnaire, SubItem
from evallib.codes import LANGUAGES
from evallib.errors import DeclarationError, text


def organisations(names: Mapping[str, str], where: str) -> tuple[SubItem, ...]:
    """Organisations by code as subitems, in their order; the name is the same in every language.

    Raises DeclarationError at ``where`` for a code that the server would not keep.
    """
    refuse_parts(list(names), where)
    return tuple(SubItem(code, dict.fromkeys(LANGUAGES, name), code) for code, name in names.items())


def with_roster(questionnaire: Questionnaire, roster: tuple[SubItem, ...]) -> Questionnaire:
    """The questionnaire with the wave's organisations as subitems of its roster questions."""
    items = (replace(item, subitems=roster) if item.roster else item for item in questionnaire.items)
    return replace(questionnaire, items=tuple(items))


def refuse_empty_roster(asked: Questionnaire, roster: str, found: str = "") -> None:
    """Raise DeclarationError when a question asks about organisations and the wave's roster has none.

    roster: the file that they belong into. found: files that look like it, and are not read.
    """
    empty = [item.code for item in asked.items if item.roster and not item.subitems]
    if empty:
        raise DeclarationError(
            text("{codes} ask about organisations, and there are none", codes=", ".join(empty)),
            where=roster,
            found=found,
            repair=text("Write the wave's organisations there"),
        )
