"""One long thought, many votes, or the best of many: for the same tokens.

Public names: :mod:`sbt_jax.viz.reasoning`.
"""

from collections.abc import Mapping
from typing import Any

from bokeh.layouts import column
from bokeh.models import FixedTicker, Range1d

from sbt_jax.numbers import percent
from sbt_jax.reasoning import MOST, equal_tokens
from sbt_jax.viz import kit, parts

CHECKERS = {"always right": 1.0, "right 9 times in 10": 0.9, "a coin": 0.5}
TOKENS = tuple(range(1, 17))
WAYS = {
    "one chain": ("chain", kit.BLUE),
    "a vote": ("vote", kit.GREY),
    "a checker picks": ("best", kit.ORANGE),
}


def tokens_line(tokens: int, found: Mapping[str, float]) -> str:
    """What the line says of a number of tokens.

    Example:
      >>> tokens_line(9, {"one chain": 1.0, "a vote": 0.25})
      'For 9 tokens: one chain 100 % right, a vote 25 % right.'
    """
    told = ", ".join(f"{name} {percent(p)} right" for name, p in found.items())
    return f"For {tokens} token{'' if tokens == 1 else 's'}: {told}."


def for_the_same_tokens(silent: float) -> kit.Embed:
    """What tokens buy when they go into one chain, or into many answers at once.

    Args:
      silent: Swaps that the model does in its head.
    """
    group, pick = kit.choice("The checker is", list(CHECKERS))
    swaps = parts.slider("swaps", [str(n) for n in range(1, MOST + 1)], at=5)
    spent = parts.slider("tokens", [str(n) for n in TOKENS], at=7)
    known: dict[tuple[str, str], dict[str, list[float]]] = {}

    def curves(many: str, checker: str) -> dict[str, list[float]]:
        if (many, checker) not in known:
            rows = [
                equal_tokens(int(many), n, silent, CHECKERS[checker]) for n in TOKENS
            ]
            known[many, checker] = {
                field: [round(getattr(row, field), 4) for row in rows]
                for field, _ in WAYS.values()
            }
        return known[many, checker]

    source = parts.data([swaps, group], curves, x=list(TOKENS))
    plot = kit.axes(
        x_range=Range1d(0.5, TOKENS[-1] + 0.5),
        y_range=Range1d(0, 1.05),
        height=250,
        x_axis_label="tokens: places and answers",
        y_axis_label="right",
    )
    plot.xaxis.ticker = FixedTicker(ticks=[1, 4, 8, 12, 16])
    for field, color in WAYS.values():
        plot.line("x", field, color=color, line_width=3, source=source)
    here = parts.mark(8, width=2)
    parts.follow([spent], (here, lambda n: {"location": int(n)}))
    plot.add_layout(here)

    def said(many: str, checker: str, tokens: str) -> str:
        at = TOKENS.index(int(tokens))
        found = curves(many, checker)
        return tokens_line(
            int(tokens), {name: found[f][at] for name, (f, _) in WAYS.items()}
        )

    line = parts.status([swaps, group, spent], said)
    rows: list[tuple[Any, ...]] = [
        (n, *(percent(curves("6", "always right")[f][i]) for f, _ in WAYS.values()))
        for i, n in enumerate(TOKENS)
        if n in (1, 4, 8, 16)
    ]
    key = kit.legend({name: color for name, (_, color) in WAYS.items()})
    return kit.Embed(
        column(
            kit.beside([swaps, pick, spent], [key, plot], share=0.4, least=240),
            line,
            sizing_mode="stretch_width",
        ),
        alt="Three lines over the number of tokens: one chain, a vote of answers at"
        " once, and the answer that a checker picks.",
        status=line,
        table=[("tokens", *WAYS), *rows],
    )
