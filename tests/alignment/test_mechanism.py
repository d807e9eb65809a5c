"""Chapter 8: formulas by hand and by enumeration, steps that do what they say."""

import functools
import itertools
import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from models import new_model, script_of
from sbt_jax import alignment, training
from sbt_jax.alignment import Answers, Pairs
from sbt_jax.architecture import Config, forward
from sbt_jax.published.alignment import ALIGNMENT
from sbt_jax.shipped.assistants import assistant
from sbt_jax.tokenization import Tokenizer
from sbt_jax.training import AdapterConfig, Batch, Settings

# One program for each shape, not one for each operation and shape.
forward, log_probs, rewards = (
    jax.jit(each, static_argnames="config")
    for each in (forward, alignment.log_probs, alignment.rewards)
)
best_of_n = jax.jit(alignment.best_of_n, static_argnums=2)
divergence = jax.jit(alignment.divergence)
init_adapters = jax.jit(training.init_adapters, static_argnames="config")
init_reward = jax.jit(alignment.init_reward)
add_adapters = jax.jit(training.add_adapters, static_argnums=2)
begin = jax.jit(alignment.begin, static_argnums=1)

CONFIG = Config(64, width=16, layers=1, heads=2, mlp=16, window=24)
MODEL = new_model(CONFIG)
HOW = Settings(20, 1e-2, warmup=1)
P = np.array([0.1, 0.2, 0.3, 0.4], np.float32)
R = np.array([1.0, -1.0, 0.5, 0.0], np.float32)


@functools.cache
def adapters():
    return init_adapters(jax.random.key(1), MODEL)


def fresh(weights):
    return begin(weights, HOW)


def rows(*answers):
    pairs = [([1, 2, 3, 4, 5, 6], list(answer)) for answer in answers]
    return alignment.rows_of(pairs, 16, 0)


# -- Formulas -------------------------------------------------------------------


def test_dpo_starts_at_ln_2_and_stays_there_without_beta():
    zero = jnp.asarray(np.zeros(5, np.float32))
    assert float(alignment.dpo_loss(zero, zero, 0.1)) == pytest.approx(0.6931, abs=1e-4)
    apart = [jnp.asarray(sign * np.arange(5, dtype=np.float32)) for sign in (1, -1)]
    assert float(alignment.dpo_loss(*apart, 0.0)) == pytest.approx(math.log(2))
    slope = jax.jit(jax.grad(lambda a: alignment.dpo_loss(a, apart[1], 0.0)))(apart[0])
    np.testing.assert_array_equal(slope, 0)


def test_a_preference_by_hand():
    # Rewards ln 3 apart: preferred three times out of four.
    chosen, rejected = np.log(np.array([[3], [1]], np.float32))
    loss = jax.jit(alignment.preference_loss)(chosen, rejected)
    assert float(loss) == pytest.approx(-math.log(0.75), rel=1e-6)


def test_the_optimum_is_better_than_any_other_policy():
    def value(p, beta):
        return p @ R - beta * float(divergence(p, P))

    for beta in (0.1, 1.0, 10.0):
        best = np.asarray(
            alignment.optimal_policy(jnp.asarray(P), jnp.asarray(R), beta)
        )
        assert best.sum() == pytest.approx(1)
        for other in np.random.default_rng(0).dirichlet(np.ones(4), 50):
            assert value(best, beta) >= value(other.astype(np.float32), beta) - 1e-6


def test_best_of_n_by_drawing_all_tuples():
    for n in (1, 2, 3):
        expected = np.zeros(4)
        for draws in itertools.product(range(4), repeat=n):
            best = max(draws, key=lambda i: float(R[i]))
            expected[best] += math.prod(float(P[i]) for i in draws)
        np.testing.assert_allclose(best_of_n(P, R, n), expected, atol=1e-6)


def test_the_textbook_divergence_is_an_upper_bound_with_the_known_values():
    known = {2: 0.193, 4: 0.636, 8: 1.204, 16: 1.835, 64: 3.175}
    for n, value in known.items():
        bound = alignment.best_of_n_bound(n)
        assert round(bound, 3) == value
        exact = float(divergence(best_of_n(P, R, n), P))
        assert exact <= bound
    # With many answers the bound is nearly met.
    many = np.full(4096, 1 / 4096, np.float32)
    exact = divergence(best_of_n(many, np.arange(4096, dtype=np.float32), 4), many)
    assert float(exact) == pytest.approx(alignment.best_of_n_bound(4), abs=2e-3)


