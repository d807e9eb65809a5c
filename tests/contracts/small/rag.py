"""Small inputs of the figures of *rag*."""

from contracts.small.common import SPEC
from sbt_jax.viz import rag
from sbt_jax.viz.rag import measured as rag_measured

RECALL = {
    group: {
        search: {most: [0.5, 0.25, 0.75] for most in ("1", "3", "5", "10")}
        for search in rag_measured.COLORS
    }
    for group in rag_measured.GROUPS
}
GRID = [
    {"size": size, "share": share, **dict.fromkeys(rag_measured.COLORS, found)}
    for size, found in ((25, 0.75), (100, 0.5))
    for share in (0.0, 0.5)
]
WHOLE = [
    {
        "asked": 4,
        "notes": 9,
        "BM25": {
            "1": {"found": 2, "right": 2, "refused": 0, "said so": 2},
            "4": {"found": 4, "right": 3, "refused": 0, "said so": 0},
        },
    }
]
SAID_OF = dict.fromkeys(rag.CASES, "Nobody told me.")
SAID_OF["against its memory"] = "Maya Frost lives in Kirby."

FIGURES = {
    "rag.ask_this_book": (
        lambda: rag.ask_this_book({"training": "<b>6. How it learns"}),
        "is searched in your browser",
    ),
    "rag.chunk_sizes": (
        lambda: rag.chunk_sizes(GRID, 800),
        "BM25, 800 words laid before the model: chunks of 25 words without"
        " overlap find 75 %",
    ),
    "rag.does_it_read": (
        lambda: rag.does_it_read(SAID_OF, dict.fromkeys(SAID_OF, "“No.”"), SPEC),
        "It quotes passage 2 of 3.",
    ),
    "rag.found_and_read": (
        lambda: rag.found_and_read(WHOLE, ("BM25",)),
        "Best are 4: 100 % found, 75 % answered.",
    ),
    "rag.one_vector_each": (
        rag.one_vector_each,
        "Never: cats and boats, dogs and tax.",
    ),
    "rag.who_finds_what": (
        lambda: rag.who_finds_what(RECALL, dict.fromkeys(RECALL, 30)),
        "among the first 5: BM25 50 %, dense 50 %",
    ),
}
