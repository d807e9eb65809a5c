"""What others published about searching, recomputed with our functions."""

import itertools

import numpy as np
import pytest

from sbt_jax import rag
from sbt_jax.checkpoints import read_table
from sbt_jax.published.rag import RAG


def test_elasticsearchs_explanation_of_a_score():
    it = RAG["explained"].value
    rest = (it["mean"] * it["documents"] - it["length"]) / (it["documents"] - 1)
    texts = [["x"] * round(rest)] * (it["documents"] - 1)
    assert round(rest) == rest
    index = rag.lexical_index([["word", "y", "y"], *texts])
    assert rag.idf(it["documents"], it["holding"]) == pytest.approx(it["idf"], abs=1e-7)
    score = rag.bm25(index, ["word"])[0]
    assert score == pytest.approx(it["score"], abs=1e-6)
    assert score == pytest.approx(it["boost"] * it["idf"] * it["tf"], abs=1e-6)


def test_the_readme_of_rank_bm25():
    texts = [
        "Hello there good man!",
        "It is quite windy in London",
        "How is the weather today?",
    ]
    index = rag.lexical_index([text.split(" ") for text in texts])
    scores = rag.bm25(index, ["windy", "London"], k1=1.5, kind="classic")
    np.testing.assert_allclose(scores, RAG["readme"].value, atol=1e-8)
    assert round(rag.idf(3, 2, "classic"), 2) == -0.51  # of "is"


def test_the_gains_of_jarvelin_and_kekalainen():
    ours = rag.dcg(RAG["gains"].value)
    np.testing.assert_allclose(ours, RAG["discounted"].value, atol=0.006)
    assert rag.ndcg([3, 2, 3])[2] == pytest.approx(ours[2] / (6 + 2 / np.log2(3)))
    assert 6 + 3 / np.log2(3) == pytest.approx(7.89, abs=0.01)


def test_vectors_that_move_freely_reach_what_was_published_and_more():
    ours = read_table("rag")["limit"]
    both = [
        (ours[str(width)]["most"], most)
        for width, most in RAG["critical"].value.items()
        if str(width) in ours
    ]
    assert len(both) >= 3
    assert all(found >= most for found, most in both)


def test_the_failures_of_contextual_retrieval():
    plain, *others = RAG["contextual"].value.values()
    less = [1 - other / plain for other in others]
    np.testing.assert_allclose(less, RAG["contextual_less"].value, atol=0.005)


def test_what_a_context_for_each_chunk_costs():
    it = RAG["contextual_cost"].value
    chunks = it["document"] / it["chunk"]
    read = (chunks - 1) * it["document"] * it["cache read"]
    fresh = chunks * (it["chunk"] + it["instructions"]) * it["input"]
    a_document = it["document"] * it["cache write"] + read + fresh
    a_document += chunks * it["context"] * it["output"]
    a_million = a_document / it["document"]
    every = chunks * it["document"] * it["cache read"] + fresh
    every += it["document"] * it["cache write"] + chunks * it["context"] * it["output"]
    near = min(
        (a_million, every / it["document"]), key=lambda x: abs(x - it["dollars"])
    )
    assert near == pytest.approx(it["dollars"], abs=0.02)


def test_ranks_are_fused_with_the_constant_of_the_paper():
    assert rag.fusion.PILOT == 60
    one, two = [1, 2, 3], [3, 1, 2]
    scores = {
        d: sum(1 / (60 + ranks.index(d) + 1) for ranks in (one, two)) for d in (1, 2, 3)
    }
    ours = rag.fused([one, two])
    assert all(scores[a] >= scores[b] for a, b in itertools.pairwise(ours))
