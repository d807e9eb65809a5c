"""Encoders and vectors in place of ids, in the browser against JAX: ``sbt.encoder``."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from models import script_of
from sbt_jax.architecture import Config, init_model
from sbt_jax.checkpoints import as_shipped
from sbt_jax.multimodality import init_encoder, read_caption, read_with, see

pytestmark = pytest.mark.usefixtures("unchecked")
CONFIG = Config(16, width=16, layers=2, heads=4, mlp=22, window=10)
ENCODER = jax.tree.map(
    jnp.asarray, as_shipped(init_encoder(jax.random.key(0), CONFIG, 5))
)
SEE = """(script, patches, way) => {
  (0, eval)(script)
  const model = sbt.encoder(sbt.weights.random)
  const {output, attention} = way === "see"
    ? model.see(patches.map((p) => Float32Array.from(p))) : model.readWords(patches)
  return [output, attention(1, 2, 0), attention(0, 3, 2)].map((x) => Array.from(x))
}"""
NEAR = {"rtol": 1e-4, "atol": 1e-4}


def same(found, seen):
    np.testing.assert_allclose(found[0], seen.output, **NEAR)
    np.testing.assert_allclose(found[1], seen.attention[1, 2, 0], **NEAR)
    np.testing.assert_allclose(found[2], seen.attention[0, 3, 2], **NEAR)


@pytest.mark.parametrize("count", [2, 4, 9])
def test_patches_are_seen_as_in_jax(live_js, count):
    patches = np.random.default_rng(count).random((count, 16)).astype(np.float32)
    found = live_js(SEE, script_of(ENCODER, CONFIG), patches.tolist(), "see")
    same(found, see(ENCODER, jnp.asarray(patches)))


def test_captions_are_read_as_in_jax(live_js):
    ids = [3, 11, 0]
    found = live_js(SEE, script_of(ENCODER, CONFIG), ids, "read")
    same(found, read_caption(ENCODER, jnp.array(ids)))


def test_a_vector_stands_in_place_of_an_id(live_js):
    config = Config(37, width=16, layers=2, heads=4, mlp=22, window=40)
    model = jax.tree.map(jnp.asarray, as_shipped(init_model(jax.random.key(1), config)))
    vector = np.random.default_rng(0).normal(size=16).astype(np.float32)
    code = """(script, ids, vector) => {
      (0, eval)(script)
      const reader = sbt.reader(sbt.transformer(sbt.weights.random))
      const whole = [...ids]
      whole[2] = Float32Array.from(vector)
      const first = Array.from(reader.read(whole))
      const other = Array.from(reader.read(ids))
      return [first, Array.from(reader.read(whole)), other]
    }"""
    ids = [4, 9, 5, 30, 2]
    first, again, plain = live_js(code, script_of(model, config), ids, vector.tolist())
    theirs = read_with(
        model, config, jnp.array([4, 9, 37, 30, 2]), jnp.asarray(vector[None])
    )
    np.testing.assert_allclose(first, theirs[-1], **NEAR)
    np.testing.assert_allclose(first, again, **NEAR)
    assert np.abs(np.array(first) - plain).max() > 1e-3


def test_what_is_no_vector_is_refused(live_js):
    code = """(script) => {
      (0, eval)(script)
      const model = sbt.encoder(sbt.weights.random)
      const said = (run) => { try { run(); return "" } catch (e) { return e.message } }
      return [
        said(() => model.see([new Float32Array(3)])),
        said(() => model.readWords([16])),
        said(() => model.see(Array.from({length: 10}, () => new Float32Array(16)))),
        said(() => model.encode([[NaN]])),
      ]
    }"""
    found = live_js(code, script_of(ENCODER, CONFIG))
    assert "patch must hold 16 numbers, got 3" in found[0]
    assert "id must be" in found[1]
    assert "number of vectors must be" in found[2]
    assert "vector must hold 16 numbers" in found[3]
