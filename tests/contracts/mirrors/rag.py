"""What Python and the browser both say: figures of *rag*."""

import json

import numpy as np

from contracts.mirrors.common import each, same
from contracts.small import common as shared
from sbt_jax import rag
from sbt_jax.rag.shelf import Section, by_section, shelf, shelved, vectors_of
from sbt_jax.viz.rag import ask, circle, reads

BOOK = [
    ("a", "", "Cats", "The cat sat on the mat. A kitten slept, and the cat did not."),
    ("a", "cost", "Costs", "Training takes months and costs millions of dollars."),
    ("b", "", "Boats", "Ships and boats cross the sea; a boat is small, a ship large."),
    ("b", "x", "Naïve", "été été the the the of of and unheardofword"),
]
MADE = shelf(
    [Section(*one) for one in BOOK],
    {"a": (1, "Animals"), "b": (2, "Boats")},
    shared.GLOVE,
    60,
)
SHELF, _ = shelved(MADE, 6, 2)
PLAIN, _ = shelved(MADE, 6, 2, 3, stemmed=True)
SMALL = sorted(rag.STOP_WORDS)
ASKED = ["the cat", "How expensive is it?", "a vessel on the water", "", "zzz", "été"]
LIBRARY = "the library of MADE"  # built in the browser: see CODES
TURNED = [[0, 90, 180, 270], [10, 10, 200, 355], [350, 20, 5, 180], [0, 0, 0, 0]]

ROWS = {
    "rag/ask.askLine": lambda: same(
        ask.ask_line,
        ("BM25", 400, 0, [], 0),
        ("dense", 400, 3, [], 0),
        ("dense", 400, 3, ["Top <b>"], 0),
        ("hybrid", 400, 3, ["A", "B"], 3),
        ("hybrid", 400, 3, ["A"], 7),
    ),
    "rag/ask.bm25": lambda: [
        (
            (LIBRARY, rag.words(text), k1, b),
            rag.bm25(SHELF.lexical, rag.words(text), k1, b),
        )
        for text in ASKED
        for k1, b in ((1.2, 0.75), (0.0, 0.0), (3.0, 1.0))
    ],
    "rag/ask.bySection": lambda: same(
        by_section, ([3, 2, 0], [0, 0, 1, 1]), ([], [0]), ([1, 1], [5, 5])
    ),
    "rag/ask.excerpt": lambda: [
        (("one two three", ["two"]), [["one", False], ["two", True], ["three", False]]),
        (("a b c d", ["d"], 2), [["…", False], ["c", False], ["d", True]]),
        (("", ["d"], 2), []),
        (("two costs", ["cost"], 2, True), [["two", False], ["costs", True]]),
    ],
    "rag/ask.fused": lambda: same(
        rag.fused, ([[7, 8, 9], [8, 5]],), ([[], []],), ([[1], [2]], 0)
    ),
    "rag/ask.libraryOf": lambda: [((LIBRARY,), SHELF.dense[0].round(9))],
    "rag/ask.passageHtml": lambda: same(
        ask.passage_html,
        (1, 6, "Costs & <b>", 'a.html#"b"', [("it's", True), ("<i>", False)]),
    ),
    "rag/ask.ranked": lambda: [
        ((where, text, search, 3, 1.2, 0.75), rag.ranked(there, text, search, 3))
        for where, there in ((LIBRARY, SHELF), (SMALL, PLAIN))
        for text in ASKED
        for search in rag.SEARCHES
    ],
    "rag/ask.spans": lambda: same(
        rag.spans, (10, 4), (10, 4, 2), (3, 4), (0, 4), (8, 4, 3)
    ),
    "rag/ask.stem": lambda: each(
        rag.stem,
        *("costs", "queries", "loss", "bus", "is", "notes", "shoes", "trees", "été"),
        *("movies", "", "s", "ies", "eies", "classes", "🦊🦊🦊s"),
    ),
    "rag/ask.terms": lambda: each(
        rag.terms, rag.words("How much do the costs matter?"), [], more=(SMALL,)
    ),
    "rag/ask.vectorsOf": lambda: [((MADE,), vectors_of(MADE).table)],
    "rag/ask.wordsOf": lambda: each(
        rag.words, "What is top-p?", "Ça été <b>", "", "İx 🦊"
    ),
    "rag/circle.circleLine": lambda: each(
        lambda degrees: circle.circle_line(degrees), *TURNED, more=(circle.NAMES,)
    ),
    "rag/circle.circleLinks": lambda: each(
        lambda degrees: circle.circle_links(degrees), *TURNED, more=(circle.NAMES,)
    ),
    "rag/circle.onACircle": lambda: [
        ((one,), rag.on_a_circle(np.radians(np.asarray(one, float)))) for one in TURNED
    ],
    "rag/reads.cited": lambda: same(
        rag.cited,
        ("Tom is a  baker.", ["Ann.", "Tom is a baker.", " "]),
        ("", [""]),
        ("x", []),
    ),
    "rag/reads.readingHtml": lambda: same(
        reads.reading_html,
        (["a <b>", "it's", "c"], 'say "so"', [1], 2),
        ([], "", [], 0),
    ),
    "rag/reads.readingLine": lambda: same(
        reads.reading_line,
        ("Nobody told me.", [], 3, 3),
        ("x", [1], 3, 3, "No."),
        ("x", [0, 2], 4, 3),
        ("x", [], 4, 4),
    ),
    "rag/reads.within": lambda: same(
        rag.within, ([24, 24, 24], 50), ([60], 50), ([], 5), ([0, 5], 5)
    ),
}

CODES = {
    **{
        f"rag/ask.{name}": f"""(m, small, ...rest) => {{
      const made = {json.dumps(MADE)}
      const how = Array.isArray(small) ? [3, small] : [1, false]
      const library = m.libraryOf(made, m.vectorsOf(made), 6, 2, ...how)
      return Array.from(m.{name}(library, ...rest))
    }}"""
        for name in ("bm25", "ranked")
    },
    "rag/ask.libraryOf": f"""(m) => {{
      const made = {json.dumps(MADE)}
      const {{dense}} = m.libraryOf(made, m.vectorsOf(made), 6, 2, 1, false)
      return dense.map((row) => Array.from(row))
    }}""",
    "rag/ask.vectorsOf": """(m, made) =>
      m.vectorsOf(made).table.map((row) => Array.from(row))""",
}

NEAR = {
    "rag/ask.libraryOf": 1e-6,
    "rag/ask.vectorsOf": 1e-6,
}
