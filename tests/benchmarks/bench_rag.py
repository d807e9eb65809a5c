"""Chapter 10 against its peers: BM25 against bm25s, exact search against FAISS.

Both searches look for the best ten of the same chunks; before they are timed, what they
find is compared. The texts are Python's documentation in chunks of a hundred words.
Exact search compares a question with ten thousand vectors of words.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

import numpy as np
from tests.benchmarks.bench_model import row
from tests.benchmarks.timing import installed, seconds

from sbt_jax import rag
from sbt_jax.embeddings import load_glove
from sbt_jax.recipes.rag import docs

BEST = 10


def bm25_rows(most: int | None) -> list[dict]:
    """Chunks indexed a second, and questions answered a second."""
    where, _ = docs.library(100, 25, most)
    asked = [rag.words(one.text, signs=True) for one in docs.asked()]
    words, index = where.words, where.lexical
    build: list[Callable[[], Any]] = [lambda: rag.lexical_index(words)]
    ask: list[Callable[[], Any]] = [
        lambda: [rag.top(rag.bm25(index, query), BEST) for query in asked]
    ]
    if installed("bm25s"):
        import bm25s

        def theirs() -> Any:
            peer = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
            peer.index(words, show_progress=False)
            return peer

        peer = theirs()
        known = [q for q in asked if any(word in index.postings for word in q)]
        for query in known[:50]:
            known_words = [word for word in query if word in index.postings]
            np.testing.assert_allclose(
                peer.get_scores(known_words) * (1.2 + 1),
                rag.bm25(index, known_words),
                rtol=1e-4,
                atol=1e-4,
            )
        build.append(theirs)
        ask.append(
            lambda: peer.retrieve(asked, k=BEST, show_progress=False, n_threads=1)
        )
    found = []
    for name, tasks, count in (
        ("BM25, index", build, len(words)),
        ("BM25, ask", ask, len(asked)),
    ):
        mine, *other = (count / spent for spent in seconds(*tasks))
        line = row(name, f"{len(words)} chunks", mine, *other, *["bm25s"][: len(other)])
        found.append(line | {"unit": "chunks/s" if "index" in name else "questions/s"})
    return found


def exact_row(count: int) -> dict:
    """Questions a second that are compared with every vector."""
    table = np.asarray(load_glove().units, np.float32)
    asked = table[:count] + np.float32(0.01)

    def ours() -> list[list[int]]:
        return [rag.top(table @ query, BEST) for query in asked]

    tasks: list[Callable[[], Any]] = [ours]
    if installed("faiss"):
        import faiss

        faiss.omp_set_num_threads(1)
        peer = faiss.IndexFlatIP(table.shape[1])
        peer.add(table)
        assert peer.search(asked, BEST)[1].tolist() == ours()
        tasks.append(functools.partial(peer.search, asked, BEST))
        name = "FAISS, flat"
    else:

        def plain() -> np.ndarray:
            return np.argpartition(-(asked @ table.T), BEST, axis=1)[:, :BEST]

        tasks.append(plain)
        name = "NumPy, all at once"
    mine, other = (count / spent for spent in seconds(*tasks))
    line = row("exact search", f"{len(table)} vectors", mine, other, name)
    return line | {"unit": "questions/s"}


def rows(quick: bool = False, smoke: bool = False) -> list[dict]:
    """BM25's index and questions, and exact search."""
    few = quick or smoke
    return [*bm25_rows(8 if smoke else None), exact_row(50 if few else 500)]


if __name__ == "__main__":
    for line in rows():
        print(json.dumps(line))
