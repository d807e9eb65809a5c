"""Occupations on an axis from *he* to *she*.

Public names: :mod:`sbt_jax.viz.embeddings`.
"""

from collections.abc import Mapping, Sequence

from bokeh.models import FactorRange, Select

from sbt_jax.viz import kit, parts

COLORS = {"mostly women work there": kit.ORANGE, "mostly men": kit.BLUE}


def axis_line(
    name: str, words: Sequence[str], women: Sequence[bool], at: Sequence[float]
) -> str:
    """What the line says of an axis."""
    order = sorted(range(len(at)), key=lambda i: at[i])
    ends = f"{words[order[0]]} to {words[order[-1]]}"
    one, other = (
        [x for x, who in zip(at, women, strict=True) if who is side]
        for side in (True, False)
    )
    gap = sum(one) / len(one) - sum(other) / len(other)
    way = "nearer to she" if gap > 0 else "nearer to he"
    return (
        f"{name}: from {ends}. On average, the orange bars stand {abs(gap):.2f}"
        f" {way} than the blue ones."
    )


def occupations_on_an_axis(
    words: Sequence[str], women: Sequence[bool], axes: Mapping[str, Sequence[float]]
) -> kit.Embed:
    """A bar for each occupation on an axis from *he* to *she*, or another one.

    Args:
      words: The occupations, in the order in which to show them.
      women: Of each, whether mostly women work there, or mostly men.
      axes: By the name of the axis, where each of them is on it.
    """
    first = next(iter(axes))
    pick = Select(title="The axis is made of", options=list(axes), value=first)
    colors = [list(COLORS.values())[0 if who else 1] for who in women]
    source = parts.data(
        [pick], lambda name: {"at": list(axes[name])}, word=list(words), color=colors
    )
    far = 1.08 * max(abs(x) for at in axes.values() for x in at)
    plot = kit.axes(
        y_range=FactorRange(factors=list(words)[::-1]),
        x_range=(-far, far),
        height=60 + 19 * len(words),
        x_axis_label="← he   cosine   she →",
    )
    plot.yaxis.major_label_text_font_size = "12px"
    plot.hbar("word", right="at", height=0.7, color="color", source=source)
    line = parts.status([pick], lambda name: axis_line(name, words, women, axes[name]))
    return kit.Embed(
        kit.beside([pick, kit.legend(COLORS)], [plot, line]),
        alt=f"Bars of where {len(words)} occupations are on an axis from words for men"
        " to words for women.",
        status=line,
        table=[
            ("occupation", first),
            *((w, f"{x:.2f}") for w, x in zip(words, axes[first], strict=True)),
        ],
    )
