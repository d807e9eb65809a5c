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
from sbt_jax.tokenization import decode
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


def written(reader, text):
    """What a model writes after the notes and the first question, to the next mark."""
    stop = reader.tokenizer.special_ids[notes.END]
    prompt = alignment.encode_parts(
        reader.tokenizer, notes.prompt(text, text.asked[0].question)
    )
    rows, sizes = alignment.padded([prompt], 128, stop)
    found = alignment.generate_answers(
        *(jax.random.key(0), jax.tree.map(jnp.asarray, reader.model)),
        *(reader.config, rows, sizes, 240, stop, True),
    )
    ids = np.asarray(found.tokens)[0, len(prompt) :].tolist()
    marks = set(reader.tokenizer.special_ids.values())
    end = next((i for i, token in enumerate(ids) if token in marks), None)
    return None if end is None else decode(reader.tokenizer, ids[:end])


def test_right_is_what_the_model_would_have_written_and_nothing_else():
    reader, tried = story_model("small"), 0
    for text in some(8):
        said = written(reader, text)
        if not said:
            continue
        tried += 1
        for answer, right in ((said, True), (said.rpartition(" ")[0], False)):
            one = text.asked[0]._replace(answer=answer)
            (found,) = read_notes(reader, [Text(text.notes, (one,))])
            assert found.right == right, answer
    assert tried > 2
