"""The commands that look at what is kept: whether it is whole, and what changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from evallib.cli.commands import _context, _json, _out
from evallib.cli.progress import Progress
from evallib.cli.words import Speaker
from evallib.errors import Text, UsageError, text

SHOWN = 40  # lines of one heading on a terminal
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
    if again := len(made.rebuilt):
        same = sum(one.outcome.value == "same" for one in made.rebuilt)
        _out(speaker, text("Made again byte for byte the same: {same} of {n}.", same=same, n=again))
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


def diff(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.diff import diff as step

    context = _context(progress)
    made = step(context, given.first, given.second, speaker.language)
    progress.stop(done=True)
    if given.page:
        _write_page(Path(given.page), made, speaker)
    if given.json:
        return _json(asdict(made))
    for title, lines in _changes(made, speaker):
        _out(speaker, f"{title}:")
        for line in lines[:SHOWN]:
            _out(speaker, "  " + ": ".join(part for part in line if part))
        if len(lines) > SHOWN:
            _out(speaker, text("  and {n} more: --page FILE or --json", n=len(lines) - SHOWN))
    if made.none:
        _out(speaker, text("Nothing differs between {a} and {b}.", a=made.first, b=made.second))
    if given.page:
        _out(speaker, text("Written: {file}", file=given.page))
    return 0


def _changes(made: Any, speaker: Speaker) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """(heading, lines of cells) of all that differs."""
    say = speaker.say
    rows = text("{rows} rows: came {came}, went {went}, corrected {corrected}")
    tables = [(one.table, say(replace(rows, values=vars(one)))) for one in made.tables]
    if made.key_changed:
        tables.append((say(text("persons")), say(text("another pseudonym key: rows can't be compared"))))
    yield from _some(say(text("Data")), tables)
    yield from _some(say(text("Declared otherwise")), [(one,) for one in made.declared])
    for title, moved in (
        (text("Conclusions"), made.conclusions),
        (text("Held back by the rule for late data"), made.held),
        (text("Numbers"), made.numbers),
    ):
        lines = [(one.id, one.name, f"{one.before or '–'} → {one.after or '–'}") for one in moved]
        yield from _some(f"{say(title)} ({len(lines)})", lines)


def _some(title: str, lines: list[Any]) -> Iterator[tuple[str, list[Any]]]:
    if lines:
        yield title, lines


def _write_page(target: Path, made: Any, speaker: Speaker) -> None:
    """The same as a page of its own: no script, nothing from elsewhere."""
    from html import escape

    from evallib.steps.one_file import write_file

    if target.suffix.casefold() not in (".html", ".htm"):
        raise UsageError(text("A page ends in .html"), found=target.name)
    title = escape(f"{made.first} → {made.second}")
    parts = [f"<h1>{title}</h1>"]
    for heading, lines in _changes(made, speaker):
        parts.append(f"<h2>{escape(heading)}</h2>\n<table>")
        parts += ["<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in line) + "</tr>" for line in lines]
        parts.append("</table>")
    if made.none:
        words = speaker.say(text("Nothing differs between {a} and {b}.", a=made.first, b=made.second))
        parts.append(f"<p>{escape(words)}</p>")
    head = f'<meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
    page = f'<!DOCTYPE html>\n<html lang="{speaker.language}"><head>{head}</head>\n<body>\n'
    write_file(target, (page + "\n".join(parts) + "\n</body></html>\n").encode())


_STYLE = (
    "body{font:16px/1.4 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#222}"
    "h1,h2{color:#1f5c4d}table{border-collapse:collapse;width:100%}"
    "td{border-bottom:1px solid #ccc;padding:.3em .6em;vertical-align:top}"
)
