"""Models to compare the browser runtime on: all that are shipped, and a random one.

A checkpoint with the sizes of a model that is put into ``src/sbt_jax/data`` is tested
without a change here.
"""

import tempfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from sbt_jax.architecture import Config, Model, forward, init_model
from sbt_jax.checkpoints import DATA, browser_script, load, read_config, save

RANDOM = "random"
#: The sizes of the main model.
MAIN = Config(vocab_size=1024, width=128, layers=4, heads=4, mlp=352, window=256)
COUNT = 200
FEWER = 50  # of another model as large, whose programs are the same


class Live(NamedTuple):
    """A model as Python has it and as the browser gets it."""

    name: str
    config: Config
    model: Model
    script: str


def shipped_models() -> list[str]:
    """The names of the shipped checkpoints that are transformers."""
    names = []
    for path in sorted(DATA.glob("*.npz")):
        try:
            Config(**read_config(path))
        except (TypeError, ValueError):
            continue  # something else is saved in it
        with np.load(path, allow_pickle=False) as file:
            if "embedding" in file.files:  # an encoder has places of its own
                names.append(path.stem)
    return names


NAMES = [*shipped_models(), RANDOM]


@cache
def live_model(name: str) -> Live:
    """A shipped model, or the random one, from its int8 checkpoint."""
    if name != RANDOM:
        return _read(name, DATA)
    with tempfile.TemporaryDirectory() as folder:
        save(Path(folder, f"{name}.npz"), random_model(MAIN), MAIN)
        return _read(name, Path(folder))


def new_model(config: Config, seed: int = 0) -> Model:
    """Weights as large as those of ``init_model``, from NumPy: nothing is compiled."""
    form = jax.eval_shape(lambda: init_model(jax.random.key(0), config))
    rng, small = np.random.default_rng(seed), (2 * config.layers) ** -0.5

    def draw(leaf: jax.ShapeDtypeStruct) -> np.ndarray:
        if len(leaf.shape) < 2:
            return np.ones(leaf.shape, np.float32)
        return rng.normal(0, config.width**-0.5, leaf.shape).astype(np.float32)

    drawn = jax.tree.map(draw, form)
    blocks = []
    for block in drawn.blocks:
        output = small * block.attention.output
        down = small * (config.width / config.mlp) ** 0.5 * block.mlp.down
        attention = block.attention._replace(output=output)
        mlp = block.mlp._replace(down=down)
        blocks.append(block._replace(attention=attention, mlp=mlp))
    embedding, norm = config.width**0.5 * drawn.embedding, 0.02 * drawn.norm
    model = drawn._replace(embedding=embedding, blocks=tuple(blocks), norm=norm)
    return jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float32), model)


def random_model(config: Config, seed: int = 0) -> Model:
    """Random weights with uneven gains, and logits as large as when trained."""
    model = jax.tree.map(np.asarray, new_model(config, seed))
    rng = np.random.default_rng(seed)
    model = jax.tree.map(
        lambda x: x if x.ndim > 1 else x * rng.uniform(0.5, 1.5, x.shape), model
    )
    model = model._replace(embedding=0.4 * model.embedding, norm=50 * model.norm)
    return jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float32), model)


def script_of(model: Model, config: Config) -> str:
    """The script of a model that is not in a file, called ``random``."""
    with tempfile.TemporaryDirectory() as folder:
        save(Path(folder, f"{RANDOM}.npz"), model, config)
        return browser_script(RANDOM, Path(folder))


def _read(name: str, folder: Path) -> Live:
    path = folder / f"{name}.npz"
    config = Config(**read_config(path))
    template = jax.eval_shape(lambda: init_model(jax.random.key(0), config))
    model = jax.tree.map(jnp.asarray, load(path, template))
    return Live(name, config, model, browser_script(name, folder))


@cache
def texts_of(name: str) -> list[list[int]]:
    """Random token sequences of every length up to the window, the longest first."""
    config = live_model(name).config
    rng = np.random.default_rng(1)
    count = FEWER if config.width >= MAIN.width and name != "main" else COUNT
    lengths = [config.window, 1, *rng.integers(1, config.window + 1, count - 2)]
    return [rng.integers(0, config.vocab_size, n).tolist() for n in lengths]


@cache
def last_logits(name: str) -> np.ndarray:
    """JAX's logits at the end of each of the texts."""
    _, config, model, _ = live_model(name)
    run = jax.jit(
        lambda model, tokens, last: jax.lax.dynamic_index_in_dim(
            forward(model, config, tokens), last, keepdims=False
        )
    )
    rows = []
    for text in texts_of(name):
        padded = np.zeros(config.window, np.int32)
        padded[: len(text)] = text
        rows.append(run(model, padded, len(text) - 1))
    return np.array(rows)
