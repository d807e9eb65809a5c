"""Chapter 15: patches, encoders, losses, vectors and prices against oracles."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax import multimodality
from sbt_jax.architecture import Config, forward, init_model
from sbt_jax.multimodality import (
    Scene,
    at_cosine,
    caption,
    caption_ids,
    claude_size,
    cosines,
    counted,
    drawn,
    filled,
    init_encoder,
    init_projector,
    modality_gap,
    nearest_words,
    patchify,
    put,
    to_word,
    unpatchify,
    vit_cost,
    zero_shot,
)
from sbt_jax.multimodality.captions import WORDS
from sbt_jax.shipped import pictures, scenes

pytestmark = pytest.mark.usefixtures("unchecked")
# One program each, not one for every step of a formula.
encode, see, read_caption = map(
    jax.jit, (multimodality.encode, multimodality.see, multimodality.read_caption)
)
contrastive_loss = jax.jit(multimodality.contrastive_loss)
sigmoid_loss = jax.jit(multimodality.sigmoid_loss)
read_with = jax.jit(multimodality.read_with, static_argnums=1)
reads = jax.jit(forward, static_argnums=1)
CONFIG = Config(16, width=8, layers=2, heads=2, mlp=16, window=17)
ENCODER = init_encoder(jax.random.key(0), CONFIG, 5)


@pytest.mark.parametrize("patch", [1, 2, 4, 8])
def test_patches_are_squares_and_come_back(patch):
    image = np.random.default_rng(0).normal(size=(2, 8, 16, 3)).astype(np.float32)
    cut = patchify(image, patch)
    # An oracle: slices, one by one, in the order of reading.
    slices = [
        image[:, r : r + patch, c : c + patch].reshape(2, -1)
        for r in range(0, 8, patch)
        for c in range(0, 16, patch)
    ]
    np.testing.assert_array_equal(cut, np.stack(slices, axis=1))
    np.testing.assert_array_equal(unpatchify(cut, 16, patch, 3), image)


def test_an_encoder_agrees_with_sums_written_out():
    vectors = jax.random.normal(jax.random.key(1), (4, 8))
    found = encode(ENCODER, vectors)
    x = np.vstack([np.zeros(8), vectors]) + np.asarray(ENCODER.positions[:5])

    def norm(gain, v):
        return gain * v / np.sqrt((v**2).mean(-1, keepdims=True) + 1e-6)

    for block in ENCODER.blocks:
        read = norm(block.attention_norm, x)
        q, k, v = (np.einsum("tw,whd->htd", read, w) for w in block.attention[:3])
        scores = np.einsum("htd,hud->htu", q, k) / 2.0
        look = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
        x = x + np.einsum("htu,hud,hdw->tw", look, v, block.attention.output)
        read = norm(block.mlp_norm, x)
        gate = read @ block.mlp.gate
        x = x + (gate / (1 + np.exp(-gate)) * (read @ block.mlp.up)) @ block.mlp.down
    np.testing.assert_allclose(found.attention[-1], look, atol=1e-5)
    expected = norm(ENCODER.norm, x[0]) @ ENCODER.head
    np.testing.assert_allclose(found.output, expected, atol=1e-4)


def test_an_encoder_looks_both_ways():
    looks = encode(ENCODER, jnp.ones((4, 8))).attention
    assert (looks > 0).all()
    np.testing.assert_allclose(looks.sum(-1), 1, atol=1e-5)


def test_without_places_the_order_of_patches_means_nothing():
    patches = jax.random.normal(jax.random.key(2), (16, 16))
    blind = ENCODER._replace(positions=ENCODER.positions.at[1:].set(0))
    turned = patches[::-1]
    one, two = (see(blind, x).output for x in (patches, turned))
    np.testing.assert_allclose(one, two, atol=1e-4)
    one, two = (see(ENCODER, x).output for x in (patches, turned))
    assert abs(one - two).max() > 1e-3


def test_what_fills_up_a_caption_changes_nothing():
    half = init_encoder(jax.random.key(3), CONFIG, 4)
    one = read_caption(half, jnp.array([3, 5])).output
    two = read_caption(half, jnp.array([3, 5, -1, -1])).output
    np.testing.assert_allclose(one, two, atol=1e-5)


def test_infonce_agrees_with_a_softmax_and_knows_nothing_at_first():
    keys = jax.random.split(jax.random.key(4))
    images, texts = (jax.random.normal(key, (6, 3)) for key in keys)
    logits = 5 * np.asarray(cosines(images, texts))
    total = 0.0
    for i in range(6):
        total -= np.log(np.exp(logits[i, i]) / np.exp(logits[i]).sum())
        total -= np.log(np.exp(logits[i, i]) / np.exp(logits[:, i]).sum())
    assert float(contrastive_loss(images, texts, 5.0)) == pytest.approx(
        total / 12, rel=1e-4
    )
    same = jnp.ones((128, 4))
    assert float(contrastive_loss(same, same)) == pytest.approx(np.log(128), rel=1e-5)
    assert float(contrastive_loss(texts, texts, 1000.0)) == pytest.approx(0, abs=1e-3)


def test_the_sigmoid_loss_sums_over_pairs_and_begins_at_its_bias():
    apart = jnp.eye(128)
    first = sigmoid_loss(apart[:64], apart[64:])
    assert float(first) == pytest.approx(10.0, abs=0.01)
    even = sigmoid_loss(apart[:64], apart[64:], bias=0.0)
    assert float(even) == pytest.approx(64 * np.log(2), rel=1e-5)


def test_zero_shot_takes_the_nearest_and_the_gap_is_seen():
    texts = jnp.eye(4)
    assert zero_shot(3 * texts[::-1], texts).tolist() == [3, 2, 1, 0]
    assert float(modality_gap(texts, texts)) == pytest.approx(0, abs=1e-6)
    assert float(modality_gap(texts, 7 * texts)) == pytest.approx(0, abs=1e-6)


def test_a_vector_in_place_of_a_word_is_read_as_that_word():
    config = Config(40, width=8, layers=1, heads=2, mlp=16, window=32)
    model = init_model(jax.random.key(0), config)
    ids = jnp.array([1, 7, 9, 3])
    put_there = ids.at[1].set(40)
    theirs = reads(model, config, ids)
    ours = read_with(model, config, put_there, model.embedding[7:8])
    np.testing.assert_allclose(ours, theirs, atol=1e-5)
    other = read_with(model, config, put_there, model.embedding[8:9])
    assert abs(other[1:] - theirs[1:]).max() > 1e-3
    # What stands before it hears nothing of it.
    np.testing.assert_allclose(other[0], theirs[0], atol=1e-5)


def test_only_the_projector_gets_a_gradient_that_counts():
    config = Config(40, width=8, layers=1, heads=2, mlp=16, window=32)
    model = init_model(jax.random.key(0), config)
    projector = init_projector(jax.random.key(1), 4, 6, 8)

    def loss(projector):
        vector = to_word(projector, jnp.ones(4))[None]
        logits = read_with(model, config, jnp.array([1, 40, 9]), vector)
        return -jax.nn.log_softmax(logits[-1])[5]

    slope = jax.jit(jax.grad(loss))(projector)
    assert all(abs(leaf).max() > 0 for leaf in (slope.output, slope.output_bias))


def test_vectors_have_the_cosine_and_length_that_was_asked():
    words = jax.random.normal(jax.random.key(0), (5, 16))
    for cosine in (1.0, 0.6, 0.0):
        other = at_cosine(jax.random.key(1), words, cosine)
        np.testing.assert_allclose(jnp.diag(cosines(other, words)), cosine, atol=1e-5)
        np.testing.assert_allclose(
            jnp.linalg.norm(other, axis=1), jnp.linalg.norm(words, axis=1), rtol=1e-5
        )
    assert nearest_words(words[2], words, 1)[0][0] == 2


def test_dots_are_counted_and_strokes_fill_the_height():
    dots = np.zeros((32, 32), bool)
    dots[:4, 4:8] = True
    assert counted(dots)[0, 1] == 16
    assert counted(dots).sum() == 16
    small = np.array([[50.0, 40.0, 0], [50.0, 44.0, 1]])
    large = np.array([[10.0, 0.0, 0], [10.0, 90.0, 1]])
    np.testing.assert_allclose(drawn(small), drawn(large), atol=1e-9)
    assert drawn(small)[0].sum() > 0 < drawn(small)[-1].sum()
    dot = drawn(np.array([[3.0, 3.0, 0]]))
    assert 0 < dot.sum() < 3
    with pytest.raises(ValueError, match="points must not be empty"):
        drawn(np.zeros((0, 3)))


def test_captions_are_read_as_they_are_said():
    for scene in (Scene(0, 0, 0), Scene(9, 3, 3)):
        ids, unknown = caption_ids(caption(scene))
        assert not unknown
        assert " ".join(WORDS[i] for i in ids) == caption(scene)
    assert caption_ids("<img src=x> 😀 3")[0] == [WORDS.index("three")]
    assert filled([[1], [2, 3]]).shape == (2, 7)
    assert put(np.ones((8, 8)), 8, 0)[8:, :8].all()


def test_the_work_of_a_vit_is_what_its_products_are():
    # By hand: one block of width 2, hidden 4, over one patch and the class token.
    config = Config(3, width=2, layers=1, heads=1, mlp=4, window=2)
    weights = 4 * 2 * 2 + 3 * 2 * 4
    assert vit_cost(config, 1) == 3 * 2 + 2 * weights + 2 * 2 * 2 * 2
    with pytest.raises(ValueError, match=r"patches must be in 1\.\.1, got 2"):
        vit_cost(config, 2)


def test_prices_grow_with_the_image_and_stop_at_their_limit():
    for name, rule in multimodality.RULES.items():
        counts = [rule(side, side) for side in (64, 512, 1024, 2048, 4096)]
        assert counts == sorted(counts), name
        assert rule(300, 700) == rule(700, 300), name
    for side in (1569, 3000, 20_000):
        assert multimodality.claude_tokens(side, side) <= 1568
        assert multimodality.patch_tokens(side, side) <= 1536
        assert max(claude_size(side, 100)) <= 1568


def test_the_shipped_models_are_what_the_table_says():
    held = pictures.digits(held_out=True)
    near = pictures.drawn_sum(*held.images[:2])
    assert near.answers.sum() <= 1 + 1e-5
    assert len(near.words) == 2
    places = pictures.corners(60)
    right = [
        pictures.looked(put(image, int(t), int(s)), 4).p.argmax() == label
        for image, label, (t, s) in zip(
            held.images[:60], held.labels, places, strict=False
        )
    ]
    assert np.mean(right) > 0.7
    some = scenes.scene_vectors(40)
    classes = np.stack([scenes.caption_vector(f"a {n}") for n in multimodality.NUMBERS])
    said = np.asarray(zero_shot(jnp.asarray(some.vectors), jnp.asarray(classes)))
    _, what = scenes.scenes(40)
    assert (said == [s.number for s in what]).mean() > 0.6
    with pytest.raises(ValueError, match="text must have a word"):
        scenes.caption_vector("<b>")
    with pytest.raises(ValueError, match="name must be one of"):
        pictures.encoder("vit5")
