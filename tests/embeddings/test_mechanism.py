"""Chapter 3: lookup, space, counts, skip-gram, real vectors."""

import math
import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax import embeddings, world
from sbt_jax.checkpoints import data_file as shipped_file
from sbt_jax.checkpoints import read_card, read_table
from sbt_jax.embeddings import (
    RELATIONS,
    WAYS,
    SkipGramSettings,
    WordVectors,
    analogies,
    answer_analogies,
    axis,
    cooccurrence,
    cosine,
    cosines_by_group,
    edit_distance,
    embed,
    embed_one_hot,
    group_share,
    init_skip_gram,
    load_glove,
    near_spellings,
    nearest,
    neighbours_kept,
    offset,
    pca,
    permutation_test,
    pmi,
    random_axes,
    skip_gram_loss,
    svd_vectors,
    train_skip_gram,
    unembed,
    unit,
    vocabulary,
)
from sbt_jax.published.embeddings import EMBEDDINGS
from sbt_jax.shipped.stories import encode_story, story_model
from sbt_jax.shipped.streams import last_streams, trace_story

# One program for each shape, not one for each operation and shape.
cosine, embed, embed_one_hot, offset, skip_gram_loss, unembed, unit = map(
    jax.jit, (cosine, embed, embed_one_hot, offset, skip_gram_loss, unembed, unit)
)

RNG = np.random.default_rng(3)
TABLE = jnp.asarray(RNG.normal(size=(40, 6)), jnp.float32)


# -- From a number to a vector ------------------------------------------------


def test_a_lookup_is_a_product_with_a_one_hot_vector():
    ids = np.array([[3, 0], [39, 3]])
    np.testing.assert_array_equal(embed(TABLE, ids), embed_one_hot(TABLE, ids))


def test_a_lookup_trains_only_the_rows_that_it_read():
    def loss(table):
        return (embed(table, jnp.array([3, 5])) ** 2).sum()

    slope = np.asarray(jax.jit(jax.grad(loss))(TABLE))
    assert sorted(np.flatnonzero(np.abs(slope).sum(axis=1))) == [3, 5]


def test_the_embedding_of_the_main_model_is_what_it_reads_and_writes_with():
    main = story_model("main")
    table = jnp.asarray(main.model.embedding)
    seen = trace_story(main, "Once upon")
    ids = np.array(encode_story(main.tokenizer, "Once upon"))
    streams, logits = np.asarray(seen.streams), np.asarray(seen.logits)
    np.testing.assert_array_equal(streams[0], embed(table, ids))
    last = streams[-1, -1]
    read = np.asarray(main.model.norm) * last / np.sqrt((last**2).mean() + 1e-6)
    np.testing.assert_allclose(unembed(table, read), logits[-1], rtol=1e-4, atol=1e-4)


# -- The space ----------------------------------------------------------------


def test_cosines_of_angles_known_from_school():
    one = np.array([1, 0], np.float32)
    for degrees in (0, 30, 60, 90, 135, 180):
        angle = math.radians(degrees)
        other = 7 * np.array([math.cos(angle), math.sin(angle)], np.float32)
        assert float(cosine(one, other)) == pytest.approx(math.cos(angle), abs=1e-6)


def test_length_does_not_change_a_cosine():
    one, other = np.asarray(TABLE)[:2]
    np.testing.assert_allclose(
        cosine(5 * one, other), cosine(one, np.float32(0.1) * other), rtol=1e-5
    )


def test_a_vector_of_zeros_has_no_direction_and_is_no_number_short():
    assert float(cosine(np.zeros(6, np.float32), np.asarray(TABLE)[0])) == 0.0
    slopes = jax.jit(jax.jacobian(lambda v: unit(v + 1.0)))(np.zeros(3, np.float32))
    assert np.isfinite(slopes).all()


