"""The written-out parts of chapter 6: backpropagation, optimisers, curvature."""

import functools
import math

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sbt_jax import training, world
from sbt_jax.published.training import TRAINING
from sbt_jax.training import Value
from sbt_jax.training.valley import (
    claims_of_valley,
    left_above,
    way_down,
    words_asked,
)

SMALL = st.floats(-2, 2, allow_nan=False)
# What can be done to two numbers, written once and read by both.
BINARY = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b}
UNARY = {
    "tanh": (lambda a: a.tanh(), jnp.tanh),
    "exp of tanh": (lambda a: a.tanh().exp(), lambda a: jnp.exp(jnp.tanh(a))),
    "log of square": (lambda a: (a**2 + 1).log(), lambda a: jnp.log(a**2 + 1)),
    "over": (lambda a: 1 / (a**2 + 2), lambda a: 1 / (a**2 + 2)),
    "minus": (lambda a: -a, lambda a: -a),
}
STEPS = st.lists(
    st.tuples(
        st.sampled_from([*BINARY, *UNARY]), st.integers(0, 99), st.integers(0, 99)
    ),
    min_size=1,
    max_size=8,
)


def calculate(steps, inputs, side):
    """An expression that uses its own results again and again."""
    values = list(inputs)
    for name, i, j in steps:
        a, b = values[i % len(values)], values[j % len(values)]
        values.append(BINARY[name](a, b) if name in BINARY else UNARY[name][side](a))
    return UNARY["tanh"][side](values[-1] + values[0] * values[1])


@settings(max_examples=40)
@given(STEPS, st.lists(SMALL, min_size=3, max_size=3))
def test_backward_agrees_with_jax_grad_on_random_expressions(steps, numbers):
    inputs = [Value(x) for x in numbers]
    result = calculate(steps, inputs, 0)
    result.backward()
    value, slopes = jax.value_and_grad(lambda x: calculate(steps, list(x), 1))(
        jnp.array(numbers)
    )
    np.testing.assert_allclose(result.data, value, rtol=1e-3, atol=1e-4)
    ours = [x.grad for x in inputs]
    np.testing.assert_allclose(ours, slopes, rtol=1e-2, atol=1e-3)


def test_backward_twice_gives_the_same_and_adds_up_only_if_asked():
    x = Value(3.0)
    y = x * x
    for _ in range(2):
        y.backward()
        assert x.grad == 6.0
    y.backward(fresh=False)
    assert x.grad == 12.0


def test_a_value_used_twice_gets_both_slopes():
    x = Value(2.0)
    (x * x * x).backward()
    assert x.grad == 12.0


def test_a_long_chain_needs_no_deep_stack():
    x = Value(1.0)
    y = x
    for _ in range(5000):
        y = y + 1
    y.backward()
    assert (y.data, x.grad) == (5001.0, 1.0)


@pytest.mark.usefixtures("unchecked")
def test_what_is_no_number_is_refused():
    with pytest.raises(TypeError, match="data must be a number, got 'x'"):
        Value("x")
    with pytest.raises(TypeError, match="power must be a number"):
        Value(2.0) ** Value(2.0)
    with pytest.raises(ValueError, match=r"number > 0, got -1\.0"):
        Value(-1.0).log()


# One program for each shape, not one for each operation and shape.
descend = jax.jit(training.descend, static_argnums=(0, 1, 3, 4))
sharpness = jax.jit(training.sharpness, static_argnums=0, static_argnames="rounds")

WEIGHTS = {"a": np.array([1, -2], np.float32), "b": (np.array([[0.5]], np.float32),)}
PAIRS = {
    "sgd": (training.sgd(), optax.sgd(0.1)),
    "momentum": (training.momentum(0.8), optax.sgd(0.1, momentum=0.8)),
    "adam": (training.adam(), optax.adam(0.1)),
    "adamw": (training.adamw(0.05), optax.adamw(0.1, weight_decay=0.05)),
    "adamw as in the step": (
        training.adamw(b2=0.95),
        optax.adamw(0.1, b2=0.95, weight_decay=0.01),
    ),
}


