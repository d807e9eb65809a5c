"""The mechanism of chapter 10: by hand, at its limits, and what it refuses."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax import rag
from sbt_jax.embeddings import WordVectors, load_glove
from sbt_jax.rag import Library, library, shelf

unchecked = pytest.mark.usefixtures("unchecked")
TEXTS = ("The cat sat on the mat.", "A boat on the sea", "Training costs money")


# -- Chunks -------------------------------------------------------------------


@pytest.mark.parametrize(("size", "overlap"), [(1, 0), (4, 0), (4, 3), (7, 2), (50, 9)])
def test_chunks_hold_every_word_in_order(size, overlap):
    text = " ".join(map(str, range(23)))
    found = rag.chunked([text, ""], size, overlap)
    assert {chunk.document for chunk in found} == {0}
    words = [chunk.text.split() for chunk in found]
    assert all(len(one) <= size for one in words)
    whole = words[0] + [w for one in words[1:] for w in one[overlap:]]
    assert whole == text.split()
    for one, chunk in zip(words, found, strict=True):
        assert one[0] == str(chunk.start)


@unchecked
@pytest.mark.parametrize("bad", [(0, 0), (4, 4), (4, -1), (-1, 0)])
def test_chunks_that_do_not_move_on_are_refused(bad):
    with pytest.raises(ValueError, match="got"):
        rag.spans(10, *bad)


# -- BM25 ---------------------------------------------------------------------


def test_bm25_by_hand():
    index = rag.lexical_index([["a", "b"], ["b", "b", "c", "c"]])
    scores = rag.bm25(index, ["b", "z"], k1=1.0, b=0.5)
    rare = np.log(1 + 0.5 / 2.5)
    one = rare * 2 / (1 + 0.5 + 0.5 * 2 / 3)
    two = rare * 4 / (2 + 0.5 + 0.5 * 4 / 3)
    np.testing.assert_allclose(scores, [one, two])


def test_bm25_at_its_limits():
    index = rag.lexical_index([["a"] * 9, ["a", "x"], ["y"]])
    many, one, none = rag.bm25(index, ["a"], k1=0)
    assert many == pytest.approx(one)
    assert one > none == 0  # only whether it is there
    long, short, _ = rag.bm25(index, ["x", "a"], b=0)
    assert short > 0
    assert long > 0
    assert not rag.bm25(index, []).any()
    twice = rag.bm25(index, ["x", "x"])
    np.testing.assert_allclose(twice, 2 * rag.bm25(index, ["x"]))


def test_lucenes_idf_is_never_negative_and_the_classic_one_is():
    rows = [[rag.idf(10, n, kind) for n in range(11)] for kind in ("lucene", "classic")]
    assert min(rows[0]) > 0
    assert rows[1][5] == 0
    assert rows[1][6] < 0
    for row in rows:
        assert row == sorted(row, reverse=True)


@unchecked
def test_what_bm25_refuses():
    index = rag.lexical_index([["a"]])
    with pytest.raises(TypeError, match="query"):
        rag.bm25(index, "a")
    with pytest.raises(ValueError, match=r"b must be .*got 1.5"):
        rag.bm25(index, ["a"], b=1.5)
    with pytest.raises(ValueError, match=r"k1 must be .*got -1"):
        rag.bm25(index, ["a"], k1=-1)
    with pytest.raises(ValueError, match=r"holding must be .*got 3"):
        rag.idf(2, 3)
    with pytest.raises(ValueError, match=r"kind must be .*got 'okapi'"):
        rag.idf(2, 1, "okapi")
    with pytest.raises(ValueError, match="documents must not be empty"):
        rag.lexical_index([])


# -- Dense --------------------------------------------------------------------


def test_the_common_direction_is_the_first_singular_vector():
    table = np.random.default_rng(0).normal(size=(30, 5)) + np.arange(5)
    ours = rag.common_direction(table)
    (first, *_) = np.linalg.svd(table)[2]
    assert abs(ours @ first) == pytest.approx(1, abs=1e-6)
    left = library.without(table, ours)
    np.testing.assert_allclose(left @ ours, 0, atol=1e-9)
    assert not rag.common_direction(np.zeros((2, 3))).any()


def test_late_interaction_is_max_sim_with_every_word():
    books = Library(TEXTS, load_glove())
    query = rag.words("a kitten at sea, unheardofword")
    known = [word for word in query if word in books.vectors]
    asked = jnp.stack([books.vectors[word] for word in known])
    weights = jnp.array([books.weights.get(word, 1.0) for word in known])
    ours = library.late(books, query, [0, 1, 2])
    for i, words in enumerate(books.words):
        rows = jnp.stack([books.vectors[w] for w in words if w in books.vectors])
        assert ours[i] == pytest.approx(float(rag.max_sim(asked, rows, weights)), 1e-5)


def test_a_text_of_unknown_words_has_no_direction_and_finds_nothing():
    books = Library(TEXTS, load_glove())
    for search in ("BM25", "dense", "hybrid", "reranked"):
        assert rag.ranked(books, "qqq zzz", search) == []
        assert rag.ranked(books, "", search) == []
    assert rag.ranked(books, "ship", "BM25") == []
    assert rag.ranked(books, "ship", "dense")[0] == 1


@unchecked
def test_what_a_library_refuses():
    with pytest.raises(ValueError, match="passages must not be empty"):
        Library((), load_glove())
    with pytest.raises(TypeError, match="passages"):
        Library("abc", load_glove())
    with pytest.raises(ValueError, match=r"search must be one of .*got 'magic'"):
        rag.ranked(Library(TEXTS, load_glove()), "cat", "magic")


# -- Rankings and measures ----------------------------------------------------


def test_fusion_goes_by_ranks_only():
    assert rag.fused([[1, 2, 3], [3, 2, 1]]) == [1, 3, 2]
    assert rag.fused([[1, 2], [2, 1], [2]]) == [2, 1]
    assert rag.fused([[], []]) == []
    with pytest.raises(ValueError, match="once"):
        rag.fused([[1, 1]])


def test_of_equal_scores_the_earlier_comes_first():
    assert rag.top(np.array([1.0, 2.0, 2.0, 0.0]), 4) == [1, 2, 0, 3]
    assert rag.top(np.array([1.0, 0.0]), 4, positive=True) == [0]


def test_measures_by_hand():
    assert rag.recall_at([1, 2, 3], {3, 9}, 3) == 0.5
    assert rag.recall_at([1, 2, 3], {3}, 2) == 0
    assert rag.reciprocal_rank([1, 2, 3], {3, 2}) == 0.5
    low, high = rag.bootstrap([1.0] * 5, seed=0)
    assert (low, high) == (1.0, 1.0)
    with pytest.raises(ValueError, match="must not be empty"):
        rag.bootstrap([], seed=0)
    with pytest.raises(ValueError, match="right must not be empty"):
        rag.recall_at([1], [], 1)


# -- One vector each, and cells -----------------------------------------------


def test_on_a_circle_two_of_six_pairs_are_out_of_reach():
    rng = np.random.default_rng(0)
    for angles in rng.uniform(0, 2 * np.pi, (20, 4)):
        pairs = rag.on_a_circle(angles)
        assert len(pairs) == 4
        points = np.stack([np.cos(angles), np.sin(angles)], 1)
        asked = rng.normal(size=(4000, 2)) @ points.T
        seen = {tuple(sorted(map(int, row))) for row in np.argsort(-asked)[:, :2]}
        assert seen <= set(pairs)


def test_three_documents_fit_two_numbers_and_four_do_not():
    keys = jax.random.split(jax.random.key(1), 2)
    assert rag.solved(keys, 3, 2, 300).min() == 1
    assert rag.solved(keys, 4, 2, 300).max() == pytest.approx(4 / 6)


def test_all_cells_are_exact_and_one_cell_is_not():
    table = np.random.default_rng(0).normal(size=(300, 8))
    rows = rag.recall_by_probes(table, 20, (1, 5, 20), 30, seed=0)
    shares, found = zip(*[row[1:] for row in rows], strict=True)
    assert list(shares) == sorted(shares)
    assert shares[-1] == 1
    assert list(found) == sorted(found)
    assert found[-1] == 1
    assert found[0] < 1


# -- The shelf, and what is laid before a model -------------------------------


def test_a_shelf_gives_back_sections_and_vectors():
    glove = load_glove()
    sections = [
        shelf.Section("a", "x", "Cats", "a cat " * 9),
        shelf.Section("b", "", "B", ""),
    ]
    made = shelf.shelf(sections, {"a": (1, "One"), "b": (2, "Two")}, glove, 300)
    vectors = shelf.vectors_of(made)
    assert len(vectors) == 300
    assert "cat" in vectors
    np.testing.assert_allclose(vectors["cat"], glove["cat"], atol=0.05)
    books, of = shelf.shelved(made, 10, 2)
    assert of == [0, 0]
    assert books.passages[1].startswith("One. Cats. ")
    assert "</" not in shelf.script({"x": "</script>"})


def test_endings_small_words_and_titles_change_what_is_found_by_words():
    sections = [
        shelf.Section("a", "x", "Costs", "some words about nothing"),
        shelf.Section("a", "y", "Y", "the cost of a thing, and of others, costs more"),
    ]
    made = shelf.shelf(sections, {"a": (1, "One")}, load_glove(), 300)
    found = {}
    for how in ((1, False), (1, True), (9, True)):
        books, of = shelf.shelved(made, 100, 0, *how)
        found[how] = [of[i] for i in rag.ranked(books, "the cost", "BM25")]
    assert found == {(1, False): [1], (1, True): [1, 0], (9, True): [0, 1]}
    assert rag.ranked(books, "of the", "BM25") == []
    with pytest.raises(ValueError, match="titles must be >= 0, got -1"):
        shelf.shelved(made, 10, titles=-1)


def test_what_fits_and_what_is_cited():
    assert rag.within([5, 5, 5], 15) == 3
    assert rag.within([], 0) == 0
    assert rag.cited("Tom is here. Ann is here.", ["Ann is here.", "Bob"]) == [0]
    assert rag.cited("", ["", " "]) == []


@unchecked
def test_vectors_must_be_of_one_width():
    with pytest.raises(ValueError, match="document"):
        rag.max_sim(np.ones((2, 3), np.float32), np.ones((2, 4), np.float32))
    two = WordVectors(("a", "b"), jnp.eye(2))
    with pytest.raises(TypeError, match="words"):
        rag.mean_vector("ab", two, {})
