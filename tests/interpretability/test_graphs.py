"""Chapter 20, transcoders and graphs: sums that must come out, and limits."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax import interpretability as it
from sbt_jax.architecture import Config, forward, init_model

CONFIG = Config(16, width=8, layers=3, heads=2, mlp=12, window=8)
MODEL = init_model(jax.random.key(0), CONFIG)
TOKENS = jnp.array([1, 2, 3, 4])
SIZES = it.SaeConfig(8, 10, "topk", 3)
MANY = tuple(
    it.init_transcoder(jax.random.key(i), SIZES)._replace(
        bias=0.1 * jax.random.normal(jax.random.key(10 + i), (10,)),
        output=0.1 * jax.random.normal(jax.random.key(20 + i), (8,)),
    )
    for i in range(3)
)
FEATURE, WORD = it.KINDS.index("feature"), it.KINDS.index("word")
forward_, frozen_run, linear_run, says_looking, says_with = (
    jax.jit(f, static_argnames="config")
    for f in (forward, it.frozen_run, it.linear_run, it.says_looking, it.says_with)
)
replaced_forward = jax.jit(it.replaced_forward, static_argnames=("config", "sizes"))


@functools.cache
def graph():
    found = it.attribution_graph(MODEL, CONFIG, MANY, SIZES, TOKENS, 6, 7)
    return jax.tree.map(np.asarray, found)


def test_an_mlp_that_stays_changes_nothing_and_one_that_goes_is_written_for():
    nothing = replaced_forward(MODEL, CONFIG, MANY, SIZES, TOKENS, jnp.zeros(3))
    plain = forward_(MODEL, CONFIG, TOKENS)
    np.testing.assert_allclose(nothing, plain, atol=1e-5)
    last = replaced_forward(
        MODEL, CONFIG, MANY, SIZES, TOKENS, jnp.array([0.0, 0.0, 1.0])
    )
    run = frozen_run(MODEL, CONFIG, TOKENS)
    fired = it.transcoder_features(MANY[2], SIZES, run.reads[2])
    stream = run.written.sum(0)
    # After the last block nothing is carried along, so the difference is its alone.
    more = (
        jnp.zeros((4, 4, 8))
        .at[3]
        .set(it.transcoder_output(MANY[2], fired) - run.written[3])
    )
    assert stream.shape == (4, 8)
    ours = says_with(MODEL, CONFIG, TOKENS, more)
    np.testing.assert_allclose(last[-1], ours, atol=1e-5)
    np.testing.assert_allclose(last[0], plain[0], atol=1e-5)  # the mark keeps its MLP


def test_a_frozen_run_left_alone_is_the_run():
    run = frozen_run(MODEL, CONFIG, TOKENS)
    reads, last = linear_run(MODEL, CONFIG, run, run.written)
    np.testing.assert_allclose(reads, run.reads, atol=1e-5)
    plain = forward_(MODEL, CONFIG, TOKENS)
    np.testing.assert_allclose(last @ MODEL.embedding.T, plain, atol=1e-5)
    nothing = jnp.zeros_like(run.written)
    np.testing.assert_allclose(
        says_looking(MODEL, CONFIG, run, nothing), plain[-1], atol=1e-5
    )
    # Behind all heads there is nothing left that could look elsewhere.
    late = nothing.at[3, -1].set(jnp.arange(8.0))
    np.testing.assert_allclose(
        says_looking(MODEL, CONFIG, run, late),
        says_with(MODEL, CONFIG, TOKENS, late),
        atol=1e-5,
    )


def test_what_is_added_to_a_feature_is_its_strength_and_to_the_answer_its_lead():
    found = graph()
    count = len(found.edges)
    assert (found.kind[:count] == FEATURE).all()
    bias = np.stack([one.bias for one in MANY])[
        found.depth[:count] - 1, found.number[:count]
    ]
    strength, fires = found.strength[:count], found.strength[:count] > 0
    assert fires.sum() > 9
    np.testing.assert_allclose(
        (found.edges.sum(1) + bias)[fires], strength[fires], atol=1e-4
    )
    assert not found.edges[~fires].any()
    logits = np.asarray(forward_(MODEL, CONFIG, TOKENS)[-1])
    assert found.direct.sum() == pytest.approx(logits[6] - logits[7], abs=1e-4)


def test_nothing_feeds_what_is_before_it():
    found = graph()
    count = len(found.edges)
    later = found.depth[None] >= found.depth[:count, None]
    ahead = found.place[None] > found.place[:count, None]
    assert not found.edges[later | ahead].any()


def test_a_total_is_what_goes_when_a_node_goes():
    found = graph()
    run = frozen_run(MODEL, CONFIG, TOKENS)
    way = np.asarray(MODEL.embedding[6] - MODEL.embedding[7])
    fires = np.flatnonzero(found.strength[: len(found.edges)] > 0)

    def lead(gone: int) -> float:
        written = np.array(run.written)
        written[found.depth[gone], found.place[gone]] -= found.vector[gone]
        for block in (1, 2, 3):  # features go on firing, as much as they read now
            reads, _ = linear_run(MODEL, CONFIG, run, jnp.asarray(written))
            for node in fires[found.depth[fires] == block]:
                if node == gone:
                    continue
                place, number = found.place[node], found.number[node]
                one = MANY[block - 1]
                now = reads[block - 1, place] @ one.encode[:, number] + one.bias[number]
                more = float(now) - found.strength[node]
                written[block, place] += more * np.asarray(one.decode[number])
        return float(linear_run(MODEL, CONFIG, run, jnp.asarray(written))[1][-1] @ way)

    whole = float(found.direct.sum())
    for node in (fires[0], fires[-1], len(found.edges) + 2, len(found.kind) - 1):
        assert whole - lead(node) == pytest.approx(found.total[node], abs=1e-3)


def test_influence_is_handed_on_and_none_is_lost_on_the_way():
    found = graph()
    matters = np.asarray(it.influence(found))
    assert (matters >= 0).all()
    # Only words, errors and constants keep what they are given.
    ends = found.kind != FEATURE
    assert matters[ends].sum() == pytest.approx(1, abs=0.05)


def test_a_loss_of_a_transcoder_by_hand():
    one = it.Transcoder(jnp.eye(2), jnp.eye(2), jnp.zeros(2), jnp.array([0.0, 1.0]))
    sizes = it.SaeConfig(2, 2, "topk", 1)
    # (3, 1) fires (3, 0) and gives (3, 1); asked for is (3, 3): a square of 4 over two.
    loss = it.transcoder_loss(
        one, sizes, jnp.array([[3.0, 1.0]]), jnp.array([[3.0, 3.0]])
    )
    assert float(loss) == pytest.approx(2.0)


def test_refusals_of_transcoders_name_the_value():
    with pytest.raises(ValueError, match="objective must be 'topk', got 'l1'"):
        it.init_transcoder(jax.random.key(0), it.SaeConfig(4, 6, "l1", 2))
    with pytest.raises(ValueError, match="transcoders must be 3, got 1"):
        it.replaced_forward(MODEL, CONFIG, MANY[:1], SIZES, TOKENS, jnp.zeros(3))
