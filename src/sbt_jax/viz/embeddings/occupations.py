"""Occupations on an axis from *he* to *she*.

Public names: :mod:`sbt_jax.viz.embeddings`.
"""

from collections.abc import Mapping, Sequence

from bokeh.layouts import column
from bokeh.models import FactorRange, Select

from sbt_jax.viz import kit, parts


def axis_line(
    name: str, words: Sequence[str], at: Sequence[float], chance: float
) -> str:
    """What the line says of an axis."""
    order = sorted(range(len(at)), key=lambda i: at[i])
    mean = sum(at) / len(at)
    spread = (sum((x - mean) ** 2 for x in at) / len(at)) ** 0.5
    ends = f"{words[order[0]]} ({at[order[0]]:.2f}) to {words[order[-1]]}"
    return (
        f"{name}: from {ends} ({at[order[-1]]:.2f}). The spread is {spread:.3f}; along"
        f" random axes it is {chance:.3f}."
    )


def occupations_on_an_axis(
    words: Sequence[str], axes: Mapping[str, Sequence[float]], chance: float
) -> kit.Embed:
    """A bar for each occupation on an axis from *he* to *she*, or another one.

    Args:
      words: The occupations, in the order in which to show them.
      axes: By the name of the axis, where each of them is on it.
      chance: Their standard deviation along random axes.
    """
    first = next(iter(axes))
    pick = Select(title="The axis is made of", options=list(axes), value=first)
    source = parts.data([pick], lambda name: {"at": list(axes[name])}, word=list(words))
    plot = kit.axes(
        y_range=FactorRange(factors=list(words)[::-1]),
        height=60 + 15 * len(words),
        x_axis_label="← he   cosine   she →",
    )
    plot.yaxis.major_label_text_font_size = "11px"
    plot.hbar("word", right="at", height=0.7, color=kit.BLUE, source=source)
    line = parts.status([pick], lambda name: axis_line(name, words, axes[name], chance))
    return kit.Embed(
        column(pick, plot, line, sizing_mode="stretch_width"),
        alt=f"Bars of where {len(words)} occupations are on an axis from words for men"
        " to words for women.",
        status=line,
        table=[
            ("occupation", first),
            *((w, f"{x:.2f}") for w, x in zip(words, axes[first], strict=True)),
        ],
    )
