"""The diagrams of chapter 2."""

import itertools

from sbt_jax.tokenization import encode, train_naive
from sbt_jax.viz.parts.diagram import Drawing
from sbt_jax.viz.parts.svg import Box

LEARNED = "strawberry raspberry blueberry straw"  # the text that the page merges
MERGES = 8
WORD = "strawberry"


def on_the_way() -> str:
    """What becomes of a text before a model gets it."""
    d = Drawing(columns=2, rows=4, width=440, row=62, gap=26)
    left = [
        d.box(0, 0, "a strawberry 🍓", note="text"),
        d.box(0, 1, "a | strawberry | 🍓", note="cut into words, marks"),
        d.box(0, 2, "97 32 115 …", note="bytes"),
        d.box(0, 3, "tokens", note="what a model reads", kind="accent"),
    ]
    right = [
        d.box(1, 1, "a fixed rule", note="written by hand", kind="good"),
        d.box(1, 2, "UTF-8", note="how all text is stored", kind="good"),
        d.box(1, 3, "the merges", note="learned by counting", kind="good"),
    ]
    for start, end in itertools.pairwise(left):
        d.arrow(start, end)
    for start, end in zip(right, left[1:], strict=True):
        d.arrow(start, end)
    return d.svg()


def grown_together() -> str:
    """How a word is put together, merge by merge, from its letters."""
    tokenizer = train_naive(LEARNED, MERGES)
    ids = encode(tokenizer, WORD)
    made = dict(enumerate(tokenizer.merges, start=256))

    def depth(i: int) -> int:
        return 1 + max(map(depth, made[i])) if i in made else 0

    deepest = max(map(depth, ids))
    d = Drawing(columns=len(WORD), rows=deepest + 2, width=600, row=44, gap=20)

    def put(i: int, at: int) -> tuple[Box, int]:
        """A piece below what it is made of; where it is, and how wide."""
        if i not in made:
            letter = chr(i)
            return d.box(at, 0, letter, kind="accent" if letter == "r" else "box"), 1
        first, second = made[i]
        left, wide = put(first, at)
        right, more = put(second, at + wide)
        name = tokenizer.token_bytes[i].decode()
        box = d.box(at, depth(i), name, span=wide + more)
        d.arrow(left, box)
        d.arrow(right, box)
        return box, wide + more

    at = 0
    for i in ids:
        box, wide = put(i, at)
        number = d.box(at, deepest + 1, str(i), kind="good", span=wide)
        d.arrow(box, number)
        at += wide
    return d.svg()


def two_tasks() -> str:
    """What it takes to count a letter in a word that comes as tokens."""
    tokenizer = train_naive(LEARNED, MERGES)
    ids = encode(tokenizer, WORD)
    d = Drawing(columns=2, rows=3, width=440, row=62, gap=26)
    given = d.box(0, 0, " ".join(map(str, ids)), note="what it is given")
    know = d.box(0, 1, "which letters?", note="to be known by heart", kind="warn")
    laid = d.box(1, 1, " ".join(WORD), note="laid out")
    tally = d.box(1, 2, "how many r?", note="to be counted", kind="warn")
    end = d.box(0, 2, str(WORD.count("r")), note="the answer", kind="accent")
    for start, stop in ((given, know), (know, laid), (laid, tally), (tally, end)):
        d.arrow(start, stop)
    return d.svg()
