"""The commands about surveys: what goes to a server and what comes of it, and rehearsals of a report."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evallib.cli.commands import _context, _json, _out
from evallib.cli.progress import Progress
from evallib.cli.words import Speaker, plain, told
from evallib.errors import Text, UsageError, text

Say = Callable[[Text | str], str]

_DECIMAL = {"fi": ",", "sv": ",", "en": "."}


def options(one: argparse.ArgumentParser, name: str, say: Say) -> None:
    """The options of this file's commands; none for another command."""
    if name == "survey build":
        one.add_argument("--survey", action="append", default=[], metavar="ID", help=say(_ONLY))
    if name == "survey paper":
        one.add_argument("survey", metavar=say(text("SURVEY")), help=say(text("A survey by its id, as q1")))
    if name == "survey counts":
        one.add_argument("--structure", required=True, metavar="LSS", help=say(_STRUCTURE))
        one.add_argument("--responses", required=True, metavar=say(text("FILE")), help=say(_RESPONSES))
        one.add_argument("--rows", choices=("all", "complete"), default="all", help=say(_ROWS))
        one.add_argument("--show-text", action="store_true", help=say(text("Print open answers too")))
    if name == "survey lint":
        one.add_argument("--structure", metavar="LSS", help=say(_LINTED))
        one.add_argument("--earlier", metavar="LSS", help=say(_EARLIER))
    if name == "survey twin":
        one.add_argument("target", metavar=say(text("TARGET")), help=say(_TARGET))
        one.add_argument("--answers", type=int, default=120, metavar="N", help=say(_ANSWERS))
        one.add_argument("--seed", default="1", metavar=say(text("WORD")), help=say(_SEED))
        one.add_argument("--structure", metavar="LSS", help=say(_ANY))


_ONLY = text("Only this survey, as q1; may be given several times")
_STRUCTURE = text("The survey's structure file (.lss)")
_RESPONSES = text("Its answers, exported with question codes and answer codes: CSV or JSON")
_ROWS = text("All responses (unless said otherwise), or only those that were submitted")
_TARGET = text("A folder for the rehearsal, outside this workspace; with --structure, the .csv to write")
_ANSWERS = text("Responses of each survey, 120 unless said otherwise")
_SEED = text("Another word gives other answers, the same word the same ones")
_LINTED = text("This structure file instead, wherever it lies: codes, languages, options")
_EARLIER = text("With --structure: the same survey's structure file of an earlier wave, to compare with")
_ANY = text("Answers to this structure file instead, wherever it lies")


