"""Published figures of chapter 20, recomputed where our code can."""

import jax
import numpy as np
import pytest

from sbt_jax.interpretability import SaeConfig, dimension_shares, init_sae, welch_bound
from sbt_jax.published.interpretability import INTERPRETABILITY


def value(name):
    return INTERPRETABILITY[name].value


def evenly(count, width):
    """Vectors spread evenly: a pair, a polygon, corners of a tetrahedron, a prism."""
    if width == 1:
        return np.array([[1.0], [-1.0]])
    if width == 2:
        turn = 2 * np.pi * np.arange(count) / count
        return np.stack([np.cos(turn), np.sin(turn)], 1)
    if count == 4:
        return np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], float)
    # A square antiprism whose two layers lie so that the shares are even.
    turn = np.pi / 4 * np.arange(8)
    high = np.where(np.arange(8) % 2, 1, -1) / np.sqrt(3)
    flat = np.sqrt(2 / 3)
    return np.stack([flat * np.cos(turn), flat * np.sin(turn), high], 1)


@pytest.mark.parametrize("shape", value("polytopes"))
def test_even_vectors_have_an_even_share(shape):
    shares = dimension_shares(evenly(*shape))
    np.testing.assert_allclose(shares, value("polytopes")[shape], rtol=1e-9)


def test_five_hundred_directions_cannot_all_be_far_apart():
    assert welch_bound(512, 128) == pytest.approx(0.0766, abs=5e-5)


def test_anthropics_counts_agree_with_each_other():
    one = value("one_layer")
    assert one["features"] == 8 * one["neurons"]
    assert one["dead"] / one["features"] == pytest.approx(0.041, abs=5e-4)
    assert one["widest"] * one["neurons"] == 131_072
    sonnet = value("sonnet")
    left = (1 - sonnet["dead"]) * 2 ** sonnet["features"][-1]
    assert left / 1e6 == pytest.approx(11.7, abs=0.05)


def test_an_autoencoder_of_gemma_scope_has_its_published_size():
    of = value("gemma_scope")
    config = SaeConfig(of["width"], of["features"], "jump", 1)
    shapes = jax.eval_shape(lambda k: init_sae(k, config), jax.random.key(0))
    assert sum(np.prod(x.shape) for x in shapes) == of["parameters"]


def test_a_threshold_cannot_have_moved_further_than_reported():
    of = value("stuck")
    most = of["start"] * np.exp(of["rate"] * of["steps"])
    assert most == pytest.approx(0.0182, abs=5e-5)
    assert of["start"] < of["reported"] < most


def test_a_circuit_is_a_part_of_the_heads():
    of = value("ioi")
    assert of["layers"] * of["heads"] == 144
    assert of["circuit"] == 26
