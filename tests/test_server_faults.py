"""Every fault of a survey server has a name, ends in time, and leaves nothing half stored."""

from __future__ import annotations

import base64
import json
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from limesurvey_double import (
    DATA,
    HEAD,
    KEY,
    PASSWORD,
    USER,
    Double,
    Drip,
    Reply,
    Survey,
    recorded,
    serving,
    stored,
)

from evallib.errors import EvallibError, ServerError
from evallib.sources.guarded_http import Limits
from evallib.sources.limesurvey_rpc import connected
from evallib.steps.context import open_context
from evallib.steps.fetch import fetch
from evallib.steps.new import new

QUICK = Limits(connect=2, silence=5, call=6, body=4 * 1024 * 1024)
SHORT = Limits(connect=1, silence=0.3, call=0.6, body=4 * 1024 * 1024)
LONGEST = 8  # seconds for a whole pull that fails, the key given back


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = new(tmp_path_factory.mktemp("faults") / "hanke")
    inbox = root / "surveys/inbox/2026/limesurvey/q1"
    inbox.mkdir(parents=True)
    (inbox / "structure.lss").write_bytes((DATA / "limesurvey_survey_111111.lss").read_bytes())
    return root


@pytest.fixture
def double() -> Iterator[Double]:
    with serving(Double({111111: stored()})) as one:
        yield one


