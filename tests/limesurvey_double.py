"""A LimeSurvey server to test against: a loopback server that answers as the recorded 6.4.2 did.

Answers come from the recorded export, columns are called by the numbers of the recorded structure, and
every refusal is a recorded reply (``tests/data/limesurvey/rpc.json``). A test may change what is stored,
or put a fault in the way of a call.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

DATA = Path(__file__).parent / "data" / "limesurvey"
RECORDED = json.loads((DATA / "rpc.json").read_text(encoding="utf-8"))
USER, PASSWORD, KEY = "tutkija", "Kanaria-Palvelin-5519", "hXY3hXFggor10fKyOOpiAEuZkzow1IO2"
RECORD = ("id", "submitdate", "lastpage", "startlanguage", "seed", "token", "startdate", "datestamp",
          "ipaddr", "refurl")  # fmt: skip


class Reply(Exception):
    """Ends a call with a recorded status, or with these very bytes."""

    def __init__(self, body: bytes, status: int = 200, **headers: str) -> None:
        super().__init__()
        self.body, self.status, self.headers = body, status, headers


def recorded(label: str) -> Reply:
    one = RECORDED[label]
    return Reply(one["response_text"].encode(), one["http_status"], **{"Content-Type": one["content_type"]})


@dataclass
class Survey:
    """What the double stores. rows: column of the code export → cell; columns in the order of the form."""

    number: int
    lss: Path | io.BytesIO
    rows: list[dict[str, str]]
    people: list[dict[str, Any]] | None = None
    settings: dict[str, str] = field(default_factory=dict)
    active: bool = True
    absent: tuple[str, ...] = ()  # columns that the survey does not keep
    tells_nulls: bool = False  # as since some LimeSurvey after 6.4: what is not stored comes without quotes

    def __post_init__(self) -> None:
        root = ElementTree.parse(self.lss).getroot()
        rows = lambda name: [  # noqa: E731
            {cell.tag: cell.text or "" for cell in row} for row in root.iterfind(f"{name}/rows/row")
        ]
        self.questions, self.subs = rows("questions"), rows("subquestions")
        self.texts = {(r["qid"], r["language"]): r for r in rows("question_l10ns")}
        self.groups, self.group_texts = rows("groups"), rows("group_l10ns")
        self.attributes = rows("question_attributes")
        self.answers, self.answer_texts = rows("answers"), rows("answer_l10ns")
        self.own = rows("surveys")[0]
        self.languages = rows("surveys_languagesettings")

    def renumber(self, more: int) -> None:
        """Give every question a number of its own on the server, as an import does."""
        told = (self.questions, self.subs, self.attributes, self.answers, list(self.texts.values()))
        for rows in told:
            for row in rows:
                for name in ("qid", "parent_qid"):
                    if row.get(name, "0") != "0":
                        row[name] = str(int(row[name]) + more)
        self.texts = {(row["qid"], row["language"]): row for row in self.texts.values()}

    def names(self) -> dict[str, str]:
        """The server's name of a column → its code, as LimeSurvey makes them from numbers and codes."""
        found = {name: name for name in RECORD}
        for one in self.questions:
            base, code, kind = f"{self.number}X{one['gid']}X{one['qid']}", one["title"], one["type"]
            subs = [sub for sub in self.subs if sub["parent_qid"] == one["qid"]]
            down = [sub["title"] for sub in subs if sub.get("scale_id", "0") != "1"]
            across = [sub["title"] for sub in subs if sub.get("scale_id") == "1"]
            if kind in "MP":
                for sub in [*down, *(["other"] if one.get("other") == "Y" else [])]:
                    found[base + sub] = f"{code}[{sub}]"
                    if kind == "P":
                        found[f"{base}{sub}comment"] = f"{code}[{sub}comment]"
            elif kind == "1":
                for sub in down:
                    found |= {f"{base}{sub}#{n}": f"{code}[{sub}][{n + 1}]" for n in (0, 1)}
            elif kind in ":;":
                found |= {f"{base}{y}_{x}": f"{code}[{y}_{x}]" for y in down for x in across}
            elif kind == "R":
                places = sum(answer["qid"] == one["qid"] for answer in self.answers)
                found |= {f"{base}{n}": f"{code}[{n}]" for n in range(1, places + 1)}
            elif down:
                found |= {base + sub: f"{code}[{sub}]" for sub in down}
            else:
                found[base] = code
                found |= {base + "other": f"{code}[other]"} if one.get("other") == "Y" else {}
                found |= {base + "comment": f"{code}[comment]"} if kind == "O" else {}
                found |= {base + "_filecount": f"{code}[filecount]"} if kind == "|" else {}
        return {name: code for name, code in found.items() if code in RECORD or code not in self.absent}


