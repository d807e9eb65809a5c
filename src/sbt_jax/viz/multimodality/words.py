"""A caption to type, and the pictures nearest to it; live.

Public names: :mod:`sbt_jax.viz.multimodality`; ``words.mjs`` is the browser half.
"""

import base64
import html
import struct
import zlib
from collections.abc import Mapping, Sequence

import numpy as np
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, Div, InlineStyleSheet
from jaxtyping import Float

from sbt_jax.multimodality import WORDS
from sbt_jax.numbers import decimal
from sbt_jax.viz import kit, parts

SHOWN = 12  # pictures
EXAMPLES = {
    "a yellow three": "a yellow three",
    "a blue seven at the bottom left": "a blue seven at the bottom left",
    "a colour alone: red": "red",
    "a place alone": "at the bottom right",
    "no picture shows it: a red three": "a red three",
}
IDLE = "Type a number, a colour or a place, such as “a red three at the top left”."
LOOK = """
:host { min-height: 180px; }
figure { display: inline-block; margin: 2px 4px; text-align: center; }
img { image-rendering: pixelated; border: 1px solid #7d7d86; display: block; }
figcaption { font-size: 0.8rem; color: var(--sbt-ink);
  font-variant-numeric: tabular-nums; }
"""


def picture_url(picture: Float[np.ndarray, "rows cols colors"]) -> str:
    """A picture of red, green and blue on white paper, as an address that holds it.

    The colour of ink goes down from white as there is more of it.

    Example:
      >>> picture_url(np.zeros((1, 1, 3)))[:22]
      'data:image/png;base64,'
    """
    ink = picture.max(-1, keepdims=True)
    tint = np.where(ink > 0, picture / np.maximum(ink, 1e-9), 1.0)
    levels = np.rint(255 * np.clip(1 - ink + ink * tint, 0, 1)).astype(np.uint8)
    rows, cols, _ = levels.shape
    raw = b"".join(b"\0" + row.tobytes() for row in levels)

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    head = struct.pack(">IIBBBBB", cols, rows, 8, 2, 0, 0, 0)
    packed = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw, 9))
    whole = b"\x89PNG\r\n\x1a\n" + packed + chunk(b"IEND", b"")
    return f"data:image/png;base64,{base64.b64encode(whole).decode()}"


def rank_line(text: str, first: str, cosine: float, unknown: Sequence[str] = ()) -> str:
    """What the line says; mirrored.

    Example:
      >>> rank_line("a three", "a red three", 0.5)
      'Nearest to “a three” is a red three, with a cosine of 0.50.'
    """
    left = f" It has no word for: {', '.join(unknown[:4])[:60]}." if unknown else ""
    return f"Nearest to “{text}” is {first}, with a cosine of {decimal(cosine)}.{left}"


def ranked(
    caption: Float[np.ndarray, " width"], pictures: Float[np.ndarray, "samples width"]
) -> list[tuple[int, float]]:
    """Pictures by how much their vectors point where the caption's does; mirrored.

    Example:
      >>> ranked(np.array([1.0, 0.0]), np.array([[0.0, 1.0], [2.0, 0.0]]))
      [(1, 1.0), (0, 0.0)]
    """
    sizes = np.linalg.norm(pictures, axis=1) * np.linalg.norm(caption)
    found = pictures @ caption / np.maximum(sizes, 1e-12)
    return [(int(i), float(found[i])) for i in np.argsort(-found, kind="stable")]


def grid_html(found: Sequence[tuple[str, str, float]]) -> str:
    """Pictures with their cosines: address, what it shows, how near it is."""
    return "".join(
        f'<figure><img src="{url}" width="56" height="56"'
        f' alt="{html.escape(name, quote=True)}">'
        f"<figcaption>{decimal(cosine)}</figcaption></figure>"
        for url, name, cosine in found
    )


def words_meet_images(
    pictures: Float[np.ndarray, "samples rows cols colors"],
    names: Sequence[str],
    vectors: Float[np.ndarray, "samples width"],
    captions: Mapping[str, Float[np.ndarray, " width"]],
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """A box for a caption, and the pictures nearest to it.

    Args:
      pictures: Red, green and blue of every pixel, from 0 to 1.
      names: What each picture shows.
      vectors: What the image encoder makes of each.
      captions: Of the caption that is there at first, what the text encoder makes.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    ((text, vector),) = captions.items()
    found = ranked(vector, vectors)
    urls = [picture_url(one) for one in pictures]
    box, pick = parts.text_box(
        "A caption", text, EXAMPLES, rows=1, offer="Captions to try"
    )
    source = ColumnDataSource(
        {
            "vector": np.asarray(vectors).round(4).tolist(),
            "name": list(names),
            "url": urls,
        }
    )
    grid = Div(
        text=grid_html([(urls[i], names[i], c) for i, c in found[:SHOWN]]),
        disable_math=True,
        sizing_mode="stretch_width",
        styles={"min-height": "170px"},
        stylesheets=[InlineStyleSheet(css=LOOK)],
    )
    line = kit.status(rank_line(text, names[found[0][0]], found[0][1]))
    draw = kit.callback(
        __file__,
        box=box,
        pictures=source,
        line=line,
        words=list(WORDS),
        shown=SHOWN,
        idle=IDLE,
        grid=grid,
    )
    for name in ("value", "value_input"):
        box.js_on_change(name, draw)
    return kit.Embed(
        column(kit.beside([pick, box], [grid]), line, sizing_mode="stretch_width"),
        alt="A box for a caption, and the twelve pictures of tinted digits whose"
        " vectors are nearest to that of the caption.",
        status=line,
        table=[
            ("picture", "cosine"),
            *((names[i], decimal(c)) for i, c in found[:SHOWN]),
        ],
        runtime=True,
        models=("multimodality_text",),
        scripts=scripts,
    )
