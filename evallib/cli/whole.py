"""The commands that look whether everything is whole: verify."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from evallib.cli.commands import _context, _json, _out
from evallib.cli.progress import Progress
from evallib.cli.words import Speaker
from evallib.errors import Text, text

_OUTCOMES = {
    "same": text("{which}: made again, byte for byte the same"),
    "differs": text("{which}: made again, and not the same"),
    "only hashes": text("{which}"),
}


def verify(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.verify import About
    from evallib.steps.verify import verify as step

    context = _context(progress)
    period = context.period(given.period) if given.period else None
    made = step(context, period, hashes_only=given.hashes)
    progress.stop(done=True)
    if given.json:
        plain = {name: getattr(made, name) for name in ("objects", "size", "manifests")}
        plain["findings"] = [_told(asdict(one), one) for one in made.findings]
        plain["rebuilt"] = [_told(asdict(one), one) for one in made.rebuilt]
        return _json(plain) or made.exit_code
    size = f"{made.size / 1e6:.1f}"
    _out(speaker, text("Hashed: {objects} objects ({size} MB) and {manifests} manifests.",
                       objects=made.objects, size=size, manifests=made.manifests))  # fmt: skip
    for one in made.rebuilt:
        _out(speaker, replace(_OUTCOMES[one.outcome.value], values={"which": one.about}))
    for found in made.findings:
        mark = "–" if found.about is About.REMARK else "✗"
        _out(speaker, f"{mark} {found.place}: {speaker.say(found.problem)}")
        if found.repair:
            _out(speaker, f"    {speaker.say(found.repair)}")
    faults = sum(one.about is not About.REMARK for one in made.findings)
    if faults:
        _out(speaker, text("Not as it was kept: {n}", n=faults))
    else:
        _out(speaker, text("Everything is as it was kept."))
    return made.exit_code


def _told(plain: dict[str, Any], one: Any) -> dict[str, Any]:
    """A dataclass as JSON values, its texts in English."""
    return plain | {name: str(value) for name, value in vars(one).items() if isinstance(value, Text)}
