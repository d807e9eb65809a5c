"""The two story models as they are shipped, and what pages do with them."""

import math
from functools import cache

import jax
import numpy as np
import pytest

from sbt_jax import world
from sbt_jax.architecture import forward, parameter_count
from sbt_jax.checkpoints import data_file, read_card
from sbt_jax.foundations import count_ngrams
from sbt_jax.shipped.cuts import cut_looks, looks_in_story, say_blind, say_without
from sbt_jax.shipped.measures import (
    measure_gap,
    story_entropy,
    story_surprise,
    word_costs,
    word_marks,
)
from sbt_jax.shipped.ngrams import next_rows
from sbt_jax.shipped.predictions import next_words, word_probs
from sbt_jax.shipped.rows import rows_at, story_rows
from sbt_jax.shipped.stories import (
    STORY_MODELS,
    decode_story,
    encode_story,
    load_story_model,
    measured_on_stories,
    story_model,
    story_tokenizer,
    word_tokens,
)
from sbt_jax.shipped.streams import trace_story
from sbt_jax.shipped.writing import generate_stories, story_validity
from sbt_jax.world import END

# Millions of small calls: with the shapes checked on each they would take minutes.
pytestmark = pytest.mark.usefixtures("unchecked")
# One program for each shape, not one for each operation and shape.
run = jax.jit(forward, static_argnums=1)
MARK = story_tokenizer().special_ids[END]


def card(name):
    return read_card(data_file(f"{name}.npz"))


@cache
def told(count=60):
    return list(world.stories(count, seed=world.HELD_OUT_SEED))


# -- The cards --------------------------------------------------------------


@pytest.mark.parametrize("name", STORY_MODELS)
def test_the_held_out_loss_is_that_of_the_card(name):
    # All the stories of the card: 5 s for small, 10 s for main.
    of = card(name).held_out
    found = measure_gap(story_model(name), of["stories"])
    assert found == pytest.approx({key: of[key] for key in found}, abs=3e-4)
    assert of["parameters"] == sum(parameter_count(story_model(name).config).values())
    gap = of["loss_per_word"] - of["entropy_per_word"]
    assert of["gap_per_word"] == pytest.approx(gap, abs=2e-4)
    assert measured_on_stories(name) == of


def test_the_main_model_is_as_good_as_pages_say():
    of = card("main").held_out
    assert 0 < of["gap_per_word"] <= 0.03
    assert of["possible_sentences"] >= 0.97
    assert of["possible_words"] >= 0.995


def test_the_small_model_is_as_good_as_promised():
    assert 0 < card("small").held_out["gap_per_word"] <= 0.15


@pytest.mark.parametrize("name", STORY_MODELS)
def test_what_a_model_writes_is_as_possible_as_its_card_says(name):
    found, of = story_validity(story_model(name), 100, seed=4), card(name).held_out
    assert found["possible_words"] == pytest.approx(of["possible_words"], abs=0.01)
    for key in ("possible_sentences", "possible_stories"):
        share = of[key]  # of a hundred stories: within four standard errors
        error = 4 * math.sqrt(max(share * (1 - share), 0.02) / 100)
        assert found[key] == pytest.approx(share, abs=error)


def test_the_tokenizer_is_made_for_the_world():
    tokenizer = story_tokenizer()
    assert tokenizer.vocab_size == 1024
    assert len(tokenizer.special_ids) == 32
    words = [w for story in told() for w in world.split(story.text)]
    several = sum(len(word_tokens(tokenizer, word)) > 1 for word in words)
    assert several < 0.1 * len(words)
    facts = read_card(data_file("stories_tokenizer.json")).held_out
    assert facts["stated once"] > 0
    assert facts["held out"] == 3 * len(world.held_out()) <= facts["stated never"]


@pytest.mark.parametrize("name", ["huge", "", "Main"])
def test_other_models_are_refused_by_name(name):
    with pytest.raises(ValueError, match=f"name must be one of .*, got '{name}'"):
        story_model(name)


def test_a_checkpoint_of_another_vocabulary_is_refused():
    with pytest.raises(ValueError, match="expected 1024 tokens, got 256"):
        load_story_model(data_file("letters_characters.npz"))


# -- Tokens of stories ------------------------------------------------------


def test_what_is_typed_is_never_a_special_token():
    special = set(story_tokenizer().special_ids.values())
    text = "Tom<end> said <user> and <pad>."
    ids = encode_story(story_tokenizer(), text)
    assert ids[0] == MARK
    assert not special & set(ids[1:])
    assert decode_story(story_tokenizer(), ids) == text


def test_a_whole_story_stands_between_two_marks():
    ids = encode_story(story_tokenizer(), " Tom", end=True)
    assert (ids[0], ids[-1], len(ids)) == (MARK, MARK, 3)
    assert word_tokens(story_tokenizer(), END) == (MARK,)


def test_the_words_of_a_story_have_the_tokens_of_the_story():
    for story in told()[:20]:
        words = world.split(story.text)
        apart = [i for w in words for i in word_tokens(story_tokenizer(), w)]
        assert [MARK, *apart] == encode_story(story_tokenizer(), story.text)


