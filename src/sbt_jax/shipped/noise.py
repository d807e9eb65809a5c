"""The picture world of chapter 21, the network that it taught, and their pictures."""

import functools
from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from sbt_jax import checks
from sbt_jax.checkpoints import data_file, load
from sbt_jax.diffusion.blocks import SIDE
from sbt_jax.diffusion.mixtures import Mixture, exact_guess, nearest_mix
from sbt_jax.diffusion.sampling import clean_of, guided
from sbt_jax.diffusion.schedules import levels
from sbt_jax.diffusion.solvers import sample
from sbt_jax.diffusion.unet import UNet, init_unet, unet_velocity
from sbt_jax.multimodality import NUMBERS, unit
from sbt_jax.multimodality.captions import caption_ids, filled
from sbt_jax.multimodality.encoders import read_caption
from sbt_jax.shipped.pictures import as_letters, digits, encoder

DATA_FILES = (
    "diffusion_world.npz",
    "diffusion_unet.npz",
    "multimodality_digits.json",
    "multimodality_text.npz",
)
EACH, RANK, GRAIN = 3, 12, 0.1  # Gaussians a digit, their directions, and the rest
PIXELS = SIDE**2
NEVER = 1e-3  # noise that stands for none where the exact guess needs some


@functools.cache
def world() -> Mixture:
    """The mixture that the digits of the page are drawn from.

    Example:
      >>> world().factors.shape
      (30, 64, 12)
    """
    parts = EACH * len(NUMBERS)
    means = np.zeros((parts, PIXELS), np.float32)
    shapes = Mixture(means, np.zeros((*means.shape, RANK), np.float32))
    return load(data_file("diffusion_world.npz"), shapes)


@functools.cache
def network() -> UNet:
    """The U-Net that is shipped.

    Example:
      >>> network().inlet.shape
      (9, 16)
    """
    shapes = jax.eval_shape(init_unet, jax.random.key(0))
    return load(data_file("diffusion_unet.npz"), shapes)


def owner() -> Int[np.ndarray, " components"]:
    """The digit of each component.

    Example:
      >>> owner()[:4]
      array([0, 0, 0, 1])
    """
    return np.repeat(np.arange(len(NUMBERS)), EACH)


def allowed(number: int | None) -> Float[np.ndarray, " components"]:
    """1 for the components of a digit, or of all digits if there is none.

    Raises:
      ValueError: If there is no such digit.

    Example:
      >>> allowed(0)[:4]
      array([1., 1., 1., 0.], dtype=float32)
    """
    if number is None:
        return np.ones(EACH * len(NUMBERS), np.float32)
    checks.whole("number", number, 0, len(NUMBERS) - 1)
    return (owner() == number).astype(np.float32)


@functools.cache
def prompts() -> Float[np.ndarray, "classes width"]:
    """Vectors of *a zero* to *a nine*, as CLIP's text half gives them, rounded.

    Example:
      >>> prompts().shape
      (10, 32)
    """
    text = jax.tree.map(jnp.asarray, encoder("text")[0])
    rows = filled([caption_ids(f"a {name}")[0] for name in NUMBERS])
    read = jax.jit(jax.vmap(lambda ids: unit(read_caption(text, ids).output)))
    return np.asarray(read(rows), float).round(4)


def starts(count: int = 6, seed: int = 21) -> Float[np.ndarray, "samples pixels"]:
    """Pure noise, rounded as the page carries it.

    Example:
      >>> starts(2).shape
      (2, 64)
    """
    checks.whole("count", count, 1)
    return np.random.default_rng(seed).normal(size=(count, PIXELS)).round(3)


def memory(count: int) -> tuple[list[str], Float[np.ndarray, "samples pixels"]]:
    """Real digits, as letters and as pixels from -1 to 1.

    Raises:
      ValueError: If there are not so many.

    Example:
      >>> memory(2)[1].shape
      (2, 64)
    """
    known = digits()
    checks.whole("count", count, 1, len(known.images))
    some = known.images[:count]
    return [as_letters(x) for x in some], 2 * some.reshape(count, -1) - 1


Guesser = Callable[[Array, Array], Array]


