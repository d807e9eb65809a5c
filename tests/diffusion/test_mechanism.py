"""Chapter 21: noise, exact guesses, networks, steps and guidance."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax.diffusion import (
    Mixture,
    add_noise,
    brightness,
    chosen_steps,
    clean_of,
    cosine_alphas,
    dit_velocity,
    draw_clean,
    edm_noises,
    exact_guess,
    fit_mixture,
    flow_alphas,
    guided,
    heun_back,
    init_dit,
    init_unet,
    levels,
    linear_alphas,
    made_brightness,
    nearest_mix,
    noise_of,
    sample,
    sample_along,
    step_back,
    time_of,
    true_brightness,
    unet_velocity,
    velocity_of,
    zero_terminal,
)
from sbt_jax.diffusion.brightness import NUMBERS, even_places
from sbt_jax.shipped import noise

RNG = np.random.default_rng(0)
WORLD = Mixture(
    jnp.array(RNG.normal(size=(3, 6)), jnp.float32),
    jnp.array(RNG.normal(size=(3, 6, 2)), jnp.float32),
)

# One program for each, in place of one for each of its operations.
GUESS = jax.jit(exact_guess, static_argnames="grain")
NETWORKS = [(jax.jit(init_unet), unet_velocity), (jax.jit(init_dit), dit_velocity)]


def by_bayes(noisy, signal, level, grain, mixture=WORLD):
    """The posterior mean with whole covariance matrices."""
    means, factors = (np.asarray(x, float) for x in mixture)
    guesses, scores = [], []
    for mean, factor in zip(means, factors, strict=True):
        own = factor @ factor.T + grain**2 * np.eye(len(mean))
        seen = signal**2 * own + level**2 * np.eye(len(mean))
        off = noisy - signal * mean
        solved = np.linalg.solve(seen, off)
        guesses.append(mean + signal * own @ solved)
        logs = np.linalg.slogdet(2 * np.pi * seen)[1]
        scores.append(-(off @ solved + logs) / 2)
    share = np.exp(scores - np.logaddexp.reduce(scores))
    return share @ np.array(guesses), share, np.logaddexp.reduce(scores)


@pytest.mark.parametrize("time", [0.1, 0.5, 0.9, 1.0])
def test_the_exact_guess_is_bayes_rule_with_whole_matrices(time):
    a, b = (float(x) for x in levels(time))
    noisy = RNG.normal(size=6)
    found = GUESS(WORLD, jnp.array(noisy)[None], a, b, 0.1)
    clean, share, density = by_bayes(noisy, a, b, 0.1)
    np.testing.assert_allclose(found.clean[0], clean, atol=2e-4)
    np.testing.assert_allclose(found.share[0], share, atol=2e-4)
    assert float(found.log_density[0]) == pytest.approx(density - np.log(3), abs=2e-3)


def test_nobody_guesses_better_than_the_exact_guess():
    key = jax.random.split(jax.random.key(1), 3)
    parts = jax.random.randint(key[0], (4000,), 0, 3)
    clean = draw_clean(key[1], WORLD, parts, 0.1)
    noisy = add_noise(clean, jax.random.normal(key[2], clean.shape), 0.5)
    best = GUESS(WORLD, noisy, *levels(0.5), 0.1).clean
    error = float(((best - clean) ** 2).mean())
    for other in (1.02 * best, best + 0.05, noisy, noisy / levels(0.5)[0]):
        assert float(((other - clean) ** 2).mean()) > error


def test_only_allowed_components_count():
    noisy = jnp.array(RNG.normal(size=(1, 6)), jnp.float32)
    found = GUESS(WORLD, noisy, 0.6, 0.8, 0.1, jnp.array([0.0, 1.0, 0.0]))
    np.testing.assert_allclose(found.share[0], [0, 1, 0], atol=1e-6)


def test_a_world_without_variety_is_a_finite_set():
    flat = WORLD._replace(factors=jnp.zeros((3, 6, 1)))
    noisy = jnp.array(RNG.normal(size=(2, 6)), jnp.float32)
    ours = GUESS(flat, noisy, 0.6, 0.8, 1e-4).clean
    np.testing.assert_allclose(
        ours, nearest_mix(WORLD.means, noisy, 0.6, 0.8), atol=1e-4
    )


def test_a_perfect_guess_of_a_set_ends_on_one_of_its_pictures():
    known = jnp.array(RNG.normal(size=(5, 6)), jnp.float32)
    start = jnp.array(RNG.normal(size=(8, 6)), jnp.float32)
    end = sample(
        jax.random.key(0), start, lambda x, t: nearest_mix(known, x, *levels(t)), 32
    )[-1]
    far = np.sqrt(((end[:, None] - known) ** 2).sum(-1)).min(1)
    assert far.max() < 1e-2


def test_the_three_costumes_hold_the_same_answer():
    clean, grain = (jnp.array(RNG.normal(size=(2, 4)), jnp.float32) for _ in range(2))
    for time in (0.2, 0.7, 1.0):
        noisy = add_noise(clean, grain, time)
        said = velocity_of(noisy, clean, time)
        np.testing.assert_allclose(clean_of(noisy, said, time), clean, atol=1e-5)
        np.testing.assert_allclose(noise_of(noisy, said, time), grain, atol=1e-5)


def test_the_last_step_lands_on_the_guess_with_and_without_new_noise():
    noisy, clean, fresh = (jnp.array(RNG.normal(size=(2, 4))) for _ in range(3))
    for eta in (0.0, 1.0):
        end = step_back(noisy, clean, 0.25, 0.0, fresh, eta)
        np.testing.assert_allclose(end, clean, atol=1e-6)


@pytest.mark.parametrize("eta", [0.0, 0.5, 1.0])
def test_a_true_guess_keeps_the_amount_of_noise(eta):
    keys = jax.random.split(jax.random.key(2), 2)
    clean = jnp.zeros((1, 20_000))
    first, fresh = (jax.random.normal(k, clean.shape) for k in keys)
    after = step_back(add_noise(clean, first, 0.8), clean, 0.8, 0.4, fresh, eta)
    assert float(after.std()) == pytest.approx(float(levels(0.4)[1]), rel=0.02)


def narrow(noisy, time):
    """The exact guess of a bell curve around 0 with a deviation of a half."""
    a, b = levels(time)
    return noisy * a * 0.25 / (a**2 * 0.25 + b**2)


def test_a_bell_curve_comes_out_with_its_variance():
    keys = jax.random.split(jax.random.key(3), 2)
    start = jax.random.normal(keys[0], (1, 20_000))

    for eta in (0.0, 1.0):
        end = sample(keys[1], start, narrow, 200, eta)[-1]
        assert float(end.std()) == pytest.approx(0.5, rel=0.03)


def test_a_second_guess_is_worth_its_price_when_steps_are_many():
    start = jnp.ones((1, 1))

    def error(steps, corrected):
        times = np.append(time_of(1 / (1 + edm_noises(steps) ** 2)), 0.0)
        key = jax.random.key(0)
        end = sample_along(key, start, narrow, times, corrected=corrected)[-1]
        # A place in a bell curve keeps its distance, in deviations, from the middle.
        a, b = (float(x) for x in levels(times[0]))
        return abs(float(end[0, 0]) - 0.5 / (0.25 * a**2 + b**2) ** 0.5)

    # Twice the steps: half of the error without, a quarter with the second guess.
    assert 1.7 < error(35, False) / error(70, False) < 2.3
    assert 3.5 < error(35, True) / error(70, True) < 4.6
    assert error(70, True) < error(139, False) / 5


def test_the_last_step_of_heun_asks_once():
    asked = []

    def guess(noisy, time):
        asked.append(time)
        return noisy / 2

    heun_back(jnp.ones(1), guess, 0.5, 0.25)
    assert [float(x) for x in asked] == [0.5, 0.25]
    times = np.append(time_of(1 / (1 + edm_noises(18) ** 2)), 0.0)
    path = sample_along(jax.random.key(0), jnp.ones((1, 1)), guess, times, 0.0, True)
    assert path.shape == (19, 1, 1)


def test_steps_of_flow_matching_are_steps_of_ddim_elsewhere():
    at, to = 0.8, 0.6
    noisy, clean = 0.3, -0.7  # where the shares are 1 - t and t
    grain = (noisy - (1 - at) * clean) / at
    straight = noisy + (to - at) * (grain - clean)
    times = time_of(flow_alphas(10))
    scale = [float(np.hypot(1 - t, t)) for t in (at, to)]
    ours = step_back(
        jnp.array([noisy / scale[0]]), jnp.array([clean]), times[7], times[5]
    )
    assert float(ours[0]) * scale[1] == pytest.approx(straight, rel=1e-5)


def test_brightness_on_a_line_is_that_of_whole_pictures():
    pixels, a, b = 9, 0.3, 0.8
    mean, spread = 0.6, 0.15
    world = Mixture(
        jnp.stack([jnp.full(pixels, -mean), jnp.full(pixels, mean)]),
        jnp.full((2, pixels, 1), spread),
    )
    noisy = jnp.array(RNG.normal(size=(1, pixels)), jnp.float32)
    found = GUESS(world, noisy, a, b, 1e-3).clean.mean()
    seen = float(noisy.mean()) * NUMBERS**0.5  # as strong a hint, of more numbers
    scaled = brightness.guess_brightness(
        np.array([seen]), a, b * (NUMBERS / pixels) ** 0.5
    )
    assert float(scaled[0]) / NUMBERS**0.5 == pytest.approx(float(found), abs=2e-3)


def test_many_steps_of_a_stretched_schedule_give_the_world_back():
    stable = linear_alphas(1000, 0.00085, 0.012, scaled=True)
    every = chosen_steps(1000)
    true = true_brightness()
    made = made_brightness(zero_terminal(stable), every)
    np.testing.assert_allclose(made, true, atol=0.02)
    # What is left of the picture keeps it near a middle grey, however many steps.
    assert made_brightness(stable, every).max() < 0.4 < true.max()
    assert (np.diff(made_brightness(stable, chosen_steps(7))) > 0).all()
    assert even_places(3)[1] == pytest.approx(0)


def test_guidance_at_one_is_the_told_answer_and_at_zero_the_other():
    one, two = (jnp.array(RNG.normal(size=(2, 4))) for _ in range(2))
    np.testing.assert_allclose(guided(one, two, 1.0), two, atol=1e-6)
    np.testing.assert_allclose(guided(one, two, 0.0), one, atol=1e-6)


@pytest.mark.parametrize(("start", "velocity"), NETWORKS)
def test_an_untrained_network_says_nothing(start, velocity):
    net = start(jax.random.key(0))
    answer = jax.jit(velocity)(net, jnp.ones(64), 0.5, jnp.ones(32))
    np.testing.assert_allclose(answer, 0, atol=1e-6)


@pytest.mark.parametrize(("start", "velocity"), NETWORKS)
def test_every_weight_matters(start, velocity):
    net = jax.tree.map(
        lambda x: x + 0.1 * RNG.normal(size=x.shape).astype(np.float32),
        start(jax.random.key(0)),
    )
    pixels = jnp.array(RNG.normal(size=64), jnp.float32)
    words = jnp.array(RNG.normal(size=32), jnp.float32)
    slope = jax.jit(jax.grad(lambda n: (velocity(n, pixels, 0.3, words) ** 2).sum()))(
        net
    )
    assert all(float(jnp.abs(leaf).max()) > 0 for leaf in jax.tree.leaves(slope))


def test_the_two_networks_are_of_one_size():
    sizes = [
        sum(
            leaf.size
            for leaf in jax.tree.leaves(jax.eval_shape(start, jax.random.key(0)))
        )
        for start in (init_unet, init_dit)
    ]
    assert abs(sizes[0] / sizes[1] - 1) < 0.01


def test_a_stretched_schedule_keeps_its_start_and_loses_its_end():
    alphas = linear_alphas(100, 0.001, 0.05)
    found = zero_terminal(alphas)
    assert found[0] == pytest.approx(alphas[0])
    assert found[-1] == 0
    assert (np.diff(found) < 0).all()
    assert (np.diff(cosine_alphas(50)) < 0).all()


def test_a_fitted_world_has_the_mean_of_its_pictures():
    rows = RNG.normal(size=(200, 6))
    fitted = fit_mixture(rows, np.zeros(200, int), each=1, rank=5, grain=1e-3)
    np.testing.assert_allclose(fitted.means[0], rows.mean(0), atol=1e-6)
    own = fitted.factors[0] @ fitted.factors[0].T
    true = np.cov(rows.T, bias=True)
    assert np.abs(own - true).max() < np.linalg.eigvalsh(true)[0] + 1e-3


def test_what_cannot_be_is_refused_with_the_value():
    with pytest.raises(ValueError, match=r"number must be .*got 10"):
        noise.allowed(10)
    with pytest.raises(ValueError, match=r"count must be .*got 0"):
        noise.starts(0)
    with pytest.raises(ValueError, match=r"got None"):
        step_back(jnp.ones(1), jnp.ones(1), 0.5, 0.2, eta=1.0)


def test_the_shipped_network_draws_what_it_is_told():
    starts = noise.starts(6)
    for digit in (0, 3, 7):
        end = noise.network_path(starts, noise.prompts()[digit])[-1]
        said = noise.judged(end).share.argmax(1)
        assert (said == digit).mean() > 0.8
