"""What the report rests on: sources and response rates, the register, who answered (SRC, REG, RESP)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from evallib.codes import CODES
from evallib.indicators.bench import SURVEY_SOURCE, Bench, Facts, How, Maker
from evallib.indicators.logs import on_register
from evallib.measures.proportions import share
from evallib.measures.records import counted
from evallib.results import Cell, Kind, Result, SourceKind
from evallib.tidy import SurveyFrame

LOGS = (SourceKind.LOGS,)


def src(bench: Bench) -> list[Result]:
    """Per survey: invited, answered, complete, rate, first and last week; those on paper where any."""
    surveys = bench.frames.surveys
    sources = tuple(dict.fromkeys(SURVEY_SOURCE[one] for one in surveys if one in SURVEY_SOURCE))
    make = Maker(bench.period, "SRC", "responses", sources, tuple(f"responses.{one}" for one in surveys))
    reached = _reached(bench)
    cells: dict[str, list[Cell]] = {name: [] for name in ("invited", "answered", "complete", "rate")}
    weeks: dict[str, list[Cell]] = {"week_first": [], "week_last": []}
    for survey, frame in surveys.items():
        dims = (("survey", survey),)
        cells["invited"].append(_invited(bench, survey, dims))
        for name, number in (("answered", _answered(frame)), ("complete", _complete(frame))):
            known = frame.present
            cells[name].append(counted(number, frame.received, dims) if known else Cell(dims, note="no_data"))
        cells["rate"].append(_rate(bench, survey, frame, reached))
        numbers = _weeks(frame)
        for name, place in (("week_first", 0), ("week_last", -1)):
            value = float(numbers[place]) if numbers else None
            weeks[name].append(Cell(dims, value, note="" if numbers else "no_data"))
    how: How = {"method": "rate", "function": "records.counted"}
    by_survey = ("survey",)
    return [
        *(
            make(name, Kind.COUNT, cells[name], unit="people", dims=by_survey, **how)
            for name in ("invited", "answered", "complete")
        ),
        make("rate", Kind.SHARE, cells["rate"], unit="share of invited", dims=by_survey, **how),
        *(
            make(name, Kind.COUNT, found, unit="ISO week", dims=by_survey, **how)
            for name, found in weeks.items()
        ),
        *_on_paper(make, surveys),
        make.count("q1_reached", reached, known=reached > 0, unit="people", method="rate"),
    ]


def _on_paper(make: Maker, surveys: Mapping[str, SurveyFrame]) -> list[Result]:
    """How many of the kept answers were typed from paper; no result where none was."""
    typed = {
        one: sum("paper" in flags.split("+") for flags in frame.rows["flags"])
        for one, frame in surveys.items()
    }
    if not any(typed.values()):
        return []
    cells = [
        counted(n, surveys[one].n, (("survey", one),)) for one, n in typed.items() if surveys[one].present
    ]
    how: How = {"method": "rate", "function": "records.counted"}
    return [make("paper", Kind.COUNT, cells, unit="people", dims=("survey",), **how)]


def _invited(bench: Bench, survey: str, dims: tuple[tuple[str, str], ...]) -> Cell:
    invited = bench.frames.invited.get(survey)
    if invited is not None:
        return counted(len(invited), None, dims)
    return Cell(dims, note="open_link" if bench.survey(survey).present else "no_data")


def _answered(frame: SurveyFrame) -> int:
    """Real people who answered: kept responses and unfinished ones."""
    return frame.n + frame.left_out.get("incomplete", 0)


def _complete(frame: SurveyFrame) -> int:
    return int((frame.rows["complete"] == "yes").sum()) if frame.n else 0


def _weeks(frame: SurveyFrame) -> list[int]:
    """ISO weeks of the answers as numbers (202514), oldest first."""
    digits = ["".join(re.findall(r"\d+", week)) for week in frame.background("week")]
    return sorted(int(one) for one in digits if one)


def _rate(bench: Bench, survey: str, frame: SurveyFrame, reached: int) -> Cell:
    dims = (("survey", survey),)
    invited = bench.frames.invited.get(survey)
    if not frame.present:
        return Cell(dims, note="no_data")
    if invited is not None:
        # an answer by a token that is on no list is no answer of the invited
        complete = frame.rows.loc[frame.rows["complete"] == "yes", "person"]
        answered = int(complete.isin(invited["person"]).sum())
        return share(answered, len(invited), floor=1, dims=dims, interval=False)
    if survey == "q1" and 0 < frame.n <= reached:
        return share(frame.n, reached, floor=1, dims=dims, interval=False)
    return Cell(dims, None, frame.n, note="unknown_rate")


def _reached(bench: Bench) -> int:
    """Participations in events that gathered at least one answer."""
    with_form = set(bench.survey("q1").background("event_id"))
    return int(bench.attended["event_id"].isin(with_form).sum())


def reg(bench: Bench) -> list[Result]:
    """The register of wellbeing projects begun by the period's end, by sector and region; running, ended."""
    frames = bench.frames
    register = on_register(frames)
    make = bench.maker("REG", "projects", "register", sources=LOGS)
    known = len(register) > 0
    ended = len(frames.until_end(register, "end"))
    return [
        make.tally("projects", "sector", register["sector"]),
        make.tally("projects_region", "region", register["region"]),
        make.count("ended", ended, len(register), known=known),
        make.count("running", len(register) - ended, len(register), known=known),
    ]


def resp(bench: Bench) -> list[Result]:
    """Respondents by background, to be held against the invited."""
    profiles = {
        "q2": (("q2", "org_type"), ("q2_region", "region"), ("q2_sector", "sector")),
        "q3": (("q3_form", "company_form"), ("q3_size", "size"), ("q3_region", "region")),
    }
    found = []
    for survey, wanted in profiles.items():
        make = bench.survey_maker("RESP", survey)
        for measure, dim in wanted:
            values, codes = bench.background(survey, dim), _codes(bench, survey, dim)
            how: Facts = {"unit": "respondents", "method": "responses", "protected": True}
            found.append(make.tally(measure, dim, values, codes, bench.merges(dim), **how))
    return found


def _codes(bench: Bench, survey: str, dim: str) -> tuple[str, ...]:
    if dim in CODES:
        return CODES[dim]
    item = bench.survey(survey).item("Y01" if dim == "company_form" else "Y02")
    return tuple(option.code for option in item.options) if item else ()


INDICATORS = {"SRC": src, "REG": reg, "RESP": resp}
