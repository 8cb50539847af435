"""limepy's question summaries, served only where they agree with our own counts.

Fed with an ordinary data frame limepy counts some question types wrongly and says nothing. So it gets
one question at a time, labels without HTML and no two alike, and columns typed as its summary of that
question expects. Only numbers that were compared with ours are handed on.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from evallib.codebook.model import Item, Label, Questionnaire
from evallib.errors import ReconciliationError, UsageError, text
from evallib.records import SourceTable
from evallib.sources.limesurvey import NUMBER_PATTERN

if TYPE_CHECKING:
    import pandas as pd

SERVED = "!LO5MPFKN"  # LimeSurvey's letters of the types that limepy summarises


def limepy_summary(structure: Questionnaire, table: SourceTable, code: str, language: str) -> pd.DataFrame:
    """limepy's counts (numbers: count or mean) of the question ``code``, labels in ``language``.

    Raises UsageError for an unknown question or a type that limepy does not summarise,
    ReconciliationError where one of its numbers differs from ours.
    """
    import pandas as pd
    from limepy.wrangle import Question, Survey

    item = structure.item(code)
    if item is None or not item.native or item.native not in SERVED:
        known = ", ".join(one.code for one in structure.items if one.native and one.native in SERVED)
        raise UsageError(
            text("limepy can't summarise the question {code}", code=code),
            expected=text(
                "a list, five-point, multiple choice, array or number question: {known}", known=known
            ),
            found=text("question type {type}", type=item.type if item else "unknown"),
        )
    options = _labels({option.code: option.label for option in item.options}, language)
    subitems = _labels({sub.code: sub.label for sub in item.subitems}, language)
    columns = {column.name: _typed(item, table.rows[column.name]) for column in item.columns()}
    survey = Survey(pd.DataFrame(columns), _document(item, language, options, subitems), language)
    theirs = Question(survey, "1").summary.rename(index=str).to_dict("index")
    checked: dict[str, dict[str, float]] = {}
    for (row, column), ours in _ours(table, item, options, subitems).items():
        found = float(theirs.get(row, {}).get(column, "nan"))
        if not abs(found - ours) <= 1e-9 * max(1.0, abs(ours)):
            raise ReconciliationError(
                text("limepy's number for {code} differs from ours", code=code),
                where=f"{row}, {column}",
                expected=str(ours),
                found=str(found),
            )
        checked.setdefault(row, {})[column] = found
    return pd.DataFrame.from_dict(checked, orient="index")


def _labels(labels: dict[str, Label], language: str) -> dict[str, str]:
    """Labels by code, the code added where limepy would merge two of one name."""
    words = {code: label.get(language) or code for code, label in labels.items()}
    taken = [*words.values(), "Other"]
    return {code: word if taken.count(word) == 1 else f"{word} ({code})" for code, word in words.items()}


def _typed(item: Item, values: pd.Series[str]) -> pd.Series[Any]:
    """A column as limepy's summary expects it; NaN or None = not answered."""
    if item.native in "KN5":
        return _numbers(values)
    return values.astype("object").where(values != "", None)


def _ours(
    table: SourceTable, item: Item, options: dict[str, str], subs: dict[str, str]
) -> dict[tuple[str, str], float]:
    """Our numbers by the row and column of limepy's summary."""
    found: dict[tuple[str, str], float] = {}
    for column in item.columns():
        values = table.rows[column.name]
        tally = Counter(values[values != ""].tolist())
        if column.role:
            found |= {("Other", "Count"): tally.total()} if column.name == f"{item.code}[other]" else {}
        elif item.native in "KN":
            place = (subs[column.subitem], "mean") if item.native == "K" else ("mean", item.code)
            mean = float(_numbers(values).mean())
            found |= {place: mean} if mean == mean else {}
        elif item.native in "MP":
            found[subs[column.subitem], "Count"] = tally["Y"]
        else:
            for code, words in options.items():
                place = (subs[column.subitem], words) if item.native == "F" else (words, "Count")
                found[place] = tally[code]
    return found


def _numbers(values: pd.Series[str]) -> pd.Series[float]:
    return values.where(values.str.fullmatch(NUMBER_PATTERN)).astype("float64")


def _document(item: Item, language: str, options: dict[str, str], subs: dict[str, str]) -> dict[str, Any]:
    """The question alone, in the parsed shape that limepy takes instead of a file."""
    question = {"qid": "1", "gid": "1", "type": item.native, "title": item.code, "question": item.code}
    question |= {"help": "", "mandatory": "N", "other": "Y" if item.other else "N"}
    rows = {
        "groups": [{"gid": "1", "group_name": "1"}],
        "questions": [question],
        "answers": [{"qid": "1", "scale_id": "0", "code": c, "answer": w} for c, w in options.items()],
        "subquestions": [
            {"parent_qid": "1", "scale_id": "0", "title": c, "question": w} for c, w in subs.items()
        ],
    }
    sections = {name: {"rows": {"row": part}} for name, part in rows.items()}
    return {"document": {"languages": {"language": [language]}, **sections}}
