"""A story, where one feature fires, and what the model says without it; live.

Public names: :mod:`sbt_jax.viz.interpretability`; ``change.mjs`` is the browser half.
"""

import html
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import (
    ColumnDataSource,
    CustomJS,
    Div,
    FactorRange,
    InlineStyleSheet,
    Range1d,
    Select,
    Slider,
)
from bokeh.transform import dodge
from jaxtyping import Float

from sbt_jax.numbers import decimal, percent
from sbt_jax.viz import kit, parts

DATA = ("main", "world", "interpretability_sae")
SHOWN = 4  # words with bars
LOOK = """
:host { font-size: 1.02rem; line-height: 2.1; overflow-wrap: anywhere; }
span { border-radius: 4px; padding: 0.08em 0; white-space: pre-wrap;
  color: var(--sbt-ink); }
span.here { outline: 2px solid #d55e00; outline-offset: 1px; }
small { font-size: 0.7rem; vertical-align: super; line-height: 1;
  font-variant-numeric: tabular-nums; }
"""
AS_IS, CHANGED = "as it is", "with the feature changed"


def callback(figure: str, **args: Any) -> CustomJS:
    """One of the figures of ``change.mjs``."""
    return kit.callback(__file__, figure=figure, **args)


def last_strong(strengths: Sequence[float]) -> int:
    """The last place where a feature fires at least half as strongly as anywhere.

    -1 if it fires nowhere; mirrored.

    Example:
      >>> last_strong([5.0, 0.0, 3.0, 1.0])
      2
    """
    most = max([*strengths, 0.0])
    found = [i for i, x in enumerate(strengths) if x > 0 and x >= most / 2]
    return found[-1] if found else -1


def lit_html(tokens: Sequence[str], strengths: Sequence[float], at: int = -1) -> str:
    """A text, each token as dark as a feature fires on it; mirrored.

    Args:
      tokens: Of the text.
      strengths: How strongly the feature fires on each.
      at: The one that is changed, or -1.

    Example:
      >>> lit_html(["Tom"], [0.0])
      '<span>Tom</span>'
    """
    most = max([*strengths, 1e-9])
    found = ""
    for i, (token, strength) in enumerate(zip(tokens, strengths, strict=True)):
        word = html.escape(token)
        if strength <= 0:
            found += f"<span>{word}</span>"
            continue
        word = html.escape(token.lstrip(" "))
        space = " " if token.startswith(" ") else ""
        shade = round(15 + 50 * strength / most)
        here = " class=here" if i == at else ""
        found += (
            f'{space}<span{here} style="background:color-mix(in srgb, #d55e00 {shade}%,'
            f' transparent)">{word}<small> {decimal(strength, 0)}</small></span>'
        )
    return found


def change_line(
    where: Sequence[Sequence[Any]],
    before: Sequence[Any],
    after: Sequence[Any],
) -> str:
    """What the line says; mirrored.

    Args:
      where: The word on which the feature is changed, and how strongly it fires
        there; or nothing.
      before: The likeliest next word as it is, and its probability.
      after: The same with the feature changed.

    Example:
      >>> change_line([], ("Tom", 0.5), ("Tom", 0.5))
      'This feature fires nowhere here. As it is: “Tom”, 50 %. Changed: “Tom”, 50 %.'
    """
    said = "This feature fires nowhere here."
    if where:
        (word, strength), *_ = where
        said = f"Changed on “{word}”, where it fires with {decimal(strength, 0)}."
    ends = f"As it is: “{before[0]}”, {percent(before[1])}."
    return f"{said} {ends} Changed: “{after[0]}”, {percent(after[1])}."


