"""Every number has a name in words: by the catalogue, else made from its question, scale or survey."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_release import publication
from small_frames import plan, questionnaires

from evallib.display import Publication
from evallib.display.edition import Edition
from evallib.display.naming import measure_name

T01 = "How much did this event help your work?"
Y14 = "We follow what effects our services have on clients – share of the two highest options"


@pytest.fixture(scope="module")
def shipped() -> Publication:
    """The invented release under the shipped plan and questionnaires."""
    return replace(publication(), plan=plan(), questionnaires=questionnaires())


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("I22.t01_median", f"{T01} – median"),
        ("I22.t01[answer=h1]", f"{T01} – answers: not at all"),
        ("I22.t01[answer=ek]", f"{T01} – answers: don't know"),
        (
            "I28.n14_communication_n",
            "How well does cooperation with the project work? communication – number of answers",
        ),
        ("RESP.q3_deff", "Survey of entrepreneurs – design effect of the weights (Kish)"),
        (
            "RESP.q3_y13_weighted",
            "Our services rest on research evidence – weighted share of the two highest options",
        ),
        ("SCALE.added_value_alpha", "Value added by the project – Cronbach's alpha"),
        ("I16.digests_cumulative", "Published digests and cases, since the project's start"),
        (
            "I22.t01_groups_entr_proj_p",
            f"{T01} – p-value of Entrepreneur and Project worker (Dunn, Holm)",
        ),
        ("I03.ties[sector=care,sector2=tour]", "Ties by field: Green care, Tourism"),
        ("I22.t01_top2", "Usefulness"),
        ("I22.t99_median", "Usefulness (t99_median)"),
    ],
)
def test_a_measure_is_named_in_words(shipped: Publication, written: str, words: str) -> None:
    assert measure_name(Edition(shipped, "en"), written) == words
