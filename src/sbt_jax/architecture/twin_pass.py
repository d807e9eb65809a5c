"""Parts to exchange: what runs a twin.

Public names: :mod:`sbt_jax.architecture`.
Source: the parts of 2017: Vaswani et al. (2017), arXiv:1706.03762, section 3;
LayerNorm: Ba et al. (2016), arXiv:1607.06450, section 3; norm before or after:
Xiong et al. (2020), arXiv:2002.04745, section 3.
"""

import functools

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from sbt_jax import checks
from sbt_jax.architecture.config import EPSILON, PARTS, Config, Switches
from sbt_jax.architecture.model import check_length, rms_norm, with_root
from sbt_jax.architecture.twins import Linear, Norm, Twin, TwinBlock
from sbt_jax.attention import ROTARY_BASE, attend_causally, project, rotary, sinusoidal


def normalise(
    norm: Norm,
    kind: str,
    stream: Float[Array, "*batch width"],
    epsilon: float = EPSILON,
) -> Float[Array, "*batch width"]:
    r"""RMSNorm, LayerNorm, or the gain alone.

    .. math:: y_i = g_i \frac{x_i - \bar x}{\sqrt{\tfrac1n \sum_j (x_j - \bar x)^2
              + \epsilon}} + b_i

    is LayerNorm; RMSNorm leaves out the mean :math:`\bar x` and the shift
    :math:`b`. For large numbers see :func:`rms_norm`.

    Raises:
      ValueError: If there is no such kind, or the widths differ.

    Example:
      >>> norm = Norm(jnp.ones(2), jnp.zeros(2))
      >>> print(normalise(norm, "layer", jnp.array([7.0, 3.0])).round(3))
      [ 1. -1.]
    """
    checks.numbers(stream=stream)
    if kind not in PARTS["norm"]:
        raise ValueError(f"kind must be among {PARTS['norm']}, got {kind!r}")
    if norm.gain.shape != stream.shape[-1:]:
        width = norm.gain.shape[-1]
        raise ValueError(f"stream must have a width of {width}, got {stream.shape}")
    if kind == "none":
        return norm.gain * stream
    if kind == "rms":
        return rms_norm(norm.gain, stream, epsilon)
    dtype = stream.dtype
    wide = stream.astype(jnp.promote_types(dtype, jnp.float32))
    centred, root, _ = with_root(wide - wide.mean(axis=-1, keepdims=True), epsilon)
    shift = 0.0 if norm.shift is None else norm.shift
    made = norm.gain * centred / root + shift
    return made.astype(jnp.promote_types(dtype, norm.gain.dtype))


def twin_forward(
    twin: Twin,
    config: Config,
    switches: Switches,
    tokens: Int[Array, "*batch time"],
    segments: Int[Array, "*batch time"] | None = None,
) -> Float[Array, "*batch time vocab"]:
    """Logits of the next token: :func:`forward` with parts to exchange.

    Args:
      twin: The weights, stacked or not.
      config: The sizes they were made with.
      switches: The parts they were made with.
      tokens: Ids.
      segments: As for :func:`forward`. Positions count from the start of each
        text.

    Returns:
      Unnormalised log-probabilities, in nats.

    Raises:
      TypeError: If ids are not integers.
      ValueError: If the sequence is longer than the window, or the weights have
        other sizes.

    Example:
      >>> config = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> switches = Switches(norm="layer", place="post", positions="sinusoidal")
      >>> from sbt_jax.architecture import init_twin
      >>> twin = init_twin(jax.random.key(0), config, switches)
      >>> print(twin_forward(twin, config, switches, jnp.array([104, 105])).shape)
      (2, 256)
    """
    check_length(config, tokens)
    if segments is not None:
        checks.shaped(
            "segments", checks.kind("segments", segments, "integers"), tokens.shape
        )
    if not isinstance(twin.blocks, TwinBlock) and len(twin.blocks) != config.layers:
        found = len(twin.blocks)
        raise ValueError(
            f"config must have the twin's layers {found}, got {config.layers}"
        )
    stream = twin.embedding[tokens]
    if switches.positions == "learned" and twin.positions is not None:
        stream += twin.positions[places(tokens, segments)]
    if switches.positions == "sinusoidal":
        table = sinusoidal(tokens.shape[-1], config.width)
        stream += table[places(tokens, segments)]
    numbers = config.rotary_base, config.epsilon
    if isinstance(twin.blocks, TwinBlock):

        def step(stream: Array, block: TwinBlock) -> tuple[Array, None]:
            return twin_block(block, switches, stream, segments, *numbers), None

        stream, _ = jax.lax.scan(step, stream, twin.blocks)
    else:
        for block in twin.blocks:
            stream = twin_block(block, switches, stream, segments, *numbers)
    out = twin.embedding if twin.unembedding is None else twin.unembedding
    return project(normalise(twin.norm, switches.norm, stream, config.epsilon), out.T)


