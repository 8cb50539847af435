"""Privacy notice and record of processing: declared facts in, brackets for the rest, nothing overwritten."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from conftest import copy_workspace

from evallib.cli import main
from evallib.codes import LANGUAGES
from evallib.privacy import notice
from evallib.privacy.notice import DOCUMENTS, Facts, Holding, render
from evallib.records import FieldClass
from evallib.steps.context import Context
from evallib.steps.privacy_documents import document_facts, write_documents
from evallib.workspace import find_workspace

FACTS = Facts(
    project={"fi": "Hanke", "sv": "Projekt", "en": "Project"},
    funder={"fi": "Rahoittaja", "sv": "Finansiär", "en": "Funder"},
    number="1001",
    contact="evaluation@example.org",
    controller="",
    officer="",
    recipients=[],
    threshold=7,
    pairing=True,
    raw=11,
    text=22,
    frozen=33,
    holdings=[
        Holding(
            {"fi": "Kysely", "sv": "Enkät", "en": "A | B\nsurvey"},
            {FieldClass.IDENTIFIER: ["email", "token"], FieldClass.ANSWER: [f"T{n}" for n in range(40)]},
        )
    ],
)
EVERY = [(document, language) for document in DOCUMENTS for language in LANGUAGES]


def test_there_is_a_notice_and_a_record_in_three_languages() -> None:
    assert len(EVERY) == 6 and len({render(*one, FACTS) for one in EVERY}) == 6


@pytest.mark.parametrize(("document", "language"), EVERY)
def test_declared_classes_months_and_threshold_stand_in_it(document: str, language: str) -> None:
    written = render(document, language, FACTS)
    assert all(re.search(rf"\b{n}\b", written) for n in (7, 11, 22, 33, 40))
    assert "`email`, `token`" in written and "evaluation@example.org" in written
    assert FACTS.project[language] in written
    assert not re.search(r"\{[a-z_]+\}", written)


@pytest.mark.parametrize(("document", "language"), EVERY)
def test_it_says_whether_a_person_s_answers_of_two_years_are_joined_and_who_may_be_named(
    document: str, language: str
) -> None:
    joined, apart = (render(document, language, replace(FACTS, pairing=one)) for one in (True, False))
    assert joined != apart
    assert not re.search("nimetä ketään|namnger ingen;|name nobody", joined)
    assert re.search("verkostokuvassa|nätverksbilden|network figure", joined)
    assert re.search("hankerekisteristä|projektregistret|register of projects", joined)


@pytest.mark.parametrize(("document", "language"), EVERY)
def test_what_the_project_has_not_said_is_left_to_it_in_brackets(document: str, language: str) -> None:
    asked = re.findall(r"\[[^\]]+\]", render(document, language, FACTS))
    told = replace(
        FACTS,
        controller="Esimerkki ry",
        officer="dpo@example.org",
        recipients=[dict.fromkeys(LANGUAGES, "Hosting")],
    )
    written = render(document, language, told)
    assert "Esimerkki ry" in written and "dpo@example.org" in written and "- Hosting" in written
    assert len(re.findall(r"\[[^\]]+\]", written)) == len(asked) - 3


@pytest.mark.parametrize(("document", "language"), EVERY)
def test_it_says_that_it_is_a_template_and_no_legal_advice(document: str, language: str) -> None:
    words = {"fi": "ei ole oikeudellinen neuvo", "sv": "inte juridisk rådgivning", "en": "no legal advice"}
    assert words[language] in render(document, language, FACTS)


def test_a_title_with_a_bar_or_a_line_break_stays_in_its_cell() -> None:
    assert "| A \\| B survey | identifiers" in render("record", "en", FACTS)


def test_every_text_has_its_three_languages() -> None:
    def leaves(value: object) -> list[dict[str, str]]:
        if isinstance(value, dict):
            if "fi" in value:
                return [value]
            return [leaf for one in value.values() for leaf in leaves(one)]
        return [leaf for one in value for leaf in leaves(one)] if isinstance(value, list) else []

    path = Path(notice.__file__).with_name("notice.yaml")
    found = leaves(yaml.safe_load(path.read_text(encoding="utf-8")))
    assert len(found) > 30
    for texts in found:
        assert set(texts) == set(LANGUAGES)
        places = {language: sorted(re.findall(r"\{\w+\}", texts[language])) for language in LANGUAGES}
        assert places["fi"] == places["sv"] == places["en"], texts["en"]


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return copy_workspace(tmp_path / "work")


def context(root: Path) -> Context:
    return Context(find_workspace(root))


def test_every_declared_field_of_the_questionnaires_is_counted(work: Path) -> None:
    holdings = {one.name["en"].split(":")[0]: one.fields for one in document_facts(context(work)).holdings}
    asked = context(work).questionnaires["q3"]
    listed = {name for names in holdings["q3"].values() for name in names}
    assert {column.name for column in asked.columns()} <= listed
    assert "ipaddr" in holdings["q3"][FieldClass.TECHNICAL]
    assert list(holdings["Attendance lists and sign-ups of events"][FieldClass.IDENTIFIER]) == [
        "name",
        "email",
    ]


def test_columns_declared_as_left_out_stand_in_the_documents(work: Path) -> None:
    fields = "lists: {free text: [Ruokavalio]}\nparticipants: {identifier: [attribute_9]}\n"
    (work / "surveys/fields.yaml").write_text(f"{fields}statistics: {{identifier: [Puhelin]}}\n")
    facts = document_facts(context(work))
    for document, language in EVERY:
        written = render(document, language, facts)
        if "`email`" in written or "| --- |" in written:
            assert all(f"`{one}`" in written for one in ("Ruokavalio", "attribute_9", "Puhelin"))
    assert "`Ruokavalio`" in render("record", "en", facts)


def test_retention_and_recipients_come_from_the_project_file(work: Path) -> None:
    path = work / "surveys/project.yaml"
    added = (
        "retention: {raw_months: 5, text_months: 6, frozen_months: 7}\n"
        "privacy:\n  controller: Esimerkki ry\n"
        "  recipients: [{fi: Palvelin, sv: Server, en: Server}]\n"
    )
    path.write_text(path.read_text(encoding="utf-8") + added, encoding="utf-8")
    facts = document_facts(context(work))
    assert (facts.raw, facts.text, facts.frozen, facts.controller) == (5, 6, 7, "Esimerkki ry")
    assert [one["fi"] for one in facts.recipients] == ["Palvelin"]


def test_what_the_project_has_completed_is_never_overwritten(work: Path) -> None:
    first = write_documents(context(work))
    assert len(first.written) == 6 and first.kept == ()
    assert write_documents(context(work)) == first  # unchanged ones are simply written again
    completed = work / "surveys/privacy/notice-sv.md"
    completed.write_text("Vår egen text", encoding="utf-8")
    again = write_documents(context(work))
    assert again.kept == ("surveys/privacy/notice-sv.md",)
    assert "surveys/privacy/notice-sv.new.md" in again.written
    assert completed.read_text(encoding="utf-8") == "Vår egen text"


def test_the_command_says_what_it_wrote(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(work)
    assert main(["--language", "sv", "notice"]) == 0
    said = capsys.readouterr().out
    assert "Skrivet: surveys/privacy/notice-fi.md" in said and "[hakparentes]" in said
