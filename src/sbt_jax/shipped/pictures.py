"""The pictures of chapter 15, and the models that read them."""

import functools
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from sbt_jax import checks
from sbt_jax.architecture import Config, Model
from sbt_jax.checkpoints import data_file, load, read_config, read_table
from sbt_jax.multimodality.captions import INK, ROOM, SIDE
from sbt_jax.multimodality.contrast import cosines
from sbt_jax.multimodality.encoders import Encoder, init_encoder, see
from sbt_jax.multimodality.patches import patchify
from sbt_jax.multimodality.projector import (
    Projector,
    init_projector,
    read_with,
    to_word,
)
from sbt_jax.shipped.stories import (
    encode_story,
    story_model,
    story_tokenizer,
    word_tokens,
)
from sbt_jax.world.words import NUMBERS as COUNTED

DATA_FILES = (
    "multimodality_digits.json",
    "multimodality_projector.npz",
    "multimodality_vit16.npz",
    "multimodality_vit8.npz",
    "multimodality_vit4.npz",
    "multimodality_image.npz",
    "multimodality_text.npz",
)
LEVELS = "0123456789abcdefg"  # a pixel from 0 to 16 in one letter
HELD = 360  # digits that no training sees
TEXTS = (  # of a sum as stories tell it, around its two numbers
    "Tom and Rosa were good friends. Every Tuesday they met in the castle. Rosa had a"
    " blue map. Tom had ",
    " pears and Rosa had ",
    ". Together they had",
)
HIDDEN = 96  # units of the projector
#: What comes out of each encoder: classes of digits, or numbers of the common space.
OUTPUTS = {"vit16": 10, "vit8": 10, "vit4": 10, "image": 32, "text": 32}


class Digits(NamedTuple):
    """Handwritten digits with pixels from 0 to 1, and what they are."""

    images: Float[np.ndarray, "samples rows cols"]
    labels: Int[np.ndarray, " samples"]


def as_letters(image: Float[np.ndarray, "rows cols"]) -> str:
    """A digit as the text that the browser reads.

    Example:
      >>> as_letters(np.eye(8))[:9]
      'g00000000'
    """
    levels = np.rint(checks.all_finite("image", image) * INK).astype(int)
    return "".join(LEVELS[level] for level in levels.flat)


@functools.cache
def digits(held_out: bool = False) -> Digits:
    """The digits that models train on, or those that none has seen.

    Example:
      >>> len(digits().images), len(digits(held_out=True).images)
      (1437, 360)
    """
    table = read_table("multimodality_digits")
    order = np.random.default_rng(15).permutation(len(table["images"]))
    images = np.array([[LEVELS.index(x) for x in text] for text in table["images"]])
    labels = np.array([int(x) for x in table["labels"]])
    chosen = order[:HELD] if held_out else order[HELD:]
    square = images.reshape(-1, SIDE, SIDE) / INK
    return Digits(square[chosen], labels[chosen])


def corners(samples: int, seed: int = 0) -> Int[np.ndarray, "samples 2"]:
    """Where each test digit stands on the canvas: rows above, columns left of it.

    Example:
      >>> corners(2).shape
      (2, 2)
    """
    checks.whole("samples", samples)
    return np.random.default_rng(seed).integers(0, ROOM + 1, (samples, 2))


@functools.cache
def projector() -> Projector:
    """The projector of drawn digits into *main*, as it is shipped.

    Example:
      >>> projector().hidden.shape
      (64, 96)
    """
    build = functools.partial(init_projector, pixels=SIDE**2, mlp=HIDDEN, width=128)
    shapes = jax.eval_shape(build, jax.random.key(0))
    return load(data_file("multimodality_projector.npz"), shapes)


@functools.cache
def encoder(name: str) -> tuple[Encoder, Config]:
    """An encoder as it is shipped, and its sizes.

    Args:
      name: ``vit16``, ``vit8``, ``vit4``, or a half of CLIP: ``image``, ``text``.

    Raises:
      ValueError: If there is none of that name.

    Example:
      >>> encoder("vit4")[1].window
      17
    """
    if name not in OUTPUTS:
        raise ValueError(f"name must be one of {tuple(OUTPUTS)}, got {name!r}")
    path = data_file(f"multimodality_{name}.npz")
    config = Config(**read_config(path))
    build = functools.partial(init_encoder, config=config, classes=OUTPUTS[name])
    return load(path, jax.eval_shape(build, jax.random.key(0))), config