@pytest.fixture
def root(made: Path, double: Double, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("LIME", PASSWORD)
    declare(made, double.url)
    yield made
    shutil.rmtree(made / "surveys/store", ignore_errors=True)
    for name in ("responses.csv", "participants.csv"):
        (made / "surveys/inbox/2026/limesurvey/q1" / name).unlink(missing_ok=True)


def declare(root: Path, url: str, number: int = 111111) -> None:
    (root / "surveys/sources.yaml").write_text(
        f'schema_version: 1\nlimesurvey:\n  url: "{url}"\n  user: {USER}\n  password: "env:LIME"\n'
        f'  page: 100\n  surveys:\n    "2026": {{q1: {number}}}\n'
    )


def fault_of(root: Path, limits: Limits = QUICK) -> EvallibError:
    """The error of a pull that fails: in time, with a repair, without secrets, nothing half stored."""
    context = open_context(root)
    begun = time.monotonic()
    with pytest.raises(EvallibError) as raised:
        fetch(context, context.period("2026"), limits=limits)
    assert time.monotonic() - begun < LONGEST
    inbox = root / "surveys/inbox/2026/limesurvey/q1"
    assert [one.name for one in inbox.iterdir()] == ["structure.lss"]
    said = str(raised.value.parts())
    assert raised.value.repair and PASSWORD not in said and KEY not in said and "example.invalid" not in said
    return raised.value


def at(method: str, what: Exception | Callable[[], bytes], nth: int = 1) -> Callable[..., bytes | None]:
    """A fault at the nth call of a method."""

    def fault(called: str, _: list[Any], double: Double) -> bytes | None:
        if called != method or double.count(method) != nth:
            return None
        if isinstance(what, Exception):
            raise what
        return what()

    return fault


def test_the_names_of_refusals_are_not_one_and_the_same_repair(double: Double, root: Path) -> None:
    repairs = set()
    for label in (
        "login_bad_password",
        "login_lockout_good_password",
        "rpc_disabled_login",
        "wrong_path_404",
    ):
        double.fault = lambda called, call, one, label=label: reply_as(called, label, one)
        repairs.add(str(fault_of(root).repair))
    assert len(repairs) == 4


def reply_as(called: str, label: str, double: Double) -> bytes | None:
    if called != "get_session_key":
        return None
    reply = recorded(label)
    if not reply.body.startswith(b"{"):
        raise reply
    return json.dumps({**json.loads(reply.body), "id": double.asked}).encode()


def test_a_wrong_password_is_tried_once_and_nobody_is_shut_out(
    double: Double, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIME", "another")
    fault_of(root)
    assert double.failures == 1 and double.count("get_session_key") == 1


@pytest.mark.parametrize("method", ["get_session_key", "export_responses"])
@pytest.mark.parametrize(
    ("drip", "problem"),
    [
        (Drip([HEAD], 30), "did not answer in time"),
        (Drip([b""], 30), "did not answer in time"),
        (Drip([HEAD + b"Content-Length: 5000\r\n\r\n", *[b" "] * 400], 0.1), "did not answer in time"),
        (Drip([HEAD, *[b"X-A: b\r\n"] * 400], 0.1), "did not answer in time"),
        (Drip([HEAD + b"Content-Length: 5000\r\n\r\n" + b'{"id":1,']), "breaks off in the middle"),
        (Drip([HEAD + b'Transfer-Encoding: chunked\r\n\r\n8\r\n{"id":1,\r\n']), "breaks off in the middle"),
        (Drip([HEAD + b"\r\n" + b'{"id":1, "result":"77u/I']), "breaks off in the middle"),
        (Drip([HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd"]), "breaks off"),
        (Drip([b""]), "can't be reached"),
        (Drip([b"SSH-2.0-OpenSSH_9.2\r\n\r\n"]), "can't be reached"),
        (Drip([HEAD + b"Content-Length: 99999999\r\n\r\n" + b" " * 9_000_000]), "is too long"),
    ],
    ids=["silence", "no head", "slow drip", "dripping head", "cut", "cut chunk", "cut without length",
         "broken gzip", "hung up", "another service", "endless"],
)  # fmt: skip
def test_a_server_that_does_not_come_to_an_end_is_left_in_time(
    method: str, drip: Drip, problem: str, double: Double, root: Path
) -> None:
    def fault(called: str, _: list[Any], __: Double) -> None:
        if called == method:
            raise drip

    double.fault = fault
    limits = SHORT if "in time" in problem else QUICK
    assert problem in str(fault_of(root, limits))
    assert not double.keys


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (Reply(b"", 301, Location="https://x.example/?token=secret"), "sends us to another address"),
        (Reply(b"", 307, Location="/elsewhere"), "sends us to another address"),
        (Reply(b"<!DOCTYPE html><html>log in</html>"), "sends a web page"),
        (Reply(b"Not available", 503), "answers with the fault 503"),
        (Reply(b"", 404), "answers with the fault 404"),
        (Reply(b"[]"), "does not answer as LimeSurvey does"),
        (Reply(b"null"), "does not answer as LimeSurvey does"),
        (Reply(b'{"id": 1, "id": 2, "result": 1, "error": null}'), "does not answer as LimeSurvey does"),
        (Reply(b'{"id": 1, "result": NaN, "error": null}'), "does not answer as LimeSurvey does"),
        (Reply(b'{"id": 0, "result": "x", "error": null}'), "answers another question"),
        (Reply(b"[" * 100_000), "does not answer as LimeSurvey does"),
        (Reply(b'\xff\xfe{"id"'), "does not answer as LimeSurvey does"),
    ],
    ids=lambda one: one.body[:20].decode("latin-1") if isinstance(one, Reply) else None,
)
@pytest.mark.parametrize("method", ["get_session_key", "export_responses"])
def test_what_is_no_answer_is_not_taken_for_one(
    method: str, reply: Reply, problem: str, double: Double, root: Path
) -> None:
    double.fault = at(method, reply)
    fault = fault_of(root)
    assert problem in str(fault)
    assert "secret" not in str(fault.parts())
    assert not double.keys or method == "get_session_key"


def test_no_redirect_is_followed(double: Double, root: Path) -> None:
    with serving(Double({111111: stored()})) as other:
        double.fault = at("get_session_key", Reply(b"", 307, Location=other.url))
        fault_of(root)
        assert other.calls == []


def instead(change: Callable[[bytes], bytes | Any]) -> Callable[..., bytes | None]:
    """An export whose payload was changed on the way, in the third page."""

    def fault(called: str, call: list[Any], double: Double) -> bytes | None:
        if called != "export_responses" or call[7] != 201:
            return None
        sent = double._export_responses({"id": 1}, *call[1:])
        result = change(base64.b64decode(sent))
        if isinstance(result, bytes):
            result = base64.b64encode(result).decode()
        return json.dumps({"id": double.asked, "result": result, "error": None}).encode()

    return fault


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda data: base64.b64encode(data).decode()[:-1], "breaks off in the middle"),
        (lambda data: base64.b64encode(data).decode()[: len(data) // 4 * 4 // 2], "breaks off in the middle"),
        (lambda data: base64.b64encode(data).decode()[:400] + "\n!" , "breaks off in the middle"),
        (lambda data: data[:-2], "breaks off in the middle"),
        (lambda data: data[: data.rindex(b"\r\n", 0, -4) + 2], "breaks off in the middle"),
        (lambda data: data[: data.rindex("ä".encode()) + 1], "breaks off in the middle"),
        (lambda data: data.replace(b'"202";', b'"202";"x";', 1), "breaks off in the middle"),
        (lambda data: data.replace(b'"202";', b'"202;', 1), "breaks off in the middle"),
        (lambda data: data.replace(b'"202";', b'"9202";', 1), "does not answer as LimeSurvey does"),
        (lambda data: data.replace(b'"202";', b'"203";', 1), "does not answer as LimeSurvey does"),
        (lambda data: data.replace(b'"202";', b'"x";', 1), "breaks off in the middle"),
        (lambda data: data.replace(b'"unit"', b'"enhet"', 1), "another survey"),
        (lambda data: data.split(b"\r\n", 1)[1], "another survey"),
        (lambda data: None, "does not answer as LimeSurvey does"),
        (lambda data: 7, "does not answer as LimeSurvey does"),
        (lambda data: {"status": "OK"}, "does not answer as LimeSurvey does"),
    ],
    ids=["base64 short by one", "base64 cut at four", "base64 with signs", "last line lost", "row lost",
         "letter cut",
         "cell too many", "quote lost", "id from elsewhere", "id twice", "id no number", "other heading",
         "heading lost", "null", "number", "object"],
)  # fmt: skip
def test_a_page_that_is_not_whole_stops_the_pull(
    change: Callable[[bytes], Any], problem: str, double: Double, root: Path
) -> None:
    double.fault = instead(change)
    assert problem in str(fault_of(root))
    assert not double.keys


def test_a_column_that_the_server_does_not_know_is_noticed(double: Double, root: Path) -> None:
    double.surveys[111111].absent = ("unit",)  # then it heads the column by the number that it was asked for
    assert "another survey" in str(fault_of(root))


def test_a_question_that_is_not_on_the_server_is_named(double: Double, root: Path) -> None:
    survey = double.surveys[111111]
    survey.questions = [one for one in survey.questions if one["title"] != "role"]
    assert "lacks the column role" in str(fault_of(root))


def test_another_survey_under_the_number_is_named(double: Double, root: Path) -> None:
    other = stored(333333)
    other.number = 111111
    double.surveys[111111] = other
    assert "lacks the column" in str(fault_of(root))


def test_a_session_that_ends_between_pages_is_named_and_the_pages_are_kept(
    double: Double, root: Path
) -> None:
    def fault(called: str, call: list[Any], double: Double) -> None:
        if called == "export_responses" and call[7] == 201:
            double.keys.clear()

    double.fault = fault
    assert "has ended" in str(fault_of(root))
    double.fault = lambda *_: None
    double.calls.clear()
    context = open_context(root)
    assert fetch(context, context.period("2026"), limits=QUICK)[0].answers == 307
    assert not any(
        call[7] == 1 and call[8] == 100 and len(call[9]) > 2 for m, call in double.calls if m[0] == "e"
    )


# Answers that change while they are read


def meanwhile(change: Callable[[Survey], None], every: bool = False) -> Callable[..., None]:
    """Something happens to the stored answers just before the page from 201 on is read."""

    def fault(called: str, call: list[Any], double: Double) -> None:
        first = not hasattr(double, "happened")
        if called == "export_responses" and call[7] == 201 and (first or every):
            double.happened = True  # type: ignore[attr-defined]
            change(double.surveys[111111])

    return fault


def add(survey: Survey) -> None:
    survey.rows.append({**survey.rows[-1], "id": str(int(survey.rows[-1]["id"]) + 1)})


def submit(survey: Survey) -> None:
    next(row for row in survey.rows if not row["submitdate"])["submitdate"] = "2026-11-20 10:00:00"


def delete(survey: Survey) -> None:
    del survey.rows[0]


def exchange(survey: Survey) -> None:
    """One comes and one goes: the numbers stay."""
    add(survey)
    delete(survey)


@pytest.mark.parametrize("change", [add, submit, delete, exchange])
def test_one_change_while_pages_are_read_ends_in_a_whole_copy_of_what_is_there_now(
    change: Callable[[Survey], None], double: Double, root: Path
) -> None:
    double.fault = meanwhile(change)
    context = open_context(root)
    (one,) = fetch(context, context.period("2026"), limits=QUICK)
    rows = double.surveys[111111].rows
    assert (one.answers, one.complete) == (len(rows), sum(row["submitdate"] != "" for row in rows))
    written = (root / "surveys/inbox/2026/limesurvey/q1/responses.csv").read_bytes()
    assert [line.split(b'"')[1] for line in written.split(b"\r\n")[1:] if line[:1] == b'"'] == [
        row["id"].encode() for row in rows
    ]


@pytest.mark.parametrize("change", [submit, delete, exchange])
def test_answers_that_go_on_changing_stop_the_pull(
    change: Callable[[Survey], None], double: Double, root: Path
) -> None:
    double.fault = meanwhile(change, every=True)
    assert "changed while they were read" in str(fault_of(root))


# The connection


def test_nobody_there_is_named(double: Double, root: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        declare(root, f"http://127.0.0.1:{free.getsockname()[1]}/index.php")
    assert "can't be reached" in str(fault_of(root))


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of this computer's own, and one whose time was over when it was made."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is needed to make a certificate")
    folder = tmp_path_factory.mktemp("tls")

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    (folder / "names").write_text("subjectAltName=DNS:localhost\n")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", "key", "-out", "csr")
    made = []
    for days in ("1", "-1"):
        made.append(folder / f"{days}.pem")
        openssl(
            "x509", "-req", "-in", "csr", "-signkey", "key", "-days", days, "-extfile", "names", "-out", "crt"
        )
        made[-1].write_bytes((folder / "key").read_bytes() + (folder / "crt").read_bytes())
    return made[0], made[1]


def serving_tls(certificate: Path, received: list[bytes]) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server


@pytest.mark.parametrize("expired", [False, True])
def test_a_certificate_that_nobody_vouches_for_is_named_and_nothing_is_sent(
    expired: bool, certificates: tuple[Path, Path], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    received: list[bytes] = []
    certificate = certificates[expired]
    if expired:  # somebody vouches for it, and its day is over
        monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(certificate))
    server = serving_tls(certificate, received)
    try:
        declare(root, f"https://localhost:{server.server_port}/index.php")
        fault = fault_of(root)
    finally:
        server.shutdown()
        server.server_close()
    assert "is not safe" in str(fault)
    assert str(fault.found) == ("certificate has expired" if expired else "self-signed certificate")
    assert received == []


def test_the_key_is_given_back_however_the_block_ends(double: Double) -> None:
    with pytest.raises(KeyboardInterrupt), connected(double.url, USER, PASSWORD, QUICK):
        assert double.keys
        raise KeyboardInterrupt
    assert not double.keys


def test_a_key_that_can_not_be_given_back_hides_no_fault_and_breaks_no_result(double: Double) -> None:
    double.fault = at("release_session_key", Reply(b"", 500))
    with connected(double.url, USER, PASSWORD, QUICK) as remote:
        assert remote.call("get_summary", 111111)["full_responses"] == 307
    with (
        pytest.raises(ServerError, match="no such survey"),
        connected(double.url, USER, PASSWORD, QUICK) as one,
    ):
        one.call("get_summary", 1)


@pytest.mark.parametrize("key", [None, 7, "", {"a": 1}, "short", "x" * 500, "with space and more"])
def test_what_is_no_key_is_no_login(key: Any, double: Double) -> None:
    double.fault = at(
        "get_session_key", lambda: json.dumps({"id": double.asked, "result": key, "error": None}).encode()
    )
    with pytest.raises(ServerError), connected(double.url, USER, PASSWORD, QUICK):
        pass
    assert double.count("get_session_key") == 1