def test_nearest_agrees_with_sorting_all_cosines():
    query = jnp.asarray(np.asarray(TABLE)[[7, 9]].sum(axis=0))
    every = np.array([float(cosine(row, query)) for row in np.asarray(TABLE)])
    rows, found = nearest(TABLE, query, count=5, without=(7,))
    every[7] = -2
    order = np.argsort(-every)[:5]
    np.testing.assert_array_equal(rows, order)
    np.testing.assert_allclose(found, every[order], rtol=1e-5)


@pytest.mark.parametrize("count", [0, -1, 40])
def test_more_neighbours_than_words_are_refused(count):
    with pytest.raises(ValueError, match=f"count must be in 1..39, got {count}"):
        nearest(TABLE, TABLE[0], count, without=(3,))


def test_an_offset_by_hand():
    a, b, c = 2 * np.eye(3, dtype=np.float32)
    np.testing.assert_allclose(offset(a, b, c), [1, -1, 1])


@pytest.mark.parametrize("way", WAYS)
def test_many_analogies_are_each_what_one_is(way):
    vectors = WordVectors(tuple(f"w{i}" for i in range(40)), TABLE)
    questions = RNG.integers(40, size=(30, 3))
    answers = answer_analogies(TABLE, jnp.asarray(questions), way)
    for (a, b, c), answer in zip(questions.tolist(), answers.tolist(), strict=True):
        if way == "only c":
            struck = [f"w{i}" for i in {a, b}]
            ((word, _),) = vectors.neighbours(f"w{c}", 1, struck)
        else:
            ask = vectors.analogy(f"w{a}", f"w{b}", f"w{c}", 1, way == "excluded")
            ((word, _),) = ask
        assert word == f"w{answer}"


def test_another_way_is_refused():
    with pytest.raises(ValueError, match=r"way must be one of .* got 'sometimes'"):
        answer_analogies(TABLE, jnp.array([[0, 1, 2]]), "sometimes")


def test_an_axis_by_hand():
    found = axis(jnp.eye(4), jnp.array([0, 1]), jnp.array([2, 3]))
    np.testing.assert_allclose(found, [-0.5, -0.5, 0.5, 0.5], rtol=1e-6)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("start", "end", "message"),
    [([0], [1, 2], "pair up, got 1 and 2"), ([], [], "pair up"), ([4], [4], "differ")],
)
def test_an_axis_that_leads_nowhere_is_refused(start, end, message):
    start, end = jnp.array(start, int), jnp.array(end, int)
    with pytest.raises(ValueError, match=message):
        axis(TABLE, start, end)


def test_pca_agrees_with_the_eigenvectors_of_the_covariance():
    flat, directions = map(np.asarray, pca(TABLE, 3))
    values, vectors = np.linalg.eigh(np.cov(np.asarray(TABLE).T))
    for i in range(3):
        same = abs(float(directions[i] @ vectors[:, -1 - i]))
        assert same == pytest.approx(1, abs=1e-4)
        assert float(flat[:, i].var(ddof=1)) == pytest.approx(values[-1 - i], rel=1e-3)


def test_a_picture_with_every_direction_hides_nothing():
    units = unit(TABLE)
    flat, _ = pca(units, 6)
    np.testing.assert_array_equal(neighbours_kept(units, flat, np.arange(40), 5), 1.0)
    one, _ = pca(units, 1)
    assert np.asarray(neighbours_kept(units, one, np.arange(40), 5)).mean() < 0.6


@pytest.mark.parametrize("count", [0, 7])
def test_more_components_than_directions_are_refused(count):
    with pytest.raises(ValueError, match=f"count must be in 1..6, got {count}"):
        pca(TABLE, count)


def test_random_axes_are_of_length_one_and_differ():
    draw = jax.jit(random_axes, static_argnames=("pairs", "count"))
    axes = np.asarray(draw(jax.random.key(0), TABLE, pairs=3, count=50))
    np.testing.assert_allclose(np.linalg.norm(axes, axis=1), 1, rtol=1e-5)
    assert np.abs(axes @ axes.T - np.eye(50)).max() < 0.9999