def test_estimates_of_the_divergence_are_unbiased_but_for_k2():
    q = np.asarray(alignment.optimal_policy(jnp.asarray(P), jnp.asarray(R), 0.5))
    exact = float(divergence(q, P))
    estimates = alignment.kl_estimates(jnp.asarray(np.log(q / P)))
    k1, k2, k3 = map(np.asarray, estimates)
    assert float(q @ k1) == pytest.approx(exact, rel=1e-5)
    assert float(q @ k3) == pytest.approx(exact, rel=1e-4)
    assert abs(float(q @ k2) - exact) > 1e-3
    assert (k3 >= 0).all()
    assert (k2 >= 0).all()


def test_advantages_leave_the_own_reward_out():
    given = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
    found = np.asarray(jax.jit(alignment.advantages)(given))
    others = (given.sum(1, keepdims=True) - given) / 3
    np.testing.assert_allclose(found, given - others, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found.sum(1), 0, atol=1e-6)


def test_advantages_of_a_group_are_standardised():
    given = np.random.default_rng(1).normal(size=(3, 5)).astype(np.float32)
    found = np.asarray(jax.jit(alignment.group_advantages)(given))
    apart = given - given.mean(1, keepdims=True)
    np.testing.assert_allclose(found, apart / given.std(1, keepdims=True), rtol=1e-4)
    # By hand: one success among four is 3 / sqrt(3) deviations above the mean.
    by_hand = alignment.group_advantages(jnp.array([[1.0, 0.0, 0.0, 0.0]]))
    np.testing.assert_allclose(by_hand[0, 0], math.sqrt(3), rtol=1e-6)


@pytest.mark.parametrize("level", [0.0, 1.0, -2.5])
def test_a_group_of_equals_teaches_nothing(level):
    same = jnp.full((2, 4), level)
    np.testing.assert_array_equal(alignment.group_advantages(same), 0.0)


@pytest.mark.parametrize("scale", [1e-20, 1.0, 1e30])
def test_the_unit_of_the_reward_does_not_matter(scale):
    rewards = jnp.array([[1.0, 0.0, 0.5, 0.25]])
    np.testing.assert_allclose(
        alignment.group_advantages(rewards * scale),
        alignment.group_advantages(rewards),
        rtol=1e-4,
    )


# -- Adapters -------------------------------------------------------------------


def test_new_adapters_change_nothing_and_trained_ones_what_they_say():
    same = add_adapters(MODEL, adapters())
    for a, b in zip(jax.tree.leaves(same), jax.tree.leaves(MODEL), strict=True):
        np.testing.assert_array_equal(a, b)
    name = "blocks.0.attention.output"
    shape = AdapterConfig().rank, 16
    one = {name: adapters()[name]._replace(b=np.ones(shape, np.float32))}
    changed = add_adapters(MODEL, one)
    product = 2.0 * np.asarray(one[name].a) @ one[name].b
    old = np.asarray(MODEL.blocks[0].attention.output)
    expected = old + product.reshape(old.shape)
    found = changed.blocks[0].attention.output
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)


def test_the_browser_adds_the_same_adapters(live_js):
    rng = np.random.default_rng(0)
    config = AdapterConfig(rank=2)
    own = init_adapters(jax.random.key(3), MODEL, config)
    own = {
        name: one._replace(b=rng.normal(size=one.b.shape).astype(np.float32))
        for name, one in own.items()
    }
    code = """([script, adapters, ids]) => {
      (0, eval)(script)
      const model = sbt.transformer(sbt.weights.random)
      return Array.from(model.start({adapters}).read(ids))
    }"""
    given = {
        name: {"a": np.asarray(a).tolist(), "b": np.asarray(b).tolist(), "scale": 2.0}
        for name, (a, b) in own.items()
    }
    from sbt_jax.checkpoints import as_shipped

    base = as_shipped(MODEL)
    ours = np.asarray(forward(add_adapters(base, own, config), CONFIG, np.arange(5)))[
        -1
    ]
    theirs = live_js(code, [script_of(MODEL, CONFIG), given, list(range(5))])
    np.testing.assert_allclose(theirs, ours, atol=1e-3)


# -- Answers --------------------------------------------------------------------


def test_log_probs_count_the_answer_only():
    answers = rows([7, 8], [9])
    said = np.asarray(jax.nn.log_softmax(forward(MODEL, CONFIG, answers.tokens)))
    found = log_probs(MODEL, CONFIG, answers)
    assert float(found[0]) == pytest.approx(
        float(said[0, 5, 7] + said[0, 6, 8]), rel=1e-4
    )
    assert float(found[1]) == pytest.approx(float(said[1, 5, 9]), rel=1e-4)