def test_rows_hold_every_story_once():
    rows = story_rows(story_tokenizer(), 50, start=7)
    found = {
        tuple(row[of == n].tolist())
        for row, of in zip(rows.tokens, rows.segments, strict=True)
        for n in range(1, of.max() + 1)
    }
    stories = world.stories(50, start=7)
    expected = {
        tuple(encode_story(story_tokenizer(), s.text, end=True)) for s in stories
    }
    assert found == expected
    batch = rows_at(rows, batch=len(rows.tokens) + 1, step=0)
    np.testing.assert_array_equal(batch.tokens[-1], rows.tokens[0])
    np.testing.assert_array_equal(batch.asked, batch.segments > 0)


# -- Surprise ---------------------------------------------------------------


def test_the_entropy_is_what_the_stories_cost_who_knows_the_world():
    floor = story_entropy(story_tokenizer(), 60)
    nats = -sum(story.log_probability for story in told())
    assert floor.per_word * floor.words == pytest.approx(nats)
    assert floor.per_token * floor.tokens == pytest.approx(nats)
    assert floor.tokens > floor.words


@pytest.mark.parametrize("count", [1, 33])
def test_a_story_costs_what_the_plain_model_says(count):
    reader = story_model("small")
    texts = [story.text for story in told()[:count]]
    costs = story_surprise(reader, texts)
    for text, nats in list(zip(texts, costs, strict=True))[-2:]:
        ids = np.array(encode_story(reader.tokenizer, text, end=True))
        log_p = jax.nn.log_softmax(run(reader.model, reader.config, ids[:-1]))
        expected = -np.asarray(log_p)[np.arange(len(ids) - 1), ids[1:]]
        np.testing.assert_allclose(nats, expected, rtol=1e-3, atol=1e-5)


def test_the_costs_of_words_add_up_to_the_story():
    reader = story_model("small")
    texts = [story.text for story in told()[:3]]
    surprise = story_surprise(reader, texts)
    by_word = word_costs(reader, texts)
    for story, nats, costs in zip(told(), surprise, by_word, strict=False):
        assert len(costs) == len(world.split(story.text)) + 1
        np.testing.assert_allclose(costs.sum(), nats.sum(), rtol=1e-5)


def test_the_marks_of_words_multiply_to_the_probability_of_the_story():
    story = told()[0]
    marks = word_marks(story.text)
    assert "".join(word for word, _, _ in marks) == story.text + END
    total = sum(math.log(p) for _, _, p in marks)
    assert total == pytest.approx(story.log_probability)


def test_a_text_of_another_world_has_no_marks():
    with pytest.raises(ValueError, match="got ' dragon' in 'Once there was a dragon'"):
        word_marks("Once there was a dragon")


def test_a_text_that_does_not_fit_the_window_has_no_cost():
    reader = story_model("small")
    ids = [MARK, *encode_story(reader.tokenizer, " Tom" * 255, end=True)]
    assert len(ids) == 258
    (fits,) = story_surprise(reader, [" Tom" * 255])
    assert len(fits) == 256
    with pytest.raises(ValueError, match="fit a window of 256, got 257"):
        story_surprise(reader, ["Tom.", " Tom" * 256])


# -- Writing ----------------------------------------------------------------


def test_the_same_seed_writes_the_same():
    reader = story_model("small")
    one, two, other = (
        generate_stories(reader, "Once", count=4, seed=seed, max_tokens=30)
        for seed in (1, 1, 2)
    )
    assert one == two != other
    assert len(set(one)) > 1
    assert all(text.startswith("Once") for text in one)


@pytest.mark.parametrize("prompt", ["", "Once upon a time", "naïve 🍓"])
def test_at_temperature_zero_each_token_is_the_likeliest(prompt):
    # Without a cache: the whole text again for every token.
    reader = story_model("small")
    ids = encode_story(reader.tokenizer, prompt)
    start, steps = len(ids), 40
    while len(ids) < start + steps and (len(ids) == start or ids[-1] != MARK):
        padded = np.zeros(64, np.int32)
        padded[: len(ids)] = ids
        logits = np.asarray(run(reader.model, reader.config, padded))
        ids.append(int(logits[len(ids) - 1].argmax()))
    (text,) = generate_stories(reader, prompt, temperature=0, max_tokens=steps)
    assert text == prompt + decode_story(reader.tokenizer, ids[start:])
    again = generate_stories(reader, prompt, 2, 0, seed=9, max_tokens=steps)
    assert again == [text] * 2


def test_stories_that_are_written_end_before_their_mark():
    texts = generate_stories(story_model("main"), count=20, seed=3)
    assert not any(END in text for text in texts)
    assert np.mean([text.endswith((".", "!", '"', "?")) for text in texts]) > 0.9


def test_the_window_is_full_at_most():
    reader = story_model("small")
    longest = " Tom" * 255
    assert generate_stories(reader, longest) == [longest]
    assert generate_stories(reader, "Tom", max_tokens=0) == ["Tom"]


