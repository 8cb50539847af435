"""What the three years tell: levels by wave. Cooperation and awareness rise, and not everything improves.

Worse in 2025 on purpose: clarity of the labour division (N15), the newsletter's click rate, response rates.
"""

from __future__ import annotations

from evallib.twin.respondent import Story

from .opinions import TEXTS

YEARS = ("2023", "2024", "2025")

LEVEL = {  # series or column: typical place on the scale, 0–1, by year
    "T01": (0.68, 0.72, 0.74),
    "T02": (0.70, 0.72, 0.75),
    "T04": (0.58, 0.63, 0.66),
    "T05": (0.62, 0.64, 0.66),
    "T07": (0.76, 0.78, 0.80),
    "P01": (0.52, 0.56, 0.58),
    "N04": (0.50, 0.62, 0.72),
    "N07": (0.55, 0.62, 0.67),
    "N08": (0.45, 0.55, 0.60),
    "N09": (0.48, 0.52, 0.56),
    "N10": (0.60, 0.68, 0.72),
    "N11": (0.34, 0.44, 0.47),
    "N12": (0.42, 0.56, 0.64),
    "N13": (0.42, 0.50, 0.58),
    "N13v": (0.40, 0.48, 0.52),
    "N14[data]": (0.56, 0.60, 0.62),
    "N14[event]": (0.66, 0.70, 0.73),
    "N14[comm]": (0.62, 0.66, 0.60),
    "N14[train]": (0.54, 0.60, 0.64),
    "N15": (0.52, 0.60, 0.44),
    "N16a": (0.55, 0.60, 0.64),
    "N16b": (0.36, 0.42, 0.47),
    "N16c": (0.46, 0.52, 0.57),
    "N17": (0.30, 0.42, 0.50),
    "N19v": (0.44, 0.50, 0.54),
    "Y06": (0.42, 0.48, 0.52),
    "Y07": (0.56, 0.60, 0.63),
    "Y08": (0.46, 0.46, 0.46),
    "Y10": (0.40, 0.47, 0.52),
    "Y12": (0.58, 0.55, 0.60),
    "Y13": (0.58, 0.62, 0.66),
    "Y14": (0.46, 0.52, 0.58),
    "Y15": (0.50, 0.56, 0.62),
    "Y16v": (0.28, 0.34, 0.40),
    "Y17v": (0.32, 0.36, 0.42),
    "Y19": (0.38, 0.42, 0.46),
    "O01": (0.70, 0.74, 0.78),
    "O02": (0.54, 0.62, 0.70),
    "O06": (0.46, 0.60, 0.68),
    "O08": (0.38, 0.52, 0.64),
    "O09": (0.34, 0.46, 0.56),
    "O10b": (0.50, 0.56, 0.60),
    "O11": (0.66, 0.70, 0.62),
}
SHARE = {
    "T06[inno]": (0.45, 0.48, 0.52),
    "T06[clim]": (0.12, 0.16, 0.20),
    "T06[envi]": (0.26, 0.30, 0.34),
    "P02": (0.46, 0.50, 0.52),
    "Y09[nserv]": (0.26, 0.30, 0.34),
    "Y09[renew]": (0.30, 0.36, 0.40),
    "Y09[pack]": (0.10, 0.16, 0.22),
    "Y09[safe]": (0.14, 0.22, 0.26),
    "Y09[label]": (0.06, 0.09, 0.13),
    "Y09[contr]": (0.05, 0.08, 0.10),
    "Y16[foot]": (0.04, 0.06, 0.09),
    "N18[news]": (0.55, 0.60, 0.54),
    "N18[event]": (0.42, 0.52, 0.58),
    "N18[some]": (0.30, 0.34, 0.36),
    "N18[media]": (0.08, 0.08, 0.09),
    "Y01s": (0.10, 0.10, 0.12),
    "CNAME": (0.70, 0.74, 0.78),
    "CLINK": (0.60, 0.60, 0.60),
    "CQUOT": (0.50, 0.50, 0.50),
}
NUMBERS = {"T03": 9.0, "Y09n": 4.0, "Y09r": 4.0, "Y11a": 2.5, "Y11b": 3.5, "Y11c": 1.0}
LEAST = {"Y09n": 1, "Y09r": 1}  # who ticked a new service has at least one
TALK = {"q1": 0.16, "f1": 0.35, "q2": 0.35, "q3": 0.3, "q4": 0.5}

RESPONSE = {  # share of the invited who answer; q1 of those who attended, f1 of those who answered q1
    "q1": (0.54, 0.50, 0.46),
    "f1": (0.32, 0.30, 0.29),
    "q2": (0.69, 0.64, 0.58),
    "q3": (0.60, 0.55, 0.50),
    "q4": (1.00, 0.90, 0.80),
}
KNOWN = (0.13, 0.16, 0.19)  # pairs of organisations that know each other
TIED = (0.055, 0.080, 0.105)  # pairs that arrange, develop or run something together


def story(survey: str, year: str) -> Story:
    """The story of one survey's wave."""
    n = YEARS.index(year)
    return Story(
        {name: values[n] for name, values in LEVEL.items()},
        {name: values[n] for name, values in SHARE.items()},
        NUMBERS,
        LEAST,
        TEXTS,
        TALK[survey],
    )


def response(survey: str, year: str) -> float:
    """The share of those asked who answer."""
    return RESPONSE[survey][YEARS.index(year)]