def two_bars(
    names: Sequence[str],
    plain: Float[np.ndarray, " vocab"],
    changed: Float[np.ndarray, " vocab"],
) -> dict[str, list[Any]]:
    """The words that are likely with or without the change; mirrored.

    Args:
      names: Of all tokens.
      plain: How likely each is as it is.
      changed: And changed.

    Example:
      >>> two_bars(["a", "b"], np.array([0.25, 0.75]), np.array([1.0, 0.0]))["word"]
      ['a', 'b']
    """
    most = np.maximum(plain, changed)
    order = np.argsort(-most, kind="stable")[:SHOWN]
    return {
        "word": parts.names([names[i] for i in order]),
        "plain": [float(plain[i]) for i in order],
        "changed": [float(changed[i]) for i in order],
    }


def change_a_feature(
    stories: Mapping[str, str],
    features: Mapping[str, int],
    tokens: Sequence[str],
    strengths: Float[np.ndarray, " time"],
    plain: Float[np.ndarray, " vocab"],
    changed: Float[np.ndarray, " vocab"],
    names: Sequence[str],
    tokenizer: Mapping[str, Any],
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """A story to type, a feature to choose, and what follows with and without it.

    Args:
      stories: To try, by name; the first is shown.
      features: Numbers by what they are called; the first is shown.
      tokens: Of the first story.
      strengths: How strongly the feature fires on each.
      plain: How likely each next token is.
      changed: The same with the feature switched off.
      names: Of all tokens.
      tokenizer: ``Tokenizer.spec()`` of the world's tokenizer.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    first = next(iter(stories.values()))
    box, pick = parts.text_box("A story", first, stories, rows=4, offer="Or try")
    which = Select(title="Feature", options=list(features), value=next(iter(features)))
    times = Slider(title="Multiply it by", start=0, end=3, step=0.5, value=0)
    at = last_strong(strengths.tolist())
    text = Div(
        text=lit_html(tokens, strengths.tolist(), at),
        disable_math=True,
        sizing_mode="stretch_width",
        styles={"min-height": "6.4em"},
        stylesheets=[InlineStyleSheet(css=LOOK)],
    )
    bars = ColumnDataSource(two_bars(names, plain, changed))
    plot = kit.axes(
        y_range=FactorRange(factors=bars.data["word"][::-1]),
        x_range=Range1d(0, 1),
        height=190,
        x_axis_label="what main gives the next word",
    )
    colors = {AS_IS: kit.BLUE, CHANGED: kit.ORANGE}
    for key, place, color in (
        ("plain", 0.18, kit.BLUE),
        ("changed", -0.18, kit.ORANGE),
    ):
        plot.hbar(
            dodge("word", place, range=plot.y_range),
            right=key,
            height=0.32,
            color=color,
            source=bars,
        )
    best = [int(p.argmax()) for p in (plain, changed)]
    line = kit.status(
        change_line(
            [(tokens[at].strip(), float(strengths[at]))] if at >= 0 else [],
            (parts.names([names[best[0]]])[0], float(plain[best[0]])),
            (parts.names([names[best[1]]])[0], float(changed[best[1]])),
        )
    )
    draw = callback(
        "change",
        box=box,
        which=which,
        times=times,
        numbers=dict(features),
        text=text,
        bars=bars,
        plot=plot,
        line=line,
        shown=SHOWN,
        shelf=ColumnDataSource({}, tags=[dict(tokenizer)]),
    )
    for model, name in (
        (box, "value"),
        (box, "value_input"),
        (which, "value"),
        (times, "value"),
    ):
        model.js_on_change(name, draw)
    return kit.Embed(
        column(
            kit.beside([pick, box, which, times], [text, kit.legend(colors), plot]),
            line,
            sizing_mode="stretch_width",
        ),
        alt="A story whose words are tinted where one feature fires, and bars of the"
        " model's next words, as it is and with the feature changed.",
        status=line,
        table=[
            ("next word", AS_IS, CHANGED),
            *(
                (word, percent(one), percent(other))
                for word, one, other in zip(
                    *(bars.data[k] for k in ("word", "plain", "changed")), strict=True
                )
            ),
        ],
        runtime=True,
        models=DATA,
        scripts=scripts,
    )