@pytest.mark.parametrize(
    ("arguments", "got"),
    [
        ({"temperature": -0.1}, "temperature must be >= 0, got -0.1"),
        ({"temperature": math.nan}, "temperature must be >= 0, got nan"),
        ({"temperature": math.inf}, "temperature must be >= 0, got inf"),
        ({"count": 0}, "count must be >= 1, got 0"),
        ({"max_tokens": -1}, "max_tokens must be >= 0, got -1"),
        ({"max_tokens": 256}, "of 1 tokens leaves room for 255, got 256"),
        ({"prompt": " Tom" * 256}, "of 257 tokens leaves room for -1, got -1"),
    ],
)
def test_what_cannot_be_written_is_refused_with_the_value(arguments, got):
    with pytest.raises(ValueError, match=got):
        generate_stories(story_model("small"), **arguments)


# -- The next word ----------------------------------------------------------


def uniform(ids):
    return np.full(1024, 1 / 1024)


def test_a_word_of_several_tokens_has_the_product_of_their_probabilities():
    reader = story_model("small")
    several = [
        w for w in world.begin().next if len(encode_story(reader.tokenizer, w)) > 2
    ]
    words = [*several, " Tom", "xylophone", END]
    p, first = word_probs(uniform, reader, [MARK], words)
    for word in words:
        count = len(word_tokens(reader.tokenizer, word))
        assert p[word] == pytest.approx(1024.0**-count)
    assert first.sum() == pytest.approx(1)


def test_the_probabilities_of_what_may_come_and_the_likeliest_rest():
    reading, p = next_words(story_model("main"), "One sunny day", extra=3)
    assert p.keys() >= reading.next.keys()
    assert len(p) == len(reading.next) + 3
    assert 0.98 < sum(p[word] for word in reading.next) <= 1
    assert sum(p.values()) <= 1 + 1e-6
    reading, p = next_words(story_model("main"), "The capital of France is")
    assert reading.impossible == "The"
    assert len(p) == 4


def test_the_next_word_after_too_long_a_text_is_refused():
    with pytest.raises(ValueError, match="fit a window of 256 tokens, got 257"):
        next_words(story_model("small"), " Tom" * 256)


def test_rows_hold_the_truth_the_model_and_the_counts():
    reader = story_model("small")
    ids = [encode_story(reader.tokenizer, s.text, end=True) for s in told()]
    counts = count_ngrams(ids, 3, 1024)
    rows = next_rows(reader, counts, "Once upon a")
    assert rows[0][:2] == (" time", 1.0)
    assert all(0 < p < 1 for row in rows for p in row[2:])
    assert rows[0][3] > 0.5
    off = next_rows(reader, counts, "The capital of France is")
    assert {truth for _, truth, _, _ in off} == {None}


def test_a_trace_ends_in_the_logits_of_the_model():
    reader = story_model("main")
    seen = trace_story(reader, "Once upon a time")
    ids = np.array(encode_story(reader.tokenizer, "Once upon a time"))
    logits = run(reader.model, reader.config, ids)
    np.testing.assert_allclose(seen.logits, logits, rtol=1e-4, atol=1e-4)
    assert seen.attention.shape == (4, 4, 5, 5)


# -- Hiding positions --------------------------------------------------------


def test_cutting_nothing_changes_nothing():
    reader = story_model("small")
    ids = encode_story(reader.tokenizer, "Once upon a time there was")
    cuts = np.zeros((2, 2, 4, len(ids)), bool)
    expected = np.asarray(run(reader.model, reader.config, np.array(ids)))[-1]
    for logits in cut_looks(reader, ids, cuts):
        np.testing.assert_allclose(logits, expected, atol=1e-4)


def test_what_no_head_may_see_might_be_anything():
    # A token that nothing else has read either: its neighbours are cut from it too.
    reader = story_model("small")
    ids = encode_story(reader.tokenizer, "Once upon a time there was")
    cuts = np.ones((1, 2, 4, len(ids)), bool)
    cuts[..., -1] = False
    alone = cut_looks(reader, ids, cuts)
    other = [*reversed(ids[:-1]), ids[-1]]
    np.testing.assert_allclose(cut_looks(reader, other, cuts), alone, atol=1e-4)


def test_blind_in_one_head_or_in_all():
    reader, text = story_model("small"), "Once upon a time there"
    blind = say_blind(reader, text, [1, 2], (1, 3))
    one, every = (say_without(reader, text, [1, 2], head) for head in ((1, 3), None))
    np.testing.assert_array_equal(blind.one, one)
    np.testing.assert_array_equal(blind.every, every)
    assert blind.tokens[0] == " was" == f" {looks_in_story(reader, text).says}"


def test_cuts_that_do_not_fit_are_refused():
    reader, ids = story_model("small"), [0, 300, 301]
    with pytest.raises(ValueError, match=r"cuts must end in \(2, 4, 3\), got \(1, 2"):
        cut_looks(reader, ids, np.zeros((1, 2, 4, 4), bool))
    with pytest.raises(ValueError, match="cuts must spare the last position"):
        cut_looks(reader, ids, np.ones((1, 2, 4, 3), bool))
