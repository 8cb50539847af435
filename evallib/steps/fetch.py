"""fetch: what LimeSurvey holds of a period, into the inbox, as an export by hand would lie there.

Everything arrives beside the inbox first, page by page, and is put there when it is whole and the
server's counts agree. What was fetched is then read as any received file is.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evallib.errors import InputError, text
from evallib.steps.closed import refuse_closed
from evallib.steps.context import Context, chosen_period
from evallib.steps.one_file import write_private
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.codebook.model import Questionnaire
    from evallib.sources.guarded_http import Limits
    from evallib.sources.limesurvey_pages import Wanted
    from evallib.sources.limesurvey_rpc import Remote
    from evallib.sources.servers import Server, Sources

ANSWERS, PEOPLE, STRUCTURE = _FILES = ("responses.csv", "participants.csv", "structure.lss")
_KEPT = timedelta(days=1)  # how long pages of a run that broke off may be used again
_SETTINGS = ["anonymized", "alloweditaftercompletion"]


@dataclass(frozen=True)
class Fetched:
    """A survey as fetched. None stands where the server records nothing.

    answers: begun; complete: submitted; invited: in the participants' table; sent: got the server's
    invitation; used: have answered, by the server's own mark. anonymous: answers lead to no invitation.
    """

    survey: str
    answers: int
    complete: int
    anonymous: bool
    invited: int | None = None
    sent: int | None = None
    used: int | None = None


def declared_sources(context: Context) -> Sources | None:
    """What ``surveys/sources.yaml`` declares; None when the project has no such file."""
    path = context.workspace.surveys / "sources.yaml"
    if not path.is_file():
        return None
    from evallib.sources.servers import read_sources_file

    periods = [one.id for one in context.workspace.project.periods]
    return read_sources_file(path, periods, list(context.questionnaires))


def period_to_pull(context: Context, wanted: str | None) -> Period:
    """The period asked for; without one, the latest with something on a server, else with received files."""
    declared = None if wanted else declared_sources(context)
    periods = [context.period(one) for one in declared.periods()] if declared else []
    return max(periods, key=lambda one: one.end) if periods else chosen_period(context, wanted)


def fetch(
    context: Context, period: Period, *, again: bool = False, limits: Limits | None = None
) -> tuple[Fetched, ...]:
    """Fetch the period's surveys; () when none is declared. again: read every answer anew.

    Raises ServerError, PrivacyError for a missing password, InputError where a file lies in the inbox that
    somebody put there. The inbox is unchanged then; pages that arrived are kept for a day.
    """
    declared = declared_sources(context)
    server = declared.limesurvey if declared else None
    numbers = server.surveys.get(period.id, {}) if server else {}
    if server is None or not numbers:
        return ()
    refuse_closed(context, period)
    from evallib.privacy.passwords import load_password
    from evallib.sources.limesurvey_rpc import connected

    surveys = [_Survey(context, period, server, name, number, again) for name, number in numbers.items()]
    for one in surveys:
        one.refuse_foreign()
    host = server.url.split("//", 1)[-1].split("/", 1)[0]
    password = load_password(server.password, server.user, host)
    context.tell(text("Fetching from {server}: {surveys}", server=host, surveys=", ".join(numbers)))
    with context.store.lock("pull"):
        with connected(server.url, server.user, password, limits) as remote:
            fetched = tuple(one.fetch(remote) for one in surveys)
        for one in surveys:
            one.land()
    return fetched


class _Survey:
    """One survey on its way from the server to the inbox."""

    def __init__(
        self, context: Context, period: Period, server: Server, name: str, number: int, again: bool
    ) -> None:
        self.context, self.server, self.name, self.number, self.again = context, server, name, number, again
        self.inbox = context.workspace.inbox(period.id) / "limesurvey" / name
        self.incoming = incoming(context) / period.id / name
        self.state = self.incoming.with_suffix(".json")

    def refuse_foreign(self) -> None:
        """Nothing is replaced but what an earlier pull put there."""
        ours = self._known().get("files", {})
        for file in sorted(self.inbox.glob("*")):
            named = file.stem.lower() in ("responses", "participants")
            if named:
                refuse_foreign(self.context, file, ours.get(file.name, []))

    def fetch(self, remote: Remote) -> Fetched:
        """The survey's files, whole, beside the inbox."""
        from evallib.sources.limesurvey_lines import PageFolder, stored_columns, write_answers
        from evallib.sources.limesurvey_pages import RECORD, read_answers
        from evallib.sources.limesurvey_people import write_people

        settings = self._settings(remote)
        wanted = self._wanted(remote, settings, self._structure(remote))
        folder = PageFolder(self.incoming / "pages")
        self._prepare(remote, folder, wanted, settings)
        counts = read_answers(remote, wanted, folder)
        self.incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        columns = list(wanted.fields)
        kept = stored_columns(folder, columns, RECORD[2:]) if counts.answers else columns
        write_answers(self.incoming / ANSWERS, columns, kept, folder)
        anonymous = settings["anonymized"] == "Y" if "anonymized" in settings else "token" not in kept
        if counts.invited is None:
            (self.incoming / PEOPLE).unlink(missing_ok=True)
            return Fetched(self.name, counts.answers, counts.complete, anonymous)
        attributes = self.server.attributes
        file = self.incoming / PEOPLE
        people = write_people(remote, self.number, attributes, counts.invited, self.server.page, file)
        # Invitations that the project sent by itself leave no trace on the server.
        return Fetched(
            self.name,
            counts.answers,
            counts.complete,
            anonymous,
            people.invited,
            people.sent or None,
            people.used,
        )

    def land(self) -> None:
        """Put the files into the inbox, a moment each; the pages go."""
        known, before = self._known(), self._known().get("files", {})
        new = {name: _sha(self.incoming / name) for name in _FILES if (self.incoming / name).is_file()}
        # Said before it is done: a run that dies between two files must know both as its own.
        self._save({**known, "files": {name: [*before.get(name, []), sha] for name, sha in new.items()}})
        self.inbox.mkdir(parents=True, exist_ok=True)
        for name in _FILES:
            if name in new:
                (self.incoming / name).replace(self.inbox / name)
            elif before.get(name) and name != STRUCTURE:
                (self.inbox / name).unlink(missing_ok=True)
        shutil.rmtree(self.incoming)
        self._save({"files": {name: [sha] for name, sha in new.items()}, "done": known.get("asked")})

    def _settings(self, remote: Remote) -> Mapping[str, Any]:
        """What the server tells of the survey; {} for an account that may not know."""
        from evallib.sources.limesurvey_rpc import Refused

        try:
            said = remote.call("get_survey_properties", self.number, _SETTINGS)
        except Refused as fault:
            if fault.said.startswith("No permission"):
                return {}
            raise
        return said if isinstance(said, Mapping) else {}

    def _wanted(self, remote: Remote, settings: Mapping[str, Any], structure: Questionnaire) -> Wanted:
        from evallib.codebook.model import Type
        from evallib.sources.limesurvey_fields import field_names
        from evallib.sources.limesurvey_pages import RECORD, Wanted

        items = {item.code: item for item in structure.items}
        columns = [one.name for one in structure.columns() if items[one.item].type is not Type.DISPLAY]
        record = [name for name in RECORD if name != "token" or settings.get("anonymized") != "Y"]
        questions = remote.call("list_questions", self.number, None, structure.base_language)
        fields = {name: name for name in record} | field_names(questions, self.number, columns)
        return Wanted(self.number, structure.base_language, fields, self.server.page)

    def _structure(self, remote: Remote) -> Questionnaire:
        """The structure that somebody put into the inbox, else as the server tells it now."""
        from evallib.codebook.lss_read import read_lss
        from evallib.sources.limesurvey_structure import read_structure

        path = self.inbox / STRUCTURE
        if path.is_file() and _sha(path) not in self._known().get("files", {}).get(STRUCTURE, []):
            (self.incoming / STRUCTURE).unlink(missing_ok=True)
            return read_lss(path.read_bytes(), self.context.workspace.shown(path))
        written = read_structure(remote, self.number)
        write_private(self.incoming / STRUCTURE, written)
        return read_lss(written, f"{remote.server}: {self.number}")

    def _prepare(self, remote: Remote, folder: Any, wanted: Wanted, settings: Mapping[str, Any]) -> None:
        """Pages of a run that broke off, else what is still true of the file in the inbox, else none."""
        from evallib.sources.limesurvey_earlier import refresh, seed_pages

        known = self._known()
        asked = {"server": self.server.url, "wanted": asdict(wanted)}
        recent = known.get("begun", "") > (self.context.now() - _KEPT).isoformat()
        if recent and not self.again and known.get("asked") == asked:
            return
        folder.drop_from(0)
        earlier = self.inbox / ANSWERS
        if not self.again and earlier.is_file() and known.get("done") == asked:
            if seed_pages(folder, earlier, wanted, stamped=True):
                refresh(remote, wanted, folder)
            elif settings.get("alloweditaftercompletion") == "N":
                # Elsewhere an answer may be edited after it was sent: only a full reading finds what changed.
                seed_pages(folder, earlier, wanted, stamped=False)
        self._save({**known, "asked": asked, "begun": self.context.now().isoformat()})

    def _known(self) -> dict[str, Any]:
        """What earlier pulls left behind: fingerprints of their files, and what was asked for."""
        try:
            return dict(json.loads(self.state.read_bytes()))
        except (OSError, ValueError):
            return {}

    def _save(self, known: Mapping[str, Any]) -> None:
        write_private(self.state, json.dumps(known, indent=1).encode())


def incoming(context: Context) -> Path:
    """Where pages lie until a survey is whole; personal data, cleared by every purge."""
    return context.workspace.store / "incoming"


def clear_incoming(context: Context) -> None:
    """Forget the pages of runs that broke off."""
    for folder in incoming(context).glob("*/*/"):
        shutil.rmtree(folder)


def refuse_foreign(context: Context, file: Path, ours: list[str]) -> None:
    """InputError for a file of the inbox that is none of ours: whose fingerprint is not among these."""
    if file.is_file() and _sha(file) not in ours:
        raise InputError(
            text("A file lies in the inbox that no pull put there, or that was changed since"),
            where=context.workspace.shown(file),
            repair=text("Move it away to fetch it, or take it out of surveys/sources.yaml"),
        )


def sha_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _sha(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
