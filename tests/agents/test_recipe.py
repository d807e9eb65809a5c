"""What an agent learns from, and how its runs are judged."""

import random

import numpy as np
import pytest

from sbt_jax import agents
from sbt_jax.agents import Desk, Part, Transcript
from sbt_jax.recipes.agents import measures
from sbt_jax.recipes.agents.lessons import Kind, a_task, known_names, lessons
from sbt_jax.recipes.agents.orders import LEARNED, order, wordings
from sbt_jax.recipes.real import agents as real
from sbt_jax.shipped.acting import encoded, part_costs, parts_of
from sbt_jax.shipped.stories import story_model, story_tokenizer
from sbt_jax.world import notes


def test_nobody_who_is_measured_is_met_while_learning():
    assert not set(known_names()) & set(notes.kept_back())
    assert not set(LEARNED) & set(wordings())


def test_every_lesson_is_a_run_of_an_expert():
    rng = random.Random(1)
    for _ in range(50):
        task, desk = a_task(rng, known_names(), wary=True)
        done = agents.run(
            lambda seen, of=task: agents.expert(of, seen), task.text, desk
        )
        assert done.ended == "answered"
        assert not set(done.acts) - set(task.acts)


def test_only_what_the_model_writes_is_learned():
    tokenizer = story_tokenizer()
    (batch,) = lessons(tokenizer, Kind(), 8, 2, 0)[:1]
    call, result = (tokenizer.special_ids[m] for m in ("<call>", "<result>"))
    assert (batch.asked[batch.tokens == call] == 1).all()
    assert (batch.asked[batch.tokens == result] == 0).all()


def test_what_is_encoded_is_read_back():
    tokenizer = story_tokenizer()
    said = [("<think>", "I need it."), ("<call>", "read note")]
    run = Transcript(tuple(Part(mark, text, "model") for mark, text in said))
    ids = [i for i, _ in encoded(tokenizer, run)]
    assert parts_of(tokenizer, ids[1:]) == said
    costs = part_costs(story_model("small"), run)
    assert sum(costs) == len(ids)


def test_turns_are_right_up_to_the_first_wrong_one():
    task = measures.tasks_of("find", 1, 0, 0)[0]
    good = agents.run(
        lambda seen: agents.expert(task, seen), task.text, Desk(task.archive)
    )
    assert measures.turns_right(task, good) == [True, True]
    last = good.parts[-1]._replace(text="Nobody told me.")
    bad = Transcript((*good.parts[:-1], last), "answered")
    assert measures.turns_right(task, bad) == [True, False]
    assert measures.checked(good)
    assert not measures.checked(bad)


def test_an_order_names_a_thing_and_somebody():
    text = order(random.Random(0), wordings())
    assert "{" not in text


@pytest.mark.parametrize("task", real.TASKS)
def test_every_wish_is_one_of_the_calls_that_are_possible(task):
    wanted = real.written(task.tool, task.arguments)
    assert wanted in real.every_call()
    assert real.judged(task, wanted) == {"text": wanted, "formed": True, "right": True}
    assert not real.judged(task, "Sure! " + wanted)["formed"]


def test_losses_fall_in_the_shipped_runs():
    from sbt_jax.checkpoints import read_table

    for one in read_table("agents")["runs"].values():
        for name, agent in one.items():
            most = 0.3 if name == "agents_whole" else 0.05  # results are drawn
            assert np.mean(agent["losses"][-5:]) < most < agent["losses"][0]
