"""The verbs: each with what it is for and what runs it."""

from __future__ import annotations

from collections.abc import Callable

from evallib.cli import (
    coding,
    commands,
    commentary,
    documents,
    files,
    findings,
    keep,
    menu,
    survey,
    upkeep,
    wave,
    whole,
    year,
)
from evallib.errors import Text, text

Runner = Callable[..., int]

COMMANDS: dict[str, tuple[Text, Runner]] = {
    "demo": (text("The whole chain on the invented demo project: three PDFs from nothing"), commands.demo),
    "new": (text("Make a workspace for a real project"), commands.new),
    "key": (text("The project's pseudonym key: make it once, print it, get it back"), keep.key),
    "doctor": (text("What is missing or wrong in this workspace, with the repair"), commands.doctor),
    "survey build": (
        text("Make the files that LimeSurvey imports, one a questionnaire (.lss)"),
        survey.survey_build,
    ),
    "survey lint": (
        text(
            "Say whether each indicator can be computed from the questions, and what else is wrong with them"
        ),
        survey.survey_lint,
    ),
    "survey counts": (
        text("Count every column of an export, to compare with a count by hand"),
        survey.survey_counts,
    ),
    "survey paper": (
        text("Write an empty workbook into which feedback forms on paper are typed"),
        survey.survey_paper,
    ),
    "survey push": (
        text("Send a wave's questionnaires to the server, not active, and say what is left to do there"),
        wave.survey_push,
    ),
    "survey letters": (
        text("Write invitation, reminder, thanks and privacy notice of a wave's surveys in each language"),
        wave.survey_letters,
    ),
    "survey links": (
        text("For each event its own link to the feedback form, and a sheet with its QR code"),
        wave.survey_links,
    ),
    "survey monitor": (
        text("How many have answered while a survey runs, by group, against the target"),
        wave.survey_monitor,
    ),
    "survey unpack": (
        text("Lay a survey's archive (.lsa) into the inbox: structure, answers, invited people"),
        survey.survey_unpack,
    ),
    "survey twin": (
        text("Rehearse a report: invented answers in a workspace of their own, marked on every page"),
        survey.survey_twin,
    ),
    "read": (
        text("Look into one file: what it is, whose event, how many persons, what is left out and why"),
        files.read,
    ),
    "map": (
        text("Say once what a list's columns hold, or which of a survey's codes are ours (.lss)"),
        files.map_columns,
    ),
    "fill": (
        text("Add rows to the event log for events of which only attendance files tell"),
        files.fill,
    ),
    "pull": (
        text("Fetch a period's surveys from the server, and what it has received into the store"),
        commands.pull,
    ),
    "check": (text("Read everything received and say what should be known before a freeze"), commands.check),
    "freeze": (text("Fix a period's data, made pseudonymous"), commands.freeze),
    "report": (text("Make a period's annual report; runs what is missing before it"), commands.report),
    "menu": (text("A small menu for those who do not use a command line"), menu.menu),
    "next": (text("What is due now and next in the evaluator's year, each with its command"), year.due),
    "open": (
        text("Open the next period: copy what carries over, list what is to be decided"),
        upkeep.open_period,
    ),
    "upgrade": (
        text("Bring a workspace of an earlier evallib up to this one; keep and merge what was edited"),
        upkeep.upgrade,
    ),
    "plan targets": (
        text("A worksheet for the meeting that agrees on targets, and back into targets.yaml"),
        year.plan_targets,
    ),
    "publish": (
        text("Record what people decided about a report: handled, published, locked, withdrawn"),
        year.publish,
    ),
    "audit": (
        text("Attack everything released and say who could be found; write it down for other attackers"),
        findings.audit,
    ),
    "quotes": (
        text("List open answers that may be quoted, and take over those that a person approved"),
        commands.quotes,
    ),
    "coding start": (
        text("Write the workbooks in which two coders say what each open answer is about"),
        coding.start,
    ),
    "coding take": (text("Take a coder's workbook over, if nothing was lost or changed"), coding.take),
    "coding settle": (
        text("Write a workbook of the answers that the two coded in two ways"),
        coding.settle,
    ),
    "coding status": (text("Say what is coded, how far the two agree, and what comes next"), coding.status),
    "commentary start": (
        text("Write a skeleton for each chapter, with what the results say and ready placeholders"),
        commentary.start,
    ),
    "commentary preview": (
        text("Show how your texts read with their numbers, and which of them wait for a review"),
        commentary.preview,
    ),
    "commentary reviewed": (
        text("Note that the texts were reviewed with the newest results beside them"),
        commentary.reviewed,
    ),
    "commentary translate": (
        text("Write a workbook or a Word document for a translator, one row a paragraph"),
        commentary.translate,
    ),
    "commentary take": (
        text("Take a translator's workbook or document over, if no placeholder was lost"),
        commentary.take,
    ),
    "export hyrra": (
        text("The authority's follow-up figures from a release, each with its formula and source"),
        files.export_hyrra,
    ),
    "export cns": (text("The network unit's table of events and contents by class"), files.export_cns),
    "export web": (
        text("A release for the screen: HTML reports, short summaries, a page for respondents, figures"),
        files.export_web,
    ),
    "export claim": (
        text("What was done between two days as Word, for a payment claim: from logs and attendance alone"),
        documents.claim,
    ),
    "export slides": (
        text("Six slides for the meeting that decides, from a release, as PowerPoint"),
        documents.slides,
    ),
    "export feedback": (
        text("Half a page on one event for its organisers as Word, before a report tells of its answers"),
        documents.feedback,
    ),
    "export final": (
        text("The whole project as Word, on the headings of the official final report"),
        documents.final,
    ),
    "export pack": (
        text("A release in one file: reports, tables, results, data dictionary, checksums, RO-Crate"),
        files.export_pack,
    ),
    "trace": (text("From a printed number or table to its definition, base and sources"), commands.trace),
    "diff": (
        text("What changed between two freezes or releases: data, numbers, colours, what is held back"),
        whole.diff,
    ),
    "verify": (
        text("Check store and products by hash, and make releases again to compare them byte for byte"),
        whole.verify,
    ),
    "backup": (text("The workspace and its store in one encrypted file"), keep.backup),
    "restore": (text("A backup back as a workspace, whole or not at all"), keep.restore),
    "handover": (text("A checklist for handing the work over to another person"), year.handover),
    "purge": (text("Erase what has been kept long enough, or one person's data"), commands.purge),
    "notice": (
        text("Write the privacy notice and the record of processing, to be completed"),
        commands.notice,
    ),
    "lab": (text("Open JupyterLab on the workspace's notebooks"), commands.lab),
}

GROUPS = {
    "plan": text("What the steering group agrees on"),
    "coding": text("Open answers coded by two people"),
    "commentary": text("Your own words in the report"),
    "survey": text("Questionnaires on their way to the survey server"),
    "export": text("Tables for others, from released results"),
}
