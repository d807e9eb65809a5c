"""Published figures of chapter 9, recomputed where our code can."""

import numpy as np
import pytest

from sbt_jax import context
from sbt_jax.architecture import published_designs
from sbt_jax.context import Shape, shape_of
from sbt_jax.published.context import CONTEXT


def test_what_doubling_costs_in_the_shape_of_gpt_3():
    shape = shape_of(published_designs()["GPT-3"])
    expected = {1024: 2.01, 2048: 2.03, 8192: 2.11, 131_072: 2.94, 2**20: 3.75}
    for tokens, times in expected.items():
        assert round(context.doubling(shape, tokens), 2) == times


@pytest.mark.parametrize(
    ("width", "tokens"), [(768, 9216), (4096, 49_152), (12_288, 147_456)]
)
def test_looking_back_weighs_as_much_at_twelve_times_the_width(width, tokens):
    shape = Shape(1, width // 64, width // 64, 64, 12 * width**2)
    assert context.equal_at(shape) == tokens


def test_means_of_ruler():
    ruler = CONTEXT["RULER"].value
    right = np.array(ruler["right"])
    assert round(right.mean(), 1) == ruler["mean"]
    up = np.arange(1, len(right) + 1)
    assert round(np.average(right, weights=up), 1) == ruler["weighted to the long"]
    down = up[::-1]
    assert round(np.average(right, weights=down), 1) == ruler["weighted to the short"]
    far = [
        n
        for n, share in zip(ruler["lengths"], right, strict=True)
        if share > ruler["threshold"]
    ]
    assert max(far) == ruler["effective"]


def test_the_threshold_of_nolima():
    nolima = CONTEXT["NoLiMa"].value
    assert round(nolima["share"] * nolima["base"], 1) == nolima["threshold"]


def test_numbers_of_yarn_and_of_a_larger_base():
    scale = CONTEXT["YaRN scale"].value
    assert round(context.yarn_scale(float(scale["factor"])), 3) == scale["scale"]
    ramp = np.asarray(context.yarn_ramp(128, 4096))
    assert np.flatnonzero(ramp == 0).max() == 20
    assert np.flatnonzero(ramp == 1).min() == 46
    assert round(context.ntk_base(8.0, 128)) == 82_685


def test_slopes_of_alibi_with_eight_heads():
    slopes = np.asarray(context.alibi_slopes(8))
    assert (slopes[0], slopes[-1]) == (1 / 2, 1 / 256)


def test_the_reach_of_mistral():
    found = CONTEXT["Mistral reach"].value
    assert context.reach(found["window"], found["layers"]) == found["reach"]


def test_keys_and_values_of_gemma_with_windows_and_without():
    shape = context.windowed_shape("Gemma 3 27B")
    full = Shape(shape.layers, shape.heads, shape.kv_heads, shape.head, shape.weights)
    gib = [context.kv_bytes(one, 131_072) / 2**30 for one in (shape, full)]
    assert [round(x, 1) for x in gib] == [10.4, 62.0]
    assert 25e9 < shape.weights < 27e9


def test_when_keeping_a_prefix_pays():
    prices = CONTEXT["prompt caching"].value
    short, long = (prices[f"write, {how}"] for how in ("5 minutes", "1 hour"))
    assert context.pays_from(short, prices["read"]) == 2
    assert context.pays_from(long, prices["read"]) == 3
