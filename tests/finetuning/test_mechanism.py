"""Adapters, formats and counts of chapter 14: oracles, limits, other worlds."""

from collections import Counter

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax import finetuning, world
from sbt_jax.architecture import Config, forward, init_model
from sbt_jax.finetuning import formats
from sbt_jax.finetuning.four_bits import double_rounded
from sbt_jax.shipped.stories import encode_story, story_model, story_tokenizer
from sbt_jax.training import Adapter, AdapterConfig, add_adapters
from sbt_jax.world import domains

pytestmark = pytest.mark.usefixtures("unchecked")
CONFIG = Config(32, width=8, layers=2, heads=2, mlp=12, window=16)
MODEL = init_model(jax.random.key(0), CONFIG)
TOKENS = np.arange(10) % 7


def moved(model, rank, targets="all"):
    """Adapters that change something."""
    made = finetuning.chosen(jax.random.key(1), model, rank, targets)
    return {name: Adapter(a, b + 0.05) for name, (a, b) in made.items()}


def test_fresh_adapters_change_nothing_and_merged_ones_are_the_detour():
    config = finetuning.scaled(6.0, 3)
    fresh = add_adapters(MODEL, finetuning.chosen(jax.random.key(1), MODEL, 3), config)
    np.testing.assert_array_equal(
        forward(fresh, CONFIG, TOKENS), forward(MODEL, CONFIG, TOKENS)
    )
    adapters = moved(MODEL, 3)
    name = "blocks.1.mlp.up"
    merged = finetuning.matrices(add_adapters(MODEL, adapters, config))[name]
    x = jnp.linspace(-1, 1, 8)
    detour = x @ finetuning.matrices(MODEL)[name] + 2.0 * (
        x @ adapters[name].a @ adapters[name].b
    )
    np.testing.assert_allclose(x @ merged, detour, rtol=1e-4, atol=1e-5)


def test_the_change_has_the_rank_that_was_asked_for():
    after = add_adapters(MODEL, moved(MODEL, 2, "MLP"), AdapterConfig(2))
    for name, change in finetuning.changes(after, MODEL).items():
        expected = 2 if ".mlp." in name else 0
        found = np.linalg.matrix_rank(change, tol=1e-4)
        assert found <= expected, name
        assert bool(expected) == bool(found)


def test_scales_by_hand():
    assert finetuning.scaled(16.0, 4).scale == 4.0
    assert finetuning.scaled(16.0, 4, finetuning.SCALES[1]).scale == 8.0


def test_pissa_takes_the_largest_directions():
    rest, adapters = finetuning.pissa(MODEL, 2)
    for name, matrix in finetuning.matrices(MODEL).items():
        largest = np.linalg.svd(np.asarray(matrix), compute_uv=False)
        left = np.linalg.svd(
            np.asarray(finetuning.matrices(rest)[name]), compute_uv=False
        )
        assert left[0] == pytest.approx(largest[2], rel=1e-4)
        product = np.asarray(adapters[name].a @ adapters[name].b)
        np.testing.assert_allclose(
            product, finetuning.truncated(np.asarray(matrix), 2), atol=1e-5
        )
    with pytest.raises(ValueError, match=r"rank must be at most 8 of .*got 9"):
        finetuning.pissa(MODEL, 9)


def test_dora_sets_the_lengths_of_columns():
    made = finetuning.init_dora(MODEL, moved(MODEL, 2))
    doubled = {n: dora._replace(length=2 * dora.length) for n, dora in made.items()}
    after = finetuning.add_dora(MODEL, doubled, AdapterConfig(2))
    for name, matrix in finetuning.matrices(after).items():
        np.testing.assert_allclose(
            np.linalg.norm(matrix, axis=0), 2 * made[name].length, rtol=1e-4
        )


