"""Every way in which a LimeSurvey server is known to fail, and the name that a pull gives it.

``OF_THE_SERVER`` lists what the recorded server (6.4.2) does, case by case; ``OF_THE_WAY`` what happens
on the way from it to us. Each case is tried here with the recorded answer, or names the test elsewhere that
tries it.
"""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest
from limesurvey_double import HEAD, Double, Drip, Reply, recorded
from test_server_faults import SHORT, fault_of
from test_server_faults import double as double
from test_server_faults import made as made
from test_server_faults import root as root

NO_LOGIN = "does not take the user name and password"
NO_SURVEY, NO_RIGHT, ENDED = "There is no such survey", "The user may not do this", "has ended"
STRANGE, CUT, LATE = (
    "does not answer as LimeSurvey does",
    "breaks off in the middle",
    "did not answer in time",
)

NEVER = "test_fault_table.test_a_pull_never_asks_for_what_a_server_answers_otherwise_than_it_was_asked"

# case → method whose answer it is, the recorded answer, the problem that is told
Case = tuple[str, Any, str]
OF_THE_SERVER: dict[str, list[Case | str]] = {
    "good login": ["test_pull_server.test_one_login_and_the_key_is_given_back"],
    "bad password, unknown user, bad plugin": [
        ("get_session_key", "login_bad_password", NO_LOGIN),
        "test_server_faults.test_a_wrong_password_is_tried_once_and_nobody_is_shut_out",
    ],
    "lockout after three failures": [
        ("get_session_key", "login_lockout_good_password", "has shut out this address")
    ],
    "bad, expired or released key": [
        ("export_responses", "bad_key_export", ENDED),
        ("export_responses", "session_expired", ENDED),
        ("get_summary", "bad_key_export", ENDED),
        ("list_participants", "bad_key_export", ENDED),
        "test_server_faults.test_a_key_that_can_not_be_given_back_hides_no_fault_and_breaks_no_result",
    ],
    "unknown survey": [
        ("get_survey_properties", "unknown_sid_props", NO_SURVEY),
        ("list_questions", "unknown_sid_list_questions", NO_SURVEY),
        ("get_summary", "unknown_sid_summary", NO_SURVEY),
        ("export_responses", "unknown_sid_export", NO_RIGHT),
        ("list_participants", "unknown_sid_participants", NO_SURVEY),
    ],
    "no permission": [
        ("list_questions", "noperm_list_questions", NO_RIGHT),
        ("get_summary", "noperm_summary", NO_RIGHT),
        ("export_responses", "noperm_export", NO_RIGHT),
    ],
    "account that may only export": [
        ("list_participants", "exporter_participants", NO_RIGHT),
        "test_pull_server.test_an_account_that_may_only_export_learns_from_the_columns_what_a_survey_keeps",
    ],
    "active, without answers": [
        "test_pull_server.test_a_survey_without_answers_and_participants_lands_as_a_heading",
        ("export_responses", "empty_survey_export", "changed while they were read"),
    ],
    "not active": [
        ("get_summary", "inactive_summary", "is not active"),
        ("export_responses", "inactive_export", "is not active"),
    ],
    "unknown language": [
        ("export_responses", "export_bad_lang", "lacks the language"),
        ("list_questions", "list_questions_bad_lang", "lacks the language"),
    ],
    "wrong completion, heading or response type, silently ignored": [NEVER],
    "range beyond the last answer": [
        "test_pull_server.test_a_gap_of_deleted_ids_is_stepped_over",
        ("export_responses", "export_range_beyond_csv", "changed while they were read"),
    ],
    "fields by code, unknown fields, no fields": [
        ("export_responses", "export_fields_empty", STRANGE),
        ("export_responses", "export_fields_code_not_sgqa", "another survey"),
        "test_server_faults.test_a_column_that_the_server_does_not_know_is_noticed",
    ],
    "fields of the participants' table": [NEVER],
    "by token in an anonymous survey": [
        ("export_responses", "export_by_token_anon", "refuses export_responses"),
        "test_pull_server.test_an_anonymous_survey_is_never_asked_for_tokens",
    ],
    "list_participants: none, no table, all attributes": [
        ("list_participants", "list_participants_none", "changed while they were read"),
        ("list_participants", "list_participants_beyond", "changed while they were read"),
        ("list_participants", "list_participants_all_attr", "answers with the fault 500"),
    ],
    "get_summary of one name": [("get_summary", b'{"result": 307, "error": null}', STRANGE)],
    "get_survey_properties of unknown names": [
        ("get_survey_properties", b'{"result": {"status": "No valid Data"}, "error": null}', "refuses"),
    ],
    "list_questions": ["test_pull_server.test_the_double_lists_questions_as_the_recorded_server_did"],
    "get_question_properties": ["test_limesurvey_structure"],
    "export_statistics": [("export_responses", "export_statistics_main_pdf", "refuses export_responses")],
    "export_timeline": [NEVER],
    "unknown method, wrong parameters": [
        ("get_session_key", "login_missing_param", "answers with the fault 500"),
        ("list_questions", "unknown_method", "answers with the fault 500"),
    ],
    "too many parameters, ignored": [NEVER],
    "call number 0 or missing": [("export_responses", "id_zero", "gives an empty answer")],
    "malformed or empty request": [("get_session_key", "malformed_json", STRANGE)],
    "wrong content type, GET, RPC off, RPC as XML": [
        ("get_session_key", "rpc_disabled_login", "gives an empty answer"),
        ("get_session_key", "get_request", "gives an empty answer"),
        ("get_session_key", "rpc_xml_mode_json_request", "speaks XML"),
    ],
    "wrong path": [("get_session_key", "wrong_path_404", "answers with the fault 400")],
    "redirect to https": [
        ("get_session_key", Reply(b"", 301, Location="https://x.example/"), "sends us to another address"),
        "test_server_faults.test_no_redirect_is_followed",
    ],
    "database down, memory out, gateway": [
        ("get_session_key", "database_down", "answers with the fault 500"),
        ("export_responses", "php_memory_exhausted_8M_export_responses_pdf", "answers with the fault 500"),
        ("export_responses", "gateway_timeout_3s_long_export", "answers with the fault 504"),
    ],
    "truncated answer": [
        ("export_responses", Drip([HEAD + b'Transfer-Encoding: chunked\r\n\r\n8\r\n{"id":1,\r\n']), CUT)
    ],
    "unknown document type": [("export_responses", "export_unknown_doctype", "refuses export_responses")],
}
OF_THE_WAY: dict[str, list[Case | str]] = {
    "hang": [
        ("get_session_key", Drip([b""], 30), LATE),
        ("export_responses", Drip([HEAD], 30), LATE),
        ("list_participants", Drip([HEAD], 30), LATE),
    ],
    "slow drip": [
        ("export_responses", Drip([HEAD + b"Content-Length: 5000\r\n\r\n", *[b" "] * 400], 0.1), LATE),
    ],
    "body cut": [
        ("export_responses", Drip([HEAD + b"Content-Length: 5000\r\n\r\n" + b'{"id":1,']), CUT),
        ("get_summary", Drip([HEAD + b"Content-Length: 5000\r\n\r\n" + b'{"id":1,']), CUT),
    ],
    "chunk cut": [
        ("list_questions", Drip([HEAD + b'Transfer-Encoding: chunked\r\n\r\n8\r\n{"id":1,\r\n']), CUT),
    ],
    "base64 cut at a multiple of four": ["test_server_faults.test_a_page_that_is_not_whole_stops_the_pull"],
    "HTML instead of JSON": [
        ("get_session_key", Reply(b"<!DOCTYPE html><html>log in</html>"), "sends a web page"),
        ("export_responses", Reply(b"<!DOCTYPE html><html>log in</html>"), "sends a web page"),
    ],
    "wrong number in the answer": [
        ("export_responses", Reply(b'{"id": 0, "result": "x", "error": null}'), "answers another question"),
    ],
    "another survey's data": [
        "test_server_faults.test_another_survey_under_the_number_is_named",
        ("export_responses", "export_small_csv", "another survey"),
    ],
    "session ends between pages": [
        "test_server_faults.test_a_session_that_ends_between_pages_is_named_and_the_pages_are_kept"
    ],
    "answers added, submitted, deleted or exchanged while they are read": [
        "test_server_faults.test_one_change_while_pages_are_read_ends_in_a_whole_copy_of_what_is_there_now",
        "test_server_faults.test_answers_that_go_on_changing_stop_the_pull",
    ],
    "answers edited while they are read": [
        "test_pull_server.test_an_answer_that_was_edited_or_deleted_since_is_found_by_its_stamp"
    ],
    "expired certificate": [
        "test_server_faults.test_a_certificate_that_nobody_vouches_for_is_named_and_nothing_is_sent"
    ],
    "nobody there": ["test_server_faults.test_nobody_there_is_named"],
}
TABLE = OF_THE_SERVER | OF_THE_WAY
TRIED = [(case, *one) for case, some in TABLE.items() for one in some if isinstance(one, tuple)]
ELSEWHERE = [one for some in TABLE.values() for one in some if isinstance(one, str)]