def test_a_permutation_test_agrees_with_all_deals_by_hand():
    # Of the 6 ways to deal 1, 2, 3, 4 into two pairs, 2 differ by 2 or more.
    one, other = jnp.array([1.0, 2.0]), jnp.array([3.0, 4.0])
    gap, share = permutation_test(jax.random.key(0), one, other, 20_000)
    assert float(gap) == 2.0
    assert float(share) == pytest.approx(1 / 3, abs=0.02)


def test_groups_by_hand():
    same = jnp.asarray(np.array([[1, 0], [1, 0], [0, 1], [0, 1]], np.float32))
    assert float(jax.jit(group_share)(same, np.array([0, 0, 1, 1]))) == 1.0
    within, between = cosines_by_group(
        jnp.asarray(np.asarray(same)[:, None]), jnp.array([True, False, True, False])
    )
    assert float(within[0]) == 0.0
    assert float(between[0]) == pytest.approx(0.5)


def test_a_group_of_one_is_refused():
    with pytest.raises(ValueError, match="two or more"):
        cosines_by_group(TABLE[:3, None], jnp.array([True, False, False]))


# -- Counts -------------------------------------------------------------------

TEXTS = [[0, 1, 2, 1], [2, 2], [], [1]]


def test_neighbours_are_counted_as_a_loop_would():
    expected = np.zeros((3, 3), int)
    for text in TEXTS:
        for i, word in enumerate(text):
            for j, other in enumerate(text):
                if i != j and abs(i - j) <= 2:
                    expected[word, other] += 1
    np.testing.assert_array_equal(cooccurrence(TEXTS, 3, reach=2), expected)


def test_a_word_that_does_not_count_takes_its_place():
    np.testing.assert_array_equal(cooccurrence([[0, -1, 0]], 1, reach=1), [[0]])
    np.testing.assert_array_equal(cooccurrence([[0, -1, 0]], 1, reach=2), [[2]])


@pytest.mark.parametrize(
    ("texts", "reach", "message"),
    [
        ([[0]], 0, "reach must be >= 1, got 0"),
        ([[5]], 1, r"in -1\.\.2, got 5"),
        ([[-2]], 1, "got -2"),
    ],
)
def test_texts_out_of_range_are_refused(texts, reach, message):
    with pytest.raises(ValueError, match=message):
        cooccurrence(texts, 3, reach)


def test_a_vocabulary_is_in_order_of_frequency():
    found = vocabulary([["b", "a", "b"], ["c", "a", "b"]], least=2)
    assert found == {"b": 0, "a": 1}


def test_pmi_of_independent_words_is_zero():
    single = np.array([1, 2, 3])
    np.testing.assert_allclose(pmi(np.outer(single, single)), 0, atol=1e-12)


def test_a_word_without_neighbours_is_refused():
    with pytest.raises(ValueError, match="got none for 1"):
        pmi(np.array([[1, 0], [0, 0]]))


def test_the_svd_is_exact_when_nothing_is_cut():
    counts = cooccurrence([RNG.integers(5, size=300).tolist()], 5, reach=2)
    positive = np.maximum(pmi(counts), 0)
    _, sizes, right = np.linalg.svd(positive)
    vectors = np.asarray(svd_vectors(counts, width=5))
    other = right.T * np.sqrt(sizes)
    np.testing.assert_allclose(vectors @ other.T, positive, atol=1e-5)
    with pytest.raises(ValueError, match=r"width must be in 1\.\.5, got 6"):
        svd_vectors(counts, width=6)


# -- Skip-gram ----------------------------------------------------------------


def test_the_loss_before_training_is_that_of_coins():
    vectors = init_skip_gram(jax.random.key(0), vocab_size=9, width=4)
    ids = np.arange(6)
    loss = skip_gram_loss(vectors, ids, ids, np.zeros((6, 5), int))
    assert float(loss) == pytest.approx(6 * math.log(2), rel=1e-6)


