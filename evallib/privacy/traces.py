"""Where something of an erased person still stands, in whatever a workspace holds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence

from evallib.privacy.unpack import texts_of


def places_of(needles: Sequence[str], contents: Callable[[], Iterable[tuple[str, bytes]]]) -> list[str]:
    """Names of the contents in which a needle stands, whatever its case, spelling or wrapping."""
    spelled = {spelling for needle in needles for spelling in _spellings(needle)}
    return [name for name, data in contents() if any(_holds(part, spelled) for part in _parts(name, data))]


def _spellings(needle: str) -> Iterator[bytes]:
    low = needle.lower()
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        yield low.encode(encoding)
    yield json.dumps(low)[1:-1].encode()


def _holds(part: bytes, spelled: Iterable[bytes]) -> bool:
    return any(one in part for one in spelled)


def _parts(name: str, data: bytes) -> Iterator[bytes]:
    """Name and bytes as they stand, in small letters; archives and PDFs unpacked besides."""
    yield name.lower().encode()
    yield data.lower()
    if data.startswith((b"PK\x03\x04", b"%PDF")):
        try:
            yield from (one.lower().encode(errors="replace") for one in texts_of(data))
        except Exception:  # damaged or locked: then only its bytes can be looked at
            return
