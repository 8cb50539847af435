"""Labels that LimeSurvey writes by itself and leaves out of the structure file."""

from __future__ import annotations

from evallib.codebook.model import Label, Option
from evallib.codes import LANGUAGES

_LABELS: dict[str, Label] = {
    "yes": {"fi": "Kyllä", "sv": "Ja", "en": "Yes"},
    "no": {"fi": "Ei", "sv": "Nej", "en": "No"},
    "uncertain": {"fi": "En osaa sanoa", "sv": "Vet ej", "en": "Uncertain"},
    "female": {"fi": "Nainen", "sv": "Kvinna", "en": "Female"},
    "male": {"fi": "Mies", "sv": "Man", "en": "Male"},
    "increase": {"fi": "Kasvaa", "sv": "Öka", "en": "Increase"},
    "same": {"fi": "Säilyy", "sv": "Samma", "en": "Same"},
    "decrease": {"fi": "Pienenee", "sv": "Minska", "en": "Decrease"},
}

OTHER_CODE = "-oth-"
OTHER: Label = {"fi": "Muu", "sv": "Annat", "en": "Other"}
COMMENT: Label = {"fi": "Kommentti", "sv": "Kommentar", "en": "Comment"}
FILES: Label = {"fi": "Tiedostoja", "sv": "Filer", "en": "Files"}


def _points(most: int) -> tuple[Option, ...]:
    """Options 1…most: the number is the label in every language."""
    return tuple(
        Option(str(n), {language: str(n) for language in LANGUAGES}, float(n)) for n in range(1, most + 1)
    )


def _named(**words: str) -> tuple[Option, ...]:
    return tuple(Option(code, _LABELS[word]) for code, word in words.items())


_SCALE: Label = {"fi": "Skaala", "sv": "Skala", "en": "Scale"}
_RANK: Label = {"fi": "Sijoitus", "sv": "Rangordning", "en": "Rank"}
LANGUAGE_NAMES: dict[str, Label] = {
    "fi": {"fi": "suomi", "sv": "finska", "en": "Finnish"},
    "sv": {"fi": "ruotsi", "sv": "svenska", "en": "Swedish"},
    "en": {"fi": "englanti", "sv": "engelska", "en": "English"},
}


def rank(place: int) -> Label:
    """What the server calls a place of a ranking."""
    return {language: f"{word} {place}" for language, word in _RANK.items()}


def scale(number: int) -> Label:
    """What the server calls a scale of a dual one that has no header of its own."""
    return {language: f"{word} {number}" for language, word in _SCALE.items()}


YES_NO = _named(Y="yes", N="no")
TICKED = (Option("1", _LABELS["yes"], 1.0),)  # an array of check boxes

# Options by LimeSurvey's one-letter question type, in the order in which the form shows them.
BUILTIN_OPTIONS: dict[str, tuple[Option, ...]] = {
    "Y": YES_NO,
    "G": _named(F="female", M="male"),
    "C": _named(Y="yes", N="no", U="uncertain"),
    "E": _named(I="increase", S="same", D="decrease"),
    "5": _points(5),
    "A": _points(5),
    "B": _points(10),
}