def test_prompts_of_many_lengths_are_answered_as_if_alone():
    prompts = [[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12, 13, 14]]
    given, sizes = alignment.padded(prompts, 10, 0)
    found = alignment.generate_answers(
        jax.random.key(0), MODEL, CONFIG, given, sizes, 16, 0, greedy=True
    )
    tokens, asked = map(np.asarray, found)
    for row, prompt in enumerate(prompts):
        ids = list(prompt)
        while len(ids) < 16 and (ids[-1] != 0 or len(ids) == len(prompt)):
            # What fills it up comes later, where nobody looks.
            whole = np.pad(ids, (0, 16 - len(ids)))
            logits = np.asarray(forward(MODEL, CONFIG, whole))
            ids.append(int(logits[len(ids) - 1].argmax()))
        np.testing.assert_array_equal(tokens[row, : len(ids)], ids)
        expected = np.arange(16)
        inside = (expected >= len(prompt)) & (expected < len(ids))
        np.testing.assert_array_equal(asked[row], inside)


def test_answers_are_drawn_as_often_as_the_model_says():
    prompt = [1, 2, 3, 4, 5, 6]
    given, sizes = alignment.padded([prompt] * 4000, 6, 0)
    found = alignment.generate_answers(
        jax.random.key(1), MODEL, CONFIG, given, sizes, 7, 0
    )
    logits = np.asarray(forward(MODEL, CONFIG, np.array(prompt)))[-1]
    p = np.exp(logits) / np.exp(logits).sum()
    drawn = np.bincount(np.asarray(found.tokens)[:, 6], minlength=64) / 4000
    np.testing.assert_allclose(drawn, p, atol=0.03)


def test_marks_inside_an_answer_stay_visible():
    tokenizer = Tokenizer((), ("<end>", "<bad>"))
    answers = Answers(jnp.array([[65, 257, 66, 256]]), jnp.ones((1, 4), bool))
    assert alignment.texts_of(tokenizer, answers) == ["A<bad>B"]


# -- Steps ----------------------------------------------------------------------


def test_imitation_learns_the_answer_and_not_the_question():
    tokens = np.array([[1, 2, 3, 4, 5]] * 4)
    asked = np.array([[False, False, False, True, True]] * 4)
    how = Settings(40, 5e-2, warmup=1)
    learner, losses = begin(adapters(), how), []
    for _ in range(40):
        learner, loss = alignment.imitate(
            learner, MODEL, CONFIG, Batch(tokens, asked), how
        )
        losses.append(float(loss))
    said = forward(MODEL, CONFIG, np.array([1, 2, 3, 4]))
    said = np.asarray(jax.nn.log_softmax(said))
    first = -(said[2, 4] + said[3, 5]) / 2  # of the answer, nothing else
    assert losses[0] == pytest.approx(float(first), rel=1e-4)
    assert losses[-1] < losses[0] - 0.1  # the last norm starts small, and stays


def test_a_reward_model_learns_what_was_preferred():
    reward = init_reward(jax.random.key(2), MODEL)
    pairs = Pairs(rows([7, 8], [7, 9]), rows([10, 8], [10, 9]))
    learner = fresh(reward)
    assert rewards(reward, MODEL, CONFIG, pairs.chosen).tolist() == [0, 0]
    for _ in range(20):
        learner, loss = alignment.compare(learner, MODEL, CONFIG, pairs, HOW)
    assert float(loss) < 0.4
    both = [np.asarray(rewards(learner.weights, MODEL, CONFIG, side)) for side in pairs]
    assert (both[0] > both[1]).all()


def test_a_reward_is_read_at_the_last_token_whatever_fills_the_row():
    reward = init_reward(jax.random.key(2), MODEL)
    reward = reward._replace(head=np.ones(16, np.float32))
    short = rows([7, 8])
    tokens = np.array(short.tokens)
    tokens[:, 8:] = 33
    filled = short._replace(tokens=tokens)
    one, two = (rewards(reward, MODEL, CONFIG, x) for x in (short, filled))
    np.testing.assert_allclose(one, two, rtol=1e-5)


def test_dpo_widens_the_gap():
    pairs = Pairs(rows([7, 8]), rows([10, 9]))
    known = tuple(log_probs(MODEL, CONFIG, side) for side in pairs)
    learner = fresh(adapters())
    learner, (first, *_) = alignment.prefer(
        learner, MODEL, CONFIG, pairs, known, 0.1, HOW
    )
    assert float(first) == pytest.approx(math.log(2), abs=1e-5)
    for _ in range(15):
        learner, (loss, chosen, rejected) = alignment.prefer(
            learner, MODEL, CONFIG, pairs, known, 0.1, HOW
        )
    assert float(loss) < math.log(2)
    assert float(chosen - known[0][0]) > float(rejected - known[1][0])