@dataclass
class Double:
    """The server. calls: method and parameters of every call, in order. fault: asked before each call."""

    surveys: dict[int, Survey]
    calls: list[tuple[str, list[Any]]] = field(default_factory=list)
    fault: Callable[[str, list[Any], Double], bytes | None] = lambda *_: None
    keys: set[str] = field(default_factory=set)
    failures: int = 0
    asked: int = 0  # number of the call that is being answered
    url: str = ""
    stopped: threading.Event = field(default_factory=threading.Event)

    def count(self, method: str) -> int:
        return sum(one == method for one, _ in self.calls)

    def answer(self, call: dict[str, Any]) -> bytes:
        method, parameters = call["method"], call["params"]
        self.calls.append((method, parameters))
        self.asked = call["id"]
        if (instead := self.fault(method, parameters, self)) is not None:
            return instead
        if method == "get_session_key":
            return self._reply(call, self._login(*parameters))
        key, *rest = parameters
        if method == "release_session_key":
            self.keys.discard(key)
            return self._reply(call, "OK")
        if key not in self.keys:
            raise self._again(call, "bad_key_export")
        result = getattr(self, f"_{method}")(call, *rest)
        return self._reply(call, result)

    def _reply(self, call: dict[str, Any], result: Any) -> bytes:
        return json.dumps({"id": call["id"], "result": result, "error": None}).encode()

    def _again(self, call: dict[str, Any], label: str) -> Reply:
        """A recorded refusal, under the number of this call."""
        said = json.loads(RECORDED[label]["response_text"])
        return Reply(json.dumps({**said, "id": call["id"]}).encode())

    def _login(self, user: str, password: str, _: str) -> Any:
        if self.failures >= 3:
            return json.loads(RECORDED["login_lockout_good_password"]["response_text"])["result"]
        if (user, password) != (USER, PASSWORD):
            self.failures += 1
            return json.loads(RECORDED["login_bad_password"]["response_text"])["result"]
        self.keys.add(KEY)
        return KEY

    def _known(self, call: dict[str, Any], number: int, label: str) -> Survey:
        if number not in self.surveys:
            raise self._again(call, label)
        return self.surveys[number]

    def _get_summary(self, call: dict[str, Any], number: int) -> Any:
        survey = self._known(call, number, "unknown_sid_summary")
        if not survey.active:
            return []
        complete = sum(row["submitdate"] != "" for row in survey.rows)
        counts = {"completed_responses": complete, "incomplete_responses": len(survey.rows) - complete,
                  "full_responses": len(survey.rows)}  # fmt: skip
        if survey.people is None:
            return counts
        used = sum(one["completed"] != "N" for one in survey.people)
        return {"token_count": len(survey.people), "token_sent": 0, "token_completed": used, **counts}

    def _get_survey_properties(self, call: dict[str, Any], number: int, names: list[str]) -> Any:
        survey = self._known(call, number, "unknown_sid_props")
        if survey.settings.get("may_not_know"):
            raise self._again(call, "exporter_props")
        own = {"anonymized": "N", "alloweditaftercompletion": "N", **survey.own, **survey.settings}
        return {name: own.get(name) for name in names}

    def _import_survey(self, call: dict[str, Any], data: str, form: str, name: None, wanted: int) -> Any:
        assert (form, name) == ("lss", None)
        number = wanted if wanted not in self.surveys else max(self.surveys) + 7
        made = Survey(number, io.BytesIO(base64.b64decode(data)), [], active=False)
        made.renumber(10_000 * (1 + len(self.surveys)))
        self.surveys[number] = made
        return number

    def _list_questions(self, call: dict[str, Any], number: int, _: None, language: str | None = None) -> Any:
        survey = self._known(call, number, "unknown_sid_list_questions")
        language = language or survey.own["language"]
        if (survey.questions[0]["qid"], language) not in survey.texts:
            raise self._again(call, "list_questions_bad_lang")
        found = []
        for row in (*survey.subs, *survey.questions):
            words = survey.texts[row["qid"], language]
            numbers = {name: int(row.get(name) or 0) for name in
                       ("qid", "parent_qid", "gid", "question_order", "scale_id")}  # fmt: skip
            own = {name: row.get(name, "") for name in ("type", "title", "other", "mandatory", "relevance")}
            texts = {"question": words.get("question", ""), "help": words.get("help", "")}
            found.append(
                {"id": numbers["qid"], "sid": number, "language": language, **texts, **numbers, **own}
            )
        return found

    def _list_groups(self, call: dict[str, Any], number: int, language: str) -> Any:
        survey = self._known(call, number, "unknown_sid_list_questions")
        words = {(one["gid"], one["language"]): one["group_name"] for one in survey.group_texts}
        return [
            {"id": int(one["gid"]), "gid": int(one["gid"]), "sid": number,
             "group_order": int(one["group_order"]), "grelevance": one.get("grelevance", ""),
             "randomization_group": one.get("randomization_group", ""),
             "group_name": words[one["gid"], language], "description": "", "language": language}
            for one in survey.groups
        ]  # fmt: skip

    def _list_surveys(self, call: dict[str, Any]) -> Any:
        if not self.surveys:
            return {"status": "No surveys found"}
        return [
            {"sid": number, "surveyls_title": words["surveyls_title"], "startdate": None,
             "expires": None, "active": "Y" if one.active else "N"}
            for number, one in self.surveys.items()
            for words in one.languages if words["surveyls_language"] == one.own["language"]
        ]  # fmt: skip

    def _get_language_properties(
        self, call: dict[str, Any], number: int, names: list[str], language: str
    ) -> Any:
        survey = self._known(call, number, "unknown_sid_props")
        if survey.settings.get("may_not_know"):
            raise self._again(call, "exporter_props")
        own = next((one for one in survey.languages if one["surveyls_language"] == language), None)
        return {name: own and own.get(name, "") for name in names}

    def _get_question_properties(self, call: dict[str, Any], qid: int, names: list[str] | None,
                                 language: str) -> Any:  # fmt: skip
        for survey in self.surveys.values():
            for row in survey.questions:
                if row["qid"] == str(qid):
                    told = question_properties(survey, row, language)
                    return {name: told[name] for name in names or told if name in told}
        raise self._again(call, "get_question_properties_missing")

    def _export_responses(self, call: dict[str, Any], number: int, *asked: Any) -> Any:
        form, _, completion, heading, kind, first, last, fields = asked
        assert (form, completion, heading, kind) == ("csv", "all", "code", "short")
        survey = self._known(call, number, "unknown_sid_export")
        if not survey.active:
            raise self._again(call, "inactive_export")
        if not survey.rows:
            raise self._again(call, "empty_survey_export")
        rows = [row for row in survey.rows if int(first or 0) <= int(row["id"]) <= int(last or 10**15)]
        return base64.b64encode(export(survey, rows, fields)).decode()

    def _list_participants(self, call: dict[str, Any], number: int, start: int, limit: int, _: bool,
                           attributes: list[str]) -> Any:  # fmt: skip
        survey = self._known(call, number, "unknown_sid_participants")
        if survey.people is None:
            raise self._again(call, "list_participants_none")
        page = [one for one in survey.people if one["tid"] >= start][:limit]  # start is a tid, no place
        if not page:
            raise self._again(call, "list_participants_beyond")
        if not set(attributes) <= set(page[0]):
            raise recorded("list_participants_all_attr")
        return [
            {
                "tid": one["tid"],
                "token": one["token"],
                "participant_info": {name: one[name] for name in ("firstname", "lastname", "email")},
                **{name: one[name] for name in attributes},
            }
            for one in page
        ]


