r"""Attribution graphs: which word and which feature feed which, up to the next word.

With the MLPs replaced by transcoders, and with where heads look and what norms divide
by held as they were, all that is left is linear but for which features fire. So what
each part adds to a feature, and to the answer, can be told exactly.

Public names: :mod:`sbt_jax.interpretability`.
Source: Ameisen et al. (2025), "Circuit Tracing", sections 3 and 4; Lindsey et al.
(2025), "On the Biology of a Large Language Model".
"""

import functools
from collections.abc import Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from sbt_jax.architecture import Config, Model
from sbt_jax.interpretability.dictionaries import SaeConfig
from sbt_jax.interpretability.freezing import Frozen, frozen_run, linear_run
from sbt_jax.interpretability.transcoders import (
    Transcoder,
    transcoder_features,
    transcoder_output,
)

KINDS = ("word", "feature", "error", "constant")


class Graph(NamedTuple):
    """Nodes, and what each adds to the features and to the answer.

    Features stand first, block by block; then words, errors and constants.
    """

    kind: Int[Array, " places"]  # of KINDS
    depth: Int[
        Array, " places"
    ]  # 0: before block 1; else after the block of this number
    place: Int[Array, " places"]  # the position
    number: Int[Array, " places"]  # of the feature; -1 elsewhere
    strength: Float[Array, " places"]  # of the feature; 1 elsewhere
    vector: Float[Array, "places width"]  # what it writes
    edges: Float[Array, "rows cols"]  # what each node adds to each feature's strength
    direct: Float[Array, " places"]  # to the answer, not through other features
    total: Float[Array, " places"]  # to the answer, on all ways


@functools.partial(jax.jit, static_argnames=("config", "sizes"))
def attribution_graph(
    model: Model,
    config: Config,
    transcoders: Sequence[Transcoder],
    sizes: SaeConfig,
    tokens: Int[Array, " time"],
    right: Int[Array, ""] | int,
    wrong: Int[Array, ""] | int,
) -> Graph:
    r"""What feeds what, up to the lead of one next word over another.

    Each vector that is written is a sum: what each firing feature writes, a constant,
    and an error, by which the transcoder misses its MLP. Held to where heads looked and
    what norms divided by, a feature :math:`j` reads a sum over all nodes before it:

    .. math:: f_j = b_j + \sum_i A_{ji}

    and so does the lead. A node's ``total`` counts the ways through other features,
    too, as long as these go on firing: what the lead would lose without it, by the
    graph.

    Args:
      model: The weights.
      config: The sizes.
      transcoders: One a block.
      sizes: Of the transcoders.
      tokens: Ids of one sequence; the first is the mark, where MLPs stay.
      right: The one next token.
      wrong: The other.

    Example:
      >>> from sbt_jax.architecture import init_model
      >>> from sbt_jax.interpretability import init_transcoder
      >>> config = Config(256, width=8, layers=2, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> sizes = SaeConfig(width=8, features=6, keep=2)
      >>> two = [init_transcoder(jax.random.key(i), sizes) for i in (1, 2)]
      >>> ids = jnp.array([0, 1, 2])
      >>> graph = attribution_graph(model, config, two, sizes, ids, 4, 5)
      >>> graph.edges.shape  # 2 blocks, 2 words, 2 features; 3 words, errors, constants
      (8, 21)
    """
    frozen = frozen_run(model, config, tokens)
    stack = jax.tree.map(lambda *x: jnp.stack(x), *transcoders)
    nodes = _nodes(frozen, stack, sizes)
    fired, at, place = (
        x[: _many(frozen, sizes)]
        for x in (nodes.strength, nodes.depth - 1, nodes.place)
    )
    encode = jnp.swapaxes(stack.encode, 1, 2)[at, nodes.number[: len(at)]]
    rest = functools.partial(linear_run, model, config, frozen)
    (reads, last), back = jax.vjp(rest, frozen.written)

    def from_all(to_reads: Array, to_last: Array) -> Array:
        (slope,) = back((to_reads, to_last))
        return (nodes.vector * slope[nodes.depth, nodes.place]).sum(-1)

    def to_feature(one: tuple[Array, Array, Array]) -> Array:
        block, where, way = one
        put = jnp.zeros_like(reads).at[block, where].set(way)
        return from_all(put, jnp.zeros_like(last))

    edges = jax.lax.map(to_feature, (at, place, encode), batch_size=32)
    edges = edges * (fired > 0)[:, None]
    way = model.embedding[right] - model.embedding[wrong]
    to_last = jnp.zeros_like(last).at[-1].set(way)
    total = direct = from_all(jnp.zeros_like(reads), to_last)
    strength = jnp.where(fired > 0, fired, jnp.inf)
    for _ in range(config.layers):  # features feed only later blocks
        total = direct + (total[: len(fired)] / strength) @ edges
    return nodes._replace(edges=edges, direct=direct, total=total)


