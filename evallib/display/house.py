"""The house style: colours, type, and a sheet in millimetres on which the figures are drawn.

Colours are the Okabe–Ito set, told apart with every common kind of colour blindness; a state has a word
and a shape besides. A sheet has no axes machinery: a figure places its marks in millimetres from the top
left corner, which keeps margins fixed, letters at their printed size and drawing fast.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from evallib.display.numbers import NBSP

Align = Literal["left", "center", "right"]

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.ft2font import FT2Font

WIDTH = 165.0  # mm, the text width of the printed page
SIZE = 9.0  # pt, the smallest letters in a figure
LINE = 4.1  # mm from line to line at that size
_MM = 72 / 25.4
_LETTER = 0.17  # mm, about the width of a letter of 1 pt

INK = "#222222"
SOFT = "#595959"  # 7:1 on white
RULE = "#c8c8c8"
PALE = "#eef1f4"
ACCENT = "#0072b2"
EARLIER = "#8a8f94"

SECTORS = {
    "care": "#009e73",
    "tour": "#0072b2",
    "move": "#d55e00",
    "natp": "#e69f00",
    "expe": "#cc79a7",
    "cult": "#56b4e9",
    "soc": "#222222",
    "oth": "#8a8f94",
}
SECTOR_SHAPES = {
    "care": "o",
    "tour": "s",
    "move": "^",
    "natp": "D",
    "expe": "v",
    "cult": "p",
    "soc": "P",
    "oth": "X",
}
SCALE5 = ("#b35806", "#f1a340", "#d9d9d9", "#74add1", "#2166ac")  # low to high
ORDERED = ("#deebf7", "#9ecae1", "#6baed6", "#2171b5", "#08306b")  # little to much


@cache
def _fonts() -> tuple[Path, str, str, str]:
    """(folder, family, regular file, bold file): Source Sans where it is installed, else DejaVu Sans."""
    found = find_spec("font_source_sans_pro")
    if found is not None and found.origin:
        folder = Path(found.origin).parent / "files"
        if (folder / "SourceSansPro-Regular.ttf").is_file():
            return folder, "Source Sans Pro", "SourceSansPro-Regular.ttf", "SourceSansPro-Bold.ttf"
    plotting = find_spec("matplotlib")
    assert plotting is not None and plotting.origin is not None
    folder = Path(plotting.origin).parent / "mpl-data" / "fonts" / "ttf"
    return folder, "DejaVu Sans", "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"


def font_dir() -> Path:
    """The folder of the report's typeface, for figures and pages alike."""
    return _fonts()[0]


def font_files() -> tuple[Path, ...]:
    """The faces that pages are set in; named one by one, so that all systems set the same ones."""
    folder, family = font_dir(), font_family()
    if family == "DejaVu Sans":
        names = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf"]
    else:
        names = [f"SourceSansPro-{style}.ttf" for style in ("Regular", "Semibold", "Bold", "It")]
    return tuple(folder / name for name in names)


def font_family() -> str:
    """The family name of the report's typeface."""
    return _fonts()[1]


@cache
def _face(bold: bool) -> FT2Font:
    from matplotlib.ft2font import FT2Font

    folder, _, regular, heavy = _fonts()
    return FT2Font(str(folder / (heavy if bold else regular)))


@cache
def _register() -> None:
    """Make the typeface known to matplotlib, without its scan of the system's fonts."""
    from matplotlib import font_manager

    folder, _, regular, heavy = _fonts()
    for file in (regular, heavy):
        font_manager.fontManager.addfont(str(folder / file))


@lru_cache(maxsize=4096)
def width_of(words: str, size: float = SIZE, bold: bool = False) -> float:
    """The printed width of one line, in millimetres."""
    face = _face(bold)
    face.set_size(size, 72)
    face.set_text(words)
    return float(face.get_width_height()[0]) / 64 / _MM


def wrap(words: str, room: float, size: float = SIZE, bold: bool = False) -> list[str]:
    """``words`` in lines no wider than ``room`` mm; a longer single word stays whole."""
    left, lines = words.split(" "), []
    while left:
        taken = _fitting(left, room, size, bold)
        lines.append(" ".join(left[:taken]))
        left = left[taken:]
    return lines


def shortened(words: str, room: float, bold: bool = False) -> str:
    """``words`` where they fit into ``room`` mm, else as many of their letters as do, and a mark."""
    if width_of(words, SIZE, bold) <= room:
        return words
    kept = words
    while kept and width_of(f"{kept}…", SIZE, bold) > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _fitting(words: list[str], room: float, size: float, bold: bool) -> int:
    """How many of the words fit on a line, at least one: guessed by their letters, since measuring takes
    long, then one more or less until it is right."""

    def fits(count: int) -> bool:
        return width_of(" ".join(words[:count]), size, bold) <= room

    letters = accumulate(len(word) + 1 for word in words)
    count = max(1, sum(1 for one in letters if (one - 1) * _LETTER * size <= room))
    while count < len(words) and fits(count + 1):
        count += 1
    while count > 1 and not fits(count):
        count -= 1
    return count


