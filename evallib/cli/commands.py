"""What each command does: call its step, then say the outcome in words or as JSON."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evallib.cli.progress import Progress
from evallib.cli.remarks import remark_words
from evallib.cli.responses import list_words, response_words
from evallib.cli.words import Speaker, escaped, printable
from evallib.errors import PrivacyError, Text, UsageError, text


def demo(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.demo import demo as step

    context = _context(progress)
    return _reported(given, speaker, progress, step(context), context)


def report(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.report import report as step

    context, period = _chosen(given, progress)
    made = step(context, period, _parameters(given.parameter), again=given.again)
    return _reported(given, speaker, progress, made, context)


def _reported(given: Any, speaker: Speaker, progress: Progress, made: Any, context: Any) -> int:
    from evallib.steps.states import stays_locked
    from evallib.steps.unfilled import together

    progress.stop(done=True)
    files = [context.workspace.shown(path) for path in made.files]
    if given.json:
        numbers = {"period": made.period, "release": made.release, "variant": made.variant}
        return _json({**numbers, "new": made.new, "files": files})
    if not made.new and stays_locked(context, context.period(made.period)):
        _out(speaker, text("{period} is locked: its report stands as published, whatever has come in since. "
                           "Only a note in surveys/commentary/{period}/corrections.yaml opens it again.",
                           period=made.period))  # fmt: skip
    elif not made.new:
        _out(speaker, text("Nothing has changed since the last report of {period}; nothing was redone.",
                           period=made.period))  # fmt: skip
    else:
        _out(speaker, text("The report of {period} is ready: release {number}.",
                           period=made.period, number=made.label))  # fmt: skip
    for name in files:
        _out(speaker, f"  {name}")
    if made.faults:
        _out(speaker, text("It is a draft; these are missing or not in order:"))
    for fault in together(made.faults):
        _out(speaker, f"  {fault}")
    if any(fault.endswith("#review") for fault in made.faults):
        _out(speaker, text("#review: written for earlier numbers. Look: evallib commentary preview {period}; "
                           "then: evallib commentary reviewed {period}", period=made.period))  # fmt: skip
    return 0


def pull(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.fetch import declared_sources, fetch, period_to_pull
    from evallib.steps.fetch_lists import fetch_lists
    from evallib.steps.pull import pull as step

    context = _context(progress)
    period = period_to_pull(context, given.period)
    fetched = fetch(context, period, again=given.again)
    lists = fetch_lists(context, period, declared_sources(context))
    made = step(context, period)
    progress.stop(done=True)
    if given.json:
        came = [asdict(one) for one in fetched]
        return _json({"period": period.id, "snapshot": made.manifest.number, "files": made.files,
                      "new": made.new, "surveys": came, "lists": [asdict(one) for one in lists]})  # fmt: skip
    for one in fetched:
        for line in response_words(one):
            _out(speaker, line)
    for found in lists:
        _out(speaker, text("{system}, {of}: {counts}", system=found.system, of=found.of,
                           counts=list_words(found, speaker)))  # fmt: skip
    _out(speaker, text("Snapshot {number} of {period}: {n} files." if made.new
                       else "Snapshot {number} of {period} is up to date: {n} files.",
                       number=made.manifest.number, period=period.id, n=made.files))  # fmt: skip
    return 0


def check(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.check import check as step
    from evallib.steps.unfilled import together

    context, period = _chosen(given, progress)
    checked = step(context, period)
    progress.stop(done=True)
    tables = [{"table": one.kind, "rows": len(one.rows)} for one in checked.frozen]
    remarks = [
        {"table": kind, "remark": one.code, "count": one.count, "detail": one.detail}
        for kind, one in checked.remarks
    ]
    if given.json:
        unfilled = {"unfilled": list(checked.unfilled)}
        return _json({"period": period.id, "tables": tables, "remarks": remarks} | unfilled)
    _out(speaker, text("{period} reads whole and reconciles.", period=period.id))
    for table in tables:
        _out(speaker, f"  {table['table']:<24}{table['rows']:>7}")
    if remarks:
        _out(speaker, text("Remarks (nothing is dropped silently):"))
    for kind, one in checked.remarks:
        said = speaker.say(remark_words(one.code))
        _out(speaker, f"  {kind:<24}{one.count:>7}  {said}{': ' if one.detail else ''}{one.detail}")
    if checked.unfilled:
        _out(speaker, text("The report stays a draft until these lines are filled in:"))
    for line in together(checked.unfilled):
        _out(speaker, f"  {line}")
    return 0


def freeze(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.freeze import freeze as step
    from evallib.steps.project_key import key_fault

    context, period = _chosen(given, progress)
    made = step(context, period, again=given.again)
    progress.stop(done=True)
    fault = None if made.new else key_fault(context)
    if given.json:
        told = {"period": period.id, "freeze": made.manifest.number, "new": made.new}
        return _json(told | ({"key_fault": speaker.say(fault.problem)} if fault else {}))
    _out(speaker, text("Freeze {number} of {period} is made." if made.new
                       else "Freeze {number} of {period} is up to date.",
                       number=made.manifest.number, period=period.id))  # fmt: skip
    if fault:
        _out(speaker, text("The next freeze can't be made: {problem}. What to do: {repair}",
                           problem=fault.problem, repair=fault.repair))  # fmt: skip
    return 0


def quotes(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.quotes import quotes as step

    context, period = _chosen(given, progress)
    made = step(context, period)
    progress.stop(done=True)
    sheet = context.workspace.shown(made.sheet)
    if given.json:
        counted = {"answers": made.answers, "marked": made.marked, "approved": made.approved}
        return _json({"sheet": sheet, **counted})
    _out(speaker, text("Answers that may be quoted: {answers}; with marks {marked}; approved {approved}.",
                       answers=made.answers, marked=made.marked, approved=made.approved))  # fmt: skip
    _out(speaker, text("Fill in words, role and date in {sheet}, then run the same again.", sheet=sheet))
    return 0


def trace(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.trace import trace as step

    context = _context(progress)
    found = step(context, given.id, speaker.language)
    progress.stop(done=True)
    if given.json:
        return _json(found.plain())
    for line in found.lines():
        _out(speaker, line)
    return 0


def doctor(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.doctor import doctor as step

    findings = step(Path.cwd())
    if given.json:
        plain = [{"check": str(f.check), "ok": f.ok, "repair": str(f.repair)} for f in findings]
        return _json({"findings": plain}) or int(not all(f.ok for f in findings))
    for finding in findings:
        mark = "✓" if finding.ok else "✗"
        _out(speaker, f"{mark} {speaker.say(finding.check)}")
        if finding.repair:
            _out(speaker, f"    {speaker.say(finding.repair)}")
    return 0 if all(finding.ok for finding in findings) else 1


def new(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.new import new as step

    folder = step(Path(given.folder), speaker.say, speaker.language)
    _out(speaker, text("A workspace is ready in {folder}.", folder=str(folder)))
    _out(speaker, text("Next: fill in surveys/project.yaml, then run evallib doctor there."))
    return 0


def purge(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.purge import purge_by_rule
    from evallib.steps.purge_person import purge_person

    if not (given.yes or given.dry_run):
        raise UsageError(
            text("Erasure can't be undone, so it has to be asked for"),
            repair=text("Look first with --dry-run, then run the same command with --yes"),
        )
    context = _context(progress)
    if given.rule:
        made = purge_by_rule(context, dry_run=given.dry_run)
    else:
        asked = _asked(speaker) if given.person == "-" else given.person
        made = purge_person(context, asked, dry_run=given.dry_run)
    progress.stop(done=True)
    code = PrivacyError.exit_code if made.left else 0
    if given.json:
        return _json({name: _plain(value) for name, value in vars(made).items()}) or code
    _out(speaker, text("Erased:" if made.done else "Would be erased:"))
    for place in (*made.objects, *made.files) or (text("nothing"),):
        _out(speaker, f"  {speaker.say(place)}")
    for title, places in (
        (text("Kept for now:"), made.waiting),
        (text("Still found here; look and erase by hand, then run this again:"), made.left),
        (text("The same name stands here; somebody must look whether it is the same person:"), made.look_at),
        (text("Outside evallib's reach, for people to handle:"), made.by_hand),
    ):
        if places:
            _out(speaker, title)
        for place in places:
            _out(speaker, f"  {speaker.say(place)}")
    return code


def _asked(speaker: Speaker) -> str:
    """An address typed at the prompt, or the first line of what is piped in."""
    if sys.stdin.isatty():
        sys.stderr.write(speaker.say(text("E-mail address of the person:")) + " ")
        sys.stderr.flush()
    return sys.stdin.readline().strip()


def _plain(value: Any) -> Any:
    return [str(one) for one in value] if isinstance(value, tuple) else value


def notice(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.privacy_documents import write_documents

    context = _context(progress)
    made = write_documents(context)
    if given.json:
        return _json({"written": list(made.written), "kept": list(made.kept)})
    for name in made.written:
        _out(speaker, text("Written: {file}", file=name))
    for name in made.kept:
        _out(speaker, text("Completed by the project already, so it was left alone: {file}", file=name))
    _out(speaker, text("Complete what stands in [brackets], and let your data protection officer read it."))
    return 0


def lab(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.lab import lab as step

    return step(_context(progress), browser=not given.no_browser)


def _context(progress: Progress) -> Any:
    from evallib.steps.context import open_context

    return open_context(Path.cwd(), progress)


def _chosen(given: Any, progress: Progress) -> Any:
    """The workspace, and the period that was asked for."""
    from evallib.steps.context import chosen_period

    context = _context(progress)
    return context, chosen_period(context, given.period)


def _parameters(written: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in written]
    for name, equals, _ in pairs:
        if not (name and equals):
            raise UsageError(
                text("A parameter is written NAME=VALUE"),
                found=repr(name),
                repair=text("As in: evallib report 2025 --parameter language=sv"),
            )
    return {name: value for name, _, value in pairs}


def _out(speaker: Speaker, what: Text | str) -> None:
    sys.stdout.write(printable(speaker.say(what)) + "\n")


def _json(value: Any) -> int:
    sys.stdout.write(escaped(json.dumps(value, ensure_ascii=False, indent=2)) + "\n")
    return 0
