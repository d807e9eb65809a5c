"""One shell game, asked in four ways; live.

Public names: :mod:`sbt_jax.viz.prompting`; ``ways.mjs`` is the browser half.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import ColumnDataSource, FactorRange, Range1d, TextAreaInput

from sbt_jax import prompting
from sbt_jax.numbers import percent
from sbt_jax.prompting import CUPS, WORDS, Game
from sbt_jax.viz import kit

#: The game of the chapter, and two that are shown as examples.
GAME = Game(
    "red",
    (
        ("red", "blue"),
        ("green", "blue"),
        ("white", "red"),
        ("green", "yellow"),
        ("blue", "white"),
    ),
)
SHOWN = (
    Game("green", (("green", "white"), ("red", "white"))),
    Game("blue", (("red", "yellow"), ("blue", "green"))),
)
WAYS = ("zero-shot", "few-shot", "chain of thought", "votes")
PROMPTS = {
    WAYS[0]: prompting.shell_prompt(GAME, "at once", phrase=True),
    WAYS[1]: prompting.shell_prompt(GAME, "at once", SHOWN),
    WAYS[2]: prompting.shell_prompt(GAME, "in steps", phrase=True),
    WAYS[3]: prompting.shell_prompt(GAME, "at once", phrase=True),
}
VOTES = 21
OTHER = "no cup"
BEGINS = {"at once": "“So” at once", "in steps": "steps", "dots": "dots"}


def bars(cups: Sequence[float], right: str | None, votes: int) -> dict[str, list[Any]]:
    """A bar for each cup: its share of the answers, or of the votes won.

    Mirrored in ``ways.mjs``.

    Example:
      >>> bars([0.5, 0.5, 0.0, 0.0, 0.0], "red", 1)["p"]
      [0.5, 0.5, 0.0, 0.0, 0.0, 0.0]
    """
    shares = [float(p) for p in cups]
    shares.append(max(1 - sum(shares), 0.0))
    total = sum(shares)
    shares = [p / total for p in shares]
    if votes > 1:
        won = [prompting.vote_right(shares, i, votes) for i in range(len(shares))]
    else:
        won = shares
    names = [*CUPS, OTHER]
    colors = [kit.ORANGE if name == right else kit.GREY for name in names]
    return {"cup": names, "p": won, "color": colors}


def ways_line(
    begins: Mapping[str, float],
    text: str,
    found: Mapping[str, Sequence[Any]],
    right: str | None,
    votes: int,
    unknown: Sequence[str] = (),
) -> str:
    """What the line says of an answer; mirrored in ``ways.mjs``."""
    best = max(begins, key=lambda way: begins[way])
    said = f"It begins with {BEGINS[best]} in {percent(begins[best])} of all cases."
    said += f" It writes: “{text}”" if text else " It writes nothing."
    if right is None:
        said += " The last question is no shell game, so no answer is right."
    else:
        share = percent(found["p"][list(found["cup"]).index(right)])
        if votes > 1:
            said += f" With {votes} votes the right cup, {right}, wins in {share}."
        else:
            said += f" The right cup, {right}, gets {share}."
    if unknown:
        said += f" Left out, for it has no such words: {', '.join(unknown[:4])[:60]}."
    return said


def four_ways(
    begins: Mapping[str, float],
    text: str,
    cups: Sequence[float],
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """A prompt to edit, four ways to write it, and what the model answers; live.

    Args:
      begins: How likely each beginning of an answer is, for the first prompt.
      text: What the model writes to it.
      cups: How likely each cup is after its "So".
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    right = prompting.answer(GAME)
    found = bars(cups, right, 1)
    group, pick = kit.choice("Ask it", WAYS)
    box = TextAreaInput(
        title="The whole prompt; edit it",
        rows=8,
        sizing_mode="stretch_width",
        max_length=100_000,
    )
    box.update(value=PROMPTS[WAYS[0]], value_input=PROMPTS[WAYS[0]])
    source = ColumnDataSource(found)
    plot = kit.axes(
        x_range=FactorRange(*found["cup"]),
        y_range=Range1d(0, 1),
        height=210,
        y_axis_label="share of the answers",
    )
    plot.vbar("cup", top="p", width=0.75, color="color", source=source)
    line = kit.status(ways_line(begins, text, found, right, 1), lines=4)
    args = {
        "group": group,
        "box": box,
        "source": source,
        "plot": plot,
        "line": line,
        "prompts": [PROMPTS[way] for way in WAYS],
        "words": list(WORDS),
        "names": list(CUPS),
        "colors": [kit.GREY, kit.ORANGE],
        "votes": VOTES,
    }
    group.js_on_change("active", kit.callback(__file__, figure="pick", **args))
    show = kit.callback(__file__, figure="show", **args)
    for name in ("value", "value_input"):
        box.js_on_change(name, show)
    key = kit.legend({"the right cup": kit.ORANGE, "other answers": kit.GREY})
    return kit.Embed(
        column(
            pick,
            kit.beside([box], [key, plot], share=0.5, least=260),
            line,
            sizing_mode="stretch_width",
        ),
        alt="A prompt about a ball under five cups, four ways to write it, and bars of"
        " how likely the model answers each cup.",
        status=line,
        table=[
            ("cup", "share"),
            *(
                (cup, percent(p))
                for cup, p in zip(found["cup"], found["p"], strict=True)
            ),
        ],
        runtime=True,
        models=("prompting_shell",),
        scripts=scripts,
    )
