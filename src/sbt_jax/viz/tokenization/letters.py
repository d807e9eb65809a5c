"""Two models count letters: one reads them, one reads tokens.

Public names: :mod:`sbt_jax.viz.tokenization`; ``letters.mjs`` is the browser half.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from bokeh.models import ColumnDataSource, Select
from bokeh.transform import dodge
from jaxtyping import Float

from sbt_jax.numbers import percent
from sbt_jax.tokenization import Tokenizer, encode
from sbt_jax.viz import kit, parts

COUNTS = ("0", "1", "2", "3+")  # the answers of the letter counters
READS = {"characters": "letters", "tokens": "tokens"}  # as readers call them


def answer_line(word: str, letter: str, p: Float[np.ndarray, "2 4"]) -> str:
    """What the two models say, in words; mirrored in ``letters.mjs``."""
    said = [f"{COUNTS[int(row.argmax())]} ({percent(row.max())})" for row in p]
    return (
        f"How many {letter} in {word}? The model that reads letters says {said[0]},"
        f" the one that reads tokens says {said[1]}."
        f" Counted: {word.count(letter)}."
    )


def letter_counting(
    word: str,
    letter: str,
    words: Sequence[str],
    p: Float[np.ndarray, "2 4"],
    readers: Mapping[str, Tokenizer],
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """Two models count a letter in the reader's word: by letters, by tokens.

    Args:
      word: The word at the start.
      letter: The letter at the start.
      words: To try, the first one at the start.
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
    box, example = parts.text_box("A word", word, {one: one for one in words})
    box.max_length = 40
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
        for item in (kit.label(f"the model that reads {READS[kind]} sees"), chips)
    ]
    key = kit.legend({f"reads {READS[kind]}": color for kind, _, color in styles})
    line = kit.status(answer_line(word, letter, p), lines=3)
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
        kit.beside([example, box, pick], [*reads, key, plot, line]),
        alt="Bars of how likely each count of a letter is to two models: one reads"
        " the word as letters, one as tokens.",
        status=line,
        table=[
            ("answer", *(f"reads {READS[kind]}" for kind in readers)),
            *(
                (c, f"{a:.2f}", f"{b:.2f}")
                for c, a, b in zip(COUNTS, *p.tolist(), strict=True)
            ),
        ],
        runtime=True,
        models=[f"letters_{kind}" for kind in readers],
        scripts=scripts,
    )
