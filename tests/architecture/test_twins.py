"""Parts exchanged and left out, published sizes, writes and skips."""

import dataclasses
import functools

import jax
import numpy as np
import pytest

from models import new_model
from sbt_jax.architecture import (
    TODAY,
    Config,
    Norm,
    Switches,
    forward,
    forward_flops,
    init_model,
    init_stacked,
    init_twin,
    normalise,
    parameter_count,
    places,
    published_designs,
    trace,
    twin_forward,
    without,
    write_sizes,
)
from sbt_jax.attention import sinusoidal
from sbt_jax.published.architecture import ARCHITECTURE

# One program for each shape, not one for each operation and shape. Without its own jit
# ``init_twin`` draws all twins by one program, that of ``init_model``.
init_twin = init_twin.__wrapped__
forward, trace = (jax.jit(each, static_argnames="config") for each in (forward, trace))
twin_forward = jax.jit(twin_forward, static_argnames=("config", "switches"))
normalise = jax.jit(normalise, static_argnums=1)
write_sizes = jax.jit(write_sizes)

CONFIG = Config(vocab_size=50, width=16, layers=2, heads=2, mlp=24, window=12)
GROUPED = dataclasses.replace(CONFIG, heads=4, kv_heads=2)
KEY = jax.random.key(0)
MODEL = new_model(CONFIG)
TOKENS = np.arange(3, 11)
VASWANI = Switches(norm="layer", place="post", positions="sinusoidal", mlp="relu")
ALL = {
    "today": TODAY,
    "2017": VASWANI,
    "no residual": Switches(residual=False),
    "no norm": Switches(norm="none"),
    "no MLP": Switches(mlp="none"),
    "no attention": Switches(attention=False),
    "no positions": Switches(positions="none"),
    "learned": Switches(positions="learned"),
    "untied": Switches(tied=False),
    "GPT": Switches(norm="layer", positions="learned", mlp="gelu", biases=True),
}


@functools.cache
def built(config, switches):
    return init_twin(KEY, config, switches)


def run(switches, tokens=TOKENS, config=CONFIG, segments=None):
    twin = built(config, switches)
    return np.asarray(twin_forward(twin, config, switches, tokens, segments))


# -- Published models -----------------------------------------------------------


@pytest.mark.parametrize("name", ARCHITECTURE)
def test_published_models_have_the_parameters_that_others_count(name):
    total = sum(published_designs()[name].parameters().values())
    assert total == ARCHITECTURE[name].value["parameters"]


def test_gpt2_counted_by_hand():
    # 50,257 tokens and 1,024 places of 768; 12 blocks of 12 matrices of 768 x 768
    # with 9 x 768 biases and two norms of 2 x 768; a last norm.
    counts = published_designs()["GPT-2 small"].parameters()
    assert counts["embedding"] == 50_257 * 768
    assert counts["positions"] == 1024 * 768
    assert counts["attention"] == 12 * (4 * 768**2 + 4 * 768)
    assert counts["mlp"] == 12 * (8 * 768**2 + 5 * 768)
    assert counts["norm"] == 25 * 2 * 768


@pytest.mark.parametrize("config", [CONFIG, GROUPED], ids=["plain", "grouped"])
@pytest.mark.parametrize("name", ALL)
def test_the_count_is_that_of_a_built_twin(config, name):
    built = jax.eval_shape(lambda: init_twin(KEY, config, ALL[name]))
    total = sum(leaf.size for leaf in jax.tree.leaves(built))
    assert sum(parameter_count(config, ALL[name]).values()) == total


