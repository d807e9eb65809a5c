import dataclasses
import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax import training, world
from sbt_jax.architecture import (
    Config,
    forward,
    init_model,
    init_twin,
    parameter_count,
)
from sbt_jax.checkpoints import cards, read_table
from sbt_jax.recipes import architecture, stories
from sbt_jax.recipes.tokenization import letters, vocabulary
from sbt_jax.shipped.measures import measure_gap
from sbt_jax.shipped.rows import rows_at
from sbt_jax.shipped.stories import story_model
from sbt_jax.tokenization import train

LETTERS = letters.Sizes(
    (0, 8), seeds=(0,), steps=64, batch=4, width=8, layers=1, heads=1, mlp=8, words=25
)
VOCABULARY = vocabulary.Sizes(
    (0, 8),
    (0,),
    ("tokens",),
    tokens=1,
    batch=2,
    window=8,
    width=8,
    heads=1,
    mlp=8,
    layers=1,
)
RECIPES = {"letters": (letters, LETTERS), "vocabulary": (vocabulary, VOCABULARY)}


@pytest.fixture(autouse=True)
def small_corpus(monkeypatch):
    topics = {
        "a": "the quick brown fox jumps over the lazy dog\n\nsee the other topic",
        "b": "a banana is not an apple but assesses letters and mississippi",
        "c": "see the other topic\n\nnothing else is written about the banana here",
    }
    text = " ".join(topics.values())
    monkeypatch.setattr(vocabulary, "topics", topics)
    for recipe in (letters, vocabulary):
        monkeypatch.setattr(recipe, "reference_text", lambda: text)