def test_dot_products_become_shifted_pmi_when_there_is_room():
    # Levy & Goldberg: with as many dimensions as words the optimum is exact.
    counts = np.array([[40, 90, 20], [90, 10, 60], [20, 60, 30]])
    settings = SkipGramSettings(
        width=6, negatives=2, power=0.75, batch=4096, steps=1500, learning_rate=0.02
    )
    vectors = train_skip_gram(jax.random.key(0), counts, settings)
    wanted = pmi(counts, power=0.75) - math.log(2)
    word, context = map(np.asarray, vectors)
    np.testing.assert_allclose(word @ context.T, wanted, atol=0.08)


def test_training_is_repeatable_and_its_snapshots_change_nothing():
    counts = cooccurrence([RNG.integers(8, size=500).tolist()], 8, reach=2)
    settings = SkipGramSettings(width=4, batch=64, steps=30)
    kept = {}
    plain = train_skip_gram(jax.random.key(1), counts, settings)
    seen = train_skip_gram(
        jax.random.key(1), counts, settings, kept.__setitem__, (0, 7, 30)
    )
    np.testing.assert_allclose(plain.word, seen.word, atol=1e-6)
    assert list(kept) == [0, 7, 30]
    assert not np.allclose(kept[0].word, kept[7].word)


@pytest.mark.parametrize("name", ["width", "negatives", "batch", "steps"])
def test_settings_that_are_not_positive_are_refused(name):
    with pytest.raises(ValueError, match=f"{name} must be >= 1, got 0"):
        SkipGramSettings(**{name: 0})


def test_nothing_to_learn_from_and_late_snapshots_are_refused():
    settings = SkipGramSettings(steps=3)
    with pytest.raises(ValueError, match="counts must hold a pair"):
        train_skip_gram(jax.random.key(0), np.zeros((3, 3), int), settings)
    with pytest.raises(ValueError, match=r"snapshot_at must be in 0\.\.3, got 4"):
        train_skip_gram(jax.random.key(0), np.ones((3, 3), int), settings, print, (4,))


# -- Words --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [
        ("", "", 0),
        ("", "abc", 3),
        ("kitten", "sitting", 3),
        ("abc", "abc", 0),
        ("flaw", "lawn", 2),
    ],
)
def test_edit_distances_by_hand(one, other, edits):
    assert edit_distance(one, other) == edit_distance(other, one) == edits


@pytest.mark.parametrize("word", ["qeen", "xylophon", "", "QUEEN", "é", "z" * 500])
def test_near_spellings_agree_with_trying_every_word(word):
    words = load_glove().words[:400]
    typed = word.lower()[:30]
    distances = sorted(
        (edit_distance(typed, w), w[:1] != typed[:1], i) for i, w in enumerate(words)
    )
    assert near_spellings(word, words, 4) == [words[i] for *_, i in distances[:4]]


def test_an_unknown_word_is_refused_with_known_ones_near_it():
    with pytest.raises(ValueError, match="got 'quean'; near it are queen"):
        load_glove().neighbours("quean")


def test_words_that_do_not_fit_their_vectors_are_refused():
    with pytest.raises(ValueError, match="got 1 words, 40 vectors"):
        WordVectors(("one",), TABLE)
    with pytest.raises(ValueError, match="words must differ"):
        WordVectors(("one", "one"), TABLE[:2])


def test_the_shipped_words_hold_all_that_is_asked():
    glove = load_glove()
    assert glove.table.shape == (10_000, 50)
    assert set(embeddings.needed_words()) <= set(glove.words)
    assert set(embeddings.HELD_BY["women"]) <= set(embeddings.OCCUPATIONS)
    assert set(embeddings.HELD_BY["men"]) <= set(embeddings.OCCUPATIONS)