SETTINGS = ("hidden", "random_order", "random_group", "max_subquestions", "multiflexible_checkbox")
WORDED = {"L!MP": ("other_replace_text",), "1": ("dualscale_headerA", "dualscale_headerB")}


def question_properties(survey: Survey, row: dict[str, str], language: str) -> dict[str, Any]:
    """What the server tells of a question: attributes with their usual values, options by code.

    A map whose keys are 0, 1, 2 … comes as a list, and nothing as a sentence.
    """
    own = {
        (one["attribute"], one.get("language", "")): one.get("value", "")
        for one in survey.attributes
        if one["qid"] == row["qid"]
    }
    usual = {"hidden": "0", "random_group": "", "random_order": "0", "multiflexible_checkbox": "0"}
    attributes = {name: own.get((name, ""), usual.get(name, "")) for name in SETTINGS}
    worded = [name for kinds, names in WORDED.items() if row["type"] in kinds for name in names]
    words = {(one["aid"], one["language"]): one["answer"] for one in survey.answer_texts}
    scales: dict[str, dict[str, Any]] = {}
    listed = [one for one in survey.answers if one["qid"] == row["qid"]]
    for one in sorted(listed, key=lambda one: int(one["sortorder"])):
        told = {"answer": words[one["aid"], language], "assessment_value": int(one["assessment_value"]),
                "scale_id": int(one["scale_id"]), "order": int(one["sortorder"])}  # fmt: skip
        told = {"code": one["code"], **told} if row["type"] == "1" else told
        scales.setdefault(one["scale_id"], {})[one["code"]] = told
    numbered = {scale: as_php(options) for scale, options in scales.items()}
    options = as_php(numbered) if row["type"] == "1" else numbered.get("0")
    return {
        "attributes": attributes,
        "attributes_lang": {name: own.get((name, language), "") for name in worded}
        or "No available attributes",
        "answeroptions": options or "No available answer options",
    }


