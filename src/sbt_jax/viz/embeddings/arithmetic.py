"""Word arithmetic: what is nearest to a sum of words.

Public names: :mod:`sbt_jax.viz.embeddings`; ``arithmetic.mjs`` is the browser half.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import (
    Arrow,
    Button,
    ColumnDataSource,
    DataRange1d,
    FactorRange,
    VeeHead,
)
from jaxtyping import Float

from sbt_jax.embeddings import (
    WordVectors,
    near_spellings,
    nearest,
)
from sbt_jax.viz import kit, parts

LIVE = __file__  # whose .mjs does it, and the map
DATA = ("glove",)  # the script of shipped data that the browser half needs
SHOWN = 6  # answers with bars
BUTTONS = 4  # with completions
DRAWN = 4  # answers in the drawing
TERMS = 8  # the most that are read
EXAMPLES = {
    "king − man + woman": "king - man + woman",
    "actor − man + woman": "actor - man + woman",
    "a capital": "paris - france + japan",
    "a plural": "dogs - dog + cat",
    "a past tense": "swam - swim + run",
    "doctor − man + woman": "doctor - man + woman",
    "a word alone": "bank",
    "the other bank": "bank - finance + river",
}
COLORS = {"you typed it": kit.ORANGE, "another word": kit.BLUE}
TARGET = {"where the sum leads": kit.GREEN}


def parse(text: str) -> list[tuple[int, str]]:
    """Words and their signs; mirrored in ``arithmetic.mjs``.

    Example:
      >>> parse("King − man+woman")
      [(1, 'king'), (-1, 'man'), (1, 'woman')]
    """
    terms, sign = [], 1
    for part in re.findall(r"[+-]|[^\s+-]+", re.sub("[−–]", "-", text.lower())):
        if part in "+-":
            sign = 1 if part == "+" else -1
        else:
            terms.append((sign, part))
            sign = 1
    return terms[:TERMS]


def completions(text: str, words: Sequence[str]) -> list[str]:
    """Known words that begin as the last typed one, then some spelled like it.

    Mirrored in ``arithmetic.mjs``.
    """
    last = re.split(r"[\s+−–-]", text.lower())[-1]
    if not last:
        return []
    found = [word for word in words if word.startswith(last) and word != last]
    near = near_spellings(last, words, 2 * BUTTONS) if len(found) < BUTTONS else []
    more = [word for word in near if word != last and word not in found]
    return [*found, *more][:BUTTONS]


def said(terms: Sequence[tuple[int, str]]) -> str:
    """Words and signs as text; mirrored in ``arithmetic.mjs``."""
    text = " ".join(f"{'+' if sign > 0 else '−'} {word}" for sign, word in terms)
    return text.removeprefix("+ ")


def sum_line(
    terms: Sequence[tuple[int, str]],
    answers: Sequence[tuple[str, float]],
    strike: bool,
) -> str:
    """What the line says of a sum; mirrored in ``arithmetic.mjs``.

    Args:
      terms: Known words with signs.
      answers: The nearest words and their cosines.
      strike: Whether the typed words are struck out.
    """
    typed = {word for _, word in terms}
    first, cosine = answers[0]
    line = f"Nearest to {said(terms)}: {first} ({cosine:.3f})"
    other = next(((w, x) for w, x in answers if w not in typed), None)
    if strike:
        struck = ", ".join(dict.fromkeys(word for _, word in terms))
        return f"{line}, with {struck} struck out."
    if first in typed and other:
        word, near = other
        return f"{line}, which you typed. Of other words it is {word} ({near:.3f})."
    return f"{line}, a word that you did not type."


def plane(
    points: Float[np.ndarray, "samples width"],
) -> Float[np.ndarray, "samples 2"]:
    """Points in the plane through the first three that are not on a line.

    The first is the origin. Mirrored in ``arithmetic.mjs``.

    Example:
      >>> plane(np.array([[0.0, 0, 1], [2, 0, 1], [1, 3, 1], [0, 0, 9]])).tolist()
      [[0.0, 0.0], [2.0, 0.0], [1.0, 3.0], [0.0, 0.0]]
    """
    moved = points - points[0]
    basis: list[np.ndarray] = []
    for one in moved:
        rest = one - sum((one @ known) * known for known in basis)
        if len(basis) < 2 and np.linalg.norm(rest) > 1e-3:
            basis.append(rest / np.linalg.norm(rest))
    flat = np.zeros((len(points), 2))
    for i, known in enumerate(basis):
        flat[:, i] = moved @ known
    return flat


def _units(vectors: WordVectors, words: Sequence[str]) -> np.ndarray:
    rows = [vectors.id(word) for word in words]
    return vectors.units[rows]


def _sum(vectors: WordVectors, terms: Sequence[tuple[int, str]]) -> np.ndarray:
    units = _units(vectors, [word for _, word in terms])
    return np.array([sign for sign, _ in terms]) @ units


def draw_sum(
    vectors: WordVectors,
    terms: Sequence[tuple[int, str]],
    answers: Sequence[tuple[str, float]],
) -> tuple[dict[str, list[Any]], dict[str, list[float]]]:
    """The drawing of a sum: points and arrows."""
    inputs = list(dict.fromkeys(word for _, word in terms))
    others = [word for word, _ in answers if word not in inputs][:DRAWN]
    words = [*inputs, *others]
    units = _units(vectors, words)
    flat = plane(np.vstack([units, _sum(vectors, terms)]))
    colors = [kit.ORANGE] * len(inputs) + [kit.BLUE] * len(others) + [kit.GREEN]
    data = {
        "x": flat[:, 0].tolist(),
        "y": flat[:, 1].tolist(),
        "word": [*words, "sum"],
        "color": colors,
    }
    arrows: dict[str, list[float]] = {"x0": [], "y0": [], "x1": [], "y1": []}
    if [sign for sign, _ in terms] == [1, -1, 1]:
        at = [inputs.index(word) for _, word in terms]
        for start, end in ((at[1], at[0]), (at[2], -1)):
            for key, value in zip(arrows, (*flat[start], *flat[end]), strict=True):
                arrows[key].append(float(value))
    return data, arrows


def answers_to(
    vectors: WordVectors, terms: Sequence[tuple[int, str]], strike: bool
) -> list[tuple[str, float]]:
    """The words nearest to a sum, with their cosines."""
    struck = {vectors.id(word) for _, word in terms} if strike else set()
    rows, cosines = nearest(
        vectors.table, _sum(vectors, terms), SHOWN, tuple(sorted(struck))
    )
    pairs = zip(rows.tolist(), cosines.tolist(), strict=True)
    return [(vectors.words[i], x) for i, x in pairs]


def _drawing(data: Any, arrows: Any) -> Any:
    plot = kit.axes(
        height=230,
        x_axis_label="the plane of the words you typed",
        x_range=DataRange1d(range_padding=0.35),
        y_range=DataRange1d(range_padding=0.25),
        match_aspect=True,
    )
    head = VeeHead(size=10, line_color=kit.GREEN, fill_color=kit.GREEN)
    plot.add_layout(
        Arrow(
            end=head,
            x_start="x0",
            y_start="y0",
            x_end="x1",
            y_end="y1",
            line_color=kit.GREEN,
            line_width=2,
            source=arrows,
        )
    )
    plot.scatter("x", "y", size=11, color="color", source=data)
    kit.name_dots(plot, data)
    return plot


def word_arithmetic(
    vectors: WordVectors,
    text: str,
    examples: Mapping[str, str] = EXAMPLES,
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """Add and subtract words; see what is nearest, with and without the inputs.

    Args:
      vectors: The shipped words.
      text: What stands in the box at first: known words with + and -.
      examples: Sums to pick.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    terms = parse(text)
    answers = answers_to(vectors, terms, strike=False)
    points, arrows = draw_sum(vectors, terms, answers)
    typed = {word for _, word in terms}
    bars = ColumnDataSource(
        {
            "word": [word for word, _ in answers],
            "cosine": [x for _, x in answers],
            "color": [kit.ORANGE if w in typed else kit.BLUE for w, _ in answers],
        }
    )
    plot = kit.axes(
        y_range=FactorRange(factors=bars.data["word"][::-1]),
        x_range=(0, 1),
        x_axis_label="cosine to the sum",
        height=230,
    )
    plot.hbar("word", right="cosine", height=0.7, color="color", source=bars)
    box, pick = parts.text_box("Words, with + and − between them", text, examples)
    strike, strike_box = kit.choice(
        "The words that you typed", ("may win", "are struck out")
    )
    labels = completions(text, vectors.words)
    buttons = [Button(label=(*labels, *"–––––")[i]) for i in range(BUTTONS)]
    line = kit.status(sum_line(terms, answers, False))
    sources = {"points": ColumnDataSource(points), "arrows": ColumnDataSource(arrows)}
    drawing = _drawing(sources["points"], sources["arrows"])
    shared = {
        "box": box,
        "strike": strike,
        "bars": bars,
        "range": plot.y_range,
        "buttons": buttons,
        "line": line,
        **sources,
    }
    look = kit.callback(__file__, figure="sum", **shared)
    for name in ("value", "value_input"):
        box.js_on_change(name, look)
    strike.js_on_change("active", look)
    for button in buttons:
        button.js_on_event("button_click", look)
    return kit.Embed(
        column(
            kit.beside(
                [
                    strike_box,
                    box,
                    kit.label("Put in place of the last word"),
                    kit.controls(*buttons),
                    pick,
                ],
                [kit.legend(COLORS | TARGET), plot, line],
            ),
            drawing,
            sizing_mode="stretch_width",
        ),
        alt="A box for a sum of words, bars of the words nearest to it, and a drawing"
        " of the plane in which the words lie.",
        status=line,
        table=[("word", "cosine"), *((word, f"{x:.3f}") for word, x in answers)],
        models=DATA,
        scripts=scripts,
    )