@pytest.mark.parametrize(("case", "method", "answer", "problem"), TRIED)
def test_each_fault_has_its_name(
    case: str, method: str, answer: Any, problem: str, double: Double, root: Path
) -> None:
    """In time, with a repair, without secrets, nothing half stored, the key given back."""

    def fault(called: str, _: list[Any], double: Double) -> bytes | None:
        if called != method:
            return None
        reply = recorded(answer) if isinstance(answer, str) else answer
        if isinstance(reply, Exception) and not isinstance(answer, str):
            raise reply
        body = reply if isinstance(reply, bytes) else reply.body
        try:
            said = json.loads(body)
        except ValueError:
            raise reply from None
        if said.get("id", 1) is not None:  # the number of the call that it answers
            said["id"] = double.asked
        return json.dumps(said).encode()

    double.fault = fault
    limits = (SHORT,) if problem == LATE else ()
    assert problem in str(fault_of(root, *limits))
    assert double.count("get_session_key") == 1 and not double.keys


@pytest.mark.parametrize("test", ELSEWHERE)
def test_what_is_tried_elsewhere_is_tried(test: str) -> None:
    module, _, name = test.partition(".")
    assert (Path(__file__).parent / f"{module}.py").is_file()
    assert not name or callable(getattr(importlib.import_module(module), name))


def test_a_pull_never_asks_for_what_a_server_answers_otherwise_than_it_was_asked(
    double: Double, root: Path
) -> None:
    """Silently ignored values, columns of people among the answers, timelines, parameters too many."""
    from evallib.steps.context import open_context
    from evallib.steps.fetch import fetch

    context = open_context(root)
    fetch(context, context.period("2026"))
    lengths = {"get_session_key": 3, "release_session_key": 1, "get_survey_properties": 3, "get_summary": 2,
               "list_questions": 4, "export_responses": 10, "list_participants": 6}  # fmt: skip
    assert {method for method, _ in double.calls} <= set(lengths)
    for method, call in double.calls:
        assert len(call) <= lengths[method], method
        if method == "export_responses":
            assert call[2:7] == ["csv", "fi", "all", "code", "short"]
            assert not {"email", "firstname", "lastname", "attribute_1", "tid", "completed"} & set(call[9])
            assert call[7] >= 1 and call[8] >= call[7]  # 0 means no limit there
