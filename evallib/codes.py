"""The project's own codes, and what the logs kept by hand may hold: one list for every room.

Readers refuse what is not here, the plan names its sources by it, indicators count and print in this order.
Docs: docs/architecture.md, "Codes used everywhere".
"""

from __future__ import annotations

from dataclasses import dataclass

LANGUAGES = ("fi", "sv", "en")
SURVEYS = ("q1", "f1", "q2", "q3", "q4")
UNKNOWN = "unknown"
WINDOWS_DEVICES = frozenset(
    ("CON PRN AUX NUL CONIN$ CONOUT$ " + " ".join(f"COM{n} LPT{n}" for n in "123456789¹²³")).split()
)  # names that no file on Windows can bear, whatever its ending
SYNTHETIC = "synthetic"  # begins every token, and is the seed, of answers that nobody gave

_CODES = {
    "region": "FI1B1 FI1C1 FI196 FI1C2 FI197 FI1C3 FI1C4 FI1C5 FI1D1 FI1D2 FI1D3 FI193 FI194 FI195 FI1D5 "
    "FI1D9 FI1D8 FI1D7 FI200 nat",
    "sector": "care tour move natp expe cult soc oth",
    "role": "entr proj expt publ asso oth",
    "org_type": "firm proj res publ asso lag oth",
    "sex": "f m o ns",
    "age": "u40 o40",
    "language": " ".join(LANGUAGES),
    "form": "coffee webinar workshop regional visit",
    "mode": "online onsite hybrid",
    "theme": "innovation climate environment none",
    "cns": "events communication examples thematic highlights other",  # Common Network Statistics
    "partner": "ely network coordination other",
    "act": "data events communication training",
    "joint": "application pilot",
    "stage": "idea trial use spread",
    "fate": "undecided updated merged used dropped",
    "kind": "case research digest video guide article",
    "outcome": "success mixed failure challenge",
    "contribution": "strong partial unclear",
    "planned": "planned done dropped",
    "grade": "v0 v1 v2 v3 v4",
    "state": "open done dropped",
    "result": "network model label guide course",
    "yesno": "yes no",
    "dose": "d0 d1 d2",  # events attended in a period: none, one, more
}
CODES = {name: tuple(codes.split()) for name, codes in _CODES.items()}
REGIONS = CODES["region"][:-1]  # NUTS 3; only organisations are national

# A log's columns as ``column:check``. ``!`` = may not be empty, ``*`` = unique (together, where several are
# starred), ``+`` = several codes joined by ``+``, ``?`` = an older file may lack the column. A check is
# ``id``, ``ids``, ``date``, ``moment``, ``year``, ``number``, ``line``, ``text`` or a name in CODES.
_LOGS = {
    "events": "event_id:id!* start:moment! end:moment! tz:text title_fi:text! title_sv:text title_en:text "
    "form:form! mode:mode! language:language! region:region organisers:text sectors:sector+ "
    "theme_main:theme theme_side:theme+ cns_class:cns task:text projects:ids participant_file:yesno!",
    "contents": "content_id:id!* date:date! kind:kind! title:text! language:language! outcome:outcome "
    "themes:theme+ cns_class:cns task:text projects:ids sectors:sector+",
    "cooperation_acts": "act_id:id!* date:date! partner:partner! organisation:text act:act! status:planned! "
    "country:text note:text",
    "joint_activities": "activity_id:id!* date:date! kind:joint! title:text! projects:ids!",
    "results_log": "result_id:id!* date:date!* stage:stage!* kind:result! name_fi:text! name_sv:text "
    "name_en:text theme:theme+ takers:text maintainer:text contribution:contribution evidence:text",
    "register": "project_id:id!* name:text! beneficiary:text sector:sector region:region start:date end:date "
    "result_card:date",
    "heritage": "output_id:id!* origin:text name_fi:text! name_sv:text name_en:text fate:fate! reason:text "
    "decided:date maintainer:text",
    "agreements": "agreement_id:id!* year:year! text_fi:text! text_sv:text text_en:text due:date "
    "status:state! done:date",
    "decisions": "decision_id:id!* date:date! paragraph:text! text_fi:text! text_sv:text text_en:text "
    "owner_fi:text owner_sv:text owner_en:text due:date state:state! state_date:date",
    "cases": "case_id:id!* date:date! question:text! title_fi:text! title_sv:text title_en:text "
    "chain_fi:text chain_sv:text chain_en:text evidence_fi:text? evidence_sv:text? evidence_en:text? "
    "causes_fi:text? causes_sv:text? causes_en:text? others_fi:text others_sv:text others_en:text "
    "part_fi:text? part_sv:text? part_en:text? contribution:contribution consent:yesno named:yesno? "
    "text_seen:yesno? consent_date:date?",
    "accounts": "period:id!* planned_eur:number used_eur:number person_months:number",
}
LOGS = tuple(_LOGS)
MEANS = ("label", "guide", "course")  # results that are taken up, but are neither networks nor models
_LISTS = {  # to be typed or asked for; they lie in the inbox
    "paper_list": "event_id:id! role:role region:region sector:sector under40:yesno sex:sex lang:language",
    "sign_up": "email:text! role:role region:region sector:sector under40:yesno sex:sex lang:language "
    "organisation:text",
    "staff": "email:text! name:text",
}
LISTS = tuple(_LISTS)
_ROSTER = "organisation:id!* name:line! sector:sector region:region one_person:yesno"


def as_code(written: str) -> str:
    """An id of a log in the signs that the id of a result may have."""
    return "".join(one if one.isascii() else f"-{ord(one):x}" for one in written)


@dataclass(frozen=True)
class Rule:
    """What one column may hold."""

    column: str
    check: str
    needed: bool
    key: bool
    several: bool
    newer: bool = False  # an older file may lack it


def rules(kind: str) -> tuple[Rule, ...]:
    """The columns of a log, of a list or of a roster, in the order of the contract."""
    found = []
    for part in (_ROSTER if kind.startswith("roster") else (_LOGS | _LISTS)[kind]).split():
        column, _, marked = part.partition(":")
        found.append(Rule(column, marked.rstrip("!*+?"), *(sign in marked for sign in "!*+?")))
    return tuple(found)