def _many(frozen: Frozen, sizes: SaeConfig) -> int:
    layers, time, _ = frozen.reads.shape
    return layers * (time - 1) * sizes.keep


def _nodes(frozen: Frozen, stack: Transcoder, sizes: SaeConfig) -> Graph:
    """All that is written, node by node; edges are yet to come."""
    layers, time, width = frozen.reads.shape
    fired = jax.vmap(lambda one, read: transcoder_features(one, sizes, read))(
        stack, frozen.reads[:, 1:]
    )
    again = jax.vmap(transcoder_output)(stack, fired)
    strength, number = jax.lax.top_k(fired, sizes.keep)
    writes = strength[..., None] * jax.vmap(lambda d, n: d[n])(stack.decode, number)
    always = jnp.broadcast_to(stack.output[:, None], (layers, time - 1, width))
    always = jnp.concatenate([frozen.written[1:, :1], always], 1)
    parts = (
        (KINDS.index("feature"), 1, 1, writes),
        (KINDS.index("word"), 0, 0, frozen.written[:1]),
        (KINDS.index("error"), 1, 1, frozen.written[1:, 1:] - again),
        (KINDS.index("constant"), 1, 0, always),
    )
    found: list[tuple[Array, ...]] = []
    for what, first, word, vectors in parts:
        grid = jnp.indices(vectors.shape[:-1]).reshape(vectors.ndim - 1, -1)
        rows = vectors.reshape(-1, width)
        found.append((jnp.full(len(rows), what), grid[0] + first, grid[1] + word, rows))
    kind, depth, place, vector = (
        jnp.concatenate(part) for part in zip(*found, strict=True)
    )
    # The mark before the first word is the same in every text.
    mark = (kind == KINDS.index("word")) & (place == 0)
    kind = jnp.where(mark, KINDS.index("constant"), kind)
    more = len(vector) - number.size
    number = jnp.pad(number.ravel(), (0, more), constant_values=-1)
    strength = jnp.pad(strength.ravel(), (0, more), constant_values=1.0)
    nothing = jnp.zeros(len(vector))
    return Graph(
        kind, depth, place, number, strength, vector, nothing[None], nothing, nothing
    )


def influence(graph: Graph) -> Float[Array, " places"]:
    r"""How much each node matters for the answer, signs aside.

    Each feature hands its influence on to what it reads, in proportion to the size of
    what each adds; the answer begins with 1.
    Source: Ameisen et al. (2025), appendix on pruning.

    Example:
      >>> one = jnp.array([1])
      >>> graph = Graph(
      ...     *(jnp.array([1, 0]), jnp.array([1, 0]), jnp.array([1, 1])),
      ...     *(jnp.array([0, -1]), jnp.array([2.0, 1.0]), jnp.ones((2, 4))),
      ...     *(jnp.array([[0.0, 2.0]]), jnp.array([3.0, 1.0]), jnp.array([3.0, 4.0])),
      ... )
      >>> print(influence(graph))
      [0.75 1.  ]
    """
    size = jnp.abs(graph.edges)
    share = size / jnp.maximum(size.sum(1, keepdims=True), 1e-9)
    first = jnp.abs(graph.direct) / jnp.abs(graph.direct).sum()
    found = first
    for _ in range(8):  # more than any chain is long
        found = first + found[: len(share)] @ share
    return found
