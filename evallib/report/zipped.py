"""ZIP files whose bytes depend on nothing but what lies in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_NEVER = (1980, 1, 1, 0, 0, 0)  # a ZIP's earliest time: the same contents give the same bytes


def zipped(inside: Mapping[str, bytes]) -> bytes:
    """Files by name, packed in their order."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in inside.items():
            entry = zipfile.ZipInfo(name, _NEVER)
            entry.compress_type, entry.external_attr, entry.create_system = (
                zipfile.ZIP_DEFLATED,
                0o644 << 16,
                3,
            )
            archive.writestr(entry, data)
    return stream.getvalue()