def test_the_shipped_vectors_are_those_that_were_published():
    first = EMBEDDINGS["glove_the"].value
    # int8 with one scale a row: off by half a step of a 127th of the largest.
    the = np.asarray(load_glove()["the"])
    step = np.abs(the).max() / 127
    np.testing.assert_allclose(the[:4], first, atol=0.51 * step)


def test_the_card_names_licence_source_and_checksums():
    card = read_card(shipped_file("glove.npz"))
    assert "PDDL" in card.what
    assert "nlp.stanford.edu" in card.what
    assert len(card.inputs) == 3
    assert all(len(value) == 64 for value in card.inputs.values())
    assert shipped_file("glove.npz").stat().st_size <= 600_000


def test_king_is_nearest_and_queen_when_it_is_struck_out():
    glove = load_glove()
    (first, _), (second, _) = glove.analogy("king", "man", "woman", 2, False)
    assert (first, second) == ("king", "queen")
    assert glove.analogy("king", "man", "woman", 1)[0][0] == "queen"


def test_the_famous_numbers_of_the_whole_table():
    rows = {
        tuple(row["question"]): row["answers"]
        for row in read_table("analogies")["famous"]
    }
    assert rows["king", "man", "woman"][:2] == [["king", 0.885], ["queen", 0.852]]
    assert rows["paris", "france", "italy"][0] == ["rome", 0.847]
    assert rows["paris", "france", "japan"][0] == ["tokyo", 0.923]


def test_the_shipped_counts_are_those_of_the_lists():
    table = read_table("analogies")
    assert table["words"] == EMBEDDINGS["glove_shape"].value[0]
    assert set(table["relations"]) == set(RELATIONS)
    for name, row in table["relations"].items():
        pairs = len(RELATIONS[name])
        assert (row["pairs"], row["asked"]) == (pairs, pairs * (pairs - 1))
        assert 0 <= row["included"] <= row["excluded"] <= row["asked"]


def test_every_pair_of_pairs_is_asked_once():
    asked = analogies([("a", "b"), ("c", "d"), ("e", "f")])
    assert len(set(asked)) == 6
    assert ("b", "a", "c", "d") in asked
    with pytest.raises(ValueError, match="two or more, got 1"):
        analogies([("a", "b")])


def test_lists_hold_no_word_twice():
    for name, pairs in RELATIONS.items():
        words = [word for pair in pairs for word in pair]
        assert len(words) == len(set(words)), name
    groups = embeddings.story_groups()
    words = [word for of in groups.values() for word in of]
    assert len(words) == len(set(words))
    told = " ".join(story.text for story in world.stories(1200))
    assert set(words) <= set(re.findall(r"\w+", told))


# -- Streams ------------------------------------------------------------------


def test_streams_at_the_last_token_are_those_of_a_trace():
    reader = story_model("small")
    texts = ["Once upon a time", "They sat on the bank"]
    found = np.asarray(last_streams(reader, texts))
    for row, text in zip(found, texts, strict=True):
        seen = np.asarray(trace_story(reader, text).streams)[:, -1]
        np.testing.assert_allclose(row, seen, atol=1e-4)
    with pytest.raises(ValueError, match="texts must not be empty"):
        last_streams(reader, [])
    with pytest.raises(ValueError, match="must fit a window"):
        last_streams(reader, ["bank " * 300])


def test_bank_after_different_words_parts_in_the_main_model():
    texts = [
        "Tom and Anna were by the river. They sat on the bank",
        "Ida and Max were in the barn. They sat on the bank",
        "Tom and Anna were in the barn. Tom took his coins to the bank",
        "Ida and Max were by the river. Ida took her coins to the bank",
    ]
    streams = jnp.asarray(last_streams(story_model("main"), texts))
    first = jnp.array([True, True, False, False])
    within, between = map(np.asarray, cosines_by_group(streams, first))
    assert between[0] == pytest.approx(1, abs=1e-5)
    assert (within - between).max() > 0.03