def test_a_gate_is_worth_half_as_many_units_again():
    plain = dataclasses.replace(CONFIG, mlp=CONFIG.mlp * 3 // 2)
    relu = parameter_count(plain, Switches(mlp="relu"))
    assert relu == parameter_count(CONFIG)


def test_flops_follow_the_parts():
    base = forward_flops(CONFIG, keys=10)
    plain = forward_flops(CONFIG, 10, Switches(mlp="relu", biases=True))
    assert plain == base | {"mlp": base["mlp"] * 2 // 3}
    blind = forward_flops(CONFIG, 10, Switches(attention=False))
    assert blind["looking"] == blind["attention"] == 0


# -- Twins ----------------------------------------------------------------------


def test_the_twin_of_today_is_the_model_to_the_bit():
    model = init_model(KEY, CONFIG)
    np.testing.assert_array_equal(run(TODAY), forward(model, CONFIG, TOKENS))


@pytest.mark.parametrize("name", [name for name in ALL if name != "today"])
def test_every_switch_changes_what_comes_out(name):
    found = run(ALL[name])
    assert np.isfinite(found).all()
    if name not in ("GPT",):
        assert np.abs(found - run(TODAY)).max() > 1e-3


@pytest.mark.parametrize("name", ALL)
def test_no_twin_sees_the_future(name):
    changed = np.where(np.arange(8) < 5, TOKENS, 0)
    before, after = run(ALL[name]), run(ALL[name], changed)
    np.testing.assert_array_equal(before[:5], after[:5])


@pytest.mark.parametrize("name", ALL)
def test_packed_rows_give_what_their_texts_give_alone(name):
    segments = np.array([1, 1, 1, 2, 2, 2, 2, 2])
    packed = run(ALL[name], segments=segments)
    # Filled up to one length: no text sees what follows, says the test before.
    first, second = (
        run(ALL[name], np.pad(text, (0, 8 - len(text))))
        for text in (TOKENS[:3], TOKENS[3:])
    )
    np.testing.assert_allclose(packed[:3], first[:3], atol=1e-5)
    np.testing.assert_allclose(packed[3:], second[:5], atol=1e-5)


def test_without_attention_only_the_last_token_matters():
    changed = np.array([9, *TOKENS[1:]])
    found, other = (run(ALL["no attention"], t) for t in (TOKENS, changed))
    np.testing.assert_array_equal(found[1:], other[1:])


def test_without_positions_the_last_of_a_bag_is_all_that_is_known():
    swapped = TOKENS[[1, 0, *range(2, 8)]]
    one = dataclasses.replace(CONFIG, layers=1)
    found, other = (
        run(ALL["no positions"], tokens, one)[-1] for tokens in (TOKENS, swapped)
    )
    np.testing.assert_allclose(found, other, atol=1e-6)
    assert (
        np.abs(run(TODAY, TOKENS, one)[-1] - run(TODAY, swapped, one)[-1]).max() > 1e-5
    )


def test_a_twin_of_2017_agrees_with_a_second_implementation_in_numpy():
    def norm(x):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-6)

    twin = jax.tree.map(np.asarray, built(CONFIG, VASWANI))
    x = twin.embedding[TOKENS] + np.asarray(sinusoidal(8, 16))
    for block in twin.blocks:
        wrote = np.zeros_like(x)
        query, key, value, output = (each.weight for each in block.attention)
        for h in range(CONFIG.heads):
            scores = (x @ query[:, h]) @ (x @ key[:, h]).T / np.sqrt(8)
            weights = np.exp(scores) * np.tri(8)
            mixed = weights / weights.sum(1, keepdims=True) @ (x @ value[:, h])
            wrote += mixed @ output[h]
        x = norm(x + wrote)
        up, down = (each.weight for each in block.mlp)
        x = norm(x + np.maximum(x @ up, 0) @ down)
    expected = 0.02 * norm(x) @ twin.embedding.T
    np.testing.assert_allclose(run(VASWANI), expected, atol=1e-5)


@pytest.mark.parametrize(
    ("name", "scaled"),
    [
        ("today", True),
        ("today", False),  # the same for all: what blocks write is not divided
        ("2017", True),
        ("no attention", True),
        ("no MLP", True),
    ],
)
def test_a_stacked_twin_is_its_blocks_one_after_another(name, scaled):
    twin = jax.tree.map(np.asarray, init_stacked(KEY, CONFIG, ALL[name], scaled))
    parts = tuple(
        jax.tree.map(lambda leaf, i=i: leaf[i], twin.blocks)
        for i in range(CONFIG.layers)
    )
    together, apart = (
        twin_forward(t, CONFIG, ALL[name], TOKENS)
        for t in (twin, twin._replace(blocks=parts))
    )
    np.testing.assert_allclose(together, apart, atol=1e-5)


def test_blocks_write_less_the_more_there_are_unless_asked_otherwise():
    quiet, loud = (
        jax.tree.map(np.asarray, init_twin(KEY, CONFIG, TODAY, scaled=s))
        for s in (True, False)
    )
    for one, other in zip(quiet.blocks, loud.blocks, strict=True):
        for part in ("attention", "mlp"):
            louder = getattr(other, part)[-1].weight
            np.testing.assert_allclose(2 * getattr(one, part)[-1].weight, louder, 1e-5)


def test_layer_norm_ignores_scale_and_shift():
    x = np.array([[3.0, -4.0, 12.0]], np.float32)
    norm = Norm(np.ones(3), np.zeros(3))
    expected = np.asarray(normalise(norm, "layer", x))
    np.testing.assert_allclose(normalise(norm, "layer", 9 * x + 5), expected, atol=1e-5)
    np.testing.assert_allclose(expected.mean(), 0, atol=1e-6)
    np.testing.assert_array_equal(normalise(norm, "none", x), x)


def test_places_start_again_with_each_text_and_need_no_batch():
    segments = np.array([[1, 1, 2, 2, 0], [3, 3, 3, 3, 3]])
    found = jax.jit(places)(np.zeros((2, 5), int), segments)
    np.testing.assert_array_equal(found, [[0, 1, 0, 1, 0], [0, 1, 2, 3, 4]])


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("change", "got"),
    [
        ({"norm": "batch"}, "norm must be among .*, got 'batch'"),
        ({"place": "before"}, "place must be among .*, got 'before'"),
        ({"positions": None}, "positions must be among .*, got None"),
        ({"mlp": "swish"}, "mlp must be among .*, got 'swish'"),
        ({"residual": "yes"}, "residual must be among .*, got 'yes'"),
        ({"patch": -1}, "patch must be a whole number >= 0, got -1"),
        ({"patch": 1.5}, "patch must be a whole number >= 0, got 1.5"),
    ],
)
def test_switches_that_do_not_exist_are_refused_with_the_value(change, got):
    with pytest.raises(ValueError, match=got):
        Switches(**change)


