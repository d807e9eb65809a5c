"""Whether a model reads: answers about notes, as it would have written them."""

import random
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax import alignment
from sbt_jax.shipped.reading import lesson, read_notes
from sbt_jax.shipped.stories import story_model, story_tokenizer
from sbt_jax.world import notes
from sbt_jax.world.notes import Text, draw, fact

pytestmark = pytest.mark.usefixtures("unchecked")
TWO = Text(
    ("Maya Frost lives in Kirby.", "Tom Reed is a baker."),
    (
        fact("trade", "Tom Reed", "a baker")._replace(rests_on=(1,)),
        fact("town", "Maya Frost", "Kirby"),
    ),
)


@cache
def some(count=100):
    rng = random.Random(21)
    return [draw(rng, 4, 3, "kept back") for _ in range(count)]


def test_main_itself_does_not_read():
    assert not any(one.right for one in read_notes(story_model("main"), some(20)))


def test_a_lesson_knows_where_its_answers_and_notes_are():
    tokenizer = story_tokenizer()
    found = lesson(tokenizer, TWO)
    for one, place in zip(TWO.asked, found.answers, strict=True):
        ids = found.ids[place.start : place.stop]
        assert b"".join(tokenizer.token_bytes[i] for i in ids).decode() == one.answer
        assert found.ids[place.start - 1] == tokenizer.special_ids[notes.MODEL]
    mark = tokenizer.special_ids[notes.NOTE]
    assert [found.ids[at] for at in found.told] == [mark, mark]


def test_questions_that_do_not_fit_are_left_out_and_one_must_fit():
    whole = lesson(story_tokenizer(), TWO)
    short = lesson(story_tokenizer(), TWO, window=len(whole.ids) - 1)
    assert len(short.answers) == 1
    with pytest.raises(ValueError, match="text must fit 20 tokens"):
        lesson(story_tokenizer(), TWO, window=20)


def test_right_is_what_the_model_would_have_written():
    reader, texts = story_model("small"), some(4)
    said = iter(read_notes(reader, texts))
    stop = reader.tokenizer.special_ids[notes.END]
    marks = set(reader.tokenizer.special_ids.values())
    for text in texts:
        one = lesson(reader.tokenizer, text)
        for place in one.answers:
            rows, sizes = alignment.padded([one.ids[: place.start]], 230, stop)
            found = alignment.generate_answers(
                *(jax.random.key(0), jax.tree.map(jnp.asarray, reader.model)),
                *(reader.config, rows, sizes, 256, stop, True),
            )
            written = np.asarray(found.tokens)[0, place.start :].tolist()
            end = next((i for i, t in enumerate(written) if t in marks), len(written))
            right = written[:end] == one.ids[place.start : place.stop]
            assert right == next(said).right
