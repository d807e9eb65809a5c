"""The parts of the recipe of chapter 10, by hand."""

from pydoc_data.topics import topics

from sbt_jax.recipes.rag import docs, reading
from sbt_jax.recipes.real import rag as real
from sbt_jax.shipped.reading import Answer
from sbt_jax.world import notes


def test_every_query_has_topics_that_exist():
    assert {one.group for one in docs.asked()} == set(docs.GROUPS)
    assert all(topic in topics for one in docs.asked() for topic in one.right)
    by_text = {one.text: one.right for one in docs.asked()}
    assert by_text["lambda"] == ("lambda",)
    assert by_text["**="] == ("augassign",)
    assert len(docs.PARAPHRASES) == 30


def test_a_topic_stands_where_its_best_chunk_does():
    where, of = docs.library(60, 0, 6)
    assert len(where.passages) == len(of)
    text = where.passages[0]
    one = docs.Asked("x", text, (of[0],))
    assert docs.topic_ranks(where, of, one, "BM25", 10) == 1
    assert docs.topic_ranks(where, of, one._replace(right=("none",)), "BM25", 10) == 0


def test_what_is_laid_before_the_reader_allows_its_answer():
    facts = reading.a_library(0)
    assert len(facts) == 3 * len(notes.kept_back())
    there = reading.laid(facts, 5, [1, 5])
    assert there.asked[0].answer == facts[5].answer
    assert there.asked[0].rests_on == (1,)
    gone = reading.laid(facts, 5, [1, 2])
    assert gone.asked[0].answer == notes.ABSENT
    assert gone.asked[0].rests_on == ()
    said = [
        Answer(there.asked[0], 2, 9, right=True, refused=False),
        Answer(gone.asked[0], 2, 0, right=True, refused=True),
        Answer(there.asked[0], 2, 9, right=False, refused=True),
    ]
    assert reading.counted(said) == {"found": 2, "right": 1, "refused": 1, "said so": 1}


def test_refusals_of_the_published_model():
    assert real.refuses("I don't know who that is.")
    assert not real.refuses("Ida Moss lives in Kirby.")
