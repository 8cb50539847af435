"""Quotes: who is asked, what may be approved, and what a release takes."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import fake_release as fake
import pytest
from conftest import CLOCK, copy_workspace

from evallib.display import plain, say
from evallib.errors import PrivacyError
from evallib.privacy.identities import Known
from evallib.privacy.keys import demo_key
from evallib.privacy.quotes import (
    Approval,
    Row,
    approvals_bytes,
    approve,
    consented,
    read_approvals,
    read_sheet,
    released,
    sheet_bytes,
    worksheet,
)
from evallib.privacy.tables import text_frame
from evallib.records import FrozenTable

KEY = demo_key()
KNOWN = Known(names=frozenset({"Eeva Åkerö"}))
WORDS = {"fi": "Hyvä päivä.", "sv": "En bra dag.", "en": "A good day."}
ALL = ("fi", "sv", "en")


def filled(text: str = "Hyvä päivä.", **changes: object) -> Row:
    row = Row("t_1", text, "", WORDS, "arvioija", "2026-01-31")
    return replace(row, **changes)  # type: ignore[arg-type]


def approved(text: str = "Hyvä päivä.", **changes: object) -> Approval:
    return approve(filled(text, **changes), KNOWN, KEY, ALL)


def test_only_writers_who_consented_are_asked() -> None:
    columns = ["text_id", "survey", "item", "text", "quote_consent"]
    rows = [["t_1", "q1", "T10", "yes please", "yes"], ["t_2", "q1", "T10", "no thanks", "no"]]
    table = FrozenTable("text.q1", "text", text_frame(columns, rows))
    assert consented([table]) == {"t_1": "yes please"}


def test_the_worksheet_names_marks_and_keeps_what_was_filled_in_until_the_answer_changes() -> None:
    before = {"t_1": filled("Kiitos Eevalle")}
    (same,) = worksheet({"t_1": "Kiitos Eevalle"}, KNOWN, before)
    assert same.marks == "name: Eevalle" and same.role == "arvioija"
    (other,) = worksheet({"t_1": "Kiitos kaikille"}, KNOWN, before)
    assert other.marks == "" and not other.approved


def test_cells_of_the_worksheet_are_no_formulas_and_come_back_as_they_were() -> None:
    texts = ["=HYPERLINK(1)", "+1", "-1", "@x", "\tx", "'=x", 'a;"b"\nc', "plain"]
    rows = [Row(f"t_{i}", text, "", WORDS) for i, text in enumerate(texts)]
    data = sheet_bytes(rows)
    import csv
    import io

    cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";") for cell in row]
    assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")] == []
    assert [read_sheet(data)[f"t_{i}"].text for i in range(len(texts))] == texts


def test_a_quote_can_be_chosen_by_what_the_coders_said_of_the_answer() -> None:
    rows = worksheet({"t_1": "Hyvä päivä.", "t_2": "Metsä"}, KNOWN, {}, {"t_2": "climate+environment"})
    assert [row.codes for row in read_sheet(sheet_bytes(rows)).values()] == ["", "climate+environment"]


def test_a_spreadsheet_may_turn_the_date_and_the_commas() -> None:
    assert approved(date="31.1.2026").date == "2026-01-31"
    with_commas = b"text_id,marks,text,fi,sv,en,role,date\nt_1,,a,a,b,c,x,31.1.2026\n"
    assert read_sheet(with_commas)["t_1"].date == "31.1.2026"


@pytest.mark.parametrize(
    "broken",
    [{"role": ""}, {"date": ""}, {"date": "soon"}, {"date": "2026-02-30"}, {"texts": {"fi": "Hyvä päivä."}}],
)
def test_an_approval_without_role_date_or_a_language_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(PrivacyError, match="not whole"):
        approved(**broken)


def test_a_text_with_marks_needs_other_words_and_one_without_its_own() -> None:
    with pytest.raises(PrivacyError, match="with marks") as stopped:
        approved("Eeva auttoi.", texts={**WORDS, "fi": "Eeva  auttoi."})
    assert "Eeva" not in str(stopped.value.parts())
    assert approved("Eeva auttoi.", texts={**WORDS, "fi": "[Joku] auttoi."}).texts["fi"] == "[Joku] auttoi."
    with pytest.raises(PrivacyError, match="as it was written"):
        approved("Aivan muuta.")


@pytest.mark.parametrize("left", ["kysy eevalta@example.org", "Eeva tietää", "040 123 4567", "131052-308T"])
def test_edited_words_that_still_show_somebody_are_refused_in_every_language(left: str) -> None:
    for language in ALL:
        with pytest.raises(PrivacyError, match="still show"):
            approved("Eeva auttoi.", texts={**WORDS, language: left})


def test_a_release_takes_the_exact_words_in_all_languages_and_nothing_else() -> None:
    answers = {"t_1": "Hyvä päivä.", "t_2": "Not approved"}
    assert released([approved()], answers, KEY) == [WORDS]


def test_approvals_survive_their_file() -> None:
    one = approved()
    data = approvals_bytes([one])
    assert read_approvals(data) == [one]


def test_an_answer_that_changed_vanished_or_whose_words_were_touched_stops_the_release() -> None:
    one = approved()
    with pytest.raises(PrivacyError, match="has changed"):
        released([one], {"t_1": "Hyvä päivä!"}, KEY)
    with pytest.raises(PrivacyError, match="no answer that may be quoted"):
        released([one], {}, KEY)
    touched = replace(one, texts={**WORDS, "en": "The best day."})
    with pytest.raises(PrivacyError, match="not those approved"):
        released([touched], {"t_1": "Hyvä päivä."}, KEY)


def test_the_fingerprint_of_an_answer_can_not_be_guessed_without_the_key() -> None:
    import hashlib

    source = approved().source
    assert hashlib.sha256("Hyvä päivä.".encode()).hexdigest()[:20] not in source
    assert source.startswith("s_")


def test_the_order_of_quotes_does_not_follow_their_answers() -> None:
    answers = {f"t_{i}": f"Hyvä päivä numero {'x' * i}." for i in range(6)}
    rows = [
        Row(name, text, "", dict.fromkeys(ALL, text), "a", "2026-01-31") for name, text in answers.items()
    ]
    found = released([approve(row, KNOWN, KEY, ALL) for row in rows], answers, KEY)
    assert [one["fi"] for one in found] != list(answers.values())
    assert sorted(one["fi"] for one in found) == sorted(answers.values())


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", b"a;b\n1;2\n", b"text_id;marks;text;fi;sv;en;role;date\n1;2\n"]
)
def test_a_file_that_is_no_worksheet_is_refused(data: bytes) -> None:
    with pytest.raises(PrivacyError, match="can't be read"):
        read_sheet(data)


def test_each_edition_prints_quotes_in_its_own_language_and_nothing_without_them() -> None:
    bare = fake.publication()
    quoted = replace(bare, released=replace(bare.released, facts={**bare.released.facts, "quotes": [WORDS]}))
    for language, words in WORDS.items():
        note, quote = map(plain, say("P9.2", quoted, language))
        assert words in quote and all(other not in quote for other in WORDS.values() if other != words)
        assert note
        assert say("P9.2", bare, language) == ()


def test_from_the_worksheet_to_the_release_on_the_demo(tmp_path: Path) -> None:
    from evallib.steps.context import Context
    from evallib.steps.quotes import approvals, quotes, released_quotes
    from evallib.workspace import find_workspace

    root = copy_workspace(tmp_path / "work")
    context = Context(find_workspace(root), now=lambda: CLOCK)
    period = context.period("2025")
    listed = quotes(context, period)
    assert listed.answers > 50 and listed.approved == 0
    assert stat.S_IMODE(listed.sheet.stat().st_mode) == 0o600
    assert released_quotes(context, period) == []

    rows = read_sheet(listed.sheet.read_bytes())
    chosen = next(row for row in rows.values() if row.text == "Oli virkistävää kuulla, mikä ei onnistunut.")
    assert chosen.codes == "innovation"
    texts = {"fi": chosen.text, "sv": "Det var uppfriskande att höra.", "en": "It was refreshing to hear."}
    rows[chosen.text_id] = replace(chosen, texts=texts, role="arvioija", date="12.1.2026")
    listed.sheet.write_bytes(sheet_bytes(rows.values()))
    assert quotes(context, period).approved == 1
    assert released_quotes(context, period) == [texts]
    assert chosen.text_id in read_sheet(listed.sheet.read_bytes())

    listed.sheet.unlink()  # the approvals carry what was approved into a new worksheet
    assert quotes(context, period).approved == 1
    (one,) = approvals(context, period)
    file = root / "surveys/commentary/2025/quotes.csv"
    file.write_bytes(approvals_bytes([replace(one, texts={**texts, "en": "It was bad."})]))
    with pytest.raises(PrivacyError, match="not those approved"):
        released_quotes(context, period)


def test_git_ignores_the_worksheet_and_keeps_the_approvals() -> None:
    for place in ("", "evallib/templates/"):
        ignored = (Path(__file__).parent.parent / f"{place}.gitignore").read_text("utf-8").splitlines()
        assert {"surveys/quotes/", "surveys/coding/"} <= set(ignored) and not [
            one for one in ignored if "commentary" in one
        ]
