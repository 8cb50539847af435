"""Open answers of the demo coded by two invented people, as ``evallib coding take`` leaves them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from evallib.codebook.model import Questionnaire
from evallib.privacy.coding import fingerprint
from evallib.privacy.door_in import door_in
from evallib.privacy.keys import demo_key
from evallib.privacy.tables import as_rows
from evallib.sources.coding import coding_bytes
from evallib.sources.inbox import read_inbox
from evallib.twin.dice import Dice
from evallib.workspace import Period

QUESTIONS = {"q1": ("T10",), "f1": ("P03",), "q2": ("N19", "N20"), "q3": ("Y21",)}
VERSION = "1"
ROLES = "arvioija ja koordinaattori"
# A part of the answer | what it is about | what one could take it for as well
_MEANT = """
keskustel | events | cooperation
diskussion | events | cooperation
time to talk | events | cooperation
ienryhm | events | events+cooperation
mågrupp | events | events+cooperation
mall groups | events | events+cooperation
omia kokemuksia | cooperation | events
ei onnistunut | innovation | events
inte lyckades | innovation | events
ikataulu | events
ateriaalit | events
svenska | events
retkipaket | innovation+cooperation+environment | cooperation
utflyktspaket | innovation+cooperation+environment | cooperation
joint day trip | innovation+cooperation+environment | cooperation
palautelomak | innovation | none
ensimmäisen tilauksen | market
första beställning | market
toiset hankkeet | cooperation
andra projekten | cooperation
know each other | cooperation
luontolähtöi | innovation+environment | environment
myydä yhdessä | cooperation+market | market
sälja tillsammans | cooperation+market | market
irtuaalikahv | events+climate | events
virtuella kaffet | events+climate | events
the coffees | events+climate | events
yönjako | cooperation
rbetsfördelningen | cooperation
kokeiluja | innovation+cooperation | innovation
stajia | market
köpare | market
uyers | market
turvallisuus | support
säkerhetsplan | support
täisyydet | climate+market | market
"""
MEANT = {
    part: (codes[0], codes[-1]) for part, *codes in (row.split(" | ") for row in _MEANT.strip().split("\n"))
}


def coding_files(
    year: str, files: Mapping[str, bytes], wave: Mapping[str, Questionnaire], last: Mapping[str, date]
) -> dict[str, bytes]:
    """``coding/a.csv`` … of one year; files: those of its surveys, as ``limesurvey/q1/responses.csv``.

    The two agree as a rule; where they do not, most is settled.
    """
    received = {f"inbox/{name}": data for name, data in files.items()}
    period = Period(id=year, start=date(int(year), 1, 1), end=date(int(year), 12, 31))
    inbox = read_inbox(received, questionnaires=wave, period=(period.start, period.end), wave=year, bots=(),
                       minimum_stay=0)  # fmt: skip
    key, dice = demo_key(), Dice("coding", year)
    rows: dict[str, list[tuple[str, ...]]] = {"a": [], "b": [], "settled": []}
    tables = door_in(inbox.tables, wave, key, period, last)
    answers = [row for table in tables if table.tier == "text" for row in as_rows(table.rows)]
    for row in sorted(answers, key=lambda one: one["text_id"]):
        if row["item"] not in QUESTIONS.get(row["survey"], ()):
            continue
        usual, other = next((codes for part, codes in MEANT.items() if part in row["text"]), ("none", "none"))
        source = fingerprint(row["text_id"], row["text"], key)
        given = {coder: other if dice.chance(share) else usual for coder, share in (("a", 0.04), ("b", 0.12))}
        for coder, codes in given.items():
            rows[coder].append((row["text_id"], source, codes, VERSION, "", ""))
        if given["a"] != given["b"] and dice.chance(0.8):
            when = f"{int(year) + 1}-01-20"
            rows["settled"].append((row["text_id"], source, usual, VERSION, ROLES, when))
    return {f"coding/{name}.csv": coding_bytes(some) for name, some in rows.items()}
