"""The experiments of chapter 2 as figures: vocabulary size, counting letters.

Public names: :mod:`sbt_jax.viz.tokenization`; ``tokenization/experiments.mjs`` is
the browser half.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import CategoricalSlider, ColumnDataSource, Select, TextInput
from bokeh.transform import dodge
from jaxtyping import Float

from sbt_jax.tokenization import Tokenizer, encode
from sbt_jax.viz import kit

COUNTS = ("0", "1", "2", "3+")  # the answers of the letter counters


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Mean and range of a few seeds, in words; mirrored in the browser."""
    low, high = min(values), max(values)
    mean = sum(values) / len(values)
    return f"{mean:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def tradeoff_line(size: Mapping[str, Any], held_out: Sequence[float]) -> str:
    """What one vocabulary costs and buys, in words; mirrored in the browser."""
    body, embedding = size["parameters"]["body"], size["parameters"]["embedding"]
    share = 100 * embedding / (body + embedding)
    return (
        f"{size['merges']} merges: 100 bytes are {100 * size['tokens_per_byte']:.0f}"
        f" tokens. The transformer needs {spread(held_out)} bits a byte over"
        f" {len(held_out)} seeds, counting pairs {size['bigram']:.2f}."
        f" {share:.0f} % of its parameters are the embedding."
    )


def vocabulary_tradeoff(table: Mapping[str, Any]) -> kit.Embed:
    """Bits per byte and length of the sequence, by size of the vocabulary.

    ``table`` is what :mod:`sbt_jax.recipes.tokenization.vocabulary` ships.
    """
    sizes = list(table["sizes"])
    names = [short(size["merges"]) for size in sizes]
    budgets = {"equal tokens": "tokens", "equal text": "text"}
    held_out = {
        label: [
            [
                row["held_out"]
                for row in table["rows"]
                if row["budget"] == budget and row["merges"] == size["merges"]
            ]
            for size in sizes
        ]
        for label, budget in budgets.items()
    }
    first = held_out["equal tokens"]
    at = len(sizes) // 2
    runs = ColumnDataSource(runs_of(names, first))
    means = ColumnDataSource(means_of(names, first))
    here = ColumnDataSource({"merges": [names[at]], "bits": [means.data["bits"][at]]})
    bits = kit.axes(x_range=names, y_axis_label="bits per byte", height=260)
    bits.line("merges", "bits", source=means, color=kit.BLUE, line_width=2)
    bits.scatter("merges", "bits", source=runs, color=kit.BLUE, size=6, alpha=0.6)
    pairs = [size["bigram"] for size in sizes]
    bits.line(names, pairs, color=kit.ORANGE, line_width=2, line_dash="dashed")
    bits.scatter(
        "merges",
        "bits",
        source=here,
        size=16,
        fill_color=None,
        line_color=kit.BLUE,
        line_width=3,
    )
    length = kit.axes(
        x_range=bits.x_range,
        height=150,
        x_axis_label="merges",
        y_axis_label="tokens / 100 B",
    )
    length.y_range.start = 0
    length.vbar(
        names,
        top=[100 * size["tokens_per_byte"] for size in sizes],
        width=0.6,
        color=kit.GREEN,
    )
    budget, budget_box = kit.choice("Models are compared at", list(budgets))
    slider = CategoricalSlider(
        title="merges", categories=names, value=names[at], sizing_mode="stretch_width"
    )
    key = kit.legend({"transformer": kit.BLUE, "counting pairs": kit.ORANGE})
    line = kit.status(tradeoff_line(sizes[at], first[at]))
    update = kit.callback(
        __file__,
        figure="tradeoff",
        sizes=sizes,
        held_out=held_out,
        names=names,
        runs=runs,
        means=means,
        here=here,
        slider=slider,
        budget=budget,
        line=line,
    )
    slider.js_on_change("value", update)
    budget.js_on_change("active", update)
    return kit.Embed(
        column(
            budget_box, slider, key, bits, length, line, sizing_mode="stretch_width"
        ),
        alt="Two panels over the number of merges: bits per byte of a small"
        " transformer and of a model that counts pairs, and tokens per 100 bytes.",
        status=line,
        table=[
            ("merges", "bits per byte", "counting pairs", "tokens per 100 bytes"),
            *(
                (
                    s["merges"],
                    spread(v),
                    f"{s['bigram']:.2f}",
                    f"{100 * s['tokens_per_byte']:.0f}",
                )
                for s, v in zip(sizes, first, strict=True)
            ),
        ],
    )


def short(merges: int) -> str:
    """1024 as 1k: seven of them fit under a plot on a phone."""
    return str(merges) if merges < 1024 else f"{merges // 1024}k"


def runs_of(names: Sequence[str], values: Sequence[Sequence[float]]) -> dict[str, list]:
    """One point a run: the name of its setting, and its value."""
    points = [(name, v) for name, row in zip(names, values, strict=True) for v in row]
    return {"merges": [name for name, _ in points], "bits": [v for _, v in points]}


def means_of(
    names: Sequence[str], values: Sequence[Sequence[float]]
) -> dict[str, list]:
    """The mean over the runs of each setting."""
    return {"merges": list(names), "bits": [float(np.mean(row)) for row in values]}


def answer_line(word: str, letter: str, p: Float[np.ndarray, "2 4"]) -> str:
    """What the two models say, in words; mirrored in ``pieces.mjs``."""
    said = [f"{COUNTS[int(row.argmax())]} ({100 * row.max():.0f} %)" for row in p]
    return (
        f"How many {letter} in {word}? The model that reads letters says {said[0]},"
        f" the one that reads tokens says {said[1]}."
        f" Counted: {word.count(letter)}."
    )