def loss(weights):
    return sum(jnp.sum(jnp.cos(x) + x**2) for x in jax.tree.leaves(weights))


@pytest.mark.parametrize("name", PAIRS)
def test_optimisers_are_those_of_optax(name):
    way, peer = PAIRS[name]
    ours = theirs = WEIGHTS
    state, memory = way.init(ours), peer.init(theirs)

    @jax.jit
    def both(ours, state, theirs, memory):
        ours, state = way.update(jax.grad(loss)(ours), state, ours, 0.1)
        change, memory = peer.update(jax.grad(loss)(theirs), memory, theirs)
        return ours, state, optax.apply_updates(theirs, change), memory

    for _ in range(20):
        ours, state, theirs, memory = both(ours, state, theirs, memory)
        for a, b in zip(jax.tree.leaves(ours), jax.tree.leaves(theirs), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_the_schedule_is_that_of_the_training_step():
    peer = optax.warmup_cosine_decay_schedule(0.0, 0.3, 10, 50)
    for step in (0, 3, 10, 11, 30, 49, 50):
        ours = training.learning_rate(step, 50, 0.3, 10)
        np.testing.assert_allclose(ours, peer(step), atol=1e-6)


def test_momentum_without_memory_is_descent():
    paths = [
        descend(way, loss, WEIGHTS, 0.1, 5)[0]
        for way in (training.sgd(), training.momentum(0.0))
    ]
    for a, b in zip(*map(jax.tree.leaves, paths), strict=True):
        np.testing.assert_array_equal(a, b)


def test_newtons_method_finds_where_the_valley_is_flat():
    told = [story.text for story in world.stories(30)]
    surface = training.count_surface(told, told[:10], contexts=4, words=60)
    low = training.lowest_point(surface)
    height = functools.partial(training.surface_loss, surface)
    at = jnp.asarray(low.weights)
    np.testing.assert_allclose(jax.jit(jax.grad(height))(at), 0.0, atol=1e-5)
    assert low.loss == pytest.approx(float(height(at)))
    assert (
        low.bends[0]
        <= low.bends[1]
        == pytest.approx(float(sharpness(height, at)[0]), rel=1e-3)
    )


@pytest.mark.parametrize(
    ("call", "got"),
    [
        (lambda: training.momentum(1.0), r"keep must be in \[0, 1\), got 1\.0"),
        (lambda: training.adam(b1=-0.1), r"b1 must be in \[0, 1\), got -0\.1"),
        (lambda: training.adamw(-1.0), r"decay must be >= 0, got -1\.0"),
        (lambda: training.best_momentum(2.0, 1.0), r"low <= high, got 2\.0, 1\.0"),
        (lambda: training.learning_rate(0, 5, 1.0, 5), r"in 0\.\.4, got 5"),
        (
            lambda: training.descend(training.sgd(), loss, WEIGHTS, 0.1, 0),
            "steps must be >= 1, got 0",
        ),
        (lambda: training.sharpness(loss, WEIGHTS, rounds=0), "rounds .* got 0"),
        (
            lambda: training.at_the_edge(loss, WEIGHTS, 0.1, steps=5, every=2),
            "multiple of every, got 5, 2",
        ),
        (
            lambda: training.count_surface(["a b"], ["a"], contexts=1, words=9),
            r"in 1\.\.2, got 1, 9",
        ),
    ],
)
def test_bad_input_is_refused_with_the_value(call, got):
    with pytest.raises(ValueError, match=got):
        call()


def test_momentum_at_its_best_shrinks_as_promised():
    bends = np.geomspace(1, 50, 10, dtype=np.float32)
    rate, keep, shrink = training.best_momentum(1.0, 50.0)
    path, _ = descend(
        training.momentum(keep),
        lambda w: (bends * w**2).sum() / 2,
        np.ones(10, np.float32),
        rate,
        80,
    )
    far = np.linalg.norm(path, axis=1)
    assert (far[80] / far[40]) ** (1 / 40) == pytest.approx(shrink, abs=0.03)


def test_sharpness_is_the_largest_eigenvalue():
    mixed = np.asarray(jax.random.normal(jax.random.key(1), (6, 6)))
    hessian = mixed @ mixed.T
    found, direction = sharpness(
        lambda w: w @ hessian @ w / 2, np.ones(6, np.float32), rounds=300
    )
    values, vectors = np.linalg.eigh(hessian)
    assert float(found) == pytest.approx(values[-1], rel=1e-3)
    assert abs(np.asarray(direction) @ vectors[:, -1]) == pytest.approx(1, abs=1e-2)


def test_descent_on_a_bowl_diverges_above_two_over_the_sharpness():
    def bowl(w):
        return 3 * w[0] ** 2 + w[1] ** 2  # sharpness 6

    start = jnp.asarray(np.ones(2, np.float32))
    for limit, ends in ((6.5, True), (5.5, False)):
        found = training.at_the_edge(bowl, start, 2 / limit, steps=100, every=50)
        losses, bends = map(np.asarray, found)
        assert (losses[-1] < losses[0]) == ends
        np.testing.assert_allclose(bends, 6.0, rtol=1e-3)


def test_the_landscape_is_the_loss_and_bends_up_everywhere():
    surface = training.count_surface(["a b a b a c"], ["a b a c"], 2, 3)
    grid = training.landscape(surface, np.array([0.0, 0.5]), np.array([1.0]))
    here = training.surface_loss(surface, jnp.array([0.5, 1.0]))
    assert grid[0, 1] == pytest.approx(float(here), rel=1e-5)
    hessian = jax.jit(jax.hessian(lambda w: training.surface_loss(surface, w)))
    bent = hessian(np.array([0.3, 0.3], np.float32))
    assert np.linalg.eigvalsh(bent).min() > -1e-6
    np.testing.assert_allclose(np.asarray(surface.came).sum(), 1.0, rtol=1e-6)


def test_six_n_d_gives_what_was_published():
    for name in ("GPT-3", "Llama 3.1 405B"):
        run = TRAINING[name].value
        work = 6 * run["parameters"] * run["tokens"]
        assert work == pytest.approx(run["flops"], rel=0.01)
    llama = TRAINING["Llama 3.1 405B"].value
    pace = llama["flops"] / llama["hours"] / 3600
    assert 3e14 < pace < 4.5e14  # 38 to 43 % of what an H100 can, they say
    assert math.isclose(TRAINING["bits_a_parameter"].value, 2)


# -- The landscape of the page ------------------------------------------------------


def test_the_way_down_goes_down_and_a_rate_that_is_too_high_stays_above():
    surface = training.count_surface(["a b a b a c d"], ["a b a c", "b a d"], 2, 4)
    low, start = training.lowest_point(surface), np.array([-0.9, -0.4])
    path = way_down(surface, start, 0.1, 5)
    assert len(path) == 6
    assert path[-1][2] == 0.0
    losses = [loss for _, _, loss in path[:-1]]
    assert losses == sorted(losses, reverse=True)
    near, far = left_above(surface, start, low, (0.1, 50.0), 200)
    assert abs(near) < 1e-2 < far
    low = low._replace(bends=np.array([0.1, 2.0]))
    assert all(claims_of_valley(low, (1e-5, 0.5)).values())
    assert not any(
        claims_of_valley(low._replace(bends=np.array([1.0, 9.0])), (1.0, 9.0)).values()
    )


def test_words_are_asked_as_often_as_they_come():
    surface = training.count_surface(["a b a b a c d"], ["a b a c", "b a d"], 2, 4)
    asked = words_asked(surface, 1000)
    share = np.asarray(surface.came).sum(1)[0]
    assert set(asked) == {0, 1}
    assert abs(asked.count(0) / 1000 - share) < 0.05
    assert asked == words_asked(surface, 1000)
