"""What comes next, in the browser: the world, the shipped models and n-grams."""

import random
from functools import cache

import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax import checkpoints, world
from sbt_jax.foundations import count_ngrams, ngram_probs, word_gap
from sbt_jax.shipped.ngrams import ngram_table
from sbt_jax.shipped.predictions import next_words
from sbt_jax.shipped.stories import encode_story, story_model

# Millions of small calls: with the shapes checked on each they would take minutes.
pytestmark = pytest.mark.usefixtures("unchecked")

READER = """(script, tables, spec, texts, ask) => {
  (0, eval)(script)
  ;(0, eval)(tables)
  const stories = sbt.stories(
    {weights: sbt.weights.small, tokenizer: spec, tables: sbt.tables})
  return texts.map((text) => (0, eval)(ask)(stories, text))
}"""
LOOK = "(stories, text) => stories.look(text)"


@cache
def small():
    return story_model("small")


def ask(live_js, texts, code=LOOK):
    """The answers of the browser's small model, one for each text."""
    script, tables = checkpoints.browser_script("small"), world.browser_script()
    return live_js(READER, script, tables, small().tokenizer.spec(), texts, code)


def beginnings(count):
    """Beginnings of stories, cut between words anywhere, the end included."""
    rng = random.Random(0)
    for story in world.stories(count, seed=9):
        words = world.split(story.text)
        yield "".join(words[: rng.randrange(len(words) + 1)])


# -- n-grams ----------------------------------------------------------------

NGRAMS = """(table, texts) => {
  const {probabilities} = sbt.ngrams(table)
  return texts.map((ids) => Array.from(probabilities(ids)))
}"""


@pytest.mark.parametrize("order", [1, 2, 4])
def test_counted_probabilities_are_those_of_python(live_js, order):
    rng = np.random.default_rng(order)
    texts = [rng.integers(0, rng.integers(2, 40), 200).tolist() for _ in range(6)]
    counts = count_ngrams(texts, order, vocab_size=300)
    asked = [texts[0][:n] for n in (1, 2, 3, 9)] + [[299], [7, 299], [299, 5, 6]]
    theirs = live_js(NGRAMS, ngram_table(counts, 300), asked)
    ours = [ngram_probs(counts, jnp.array(ids), 300) for ids in asked]
    np.testing.assert_allclose(theirs, ours, rtol=1e-5)
    np.testing.assert_allclose(np.sum(theirs, axis=1), 1, rtol=1e-9)


def test_numbers_of_any_size_survive_the_table(live_js):
    # Keys beyond 2 ** 28 take five bytes each.
    texts = [[0, 1, 2, 3, 99_998], [99_999, 99_998, 5, 1]]
    counts = count_ngrams(texts, 3, vocab_size=100_000)
    theirs = live_js(NGRAMS, ngram_table(counts, 100_000), [[99_999, 99_998]])
    ours = ngram_probs(counts, jnp.array([99_999, 99_998]), 100_000)
    np.testing.assert_allclose(theirs[0], ours, rtol=1e-5)


# -- The next word ----------------------------------------------------------


def test_the_next_word_is_that_of_python_on_forty_beginnings(live_js):
    texts = list(beginnings(40))
    for text, theirs in zip(texts, ask(live_js, texts), strict=True):
        reading, p = next_words(small(), text)
        truth = {word: after.probability for word, after in reading.next.items()}
        rows = {word: (t, m) for word, t, m in theirs["rows"]}
        assert "".join(theirs["words"]) == text
        assert (theirs["partial"], theirs["cut"]) == ("", 0)
        assert theirs["impossible"] is reading.impossible is None
        assert theirs["start"] == encode_story(small().tokenizer, text)
        assert rows.keys() >= truth.keys()
        assert {w: t for w, (t, _) in rows.items() if t} == pytest.approx(truth)
        common = rows.keys() & p.keys()
        assert len(common) >= len(rows) - 1  # two words may be as likely
        for word in common:
            assert rows[word][1] == pytest.approx(p[word], rel=2e-3, abs=1e-6)
        assert theirs["gap"] == pytest.approx(word_gap(truth, p), abs=2e-3)


def test_rows_come_in_the_order_of_the_larger_number(live_js):
    for found in ask(live_js, list(beginnings(10))):
        larger = [max(truth, model) for _, truth, model in found["rows"]]
        assert larger == sorted(larger, reverse=True)


