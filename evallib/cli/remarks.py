"""What readers and the door in remarked, in words: remark code → sentence."""

from __future__ import annotations

from evallib.errors import Text, text

REMARKS = {
    "before_period": text("answers from before the period"),
    "bot": text("recording bots"),
    "cancelled": text("sign-ups that were cancelled"),
    "coding_changed": text("coded answers that read otherwise now: their codes do not count"),
    "coding_gone": text("coded answers that are not there any more"),
    "column_missing": text("columns that the server did not send"),
    "duplicate": text("received twice"),
    "empty": text("responses without answers"),
    "end_not_marked": text("files without an end mark: compare the number of responses"),
    "fast": text("sent in less than a third of the usual time: kept and counted, look at them"),
    "host": text("staff and speakers"),
    "ignored_file": text("files left aside by their name"),
    "late": text("answers after the last day that counts"),
    "no-show": text("signed up and did not come"),
    "no_answers": text("exports without answers"),
    "no_date": text("responses without a date"),
    "no_leave": text("people without a time of leaving"),
    "no_line_end": text("lists whose last line may be cut"),
    "no_participant_file": text("events whose participant list is missing"),
    "nobody": text("lists without people: the file may be cut"),
    "nobody_but_hosts": text("events with staff and speakers only"),
    "not_a_number": text("answers that should be numbers and are not"),
    "not_read": text("columns that are not read"),
    "one_event": text(
        "people on lists of two events held at one time: if they are one, let a name begin with EVENT+"
    ),
    "no_reason": text("inherited outputs that were dropped, and no reason is given"),
    "no_address": text("cells of e-mail columns that hold no address: persons unknown"),
    "other_period": text("months outside the period"),
    "out_of_time": text("rows dated outside the project's time, which no report counts"),
    "paper": text("answers typed from paper forms"),
    "paper_alike": text(
        "paper forms of one event and day that are answered alike: look whether one was typed twice"
    ),
    "paper_not_asked": text("answers on paper to questions that the form says to skip, left out"),
    "registered": text("signed up; whether they came is not known"),
    "repeated_sign_up": text("sign-ups made twice"),
    "replaced": text("lists that a corrected one replaces"),
    "shared_address": text("tickets whose address stands with several names: persons unknown"),
    "short": text("stays too short to count"),
    "straight": text("the same answer in every row of the long questions: kept and counted, look at them"),
    "test": text("test answers"),
    "token_reused": text("answers with a token used twice"),
    "unknown_code": text("answers with an unknown code"),
    "unknown_project": text("projects that are not on the register: each counts as an owner of its own"),
    "unknown_token": text("answers with a token that was not invited"),
}


def remark_words(code: str) -> Text | str:
    """The remark as a sentence; a code that has none, as it is."""
    return REMARKS.get(code, code)
