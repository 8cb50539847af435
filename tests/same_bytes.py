"""One run in a process of its own: what it gives, as hashes, at moments and in surroundings of choice.

    python tests/same_bytes.py WORKSPACE report|release WORKERS MOMENT…

MOMENT: UTC, ISO 8601; with several, each look at the clock takes the next one, and the last one stays.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from evallib.report import workshop
from evallib.steps.context import open_context
from evallib.steps.report import report
from evallib.steps.verify import verify
from evallib.store import Tier

YEAR = "2024"


def clock(moments: list[str]) -> Callable[[], datetime]:
    left = [datetime.fromisoformat(one).replace(tzinfo=UTC) for one in moments]
    return lambda: left.pop(0) if len(left) > 1 else left[0]


class Nobody(workshop.Worker):
    """No second process can be had."""

    def __init__(self, *_: object) -> None:
        raise OSError


def main(root: Path, what: str, workers: str, *moments: str) -> dict[str, str]:
    """Name → hash of every entry of the release and its reports, of the frozen tables, and of the faults."""
    from evallib.steps.release import release

    os.fsync = lambda _: None  # type: ignore[assignment]
    if workers == "1":
        workshop.Worker = Nobody  # type: ignore[misc]
    context = replace(open_context(root), now=clock(list(moments)))
    period = context.period(YEAR)
    if what == "report":
        report(context, period)
    else:
        release(context, period)
    context = replace(open_context(root), now=clock(list(moments)))
    assert not release(context, period).new, "a run with nothing changed makes something"
    found = {}
    for tier in (Tier.FROZEN, Tier.RELEASED, Tier.PRODUCTS):
        if last := context.store.latest(tier, YEAR):
            found |= {f"{tier.value}/{name}": sha for name, sha in last.entries.items()}
            found[f"{tier.value} manifest"] = last.sha256
            found[f"{tier.value} created"] = last.created
            found[f"{tier.value} numbers"] = str(last.facts.get("numbers", ""))
    for path in sorted((root / "outputs" / YEAR).glob("*")):
        found[f"outputs/{path.name}"] = hashlib.sha256(path.read_bytes()).hexdigest()
    damaged = verify(context, hashes_only=True).findings
    assert damaged == (), damaged
    return found


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), *sys.argv[2:])))
