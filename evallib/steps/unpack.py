"""survey unpack: a LimeSurvey archive (.lsa) laid into the inbox as the exports that it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from evallib.errors import UsageError, nearest, text
from evallib.steps.closed import refuse_closed
from evallib.steps.context import Context
from evallib.steps.fingerprint import read_all
from evallib.steps.one_file import write_private
from evallib.workspace import Period

_LEFT = ("seed", "ipaddr", "refurl")  # what no report needs; a pull does not ask for it either
_PEOPLE = ("tid", "token", "firstname", "lastname", "email", "language", "sent", "completed")
_ATTRIBUTES = ("attribute_1", "attribute_2", "attribute_3")


@dataclass(frozen=True)
class Unpacked:
    """files: where they lie; answers, people: rows; left_out: columns that were not taken."""

    files: tuple[str, ...]
    answers: int
    people: int
    left_out: tuple[str, ...]


def unpack(context: Context, survey: str, file: Path, wanted: str | None) -> Unpacked:
    """Write structure.lss, responses.csv and participants.csv of a survey out of its archive.

    Network address, referring page and seed stay behind, as with a pull. Raises InputError for what is no
    whole archive, UsageError where the inbox holds the survey already. All files are made before the first
    is written.
    """
    from evallib.codebook.lsa import STRUCTURE, open_part
    from evallib.codebook.lss_read import read_lss
    from evallib.codebook.lss_xml import MAX_BYTES
    from evallib.sources.limesurvey import read_responses
    from evallib.sources.limesurvey_archive import read_archive_people
    from evallib.sources.limesurvey_lines import heading
    from evallib.sources.limesurvey_people import people_file

    period = context.period(wanted) if wanted else _last(context)
    refuse_closed(context, period)
    if survey not in context.questionnaires:
        close = nearest(survey, list(context.questionnaires))
        raise UsageError(
            text("There is no survey {name}", name=repr(survey)),
            expected=text("one of {known}", known=", ".join(context.questionnaires)),
            repair=text("Did you mean {key}?", key=repr(close)) if close else "",
        )
    folder = context.workspace.inbox(period.id) / "limesurvey" / survey
    there = [path for path in sorted(folder.glob("*")) if not path.name.startswith((".", "paper"))]
    if there:
        raise UsageError(
            text("{file} exists already", file=context.workspace.shown(there[0])),
            repair=text("Move the earlier files away first: what was received stays as it is"),
        )
    data = read_all({file.name: file})[file.name]
    asked = read_lss(data, file.name)
    with open_part(data, file.name, STRUCTURE) as part:
        structure = part.read(MAX_BYTES)
    rows = read_responses(asked, data, file.name).rows
    made = {"structure.lss": structure}
    kept = [str(name) for name in rows if name not in _LEFT]
    lines = (heading(row) for row in zip(*(rows[name] for name in kept), strict=True))
    made["responses.csv"] = ("\ufeff" + heading(kept) + "".join(lines) + "\r\n").encode()
    people = read_archive_people(data, file.name)
    left_out = [name for name in _LEFT if name in rows]
    if people is not None:
        header, *persons = people
        attributes = [name for name in _ATTRIBUTES if name in header]
        left_out += [name for name in header if name not in (*_PEOPLE, *_ATTRIBUTES)]
        named = [dict.fromkeys(_PEOPLE, "") | dict(zip(header, one, strict=True)) for one in persons]
        made["participants.csv"] = people_file(named, attributes)
    for name, content in made.items():
        write_private(folder / name, content)
    shown = tuple(context.workspace.shown(folder / name) for name in made)
    return Unpacked(shown, len(rows), len(people) - 1 if people else 0, tuple(left_out))


def _last(context: Context) -> Period:
    return max((one for one in context.workspace.project.periods if not one.final), key=lambda one: one.end)