def letter_counting(
    word: str,
    letter: str,
    p: Float[np.ndarray, "2 4"],
    readers: Mapping[str, Tokenizer],
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """Two models count a letter in the reader's word: by letters, by tokens.

    Args:
      word: The word at the start.
      letter: The letter at the start.
      p: Probabilities of 0, 1, 2, 3 or more, by each model, for the start.
      readers: The tokenizers of the models, by kind: characters, tokens.
      scripts: The models for a notebook.
    """
    source = ColumnDataSource(
        {"count": list(COUNTS), "characters": p[0].tolist(), "tokens": p[1].tolist()}
    )
    plot = kit.axes(
        x_range=list(COUNTS),
        y_range=(0, 1),
        height=230,
        x_axis_label="answer",
        y_axis_label="probability",
    )
    styles = (("characters", -0.2, kit.BLUE), ("tokens", 0.2, kit.ORANGE))
    for kind, shift, color in styles:
        plot.vbar(
            dodge("count", shift, range=plot.x_range),
            top=kind,
            width=0.36,
            color=color,
            source=source,
        )
    box = TextInput(title="A word", value=word, value_input=word, max_length=40)
    pick = Select(
        title="The letter",
        options=list("abcdefghijklmnopqrstuvwxyz"),
        value=letter,
        width=90,
    )
    rows = {
        kind: kit.chips(
            [
                (reader.token_bytes[i].decode().replace(" ", "␣"), str(i))
                for i in encode(reader, f" {word}")
            ]
        )
        for kind, reader in readers.items()
    }
    reads = [
        item
        for kind, chips in rows.items()
        for item in (kit.label(f"the model that reads {kind} sees"), chips)
    ]
    key = kit.legend({f"reads {kind}": color for kind, _, color in styles})
    line = kit.status(answer_line(word, letter, p))
    update = kit.callback(
        __file__,
        figure="letters",
        box=box,
        pick=pick,
        source=source,
        line=line,
        specs={kind: reader.spec() for kind, reader in readers.items()},
        **rows,
    )
    box.js_on_change("value_input", update)
    box.js_on_change("value", update)
    pick.js_on_change("value", update)
    return kit.Embed(
        column(
            kit.controls(box, pick),
            *reads,
            key,
            plot,
            line,
            sizing_mode="stretch_width",
        ),
        alt="Bars of how likely each count of a letter is to two models: one reads"
        " the word as letters, one as tokens.",
        status=line,
        table=[
            ("answer", *(f"reads {kind}" for kind in readers)),
            *(
                (c, f"{a:.2f}", f"{b:.2f}")
                for c, a, b in zip(COUNTS, *p.tolist(), strict=True)
            ),
        ],
        runtime=True,
        models=[f"letters_{kind}" for kind in readers],
        scripts=scripts,
    )


def letters_by_vocabulary(table: Mapping[str, Any]) -> kit.Embed:
    """Accuracy at counting letters, by size of the vocabulary, every seed shown.

    ``table`` is what :mod:`sbt_jax.recipes.tokenization.letters` ships.
    """
    merges = sorted({row["merges"] for row in table["rows"]})
    names = [short(n) for n in merges]
    kinds = {
        "new words": "held_out",
        "new words, known tokens": "held_out_known_tokens",
        "words of its training": "training_words",
    }
    accuracy = {
        label: [
            [100 * r[key]["balanced"] for r in table["rows"] if r["merges"] == n]
            for n in merges
        ]
        for label, key in kinds.items()
    }
    first = accuracy[next(iter(kinds))]
    runs = ColumnDataSource(runs_of(names, first))
    means = ColumnDataSource(means_of(names, first))
    plot = kit.axes(
        x_range=names,
        y_range=(0, 102),
        height=260,
        x_axis_label="merges",
        y_axis_label="right answers, %",
    )
    plot.line("merges", "bits", source=means, color=kit.BLUE, line_width=2)
    plot.scatter("merges", "bits", source=runs, color=kit.BLUE, size=7, alpha=0.6)
    blind = 100 * table["baselines"]["letter"]["balanced"]
    plot.line(
        names, [blind] * len(names), color=kit.ORANGE, line_dash="dashed", line_width=2
    )
    which, which_box = kit.choice("Asked about", list(kinds))
    key = kit.legend(
        {"mean, and single seeds": kit.BLUE, "guess from the letter alone": kit.ORANGE}
    )
    line = kit.status(accuracy_line(merges[-1], first))
    which.js_on_change(
        "active",
        kit.callback(
            __file__,
            figure="accuracy",
            accuracy=accuracy,
            names=names,
            most=merges[-1],
            runs=runs,
            means=means,
            which=which,
            line=line,
        ),
    )
    return kit.Embed(
        column(which_box, key, plot, line, sizing_mode="stretch_width"),
        alt="Share of letters counted right, over the number of merges of the"
        " tokenizer, one point a seed.",
        status=line,
        table=[
            ("merges", "right answers, %"),
            *((n, spread(v, 0)) for n, v in zip(names, first, strict=True)),
        ],
    )


def accuracy_line(most: int, values: Sequence[Sequence[float]]) -> str:
    """The two ends of the curve in words; mirrored in the browser."""
    return (
        f"Right answers, mean and range of {len(values[0])} seeds:"
        f" {spread(values[0], 0)} % from letters,"
        f" {spread(values[-1], 0)} % with {most} merges."
    )