def twin_block(
    block: TwinBlock,
    switches: Switches,
    stream: Float[Array, "*batch time width"],
    segments: Int[Array, "*batch time"] | None = None,
    base: float = ROTARY_BASE,
    epsilon: float = EPSILON,
) -> Float[Array, "*batch time width"]:
    """One block: attention, then MLP, each with its norm and its way round."""
    attend = functools.partial(_attend, base=base)
    sublayers = (
        (block.attention_norm, block.attention, attend),
        (block.mlp_norm, block.mlp, _think),
    )
    for norm, weights, run in sublayers:
        if norm is None or weights is None:
            continue
        before = switches.place == "pre"
        read = normalise(norm, switches.norm, stream, epsilon) if before else stream
        written = run(weights, switches, read, segments)
        stream = stream + written if switches.residual else written
        if not before:
            stream = normalise(norm, switches.norm, stream, epsilon)
    return stream


def _through(linear: Linear, inputs: Array) -> Array:
    product = project(inputs, linear.weight)
    return product if linear.bias is None else product + linear.bias


def _attend(
    weights: tuple[Linear, ...],
    switches: Switches,
    read: Array,
    segments: Array | None,
    base: float,
) -> Array:
    query, key, value = (_through(each, read) for each in weights[:3])
    if switches.positions == "rotary":
        query, key = rotary(query, base=base), rotary(key, base=base)
    mixed = attend_causally(query, key, value, segments)
    heads, head, width = weights[3].weight.shape
    output = Linear(weights[3].weight.reshape(heads * head, width), weights[3].bias)
    return _through(output, mixed.reshape(*mixed.shape[:-2], heads * head))


def _think(
    weights: tuple[Linear, ...], switches: Switches, read: Array, segments: Array | None
) -> Array:
    *inward, down = weights
    hidden = [_through(each, read) for each in inward]
    if switches.mlp == "gated":
        return _through(down, jax.nn.silu(hidden[0]) * hidden[1])
    activation = jax.nn.gelu if switches.mlp == "gelu" else jax.nn.relu
    return _through(down, activation(hidden[0]))


def places(
    tokens: Int[Array, "*batch time"], segments: Int[Array, "*batch time"] | None = None
) -> Int[Array, "*batch time"]:
    """The position of each token in its own text.

    Raises:
      ValueError: If ``segments`` has another shape.

    Example:
      >>> print(places(jnp.arange(5), jnp.array([1, 1, 2, 2, 2])))
      [0 1 0 1 2]
    """
    row = jnp.broadcast_to(jnp.arange(tokens.shape[-1]), tokens.shape)
    if segments is None:
        return row
    checks.shaped(
        "segments", checks.kind("segments", segments, "integers"), tokens.shape
    )
    previous = jnp.roll(segments, 1, axis=-1)
    begins = jnp.where((segments != previous) & (row > 0), row, 0)
    return row - jax.lax.cummax(begins, axis=begins.ndim - 1)
