"""Exports of surveys held against earlier snapshots: answers do not become fewer by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from evallib.errors import InputError, StoreError, text
from evallib.steps.context import Context
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.store import Manifest


def refuse_fewer(context: Context, period: Period, contents: Mapping[str, bytes]) -> None:
    """Raise InputError for an export with fewer rows than an earlier one of the same columns.

    contents: the files of the period's newest snapshot by name. The first ``…_corrected`` says that rows
    were deleted on purpose: snapshots from before it no longer count.
    """
    from evallib.sources.paper import RETYPED
    from evallib.sources.survey_folder import CORRECTED, extent
    from evallib.store import Tier

    snapshots = context.store.manifests(Tier.RAW, period.id)[::-1]
    for base, (rank, name) in _exports(contents).items():
        now: tuple[tuple[str, ...], int] | None = None
        for past, sha in _earlier(snapshots, base, rank, name):
            kind = base.rpartition("/")[2]
            now = now or extent(contents[name], name, kind)
            try:
                before = extent(context.store.get(sha), past, kind)
            except (InputError, StoreError):  # it was refused then, or has been erased
                continue
            if before[0] == now[0] and before[1] > now[1]:
                shown = name.removeprefix("inbox/")
                raise InputError(
                    text("{file} has fewer rows than when it was received before", file=shown),
                    where=shown,
                    expected=text("at least {n} rows", n=before[1]),
                    found=text("{count} rows", count=now[1]),
                    repair=RETYPED if kind == "paper" else CORRECTED,
                )


def _exports(names: Iterable[str]) -> dict[str, tuple[int, str]]:
    """What an export is a version of → number of its correction and name, of the one that counts."""
    from evallib.sources.event_files import correction

    found: dict[str, tuple[int, str]] = {}
    for name in names:
        if name.startswith("inbox/limesurvey/") and not name.endswith(".lss"):
            base, rank = correction(name)
            found[base] = max(found.get(base, (0, "")), (rank, name))
    return found


def _earlier(snapshots: Sequence[Manifest], base: str, rank: int, name: str) -> Iterator[tuple[str, str]]:
    """(name, object) of each other version of an export, newest first, back to a correction."""
    seen = {snapshots[0].entries[name]}
    for manifest in snapshots[1:]:
        past_rank, past = _exports(manifest.entries).get(base, (rank, ""))
        if past_rank < rank:
            return
        if past and manifest.entries[past] not in seen:
            seen.add(manifest.entries[past])
            yield past, manifest.entries[past]
        if past_rank > rank:
            return
