"""What the logs and rosters kept by hand may hold, one line a log: ``column:check``.

``!`` = may not be empty, ``*`` = unique (together, where several are starred), ``+`` = several codes joined
by ``+``. A check is ``id``, ``ids``, ``date``, ``moment``, ``year``, ``number``, ``text`` or a list of codes
(its name in :data:`CODES`).
"""

from __future__ import annotations

from dataclasses import dataclass

from evallib.sources import codes

CODES = {
    "region": codes.ALL_REGIONS,
    "sector": codes.SECTORS,
    "theme": codes.THEMES,
    "language": codes.LANGUAGES,
    "form": codes.FORMS,
    "mode": codes.MODES,
    "content": codes.CONTENT_KINDS,
    "outcome": codes.OUTCOMES,
    "partner": codes.PARTNERS,
    "act": codes.ACTS,
    "planned": codes.PLANNED,
    "stage": codes.STAGES,
    "result": codes.RESULT_KINDS,
    "contribution": codes.CONTRIBUTIONS,
    "fate": codes.FATES,
    "state": codes.STATES,
    "yesno": codes.YES_NO,
}
COLUMNS = {
    "events": "event_id:id!* start:moment! end:moment! tz:text title_fi:text! title_sv:text title_en:text "
    "form:form! mode:mode! language:language! region:region organisers:text sectors:sector+ "
    "theme_main:theme theme_side:theme+ cns_class:text task:text projects:ids participant_file:yesno!",
    "contents": "content_id:id!* date:date! kind:content! title:text! language:language! outcome:outcome "
    "themes:theme+ cns_class:text task:text projects:ids sectors:sector+",
    "cooperation_acts": "act_id:id!* date:date! partner:partner! organisation:text act:act! status:planned! "
    "country:text note:text",
    "results_log": "result_id:id!* date:date!* stage:stage!* kind:result! name_fi:text! name_sv:text "
    "name_en:text theme:theme+ takers:text maintainer:text contribution:contribution evidence:text",
    "register": "project_id:id!* name:text! beneficiary:text sector:sector region:region start:date end:date "
    "result_card:date",
    "heritage": "output_id:id!* origin:text name_fi:text! name_sv:text name_en:text fate:fate! reason:text "
    "decided:date maintainer:text",
    "agreements": "agreement_id:id!* year:year! text_fi:text! text_sv:text text_en:text due:date "
    "status:state! done:date",
    "decisions": "decision_id:id!* date:date! paragraph:text text_fi:text! text_sv:text text_en:text "
    "owner:text due:date state:state! state_date:date",
    "cases": "case_id:id!* date:date! question:text! title_fi:text! title_sv:text title_en:text "
    "chain_fi:text chain_sv:text chain_en:text others:text contribution:contribution consent:yesno",
    "accounts": "period:id!* planned_eur:number used_eur:number person_months:number",
}
ROSTER_COLUMNS = "organisation:id!* name:text! sector:sector region:region one_person:yesno"

LOGS = tuple(COLUMNS)


@dataclass(frozen=True)
class Rule:
    """What one column may hold."""

    column: str
    check: str
    needed: bool
    key: bool
    several: bool


def rules(kind: str) -> tuple[Rule, ...]:
    """The columns of a log, in the order of the contract."""
    written = ROSTER_COLUMNS if kind.startswith("roster") else COLUMNS[kind]
    found = []
    for part in written.split():
        column, _, marked = part.partition(":")
        found.append(Rule(column, marked.rstrip("!*+"), "!" in marked, "*" in marked, "+" in marked))
    return tuple(found)