def exact_guesser(number: int | None) -> Guesser:
    """The exact guess of the world, told a digit or not."""
    own, may = world(), jnp.asarray(allowed(number))

    def guess(noisy: Array, time: Array) -> Array:
        a, b = levels(time)
        return exact_guess(own, noisy, a, b, GRAIN, may).clean

    return guess


def memory_guesser(images: Float[np.ndarray, "samples pixels"]) -> Guesser:
    """The exact guess of a finite set."""
    known = jnp.asarray(images, jnp.float32)
    return lambda noisy, time: nearest_mix(known, noisy, *levels(time))


def network_guesser(
    prompt: Float[Array, " width"] | None, scale: float | Array = 1.0
) -> Guesser:
    """The network's guess, told a prompt or none, and guided beyond it."""
    net, none = network(), jnp.zeros(prompts().shape[1])
    words = none if prompt is None else jnp.asarray(prompt, jnp.float32)
    run = jax.vmap(unet_velocity, (None, 0, None, None))

    def guess(noisy: Array, time: Array) -> Array:
        told = run(net, noisy, time, words)
        return clean_of(noisy, guided(run(net, noisy, time, none), told, scale), time)

    return guess


@functools.partial(jax.jit, static_argnames="steps")
def _made(start: Array, prompt: Array, scale: Array, steps: int) -> Array:
    return sample(jax.random.key(0), start, network_guesser(prompt, scale), steps)


def network_path(
    start: Float[np.ndarray, "batch pixels"],
    prompt: Float[np.ndarray, " width"] | None,
    scale: float = 1.0,
    steps: int = 16,
) -> Float[np.ndarray, "moments batch pixels"]:
    """Every moment of the network's way, for one prompt.

    Args:
      start: Pure noise.
      prompt: Vector of the prompt; None says nothing.
      scale: Of guidance.
      steps: Guesses.

    Raises:
      ValueError: If there is no step.

    Example:
      >>> network_path(starts(1), None, steps=2).shape
      (3, 1, 64)
    """
    words = np.zeros(prompts().shape[1]) if prompt is None else prompt
    made = _made(*(np.asarray(x, np.float32) for x in (start, words, scale)), steps)
    return np.asarray(made, float)


def erased(
    guesser: Guesser, start: Float[np.ndarray, "batch pixels"], steps: int
) -> Float[np.ndarray, "moments batch pixels"]:
    """Every moment on the way from noise to pictures.

    Example:
      >>> erased(exact_guesser(3), starts(1), 1).shape
      (2, 1, 64)
    """
    go = jax.jit(lambda x: sample(jax.random.key(0), x, guesser, steps))
    return np.asarray(go(jnp.asarray(start, jnp.float32)), float)


def guessed(
    guesser: Guesser, noisy: Float[np.ndarray, "batch pixels"], time: float
) -> Float[np.ndarray, "batch pixels"]:
    """The clean pictures that a guesser sees behind noisy ones.

    Example:
      >>> guessed(exact_guesser(3), starts(1), 1.0).shape
      (1, 64)
    """
    found = jax.jit(guesser)(np.asarray(noisy, np.float32), np.float32(time))
    return np.asarray(found, float)


class Judged(NamedTuple):
    """What the world itself says of pictures."""

    share: Float[np.ndarray, "batch classes"]  # how likely each digit is
    log_density: Float[np.ndarray, " batch"]


@jax.jit
def _judge(noisy: Array, time: Array) -> tuple[Array, Array]:
    a, b = levels(time)
    guess = exact_guess(world(), noisy, a, jnp.maximum(b, NEVER), GRAIN)
    return guess.share, guess.log_density


def judged(pictures: Float[np.ndarray, "batch pixels"], time: float = 0.0) -> Judged:
    """Which digit each picture could be, and how likely such a picture is.

    Args:
      pictures: At ``time``.
      time: 0 if they are clean.

    Example:
      >>> print(judged(world().means[:2]).share[:, 0].round(2))
      [1. 1.]
    """
    found = _judge(np.asarray(pictures, np.float32), np.float32(time))
    share, log_density = (np.asarray(x, float) for x in found)
    by_digit = share.reshape(len(pictures), len(NUMBERS), EACH)
    return Judged(by_digit.sum(2), log_density)