def test_rounding_goes_to_the_nearest_level():
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(7, 33)).astype(np.float32)
    for name, how in formats().items():
        codes, scale, size = finetuning.encode_blocks(weights, how)
        assert size == weights.size
        ours = finetuning.rounded(weights, how).ravel()
        levels = np.array(how.levels, np.float32)
        per = np.repeat(scale, how.block)[:size]
        every = levels * per[:, None]
        best = np.abs(every - weights.ravel()[:, None]).min(1)
        np.testing.assert_allclose(
            np.abs(ours - weights.ravel()), best, atol=1e-6, err_msg=name
        )
        assert codes.max() < len(how.levels) <= 16


def test_what_is_a_level_stays_and_zeros_stay_zero():
    for how in formats().values():
        top = max(how.levels)
        exact = np.array(how.levels * how.block, np.float32)
        if how.scale == "float32":
            np.testing.assert_allclose(finetuning.rounded(exact, how), exact, rtol=1e-6)
        assert not finetuning.rounded(np.zeros(how.block), how).any()
        far = finetuning.rounded(np.float32([top, -top]), how)
        np.testing.assert_allclose(far, [top, -top], rtol=0.07)


def test_scales_of_powers_of_two_are_powers_of_two():
    how = formats()["MXFP4"]
    scale = finetuning.block_scales(np.float32([6.0, 7.9, 8.0, 0.0, 3e-20]), how)
    np.testing.assert_array_equal(scale[:4], [1.0, 1.0, 2.0, 0.0])
    assert np.log2(scale[4]) == np.round(np.log2(scale[4]))


def test_small_floats_are_those_of_the_specification():
    e4m3 = finetuning.float_levels(4, 3)
    assert 448 in e4m3
    assert min(e4m3[e4m3 > 0]) == 2**-9
    with pytest.raises(ValueError, match="exponent must be"):
        finetuning.float_levels(0, 1)


def test_double_quantization_hardly_moves_the_scales():
    scale = np.random.default_rng(1).uniform(0.01, 0.1, 700).astype(np.float32)
    off = np.abs(double_rounded(scale) - scale) / scale.std()
    assert off.max() < 0.2


def test_the_full_change_is_the_sum_of_its_directions():
    change = np.random.default_rng(2).normal(size=(6, 9))
    np.testing.assert_allclose(finetuning.truncated(change, 6), change, atol=1e-12)
    held = finetuning.share_held(change, [1, 3, 6])
    assert 0 < held[0] < held[1] < held[2] == pytest.approx(1)


# -- Other worlds -------------------------------------------------------------------


def test_other_worlds_use_only_tokens_that_stories_use():
    tokenizer, seen = story_tokenizer(), Counter()
    for story in world.stories(4000):
        seen.update(encode_story(tokenizer, story.text, end=True))
    for name in domains.DOMAINS:
        for told in world.stories(150, seed=3, world=domains.domain(name)):
            ids = encode_story(tokenizer, told.text, end=True)
            strange = {tokenizer.token_bytes[i] for i in ids if seen[i] < 3}
            assert not strange, (name, strange)


def test_the_oracle_knows_the_probability_of_a_logbook():
    for name in domains.DOMAINS:
        there = domains.domain(name)
        for told in world.stories(3, seed=5, world=there):
            words = [*world.split(told.text), world.END]
            reading = world.read(words, there)
            assert reading.impossible is None
            assert np.log(reading.probability) == pytest.approx(told.log_probability)
    assert len({domains.domain(name).digest for name in domains.DOMAINS}) == 3


def test_in_a_logbook_everybody_brings_the_same():
    cargoes = domains.cargoes()
    for told in world.stories(60, seed=6, world=domains.domain("logbook")):
        words = told.text.split(" Then, ")[1].split()
        assert cargoes[words[0].rstrip(",")] in words[3].rstrip(",.")
    with pytest.raises(ValueError, match="name must be one of"):
        domains.domain("sea")


def test_weights_of_main_lose_least_in_nf4():
    weights = np.asarray(
        finetuning.matrices(story_model("main").model)["blocks.0.mlp.up"]
    )
    errors = {
        name: finetuning.relative_error(weights, finetuning.rounded(weights, how))
        for name, how in formats().items()
    }
    assert min(errors, key=errors.get) in ("NF4", "NVFP4")
    assert max(errors, key=errors.get) == "fp4"
