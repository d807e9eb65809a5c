"""RAG: what searches find in Python's documentation, and what the reader makes of it.

``python -m sbt_jax.recipes rag`` asks Python's own documentation, whose answers are
known; cuts it into chunks of every size; looks for the most documents that one vector
each can serve; and lets the reader read what was found. A run that is stopped goes on
where it was.
"""

import dataclasses
from typing import Any

import jax
import numpy as np

from sbt_jax import checkpoints
from sbt_jax.rag import SEARCHES, bootstrap
from sbt_jax.rag.limit import solved
from sbt_jax.recipes.rag import docs, reading
from sbt_jax.recipes.runner import Run, Table
from sbt_jax.shipped.reader import reader_model

RECIPE = "sbt_jax.recipes.rag"
TABLES = {
    "rag": Table(
        "Searches in Python's documentation: places of right topics, chunk sizes; how"
        " many documents single vectors can serve.",
        ("corpus", "asked", "glove"),
    ),
    "rag_reading": Table(
        "The reader with passages: how many, where, wrong ones, none; found and read.",
        ("world", "glove", "reader"),
    ),
}
PLACES = (1, 3, 5, 10)


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is measured; tests do less."""

    size: int = 100  # words of a chunk
    overlap: int = 25
    chunks: int = 60  # that are looked at for topics
    sizes: tuple[int, ...] = (25, 50, 100, 200, 400)
    overlaps: tuple[float, ...] = (0.0, 0.25, 0.5)
    budget: int = 800  # words that are laid before a model
    most: int | None = None  # topics and queries; all if not given
    limits: tuple[tuple[int, int], ...] = ((2, 3), (3, 4), (4, 10), (5, 14), (6, 19))
    steps: int = 2000
    tries: int = 8
    counts: tuple[int, ...] = (1, 2, 3, 4, 6, 8, 10)
    texts: int = 256
    asked: int = 128
    seeds: tuple[int, ...] = (0, 1)


def inputs(sizes: Sizes) -> dict[str, str]:
    """The digest of what is asked of the documentation."""
    return {"asked": checkpoints.digest(repr(docs.asked()))}


def make(run: Run, name: str) -> dict[str, Any]:
    """Measure what one table lacks."""
    return {"rag": of_search, "rag_reading": of_reading}[name](run)


def of_search(run: Run) -> dict[str, Any]:
    """The documentation, by query; the grid of chunks; the limit of one vector."""
    s = run.sizes
    places = run.remembered(
        "docs",
        [s.size, s.overlap, s.chunks, s.most],
        *(docs.searched, s.size, s.overlap, s.chunks, s.most),
    )
    return {
        "size": s.size,
        "overlap": s.overlap,
        "places": places,
        "recall": {
            group: {search: recalls(row[search]) for search in SEARCHES}
            for group, row in places.items()
        },
        "budget": s.budget,
        "grid": [
            {
                "size": size,
                "share": share,
                **run.remembered(
                    f"grid-{size}-{share:g}",
                    [size, share, s.budget, s.most],
                    *(docs.within, size, int(size * share), s.budget, s.most),
                ),
            }
            for size in s.sizes
            for share in s.overlaps
        ],
        "limit": {
            str(width): run.remembered(
                f"limit-{width}",
                [width, start, s.steps, s.tries],
                *(most_documents, width, start, s.steps, s.tries),
            )
            for width, start in s.limits
        },
    }


def recalls(places: list[int]) -> dict[str, list[float]]:
    """For each of :data:`PLACES` the share that is found by then, and its interval."""
    found = {}
    for most in PLACES:
        hits = [0 < place <= most for place in places]
        low, high = bootstrap([float(hit) for hit in hits], seed=0)
        found[str(most)] = [round(x, 4) for x in (float(np.mean(hits)), low, high)]
    return found


def most_documents(width: int, start: int, steps: int, tries: int) -> dict[str, Any]:
    """The most documents of which every pair can be on top; shares of each try."""
    shares, documents = dict[str, list[float]](), start
    keys = jax.random.split(jax.random.key(0), tries)
    while True:
        found = [round(float(x), 4) for x in solved(keys, documents, width, steps)]
        shares[str(documents)] = found
        if max(found) < 1:
            return {"most": documents - 1, "shares": shares}
        documents += 1


def of_reading(run: Run) -> dict[str, Any]:
    """The reader alone, against its memory, and after a search."""
    s, reader = run.sizes, reader_model()
    ways = {
        "by number": lambda k: reading.by_number(reader, s.counts, s.texts, k),
        "contradicted": lambda k: reading.contradicted(reader, k),
        "whole": lambda k: reading.found_and_read(reader, s.counts, s.asked, k),
    }
    return {
        "counts": list(s.counts),
        **{
            way: [
                run.remembered(
                    f"{way}-{seed}", [s.counts, s.texts, s.asked, seed], measure, seed
                )
                for seed in s.seeds
            ]
            for way, measure in ways.items()
        },
    }