def test_a_twin_of_images_and_a_text_beyond_the_window_are_refused():
    with pytest.raises(ValueError, match="patch must be 0 to build a twin, got 16"):
        init_twin(KEY, CONFIG, Switches(patch=16))
    with pytest.raises(ValueError, match="window of 12, got 13"):
        run(TODAY, np.zeros(13, int))


# -- Writes and skips -------------------------------------------------------------


def test_what_is_written_adds_up_to_the_stream():
    streams = np.asarray(trace(MODEL, CONFIG, TOKENS).streams)
    sizes = np.asarray(write_sizes(streams))
    np.testing.assert_allclose(sizes[0], np.linalg.norm(streams[0], axis=-1), rtol=1e-6)
    expected = np.linalg.norm(streams[3] - streams[2], axis=-1)
    np.testing.assert_allclose(sizes[3], expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("part", "silent"), [("attention", [1]), ("mlp", [2]), ("block", [1, 2])]
)
def test_what_is_skipped_writes_nothing_and_the_rest_goes_on(part, silent):
    skipped = without(MODEL, layer=0, part=part)
    sizes = np.asarray(write_sizes(trace(skipped, CONFIG, TOKENS).streams))
    np.testing.assert_array_equal(sizes[silent], 0)
    assert (np.delete(sizes, silent, axis=0) > 0).all()
    assert jax.tree.structure(skipped) == jax.tree.structure(MODEL)


def test_skipping_both_heads_is_skipping_the_attention():
    both = without(without(MODEL, 1, "attention", head=0), 1, "attention", head=1)
    whole = without(MODEL, 1, "attention")
    np.testing.assert_array_equal(
        forward(both, CONFIG, TOKENS), forward(whole, CONFIG, TOKENS)
    )


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("arguments", "error", "got"),
    [
        ((2,), ValueError, r"layer must be in 0\.\.1, got 2"),
        ((-1,), ValueError, r"layer must be in 0\.\.1, got -1"),
        ((1.0,), TypeError, "layer must be an int, got 1.0"),
        ((0, "attention", 2), ValueError, r"head must be in 0\.\.1, got 2"),
        ((0, "attention", "a"), TypeError, "head must be an int, got 'a'"),
        ((0, "mlp", 0), ValueError, "part must be attention to skip a head, got 'mlp'"),
        ((0, "norm"), ValueError, "part must be among .*, got 'norm'"),
    ],
)
def test_parts_out_of_range_are_refused_with_the_value(arguments, error, got):
    with pytest.raises(error, match=got):
        without(MODEL, *arguments)
