"""The parts of the recipe of chapter 9, by hand."""

import random

import numpy as np
import pytest

from sbt_jax.context import answer_to
from sbt_jax.recipes.context import needles, talks, windows
from sbt_jax.shipped.chats import message_cost, reply
from sbt_jax.shipped.measures import story_surprise
from sbt_jax.shipped.stories import story_model, story_tokenizer

pytestmark = pytest.mark.usefixtures("unchecked")


def test_with_all_in_view_a_token_costs_what_it_costs():
    reader = story_model("small")
    sizes = windows.Sizes(stories=2)
    texts, table, ends = windows.told(reader, sizes)
    nats = windows.costs(reader, table, 256, 0, rows=2)
    for text, row, end in zip(texts, nats, ends, strict=True):
        (ours,) = story_surprise(reader, [text])
        np.testing.assert_allclose(row[: end - 1], ours, atol=1e-4)


def test_a_lesson_can_be_foretold_where_it_counts():
    rng = np.random.default_rng(0)
    for row, weight in zip(*needles.lesson(rng, 5, 64), strict=True):
        for at in np.flatnonzero(weight):
            first = int(np.flatnonzero(row == row[at])[0])
            assert first < at
            assert row[first + 1] == row[at + 1]


def test_a_needle_lies_at_its_depth_and_is_asked_for_at_the_end():
    rng = np.random.default_rng(0)
    for depth, at in ((0.0, 0), (0.5, 30), (1.0, 61)):
        tokens, values = needles.hidden(rng, 4, 64, depth)
        for row, value in zip(tokens, values, strict=True):
            assert np.flatnonzero(row == row[-1]).tolist() == [at, 63]
            assert np.flatnonzero(row == value).tolist() == [at + 1]


def test_every_scheme_reads_a_text_longer_than_it_learned():
    sizes = needles.Sizes((0,), 1, 2, 1e-3, 16, (32,), (0.5,), 2, 16)
    both = needles.train(sizes, "rotary")
    for kind, changed in needles.SCHEMES.values():
        found = needles.found(sizes, both, kind, changed)
        assert np.shape(found) == (1, 1, 1)


def test_a_talk_asks_for_one_of_its_facts():
    tokenizer = story_tokenizer()
    sizes = talks.Sizes(tokens=150)
    one = talks.talk(random.Random(0), tokenizer, sizes)
    assert one.asked.answer in one.messages
    assert answer_to(one.asked.question, one.messages) == one.asked.answer
    assert sum(talks.cost_of(tokenizer, text) for text in one.messages) >= 150


def test_a_reply_gives_a_probability_to_the_right_answer():
    reader = story_model("small")
    said = reply(reader, ["Tom Snow has a pig."], "What does Tom Snow have?", "")
    assert 0 <= said.p < 1
    assert message_cost(reader, "The ball is under the bed.") == 9
    with pytest.raises(ValueError, match="messages must fit 256 tokens, got"):
        reply(reader, ["Tom Snow has a pig."] * 40, "What does Tom Snow have?", "")
