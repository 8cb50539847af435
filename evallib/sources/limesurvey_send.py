"""Questionnaires on their way to LimeSurvey: imported as they are, never made live, and read back."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping

from evallib.codebook.lss_read import read_lss
from evallib.errors import ServerError, Text, text
from evallib.sources.limesurvey_rpc import Refused, Remote
from evallib.sources.limesurvey_structure import read_structure

_COMPARED = ("type", "label", "options", "subitems", "other", "comment", "mandatory", "asked_if")


def surveys_there(remote: Remote) -> dict[int, bool]:
    """Number of each survey that the account may see → whether it is active."""
    try:
        found = remote.call("list_surveys")
    except Refused as fault:
        if fault.said.startswith("No surveys found"):
            return {}
        raise
    if not isinstance(found, list) or not all(isinstance(one, Mapping) and "sid" in one for one in found):
        raise _strange(remote, "list_surveys", type(found).__name__)
    return {int(one["sid"]): one.get("active") == "Y" for one in found}


def send(remote: Remote, data: bytes, wanted: int) -> int:
    """Import a structure file; the number that the server gave it, which is ``wanted`` where it was free.

    Sent once: an answer that got lost is no reason to send it again, as the survey may be there.
    """
    given = remote.call("import_survey", base64.b64encode(data).decode(), "lss", None, wanted)
    if isinstance(given, bool) or not str(given).isdecimal():
        raise _strange(remote, "import_survey", str(given)[:100])
    return int(given)


def differences(remote: Remote, number: int, sent: bytes) -> Iterator[Text]:
    """What the server has otherwise than in the structure file that it was sent.

    Languages, title, codes, types, words, options, rows and conditions, as both files read.
    """
    ours = read_lss(sent, "sent")
    there = read_lss(read_structure(remote, number), f"{remote.server}: {number}")
    if (there.base_language, sorted(there.languages)) != (ours.base_language, sorted(ours.languages)):
        has, was = " ".join(there.languages), " ".join(ours.languages)
        yield text("languages: {there} instead of {sent}", there=has, sent=was)
    if there.title != ours.title:
        yield text("the title")
    items = {item.code: item for item in there.items}
    for item in ours.items:
        if item.code not in items:
            yield text("{code} is missing", code=item.code)
            continue
        other = [name for name in _COMPARED if getattr(item, name) != getattr(items[item.code], name)]
        if other:
            yield text("{code}: other {parts}", code=item.code, parts=", ".join(other))
    known = {item.code for item in ours.items}
    for code in items:
        if code not in known:
            yield text("{code} was not sent", code=code)


def _strange(remote: Remote, method: str, found: str) -> ServerError:
    return ServerError(
        text("{server} does not answer as LimeSurvey does", server=remote.server),
        where=f"{remote.server}: {method}",
        found=found,
        repair=text("Look on the server whether the survey is there before you run this again"),
    )