def files(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_that_was_stopped_gives_the_same_files(name, tmp_path, monkeypatch):
    recipe, settings = RECIPES[name]
    whole, parts, work = (tmp_path / n for n in ("whole", "parts", "work"))
    table = recipe.run(settings, tmp_path / "other", whole)

    calls, real = [], training.train

    def stopped(*arguments):
        if calls:
            raise KeyboardInterrupt
        calls.append(1)
        return real(*arguments)

    monkeypatch.setattr(training, "train", stopped)
    with pytest.raises(KeyboardInterrupt):
        recipe.run(settings, work, parts)
    assert not parts.exists()

    def counted(*arguments):
        calls.append(2)
        return real(*arguments)

    monkeypatch.setattr(training, "train", counted)
    recipe.run(settings, work, parts)
    assert calls == [1, 2]  # the model trained before the stop was kept
    assert files(parts) == files(whole)
    assert read_table(name, parts) == json.loads(json.dumps(table))
    for card in cards(parts).values():
        assert card.recipe == f"sbt_jax.recipes.{name}"
        assert all(len(value) == 64 for value in card.inputs.values())


def test_words_held_out_are_in_no_question_of_training():
    train_words, held_out = letters.split_words("one two three four five sixes seven")
    assert len(held_out) == 1
    assert not set(train_words) & set(held_out)


def test_half_of_the_questions_ask_for_a_letter_that_is_there():
    asked = letters.ask(["banana", "topic"], seed=0)
    assert sum(q.answer > 0 for q in asked) == sum(q.answer == 0 for q in asked)
    for q in asked:
        assert q.answer == min(q.word.count(q.letter), 3)


def test_scores_and_baselines_by_hand():
    asked = [letters.Question("tree", x, n) for x, n in [("e", 2), ("t", 1), ("x", 0)]]
    found = letters.scores([2, 0, 0], asked)
    assert found["by_count"] == [1.0, 0.0, 1.0]
    assert found["accuracy"] == found["balanced"] == pytest.approx(2 / 3, abs=1e-4)
    base = letters.baselines(asked, asked)
    assert base["constant"]["accuracy"] == pytest.approx(1 / 3, abs=1e-4)
    assert base["letter"]["accuracy"] == 1.0


def test_all_tokenizers_are_asked_the_same():
    tokenizer = train("the banana and the topic", 5)
    asked = letters.ask(["banana", "the", "topic"], seed=0)
    batches = [
        letters.make_batches(tokenizer.first(n), asked, 8, seed=1)(3) for n in (0, 5)
    ]
    answers = [b.tokens[b.asked].tolist() for b in batches]
    assert answers[0] == answers[1]
    assert all(b.asked.sum() == 8 for b in batches)


def test_no_paragraph_is_on_both_sides_of_the_split():
    train_text, held_out = vocabulary.split_text(vocabulary.topics, share=0.2)
    ours, theirs = (set(text.split("\n\n")) for text in (train_text, held_out))
    assert not ours & theirs
    whole = {p for text in vocabulary.topics.values() for p in text.split("\n\n")}
    assert ours | theirs == whole


def test_bigram_bits_by_hand():
    # After 0 came 1, twice; n = 4, V = 2. p(0) = p(1) = 1/2; p(1|0) = (2 + 1/2) / 3.
    found = vocabulary.bigram_bits([0, 1, 0, 1], [0, 1], vocab_size=2)
    assert found == pytest.approx(1 - np.log2(2.5 / 3))


def test_bigram_probabilities_sum_to_one():
    seen = [0, 1, 2, 0, 1, 1, 3, 0]
    for first in range(5):  # 4 was never seen
        bits = [vocabulary.bigram_bits(seen, [first, b], 5) for b in range(5)]
        start = vocabulary.bigram_bits(seen, [first], 5)
        assert sum(2.0 ** -(b - start) for b in bits) == pytest.approx(1)


@pytest.mark.parametrize("length", [2, 5, 9, 300])
def test_model_bits_are_the_sum_over_every_token(length):
    config = Config(6, width=4, layers=1, heads=1, mlp=4, window=4)
    model = init_model(jax.random.key(0), config)
    tokens = np.random.default_rng(length).integers(6, size=length)
    expected = np.log2(6)
    for start in range(0, length - 1, 4):
        row = tokens[start : start + 5]
        log_p = jax.nn.log_softmax(forward(model, config, jnp.asarray(row[:-1])))
        expected -= sum(float(log_p[i, t]) for i, t in enumerate(row[1:])) / np.log(2)
    assert vocabulary.model_bits(model, config, tokens) == pytest.approx(expected, 1e-5)


# -- The story models -------------------------------------------------------


def tiny_plan(steps, batch, marks=()):
    config = Config(500, width=8, layers=1, heads=2, mlp=8, window=512)
    settings = training.Settings(steps, learning_rate=1e-2, warmup=2)
    return stories.Plan(config, settings, batch, marks)


STORIES = stories.Sizes(
    stories=40,
    held_out=4,
    samples=2,
    vocabulary=500,
    row=512,
    plans={"small": tiny_plan(20, 1, marks=(0, 18)), "main": tiny_plan(20, 2)},
)


@pytest.mark.usefixtures("unchecked")
def test_story_models_that_were_stopped_give_the_same_files(tmp_path, monkeypatch):
    whole, parts, work = (tmp_path / n for n in ("whole", "parts", "work"))
    stories.run(STORIES, tmp_path / "other", whole)
    names = {f"{name}.npz" for name in STORIES.plans} | {"stories_tokenizer.json"}
    about = {name.replace(".npz", "").replace(".json", "") for name in names}
    assert set(files(whole)) == names | {f"{name}.card.json" for name in about}

    real, began = rows_at, []

    def stopped(rows, batch, step):
        if (batch, step) == (2, 17):  # late in the second model
            raise KeyboardInterrupt
        return real(rows, batch, step)

    monkeypatch.setattr(shipped, "rows_at", stopped)
    with pytest.raises(KeyboardInterrupt):
        stories.run(STORIES, work, parts)
    assert "main.npz" not in files(parts)

    def counted(rows, batch, step):
        began.append(batch)
        return real(rows, batch, step)

    monkeypatch.setattr(shipped, "rows_at", counted)
    stories.run(STORIES, work, parts)
    assert set(began) == {2}  # the first model was kept
    assert files(parts) == files(whole)
    assert {"small-0.npz", "small-18.npz"} <= set(files(work))


@pytest.mark.usefixtures("unchecked")
def test_the_cards_of_story_models_say_how_they_were_made(tmp_path):
    sizes = dataclasses.replace(STORIES, plans={"small": tiny_plan(3, 1)})
    stories.run(sizes, tmp_path / "work", tmp_path / "out")
    found = cards(tmp_path / "out")
    assert {card.recipe for card in found.values()} == {stories.RECIPE}
    assert all(card.inputs["world"] == world.DIGEST for card in found.values())
    (card,) = [c for c in found.values() if "parameters" in c.held_out]
    assert card.held_out["tokens"] == 3 * 512
    assert card.held_out["loss_per_token"] == pytest.approx(np.log(500), abs=0.5)
    assert card.held_out["possible_stories"] == 0


def test_the_plans_are_of_the_sizes_that_the_book_promises():
    small, main = (stories.PLANS[name] for name in ("small", "main"))
    assert sum(parameter_count(small.config).values()) == pytest.approx(16e4, rel=0.03)
    assert sum(parameter_count(main.config).values()) == pytest.approx(92e4, rel=0.03)
    assert len(stories.SPECIAL_TOKENS) == len(set(stories.SPECIAL_TOKENS)) == 32


def test_facts_are_counted_by_how_often_they_are_stated():
    few, many = (
        stories.count_facts(dataclasses.replace(STORIES, stories=n)) for n in (10, 400)
    )
    assert few["facts"] == many["facts"] == 3 * len(world.people())
    assert few["stated never"] > many["stated never"] > few["held out"] == 144
    assert many["most often"] > 1


# -- The twins of chapter 5 -------------------------------------------------

TWINS = architecture.Sizes(
    variants=("complete", "2017"),
    seeds=(0,),
    settings=training.Settings(3, warmup=1),
    batch=1,
    held_out=2,
    depths=(2,),
    deep=stories.make_config(8, 2, 8),
    deep_batch=1,
    deep_steps=4,
    deep_starts=("plain",),
    deep_rates=(1e-3,),
    warmups=(0,),
    every=2,
)


@pytest.mark.usefixtures("unchecked")
def test_twins_that_were_stopped_give_the_same_files(tmp_path, monkeypatch):
    whole, parts, work = (tmp_path / n for n in ("whole", "parts", "work"))
    table = architecture.run(TWINS, tmp_path / "other", whole)
    real, done = architecture.measure, []

    def stopped(variant, *rest):
        if variant == architecture.VARIANTS["2017"]:
            raise KeyboardInterrupt
        return real(variant, *rest)

    monkeypatch.setattr(architecture, "measure", stopped)
    with pytest.raises(KeyboardInterrupt):
        architecture.run(TWINS, work, parts)
    assert not parts.exists()

    def counted(variant, *rest):
        done.append(variant)
        return real(variant, *rest)

    monkeypatch.setattr(architecture, "measure", counted)
    architecture.run(TWINS, work, parts)
    assert done == [architecture.VARIANTS["2017"]]  # the first was kept
    assert files(parts) == files(whole)
    assert read_table("architecture", parts) == json.loads(json.dumps(table))
    assert table["variants"]["complete"]["gap"][0] > 4  # hardly trained
    assert len(table["deep"]["curves"]["plain"]["0.001"]["pre-norm"]["0"][0]) == 2


def test_variants_without_a_gate_have_as_many_parameters():
    complete, relu = (architecture.VARIANTS[name] for name in ("complete", "rotary"))
    assert relu.switches.mlp == "relu"
    assert sum(parameter_count(*relu).values()) == sum(
        parameter_count(*complete).values()
    )


def test_the_gap_of_a_twin_is_that_of_the_shipped_model():
    reader = story_model("small")
    twin = init_twin(jax.random.key(0), *architecture.VARIANTS["complete"])
    leaves = jax.tree.leaves(reader.model)
    twin = jax.tree.unflatten(jax.tree.structure(twin), leaves)
    found = architecture.gap(
        twin, architecture.VARIANTS["complete"], architecture.held_out(20)
    )
    expected = measure_gap(reader, 20)["gap_per_word"]
    assert found == pytest.approx(expected, abs=2e-4)
