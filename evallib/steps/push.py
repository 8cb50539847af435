"""push: the questionnaires of a wave onto the server, not active, read back, with what people do then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evallib.errors import MissingStepError, ServerError, Text, UsageError, text
from evallib.steps.context import Context
from evallib.steps.fetch import declared_sources
from evallib.steps.privacy_documents import survey_notices
from evallib.steps.survey import build, check_questions, chosen_surveys, held_waves

if TYPE_CHECKING:
    from evallib.codebook.model import Questionnaire
    from evallib.sources.guarded_http import Limits
    from evallib.sources.limesurvey_rpc import Remote
    from evallib.sources.servers import Server


@dataclass(frozen=True)
class Sent:
    """A survey on the server. new: sent by this run, else it was there and was only compared."""

    survey: str
    number: int
    new: bool
    active: bool
    page: str
    by_hand: tuple[Text, ...]


def push(
    context: Context, wanted: str | None, only: Sequence[str] = (), limits: Limits | None = None
) -> tuple[str, tuple[Sent, ...]]:
    """Import the surveys of a period that the server does not have; (period, the surveys there).

    One login; nothing is activated, replaced or deleted. Each is read back and compared. Raises UsageError
    for questions that ``survey lint`` finds fault with, MissingStepError where no server is declared,
    ServerError where the server has a survey otherwise than it was declared.
    """
    period = context.period(wanted) if wanted else held_waves(context)[-1]
    names = chosen_surveys(context, period.id, only)
    server = _server(context)
    _refuse_faults(context, names)
    made = build(context, period.id, names)
    for fault in made.faults.values():
        raise fault
    files = {path.name: path for path in made.files}
    from evallib.codebook.build import survey_number
    from evallib.privacy.passwords import load_password
    from evallib.sources.limesurvey_rpc import connected
    from evallib.sources.limesurvey_send import send, surveys_there

    host = server.url.split("//", 1)[-1].split("/", 1)[0]
    password = load_password(server.password, server.user, host)
    context.tell(text("Sending to {server}: {surveys}", server=host, surveys=", ".join(names)))
    sent = []
    with connected(server.url, server.user, password, limits) as remote:
        there = surveys_there(remote)
        for name in names:
            number = server.surveys.get(period.id, {}).get(name) or survey_number(name, period.id)
            data, new = files[f"{name}-{period.id}.lss"].read_bytes(), number not in there
            if new:
                number = send(remote, data, number)
                context.tell(text("{survey} was sent as survey {number}", survey=name, number=number))
            _compare(remote, name, number, data)
            asked = context.wave(period.id)[name]
            active = there.get(number, False)
            sent.append(
                Sent(
                    name, number, new, active, _page(server, number), tuple(_by_hand(context, asked, active))
                )
            )
    return period.id, tuple(sent)


def _server(context: Context) -> Server:
    declared = declared_sources(context)
    if declared is None or declared.limesurvey is None:
        raise MissingStepError(
            text("No LimeSurvey server is declared"),
            where="surveys/sources.yaml",
            expected=text("its address and account under limesurvey"),
            repair=text(
                "Write them as docs/pull.md shows, or import the files by hand: evallib survey build"
            ),
        )
    return declared.limesurvey


def _refuse_faults(context: Context, names: Sequence[str]) -> None:
    """What a server has taken can't be mended there without other answers becoming useless."""
    faults = [one for one in check_questions(context).findings if one.place.partition(".")[0] in names]
    if faults:
        raise UsageError(
            text("The questions have faults: {n}", n=len(faults)),
            where=faults[0].place,
            found=faults[0].message,
            repair=text("See all of them and mend them first: evallib survey lint"),
        )


def _compare(remote: Remote, name: str, number: int, sent: bytes) -> None:
    from evallib.sources.limesurvey_send import differences

    found = list(differences(remote, number, sent))
    if found:
        raise ServerError(
            text(
                "Survey {number} on the server is not {survey} as it is declared", number=number, survey=name
            ),
            found=text("{first}; {n} differences", first=found[0], n=len(found)),
            repair=text(
                "If it is yours and nobody has answered, delete it there and run this again; otherwise "
                "declare what was asked, or write another number into surveys/sources.yaml"
            ),
        )


def _page(server: Server, number: int) -> str:
    """Where the survey is looked at in a browser."""
    base, found, _ = server.url.partition("/admin/remotecontrol")
    return f"{base}/surveyAdministration/view?surveyid={number}" if found else ""


def _by_hand(context: Context, asked: Questionnaire, active: bool) -> Iterator[Text]:
    """What only people do there, in its order."""
    languages = ", ".join(asked.languages)
    if not active:
        yield text("Preview it in {languages}, and answer it once in each", languages=languages)
        yield text(
            "Check the texts of the messages and the privacy notice in {languages}", languages=languages
        )
        if not survey_notices(context):
            yield text(
                "It has no privacy notice until project.yaml has controller, legal_basis and all names"
            )
        yield text("Set the sender's address, and the days on which it opens and closes")
    if asked.origin == "token":
        yield text("Make the participants' table, with organisation, region and sector as its attributes")
        yield text("Import the people to be asked into it, each with their language")
    if not active:
        yield text("Activate it; from then on no question can be added or taken away")
    if asked.origin == "token":
        yield text("Send the invitations")
    else:
        yield text("Give each event its own link: evallib survey links")