@functools.cache
def asked_sum() -> dict[str, Any]:
    """How *main* is asked for a sum, as a story of its world asks.

    Returns:
      ``ids`` of the text up to the answer, ``places`` of the two numbers in it, the
      ``texts`` around them, and by number from zero the ids of its ``words`` in a text
      and of the ``answers``.

    Example:
      >>> asked_sum()["texts"][1]
      ' pears and Rosa had '
    """
    tokenizer = story_tokenizer()
    before, between, after = TEXTS
    numbers = {name: word_tokens(tokenizer, f" {name}")[0] for name in COUNTED}
    ends = (f"{before}five", f"{before}five{between}two")
    return {
        "ids": encode_story(tokenizer, f"{ends[1]}{after}"),
        "places": [len(encode_story(tokenizer, end)) - 1 for end in ends],
        "texts": list(TEXTS),
        "words": {name: numbers[name] for name in COUNTED[1:10]},
        "answers": {name: numbers[name] for name in COUNTED[1:12]},
    }


class DrawnSum(NamedTuple):
    """What *main* makes of two drawn digits."""

    answers: Float[np.ndarray, " answers"]  # probability of each number from zero
    words: list[str]  # the number word nearest to each drawing
    cosines: list[float]


@functools.partial(jax.jit, static_argnames="config")
def _answer(
    model: Model,
    config: Config,
    tokens: Array,
    pictures: Array,
    words: Array,
    made_by: Projector,
) -> tuple[Array, Array]:
    vectors = to_word(made_by, pictures)
    p = jax.nn.softmax(read_with(model, config, tokens, vectors)[-1])
    return p, cosines(vectors, jnp.asarray(model.embedding)[words])


def drawn_sum(
    left: Float[np.ndarray, "rows cols"], right: Float[np.ndarray, "rows cols"]
) -> DrawnSum:
    """Ask *main* for the sum of two drawn digits.

    Args:
      left: Pixels from 0 to 1.
      right: The same for the second digit.

    Raises:
      ValueError: If one has another size.

    Example:
      >>> kept = digits(held_out=True)
      >>> print(drawn_sum(*kept.images[:2]).answers.shape)
      (11,)
    """
    main, asked = story_model("main"), asked_sum()
    pictures = np.stack([np.asarray(x, np.float32).reshape(-1) for x in (left, right)])
    words = np.array(list(asked["words"].values()))
    vocab = main.config.vocab_size
    ids = np.array(asked["ids"])
    ids[asked["places"]] = vocab + np.arange(2)
    found = _answer(main.model, main.config, ids, pictures, words, projector())
    p, near = (np.asarray(x, float) for x in found)
    names = list(asked["words"])
    return DrawnSum(
        p[list(asked["answers"].values())],
        [names[i] for i in near.argmax(1)],
        near.max(1).tolist(),
    )


class Looked(NamedTuple):
    """What a vision transformer makes of a canvas."""

    p: Float[np.ndarray, " classes"]
    look: Float[np.ndarray, " time"]  # how much the class token looks at each patch


def looked(canvas: Float[np.ndarray, "rows cols"], patch: int) -> Looked:
    """Let a shipped vision transformer read a canvas.

    Args:
      canvas: Pixels from 0 to 1.
      patch: 16, 8 or 4.

    Raises:
      ValueError: If there is no such transformer.

    Example:
      >>> print(looked(np.zeros((16, 16)), 8).look.shape)
      (4,)
    """
    vit, _ = encoder(f"vit{patch}")
    p, attention = _look(vit, np.asarray(canvas, np.float32)[..., None], patch)
    look = np.asarray(attention, float)[-1, :, 0, 1:].mean(0)
    return Looked(np.asarray(p, float), look)


@functools.partial(jax.jit, static_argnames="patch")
def _look(vit: Encoder, canvas: Array, patch: int) -> tuple[Array, Array]:
    seen = see(vit, patchify(canvas, patch))
    return jax.nn.softmax(seen.output), seen.attention


def examples() -> tuple[Float[np.ndarray, "classes rows cols"], dict[str, str]]:
    """The first unseen digit of each class, as pixels and as the browser reads them.

    Example:
      >>> list(examples()[1])[:3]
      ['0', '1', '2']
    """
    held = digits(held_out=True)
    first = held.images[[int(np.argmax(held.labels == n)) for n in range(10)]]
    return first, {str(n): as_letters(image) for n, image in enumerate(first)}
