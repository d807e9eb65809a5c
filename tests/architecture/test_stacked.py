"""Stacked blocks, and the two numbers of a configuration that are no sizes."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from models import new_model, random_model
from sbt_jax.architecture import (
    Config,
    StackedBlocks,
    extend,
    forward,
    gated_mlp,
    init_cache,
    init_stacked,
    logit_lens,
    rms_norm,
    stack_blocks,
    trace,
    twin_forward,
    unstack_blocks,
    without,
)
from sbt_jax.architecture.config import TODAY
from sbt_jax.attention import multi_head
from sbt_jax.checkpoints import DATA, read_config, save
from sbt_jax.generation import Sampling, generate
from sbt_jax.shipped.stories import story_model

forward = jax.jit(forward, static_argnames="config")
trace = jax.jit(trace, static_argnames="config")
step = jax.jit(extend, static_argnames="config")
exchanged = jax.jit(twin_forward, static_argnames=("config", "switches"))

CONFIG = Config(50, 32, layers=3, heads=4, mlp=24, window=12, kv_heads=2)
OTHER = dataclasses.replace(CONFIG, rotary_base=100.0, epsilon=0.05)
MODEL = random_model(CONFIG)
STACKED = stack_blocks(MODEL)
TOKENS = np.arange(3, 11)


def assert_like(found, expected, **near):
    pairs = zip(jax.tree.leaves(found), jax.tree.leaves(expected), strict=True)
    for one, other in pairs:
        np.testing.assert_allclose(one, other, **{"atol": 1e-5, **near})


def test_stacked_blocks_are_blocks():
    blocks = STACKED.blocks
    assert isinstance(blocks, StackedBlocks)
    assert len(blocks) == 3
    assert_like(blocks[-1], MODEL.blocks[-1], atol=0)
    assert_like(blocks[1:], MODEL.blocks[1:], atol=0)
    assert_like(list(blocks), list(MODEL.blocks), atol=0)
    with pytest.raises(IndexError):
        blocks[3]
    back = unstack_blocks(STACKED)
    assert type(back.blocks) is tuple
    assert jax.tree.structure(back) == jax.tree.structure(MODEL)
    assert unstack_blocks(MODEL).blocks == MODEL.blocks
    assert stack_blocks(STACKED) is STACKED


def test_stacked_or_not_a_model_says_the_same():
    batch = np.stack([TOKENS, TOKENS[::-1]])
    for tokens in (TOKENS, batch):
        assert_like(forward(STACKED, OTHER, tokens), forward(MODEL, OTHER, tokens))
    assert_like(trace(STACKED, OTHER, TOKENS), trace(MODEL, OTHER, TOKENS))


def test_stacked_or_not_a_cache_gives_the_same():
    whole = forward(MODEL, OTHER, TOKENS)
    for model in (MODEL, STACKED):
        cache, found = init_cache(OTHER), []
        for part in np.split(TOKENS, [5, 6]):
            logits, cache = step(model, OTHER, cache, part)
            found.append(logits)
        assert_like(jnp.concatenate(found), whole)
        assert len(cache.key) == 3
        assert cache.key[0].shape == (2, 12, 8)


def test_stacked_or_not_a_model_writes_the_same():
    greedy = Sampling(temperature=0.0)
    one, other = (
        generate(
            jax.random.key(0), model, CONFIG, jnp.asarray(TOKENS[:3]), 8, greedy
        ).tokens
        for model in (MODEL, STACKED)
    )
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("part", ["attention", "mlp", "block", 2])
def test_stacked_or_not_the_same_parts_are_cut(part):
    where = {"part": "attention", "head": part} if part == 2 else {"part": part}
    cut = without(STACKED, 1, **where)
    assert_like(cut, stack_blocks(without(MODEL, 1, **where)), atol=0)
    for model in (MODEL, STACKED):
        with pytest.raises(ValueError, match=r"layer must be in 0\.\.2, got 3"):
            without(model, 3)
        with pytest.raises(ValueError, match=r"head must be in 0\.\.3, got 4"):
            without(model, 1, "attention", 4)


def test_stacked_or_not_gradients_are_the_same():
    def loss(model):
        return forward(model, CONFIG, TOKENS).std()

    slope = jax.grad(loss)
    assert_like(unstack_blocks(slope(STACKED)), slope(MODEL), rtol=1e-4)


# -- The two numbers ---------------------------------------------------------


def in_numpy(model, config, tokens):
    """A reading in 64 bits, with pairs of dimensions as complex numbers."""

    def norm(gain, x):
        return gain * x / np.sqrt((x**2).mean(-1, keepdims=True) + config.epsilon)

    def turn(x):
        half = x.shape[-1] // 2
        speed = config.rotary_base ** (-np.arange(half) / half)
        turned = np.exp(1j * np.arange(len(x))[:, None, None] * speed)
        z = (x[..., :half] + 1j * x[..., half:]) * turned
        return np.concatenate([z.real, z.imag], axis=-1)

    model = jax.tree.map(lambda leaf: np.asarray(leaf, np.float64), model)
    x, group = model.embedding[tokens], config.heads // config.key_heads
    for block in model.blocks:
        read, w = norm(block.attention_norm, x), block.attention
        query = turn(np.einsum("tw,whd->thd", read, w.query))
        key = turn(np.einsum("tw,whd->thd", read, w.key)).repeat(group, axis=1)
        value = np.einsum("tw,whd->thd", read, w.value).repeat(group, axis=1)
        scores = np.einsum("qhd,khd->hqk", query, key) / np.sqrt(config.head)
        look = np.exp(scores) * np.tri(len(x))
        look /= look.sum(-1, keepdims=True)
        x = x + np.einsum("hqk,khd,hdw->qw", look, value, w.output)
        read = norm(block.mlp_norm, x)
        gate = read @ block.mlp.gate
        x = x + (gate / (1 + np.exp(-gate)) * (read @ block.mlp.up)) @ block.mlp.down
    return norm(model.norm, x) @ model.embedding.T


@pytest.mark.parametrize("config", [CONFIG, OTHER], ids=["usual", "other"])
def test_base_and_epsilon_come_from_the_configuration(config):
    expected = in_numpy(MODEL, config, TOKENS)
    assert_like(forward(MODEL, config, TOKENS), expected, rtol=1e-4)
    seen = trace(MODEL, config, TOKENS)
    lens = logit_lens(MODEL, seen.streams[-1], epsilon=config.epsilon)
    assert_like(lens, expected, rtol=1e-4)


def test_each_of_the_two_matters():
    usual = np.asarray(forward(MODEL, CONFIG, TOKENS))
    twin = init_stacked(jax.random.key(0), CONFIG, TODAY)
    plain = np.asarray(exchanged(twin, CONFIG, TODAY, TOKENS))
    for change in ({"rotary_base": 100.0}, {"epsilon": 0.05}):
        config = dataclasses.replace(CONFIG, **change)
        assert np.abs(np.asarray(forward(MODEL, config, TOKENS)) - usual).max() > 1e-3
        found = exchanged(twin, config, TODAY, TOKENS)
        assert np.abs(np.asarray(found) - plain).max() > 1e-4


def test_a_configuration_of_before_has_the_numbers_of_before():
    for name in ("small", "main"):
        old = read_config(DATA / f"{name}.npz")
        assert not {"rotary_base", "epsilon"} & set(old)
        assert (Config(**old).rotary_base, Config(**old).epsilon) == (10_000.0, 1e-6)


def test_a_new_checkpoint_keeps_the_two(tmp_path):
    save(tmp_path / "model.npz", new_model(OTHER), OTHER)
    assert Config(**read_config(tmp_path / "model.npz")) == OTHER


@pytest.mark.parametrize("name", ["small", "main"])
def test_the_shipped_models_say_bit_for_bit_what_they_said(name):
    """Spelt out with the parts as they are by default, as before there were fields."""
    model, config, _ = story_model(name)
    model = jax.tree.map(jnp.asarray, model)
    tokens = np.random.default_rng(0).integers(0, config.vocab_size, (2, 100))

    @jax.jit
    def before(model, tokens):
        stream = model.embedding[tokens]
        for block in model.blocks:
            read = rms_norm(block.attention_norm, stream)
            stream += multi_head(block.attention, read)
            stream += gated_mlp(block.mlp, rms_norm(block.mlp_norm, stream))
        return logit_lens(model, stream)

    np.testing.assert_array_equal(
        forward(model, config, tokens), before(model, tokens), strict=True
    )


@pytest.mark.parametrize("model", [MODEL, STACKED], ids=["apart", "stacked"])
def test_a_long_beginning_leaves_the_cache_that_a_short_one_does(model):
    config = dataclasses.replace(OTHER, window=300)
    tokens = np.arange(280) * 7 % config.vocab_size
    whole = forward(model, config, tokens)

    @jax.jit
    def begin(model, tokens):
        return extend(model, config, init_cache(config), tokens)

    logits, cache = begin(model, tokens[:270])
    assert_like(logits, whole[:270], atol=1e-4)
    again, _ = step(model, config, cache, tokens[270:])
    assert_like(again, whole[270:], atol=1e-4)
    _, slow = step(model, config, init_cache(config), tokens[:5])
    _, slow = step(model, config, slow, tokens[5:270])
    assert_like(cache, slow, atol=1e-4)