def survey_build(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.survey import build as step

    context = _context(progress)
    made = step(context, given.period, given.survey)
    files, new = ([context.workspace.shown(path) for path in some] for some in (made.files, made.new))
    failed = max((one.exit_code for one in made.faults.values()), default=0)
    if given.json:
        faults = {name: plain(fault) for name, fault in made.faults.items()}
        return _json({"period": made.period, "files": files, "new": new, "not_built": faults}) or failed
    _out(speaker, text("Files of {period} for LimeSurvey: {n}; new or changed: {new}.",
                       period=made.period, n=len(files), new=len(new)))  # fmt: skip
    for name in files:
        _out(speaker, f"  {name}")
    if files:
        _out(speaker, text("In LimeSurvey: Create survey, Import, one file at a time."))
    for name, fault in made.faults.items():
        _out(speaker, text("{survey}: not built", survey=name))
        sys.stderr.write("".join(f"{line}\n" for line in told(fault, speaker)))
    return failed


def survey_lint(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.survey import check_questions as step

    if given.structure:
        return _structure_checked(given, speaker, progress)
    if given.earlier:
        raise UsageError(
            text("--earlier needs the structure file that is compared with it"),
            expected="--structure LSS --earlier LSS",
            repair=text("Without either, your own questionnaires are compared with their earlier waves"),
        )
    checked = step(_context(progress))
    if given.json:
        indicators = [
            {"indicator": code, "computable": checked.computable(code), "questions": list(asked)}
            for code, asked in checked.indicators.items()
        ]
        findings = [
            {"code": one.code, "file": checked.file(one), "place": one.place,
             "message": str(one.message), "repair": str(one.repair)}
            for one in checked.findings
        ]  # fmt: skip
        told = {"indicators": indicators, "minutes": _rounded(checked.minutes), "findings": findings}
        return _json(told) or int(bool(findings))
    for code, asked in checked.indicators.items():
        source = ", ".join(asked) or speaker.say(text("no question: from logs and files"))
        _out(speaker, f"{'✓' if checked.computable(code) else '✗'} {code}  {source}")
    for one in checked.findings:
        _out(speaker, f"✗ {checked.file(one)}: {one.place}: {speaker.say(one.message)}")
        _out(speaker, f"    {speaker.say(one.repair)}")
    for name, needed in checked.minutes.items():
        _out(speaker, text("{survey}: about {n} min", survey=name, n=max(1, round(needed))))
    able = sum(checked.computable(code) for code in checked.indicators)
    _out(speaker, text("Indicators that can be computed: {able} of {n}. Faults of questions: {faults}.",
                       able=able, n=len(checked.indicators), faults=len(checked.findings)))  # fmt: skip
    return int(bool(checked.findings))


def _structure_checked(given: Any, speaker: Speaker, progress: Progress) -> int:
    """A structure file that somebody made on a server, apart from the project's plan."""
    from evallib.steps.survey import check_structure

    path = Path(given.structure)
    checked = check_structure(path, Path(given.earlier) if given.earlier else None)
    progress.stop(done=True)
    if given.json:
        found = [{"code": one.code, "place": one.place, "message": str(one.message),
                  "repair": str(one.repair)} for one in checked.findings]  # fmt: skip
        about = {"minutes": round(checked.minutes, 1), "conditions_not_read": checked.conditions}
        return _json({**about, "findings": found}) or int(bool(found))
    for one in checked.findings:
        _out(speaker, f"✗ {path.name}: {one.place}: {speaker.say(one.message)}")
        _out(speaker, f"    {speaker.say(one.repair)}")
    _conditions(speaker, checked.conditions)
    _out(speaker, text("{survey}: about {n} min", survey=path.name, n=max(1, round(checked.minutes))))
    _out(speaker, text("Faults: {n}.", n=len(checked.findings)))
    return int(bool(checked.findings))


def _conditions(speaker: Speaker, codes: Sequence[str]) -> None:
    if codes:
        _out(speaker, text("Conditions read in part or not at all; asked of more people here: {codes}",
                           codes=", ".join(codes)))  # fmt: skip


def _rounded(minutes: dict[str, float]) -> dict[str, float]:
    return {name: round(needed, 1) for name, needed in minutes.items()}


def survey_counts(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.counts import counts as step

    counted = step(
        Path(given.structure),
        Path(given.responses),
        speaker.language,
        complete=given.rows == "complete",
        show_text=given.show_text,
    )
    progress.stop(done=True)
    if given.json:
        mark = {"synthetic": True} if counted.synthetic else {}
        return _json({one.column: _plain(vars(one)) | mark for one in counted.tallies})
    _out(speaker, text("Survey {survey}: {n} responses. Nothing is masked; not for publication.",
                       survey=counted.survey, n=counted.responses))  # fmt: skip
    if counted.synthetic:
        _out(speaker, text("SYNTHETIC: {n} of the answers in this file are invented, and nobody gave them.",
                           n=counted.synthetic))  # fmt: skip
    for one in counted.tallies:
        _out(speaker, "\n" + "  ".join(word for word in (one.column, one.kind, one.text) if word))
        _out(speaker, "  " + speaker.say(text("answered {n}, not answered {missing}", n=one.n,
                                              missing=one.missing)))  # fmt: skip
        if one.not_shown:
            _out(speaker, "  " + speaker.say(text("{n} of them were never shown it", n=one.not_shown)))
        if one.mean is not None:
            mean, middle = (f"{value:.10g}" for value in (round(one.mean, 4), one.median or 0.0))
            say = speaker.say(text("mean {mean}, median {median}", mean=mean, median=middle))
            _out(speaker, "  " + say.replace(".", _DECIMAL[speaker.language]))
        for code, n in one.counts.items():
            _out(speaker, f"{n:>8}  {code}  {one.labels.get(code, '')}".rstrip())
        if one.unfit:
            _out(speaker, "  " + speaker.say(text("{n} of them are no option and no number", n=one.unfit)))
    return 0


def survey_paper(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.survey import paper as step

    file = Path(given.file)
    place = step(_context(progress), given.survey, file, given.period, speaker.language, speaker.say)
    progress.stop(done=True)
    if given.json:
        return _json({"file": str(file), "place": place})
    _out(speaker, text("Sheet for the paper forms of {survey}: {file}", survey=given.survey, file=str(file)))
    _out(speaker, text("Number the forms, type one a row, then save it as {place}", place=place))
    return 0


def survey_unpack(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.unpack import unpack as step

    made = step(_context(progress), given.survey, Path(given.file), given.period)
    progress.stop(done=True)
    if given.json:
        return _json(asdict(made))
    _out(speaker, text("Survey {survey}: {n} answers, {people} invited people", survey=given.survey,
                       n=made.answers, people=made.people))  # fmt: skip
    for name in made.files:
        _out(speaker, f"  {name}")
    _out(speaker, text("Left out: {columns}", columns=", ".join(made.left_out)))
    return 0


def survey_twin(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.twin import answers_to, rehearse

    target = Path(given.target)
    if given.structure:
        made = answers_to(Path(given.structure), target, given.answers, given.seed)
    else:
        made = rehearse(_context(progress), target, given.period, given.answers, given.seed)
    progress.stop(done=True)
    if given.json:
        return _json(
            {"target": str(target), "period": made.period, "synthetic": True, "answers": made.answers}
        )
    for survey, n in made.answers.items():
        _out(speaker, text("Survey {survey}: {n} synthetic responses", survey=survey, n=n))
    if given.structure:
        _conditions(speaker, made.conditions)
        _out(speaker, text("Written: {file}", file=str(target)))
        return 0
    _out(speaker, text("A rehearsal is ready in {folder}. Nothing of it is for publication.",
                       folder=str(target)))  # fmt: skip
    _out(speaker, text("Next, there: evallib report {period}", period=made.period))
    return 0


def _plain(tally: dict[str, Any]) -> dict[str, Any]:
    """A column as programs want it: the letter is called ``type``, the column is the key."""
    return {"type" if name == "kind" else name: value for name, value in tally.items() if name != "column"}