def as_php(told: dict[str, Any]) -> Any:
    return [*told.values()] if list(told) == [str(n) for n in range(len(told))] else told


def export(survey: Survey, rows: list[dict[str, str]], fields: list[str]) -> bytes:
    """The bytes of a CSV export: every cell in quotes but those of columns that do not exist."""
    if not rows:
        return b"\r\n"
    names = survey.names()
    codes = [names.get(one, one) for one in fields]
    known = [one in names and code not in survey.absent for one, code in zip(fields, codes, strict=True)]
    quoted = lambda value: '"' + value.replace('"', '""') + '"'  # noqa: E731
    lines = [";".join(quoted(code) for code in codes)]
    lines += [
        ";".join(
            quoted(row.get(code, "")) if there and (row.get(code) or not survey.tells_nulls) else ""
            for code, there in zip(codes, known, strict=True)
        )
        for row in rows
    ]
    return b"\xef\xbb\xbf" + "".join(line + "\r\n" for line in [*lines, ""]).encode()


def stored(number: int = 111111, *, people: bool = True) -> Survey:
    """The recorded survey with its answers, and invited people for its tokens."""
    written = (DATA / f"{number}_fi_all_code_short.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(written, newline=""), delimiter=";"))
    tokens = list(dict.fromkeys(row["token"] for row in rows if row.get("token")))
    invited = [
        {"tid": 2 * n + 5, "token": token, "firstname": "Aino", "lastname": 'Åker"blom',
         "email": f"p{n}@example.invalid", "language": "fi", "sent": "N",
         "completed": "2026-09-15 10:00" if n % 3 else "N",
         "attribute_1": "Kylä; oy", "attribute_2": None, "attribute_3": "tour"}
        for n, token in enumerate(tokens, 1)
    ]  # fmt: skip
    lss = DATA / f"limesurvey_survey_{number}.lss"
    return Survey(number, lss, rows, invited if people and invited else None)


@contextmanager
def serving(double: Double) -> Iterator[Double]:
    """The double on a loopback port while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # an answer in one piece, which a loopback connection does not hold back

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                self._send(double.answer(json.loads(sent)), 200, {"Content-Type": "application/json"})
            except Reply as reply:
                self._send(reply.body, reply.status, reply.headers)
            except Drip as drip:
                self._drip(drip)

        do_GET = do_POST

        def _send(self, body: bytes, status: int, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def _drip(self, drip: Drip) -> None:
            """Bytes with a pause between them, then the end of the connection."""
            self.close_connection = True
            for one in drip.parts:
                try:
                    self.wfile.write(one)
                    self.wfile.flush()
                except OSError:
                    return
                if double.stopped.wait(drip.pause):
                    return

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    double.url = f"http://127.0.0.1:{server.server_port}/index.php/admin/remotecontrol"
    try:
        yield double
    finally:
        double.stopped.set()
        server.shutdown()
        server.server_close()


class Drip(Exception):
    """Raw bytes of an answer, one part after the other; then the connection is closed."""

    def __init__(self, parts: list[bytes], pause: float = 0) -> None:
        super().__init__()
        self.parts, self.pause = parts, pause


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