OFF_WORLD = [
    "The capital of France is",
    "Once there was a dragon called",
    "🍓 Once",
    "Once\n",
    "Once upon a time there was a queen called Zoë",
    "<end>",
    "x" * 400,
    "naïve 日本語 ",
]


def test_off_the_world_there_is_no_truth_but_a_model(live_js):
    for text, found in zip(OFF_WORLD, ask(live_js, OFF_WORLD), strict=True):
        assert found["impossible"] == world.read(text).impossible, text
        assert found["partial"] == ""
        assert found["gap"] is None
        assert not found["ended"]
        assert 1 <= len(found["rows"]) <= 4
        assert all(truth is None for _, truth, _ in found["rows"])
        typed = text.removesuffix(" ")  # the space belongs to the next word
        ids = encode_story(small().tokenizer, typed)
        room = small().config.window - 8
        assert found["start"] == [ids[0], *ids[1:][-(room - 1) :]]
        assert found["cut"] == max(0, len(ids) - room)
        if not found["cut"] and "�" not in "".join(w for w, *_ in found["rows"]):
            _, p = next_words(small(), typed)
            theirs = {word: model for word, _, model in found["rows"]}
            assert theirs == pytest.approx(p, rel=2e-3)


def test_nothing_yet_is_a_beginning_too(live_js):
    (found,) = ask(live_js, [""])
    assert found["impossible"] is None
    truth = {word: after.probability for word, after in world.begin().next.items()}
    assert {w: t for w, t, _ in found["rows"] if t} == pytest.approx(truth)


def test_a_story_that_is_told_may_end(live_js):
    (story,) = world.stories(1, seed=9)
    (found,) = ask(live_js, [story.text])
    expected = world.read(story.text).next[world.END].probability
    ((truth, model),) = [(t, m) for word, t, m in found["rows"] if word == world.END]
    assert truth == pytest.approx(expected)
    assert model == pytest.approx(expected, abs=0.15)
    assert not found["ended"]


@pytest.mark.parametrize("text", ["Once upon a ", "Once upon a"])
def test_a_space_belongs_to_the_next_word(live_js, text):
    (found,) = ask(live_js, [text])
    assert found["impossible"] is None
    assert found["rows"][0][:2] == [" time", 1]


def test_a_word_half_typed_is_completed(live_js):
    half = "One sunny day An"
    (found,) = ask(live_js, [half])
    assert found["partial"] == " An"
    assert found["words"] == ["One", " sunny", " day"]
    assert found["impossible"] is None
    assert found["gap"] is None
    may = {w: t for w, t, _ in found["rows"] if t}
    assert may == {" Anna": 1}
    assert sum(model for *_, model in found["rows"]) == pytest.approx(1)
    assert all(word.startswith(" An") for word, *_ in found["rows"])
    (several,) = ask(live_js, ["One sunny day M"])
    whole = world.read("One sunny day").next
    chosen = {w: a.probability for w, a in whole.items() if w.startswith(" M")}
    total = sum(chosen.values())
    assert len(chosen) > 2
    assert {w: t for w, t, _ in several["rows"] if t} == pytest.approx(
        {w: p / total for w, p in chosen.items()}
    )


def test_a_word_that_no_story_has_there_is_not_taken_for_half_a_word(live_js):
    (found,) = ask(live_js, ["One sunny day Anx"])
    assert (found["partial"], found["impossible"]) == ("", " Anx")
    (typed_on,) = ask(live_js, ["One sunny day An "])
    assert (typed_on["partial"], typed_on["impossible"]) == ("", " An")


def test_a_text_beyond_the_window_keeps_its_end_and_all_of_its_world(live_js):
    longest = max(world.stories(400, seed=9), key=lambda story: len(story.text)).text
    code = """(stories, text) => {
      const {ids, cut} = stories.ids(text, 200)
      return [ids, cut, stories.end, stories.tokenizer.encode(text)]
    }"""
    ((ids, cut, end, whole),) = ask(live_js, [longest], code)
    assert ids == [end, *whole[cut:]]
    assert len(ids) == small().config.window - 200
    assert cut == len(whole) - len(ids) + 1 > 0


def test_equal_parts_are_made_once(live_js):
    code = """(table, other) => {
      const again = structuredClone(table)
      const made = sbt.ngrams.once(table)
      return [made === sbt.ngrams.once(table), made === sbt.ngrams.once(again),
        made === sbt.ngrams.once(other)]
    }"""
    tables = [ngram_table(count_ngrams([[0, 1, 2]], order, 3), 3) for order in (1, 2)]
    assert live_js(code, *tables) == [True, True, False]