def test_policy_gradient_follows_the_rewards_and_the_leash_holds():
    answers = rows([7], [8], [9], [10])
    scores = jnp.asarray(np.array([1, 0, 0, 0], np.float32))
    known = log_probs(MODEL, CONFIG, answers)
    moved = {}
    for beta in (0.01, 10.0):
        learner = fresh(adapters())
        for _ in range(10):
            learner, ratio = alignment.reinforce(
                learner, MODEL, CONFIG, answers, scores, known, beta, 4, HOW
            )
        moved[beta] = np.asarray(ratio)
    assert moved[0.01][0] > 0.1
    assert moved[0.01][0] > moved[0.01][1:].max()
    assert abs(moved[10.0]).max() < abs(moved[0.01]).max()


# -- What is refused --------------------------------------------------------------


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: alignment.dpo_loss(P, P, -0.1), "beta must be >= 0, got -0.1"),
        (lambda: alignment.dpo_loss(P[:0], P[:0], 0.1), "chosen must hold an answer"),
        (lambda: alignment.optimal_policy(P, R, 0), "beta must be > 0, got 0"),
        (lambda: alignment.optimal_policy(P, R[:2], 1.0), r"got \(2,\)"),
        (lambda: alignment.divergence(P, P[:3]), r"got \(3,\)"),
        (lambda: alignment.best_of_n(P, R, 0), "n must be >= 1, got 0"),
        (lambda: alignment.best_of_n(P, R[:3], 2), r"got \(3,\)"),
        (lambda: alignment.best_of_n_bound(-1), "n must be >= 1, got -1"),
        (lambda: alignment.leashed(P, P, 0.0), "beta must be > 0, got 0.0"),
        (lambda: alignment.leashed(P, P, math.nan), "beta must be > 0, got nan"),
        (lambda: alignment.leashed(P, P[:2], 0.1), r"log_ratio .* got \(2,\)"),
        (lambda: alignment.advantages(P[:, None]), "got 1"),
        (lambda: alignment.group_advantages(P[:, None]), "got 1"),
        (lambda: alignment.rows_of([], 8, 0), "pairs must not be empty"),
        (lambda: alignment.rows_of([([1], [])], 8, 0), r"answers .* got \[\] at 0"),
        (lambda: alignment.rows_of([([1], [2] * 8)], 8, 0), "got 9 at 0"),
        (lambda: alignment.padded([], 8, 0), "prompts must not be empty"),
        (lambda: alignment.padded([[1, 2]], 8, 0), "got 2 to 2"),
        (lambda: assistant("gpt", MODEL), "got 'gpt'"),
        (lambda: AdapterConfig(rank=0), "rank must be >= 1, got 0"),
        (lambda: AdapterConfig(scale=0.0), "scale must be > 0, got 0.0"),
        (lambda: training.add_adapters(MODEL, {"norm": adapters()}), "got norm"),
        (
            lambda: training.add_adapters(MODEL, adapters(), AdapterConfig(rank=3)),
            "adapters of blocks.0.attention.key must be",  # jit sorts by name
        ),
        (
            lambda: alignment.reinforce(
                fresh(adapters()),
                MODEL,
                CONFIG,
                rows([7], [8]),
                jnp.ones(2),
                jnp.ones(2),
                0.0,
                2,
                HOW,
            ),
            "beta must be > 0, got 0.0",
        ),
        (
            lambda: alignment.reinforce(
                fresh(adapters()),
                MODEL,
                CONFIG,
                rows([7], [8]),
                jnp.ones(2),
                jnp.ones(3),
                0.1,
                2,
                HOW,
            ),
            r"reference must have the shape \(2,\), got \(3,\)",
        ),
    ],
)
def test_bad_input_is_refused_with_its_name_and_value(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_adapters_of_another_model_are_refused():
    with pytest.raises(ValueError, match="alignment_sft"):
        assistant("alignment_sft", MODEL)


def test_published_figures_are_those_of_their_tables():
    sft, reward, policy = ALIGNMENT["prompts"].value
    # Table 6 of InstructGPT, training rows: labelers and customers.
    assert sft == 11_295 + 1_430
    assert reward == 6_623 + 26_584
    assert policy == 31_144
    assert ALIGNMENT["preferred"].value == (1.3, 175)
