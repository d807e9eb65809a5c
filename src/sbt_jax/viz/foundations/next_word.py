"""The next word by truth, model and counts; and a model that writes.

Public names: :mod:`sbt_jax.viz.foundations`; ``next_word.mjs`` is the browser half.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import (
    Button,
    ColumnDataSource,
    FactorRange,
    TapTool,
    TextAreaInput,
)
from bokeh.transform import dodge

from sbt_jax.foundations import word_gap
from sbt_jax.numbers import percent
from sbt_jax.viz import kit, parts

SHOWN = 7  # words with bars
BUTTONS = 5  # of them with a button
LEAST = 0.001  # what all three give less is not shown
COLORS = {"the truth": kit.BLUE, "the model": kit.ORANGE, "a trigram": kit.GREEN}
# Which scripts of shipped data the browser half needs.
DATA = ("main", "world")
BALL = (
    "One sunny day Anna and Tom were in the barn. Anna had a red ball. With a smile"
    " Anna gave it to Tom."
)
EXAMPLES = {
    "who has the ball": f"{BALL} Who has the ball now?",
    "Tom gives it back": f"{BALL} With a smile Tom gave it to Anna. Who has the ball"
    " now?",
    "a name": "Once there was a queen called",
    "what happens next": "One sunny day Anna and Tom were in the barn. Anna had a red"
    " ball.",
    "a sum": 'One sunny day Anna and Tom were in the barn. Anna had a red ball. "How'
    ' much is four and three?" asked Tom. "',
    "not of this world": "The capital of France is",
}

# On the landing page: beginnings, of which the last leads out of the world.
BEGINNINGS = {
    "a queen": "Once there was a queen called Zoe.",
    "two friends": "One snowy evening Max and Ida were in the tower.",
    "a lost key": "On Sunday Ruby went to the forest. Hugo was there too. There was a"
    " golden key in the tall grass.",
    "something else": "Yesterday I bought a new bicycle.",
}

#: A word, its true probability (None off the world), the model's and the trigram's.
Row = tuple[str, float | None, float, float]


def share(p: float) -> str:
    """A probability in words; mirrored in ``next_word.mjs``."""
    if p < 0.001:
        return "under 0.1 %"
    if 0.999 < p < 1:
        return "over 99.9 %"
    return percent(p, 0 if p == 1 else 1)


def gap_line(rows: Sequence[Row], gaps: Mapping[str, float]) -> str:
    """What the line under the figure says; mirrored in ``next_word.mjs``."""
    word, truth, model, trigram = rows[0]
    said = (
        f"{parts.names([word])[0]}: truth {share(truth or 0.0)}, model"
        f" {share(model)}, trigram {share(trigram)}."
    )
    apart = [f"{name} {nats:.3f} nats" for name, nats in gaps.items()]
    return f"{said} Gap to the truth at this place: {', '.join(apart)}."


def shown_rows(rows: Sequence[Row]) -> list[Row]:
    """What has bars: all that somebody finds possible, the likeliest first.

    Mirrored in ``next_word.mjs``. The first row stays, whatever it is.
    """

    def most(row: Row) -> float:
        return max(row[1] or 0.0, *row[2:])

    ranked = sorted(rows, key=lambda row: (-max(row[1] or 0.0, row[2]), row[0]))
    first, rest = ranked[:1], ranked[1:]
    rest = [row for row in rest if most(row) >= LEAST]
    return [*first, *sorted(rest, key=lambda row: (-most(row), row[0]))][:SHOWN]


def bars(rows: Sequence[Row]) -> dict[str, list[Any]]:
    """Three bars a word; no bar where there is no truth."""
    shown = shown_rows(rows)
    return {
        "word": parts.names([word for word, *_ in shown]),
        "text": [word for word, *_ in shown],
        "truth": [truth or 0.0 for _, truth, _, _ in shown],
        "model": [model for _, _, model, _ in shown],
        "trigram": [trigram for *_, trigram in shown],
    }


def shelf(*parts: Mapping[str, Any]) -> ColumnDataSource:
    """What all callbacks of a figure need, so that the page holds it once."""
    return ColumnDataSource({}, tags=[dict(part) for part in parts])


def _bar_plot(source: ColumnDataSource) -> Any:
    words = source.data["word"]
    plot = kit.axes(
        y_range=FactorRange(factors=words[::-1]),
        x_range=(0, 1),
        x_axis_label="probability of the next word",
        height=290,
        tools="tap",
    )
    for (name, color), at in zip(COLORS.items(), (0.27, 0.0, -0.27), strict=True):
        plot.hbar(
            dodge("word", at, range=plot.y_range),
            right=name.split()[-1],
            height=0.24,
            color=color,
            nonselection_alpha=1,
            source=source,
        )
    plot.select_one(TapTool).behavior = "select"
    return plot


def say_the_next_word(
    text: str,
    rows: Sequence[Row],
    tokenizer: Mapping[str, Any],
    trigram: Mapping[str, Any],
    whole: Sequence[int] = (),
    examples: Mapping[str, str] = EXAMPLES,
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """The truth, the model and a trigram on what comes next; live.

    Args:
      text: The beginning that is shown first.
      rows: Words that may come then, with what the truth, the model and the
        trigram say.
      tokenizer: ``Tokenizer.spec()`` of the world's tokenizer.
      trigram: From :func:`sbt_jax.shipped.ngrams.ngram_table`.
      whole: From :func:`sbt_jax.shipped.ngrams.whole_words`.
      examples: Beginnings to pick.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    truth = {word: t for word, t, _, _ in rows if t}
    gaps = {
        "the model": word_gap(truth, {w: m for w, _, m, _ in rows}),
        "the trigram": word_gap(truth, {w: n for w, _, _, n in rows}),
    }
    shown = shown_rows(rows)
    box = TextAreaInput(title="Your beginning", rows=7, sizing_mode="stretch_width")
    box.update(value=text, value_input=text)
    pick, pick_box = kit.choice("Try", list(examples))
    source = ColumnDataSource(bars(rows))
    plot, line = _bar_plot(source), kit.status(gap_line(shown, gaps))
    words = [Button(label=name) for name in source.data["word"][:BUTTONS]]
    words += [Button(label="–") for _ in range(BUTTONS - len(words))]
    onward = Button(label="go on")
    shared = {
        "shelf": shelf(tokenizer, trigram, {"whole": list(whole)}),
        "box": box,
        "pick": pick,
        "texts": list(examples.values()),
        "line": line,
        "source": source,
        "plot": plot,
        "words": words,
        "onward": onward,
    }

    # One for all, so that the page holds it once: it tells by whom it was called.
    called = kit.callback(__file__, **shared)
    pick.js_on_change("active", called)
    for name in ("value", "value_input"):
        box.js_on_change(name, called)
    source.selected.js_on_change("indices", called)
    for button in (*words, onward):
        button.js_on_event("button_click", called)
    result = [
        kit.legend(COLORS),
        plot,
        kit.label("Add a word, or let the model go on"),
        kit.controls(*words, onward),
        line,
    ]
    return kit.Embed(
        kit.beside([pick_box, box], result, least=200, share=0.34),
        alt="A text box and bars of the likeliest next words: three a word, for the"
        " truth, the model and a trigram.",
        status=line,
        table=[
            ("next word", *COLORS),
            *(
                (name, share(t or 0.0), share(m), share(n))
                for name, (_, t, m, n) in zip(source.data["word"], shown, strict=True)
            ),
        ],
        runtime=True,
        models=DATA,
        scripts=scripts,
    )