class Sheet:
    """An empty figure of ``WIDTH`` × ``height`` mm; y runs down from the top edge."""

    def __init__(self, height: float) -> None:
        from matplotlib.figure import Figure
        from matplotlib.transforms import Affine2D

        _register()
        self.height = height
        self.figure: Figure = Figure(figsize=(WIDTH / 25.4, height / 25.4), dpi=72)
        self._place = Affine2D().translate(0, -height).scale(_MM, -_MM)
        self._layer = 0

    def _add(self, artist: Any) -> None:
        self._layer += 1
        artist.set_zorder(self._layer)
        self.figure.add_artist(artist)

    def bars(
        self,
        boxes: Sequence[tuple[float, float, float, float]],
        colours: str | Sequence[str] = ACCENT,
        edge: str = "none",
    ) -> None:
        """Filled rectangles (x, y, width, height), y of the upper edge."""
        from matplotlib.collections import PolyCollection

        corners = [[(x, y), (x + w, y), (x + w, y + h), (x, y + h)] for x, y, w, h in boxes]
        self._add(
            PolyCollection(
                corners, facecolors=colours, edgecolors=edge, linewidths=0.7, transform=self._place
            )
        )

    def hidden(self, x: float, y: float, width: float = 9.0, height: float = 3.2) -> None:
        """The hatched marker of a hidden value: a fixed size that tells nothing."""
        box = [(x, y, width, height)]
        self.bars(box, "#ffffff", SOFT)
        step = 1.6
        starts = [x + step * k for k in range(int(width / step) + 1)]
        strokes = [
            ((s, y + height), (min(s + height, x + width), y + max(0.0, s + height - x - width)))
            for s in starts
        ]
        self.lines(strokes, SOFT, 0.6)

    def lines(
        self,
        segments: Sequence[Sequence[tuple[float, float]]],
        colours: str | Sequence[str] = RULE,
        width: float | Sequence[float] = 0.8,
        style: str = "solid",
    ) -> None:
        """Polylines, each a sequence of points."""
        from matplotlib.collections import LineCollection

        self._add(
            LineCollection(
                [list(one) for one in segments],
                colors=colours,
                linewidths=width,
                linestyles=style,
                transform=self._place,
                capstyle="round",
            )
        )

    def dots(
        self,
        points: Sequence[tuple[float, float]],
        colour: str = ACCENT,
        shape: str = "o",
        size: float = 2.6,
        hollow: bool = False,
    ) -> None:
        """Markers of one colour and shape; ``size`` is their width in mm."""
        from matplotlib.lines import Line2D

        if not points:
            return
        xs, ys = zip(*points, strict=True)
        self._add(
            Line2D(
                xs,
                ys,
                linestyle="none",
                marker=shape,
                markersize=size * _MM,
                markerfacecolor="#ffffff" if hollow else colour,
                markeredgecolor=colour,
                markeredgewidth=1.1,
                transform=self._place,
            )
        )

    def write(
        self,
        x: float,
        y: float,
        words: str,
        align: Align = "left",
        colour: str = INK,
        size: float = SIZE,
        bold: bool = False,
    ) -> None:
        """One line of text, its middle at ``y``; never maths, and signs that can't be seen are left out."""
        from matplotlib.text import Text

        artist = Text(
            x,
            y,
            "".join(one for one in " ".join(words.split(NBSP)) if one.isprintable()),
            color=colour,
            fontfamily=font_family(),
            fontsize=size,
            fontweight="bold" if bold else "normal",
            horizontalalignment=align,
            verticalalignment="center_baseline",
            transform=self._place,
            parse_math=False,
        )
        self._add(artist)

    def block(self, x: float, y: float, words: str, room: float, align: Align = "left", **look: Any) -> float:
        """Wrapped text whose first line has its middle at ``y``; the y below the last line."""
        for line in wrap(words, room, look.get("size", SIZE), look.get("bold", False)):
            self.write(x, y, line, align, **look)
            y += LINE
        return y

    def svg(self, name: str) -> bytes:
        """The picture; equal data give equal bytes (``name`` salts the ids inside)."""
        import matplotlib

        settings: Any = {
            "svg.fonttype": "none",
            "svg.hashsalt": hashlib.sha256(name.encode()).hexdigest(),
            "font.family": [font_family()],
        }
        held = io.BytesIO()
        with matplotlib.rc_context(settings):
            self.figure.savefig(held, format="svg", metadata={"Date": None, "Creator": None})
        return held.getvalue()