def let_it_write(
    text: str,
    continuation: str,
    off: str,
    tokenizer: Mapping[str, Any],
    examples: Mapping[str, str] = BEGINNINGS,
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """The model goes on from what the reader types; impossible words are marked.

    Args:
      text: The beginning that is shown first.
      continuation: What the model wrote after it, by its likeliest words.
      off: The end of that, from the first word on that no story has there.
      tokenizer: ``Tokenizer.spec()`` of the world's tokenizer.
      examples: Beginnings to pick.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    box, pick = parts.text_box("A beginning", text, examples, rows=2)
    onward = Button(label="let it write")
    passage = kit.passage((text + continuation).removesuffix(off), off)
    line = kit.status(written_line(len(continuation.split()), off))
    shared = {
        "shelf": shelf(tokenizer),
        "box": box,
        "line": line,
        "passage": passage,
        "onward": onward,
    }

    def does(figure: str, **more: Any) -> Any:
        return kit.callback(__file__, figure=figure, **shared, **more)

    first = {"text": text, "shown": passage.text, "line": line.text}
    for name in ("value", "value_input"):
        box.js_on_change(name, does("begin", first=first))
    onward.js_on_event("button_click", does("tell"))
    return kit.Embed(
        column(
            pick,
            box,
            onward,
            passage,
            line,
            sizing_mode="stretch_width",
        ),
        alt="A text box, a button that lets the model write on, and its story.",
        status=line,
        table=[("beginning", "what the model wrote"), (text, continuation)],
        runtime=True,
        models=DATA,
        scripts=scripts,
    )


def written_line(words: int, off: str = "") -> str:
    """What the line says of the first story; ``off`` is its impossible end."""
    verdict = "All of it could be of the world."
    if off:
        first = off.split()[0]
        verdict = f"The first word that no story of the world has there: “{first}”."
    return f"The model wrote {words} words, always the likeliest. {verdict}"
