"""Generation: the same openings gone on with in several ways.

Beams of growing width, samples, and the world's own endings, all under one model; what
always taking the likeliest leads to; sentences that repeat. Run by
:mod:`sbt_jax.recipes.generation`.
"""

import dataclasses
import functools
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from sbt_jax import architecture, foundations, generation, shipped, world
from sbt_jax.architecture import Config, Model
from sbt_jax.generation import Sampling
from sbt_jax.shipped import StoryModel

OPENING = 9  # tokens, the most frequent length of a first sentence
SENTENCES = (
    " They laughed until they had to sit down.",
    " The air smelled of fresh bread.",
    " Then they went to the castle.",
)
# Beginnings that no story of the world has.
OFF = (
    "The capital of France is",
    "Yesterday I bought a new bicycle.",
    "Dear Sir or Madam,",
    "Roses are red, violets are blue,",
    "def add(a, b):",
)


@dataclasses.dataclass(frozen=True)
class Settings:
    """How much is asked; tests ask less."""

    beams: tuple[int, ...] = (1, 2, 4, 8, 16, 32)
    prompts: int = 20
    seeds: tuple[int, ...] = (0, 1, 2)
    repeats: int = 8
    most: int = 200  # tokens that are added
    counted: int = 10_000  # stories that the n-grams have read
    off: tuple[str, ...] = OFF


def decoded(reader: StoryModel, found: generation.Written) -> list[str]:
    """Texts of what was written, each up to its end."""
    tokens, lengths = np.asarray(found.tokens), np.asarray(found.length)
    return [
        shipped.decode_story(reader.tokenizer, row[:length].tolist())
        for row, length in zip(tokens, lengths, strict=True)
    ]


def read_back(texts: Sequence[str]) -> dict[str, float]:
    """How possible texts are, up to the first slip, and how many differ."""
    slips = words = 0
    for text in texts:
        reading = world.read([*world.split(text), world.END])
        slips += reading.impossible is not None
        words += len(reading.words)
    return {
        "possible_words": round(words / (words + slips), 5),
        "possible_stories": round(1 - slips / len(texts), 4),
        "different": round(len(set(texts)) / len(texts), 4),
    }


def cut(text: str) -> list[str]:
    """A text up to its first word that no story has there, and the rest.

    Example:
      >>> cut("Once upon a dragon.")
      ['Once upon a', ' dragon.']
    """
    reading = world.read(text)
    size = len("".join(reading.words))
    return [text[:size], text[size:]]


@functools.cache
def openings(count: int) -> tuple[tuple[str, str], ...]:
    """First sentences of held-out stories, all of one length, and the whole stories."""
    tokenizer, found = shipped.story_tokenizer(), []
    for story in world.stories(40 * count, world.HELD_OUT_SEED, start=1000):
        first = story.text.split(". ")[0] + "."
        if len(shipped.encode_story(tokenizer, first)) == OPENING:
            found.append((first, story.text))
    return tuple(found[:count])


def prompts(reader: StoryModel, count: int) -> Int[Array, "batch time"]:
    """Tokens of the openings."""
    told = openings(count)
    return jnp.array([shipped.encode_story(reader.tokenizer, o) for o, _ in told])


def compared(reader: StoryModel, texts: Sequence[str]) -> dict[str, Any]:
    """Endings of stories under a model: what they cost, and what they are made of."""
    costs = [rows[OPENING - 1 :] for rows in shipped.story_surprise(reader, texts)]
    words = [world.split(text) for text in texts]
    return {
        "log_probability": [round(-float(row.sum()), 3) for row in costs],
        "tokens": [len(row) for row in costs],
        "words_used": len(set(itertools.chain.from_iterable(words))),
        **read_back(texts),
        "texts": [cut(text) for text in texts[:3]],
    }


def by_beams(reader: StoryModel, width: int, settings: Settings) -> dict[str, Any]:
    """The likeliest story that so many beams find, after each opening."""
    end, told = reader.tokenizer.special_ids[world.END], openings(settings.prompts)
    texts = []
    for (first, _), ids in zip(told, prompts(reader, settings.prompts), strict=True):
        found = generation.beam_search(
            reader.model, reader.config, ids, settings.most, width, end
        )
        more = found.tokens[0].tolist()
        kept = more[: more.index(end)] if end in more else more
        texts.append(first + shipped.decode_story(reader.tokenizer, kept))
    return compared(reader, texts)


def by_chance(reader: StoryModel, settings: Settings, t: float) -> list[dict[str, Any]]:
    """What sampling makes of the same openings, once a seed."""
    end, told = reader.tokenizer.special_ids[world.END], openings(settings.prompts)
    start, runs = prompts(reader, settings.prompts), []
    for seed in settings.seeds:
        found = generation.generate(
            jax.random.key(seed), reader.model, reader.config, start, settings.most,
            Sampling(temperature=t), end,
        )  # fmt: skip
        more = decoded(reader, found)
        texts = [first + rest for (first, _), rest in zip(told, more, strict=True)]
        runs.append(compared(reader, texts))
    return runs


def loop(ids: Sequence[int]) -> int:
    """After how many tokens the end of a text repeats, three times; 0 if not.

    Example:
      >>> loop([5, 1, 2, 1, 2, 1, 2]), loop([1, 2, 3])
      (2, 0)
    """
    for size in range(1, len(ids) // 3 + 1):
        if ids[-size:] == ids[-2 * size : -size] == ids[-3 * size : -2 * size]:
            return size
    return 0


def greedy(
    next_best: Callable[[list[int]], int], start: Sequence[int], most: int, end: int
) -> list[int]:
    """Always the likeliest token, until the end of the story."""
    ids = list(start)
    while len(ids) < len(start) + most:
        ids.append(next_best(ids))
        if ids[-1] == end:
            return ids[:-1]
    return ids


@functools.partial(jax.jit, static_argnames="config")
def _best(model: Model, config: Config, row: Int[Array, " time"], last: int) -> Array:
    return architecture.forward(model, config, row)[last].argmax()


def _likeliest(
    readers: Mapping[str, StoryModel], settings: Settings
) -> dict[str, Callable[[list[int]], int]]:
    """By model: the likeliest token after a text."""
    tokenizer = shipped.story_tokenizer()
    told = world.stories(settings.counted)
    ids = [shipped.encode_story(tokenizer, story.text, end=True) for story in told]
    size = tokenizer.vocab_size
    counts = foundations.count_ngrams(ids, order=5, vocab_size=size)

    def counted(order: int, text: list[int]) -> int:
        near = jnp.array(text[-(order - 1) :])
        return int(foundations.ngram_probs(counts[:order], near, size).argmax())

    def modelled(reader: StoryModel) -> Callable[[list[int]], int]:
        window = reader.config.window

        def likeliest(text: list[int]) -> int:
            row = np.zeros(window, np.int32)
            row[: len(text)] = text
            return int(_best(reader.model, reader.config, row, len(text) - 1))

        return likeliest

    found = {f"{n}-gram": functools.partial(counted, n) for n in (3, 5)}
    return {**found, **{name: modelled(r) for name, r in readers.items()}}


def loops(readers: Mapping[str, StoryModel], settings: Settings) -> dict[str, Any]:
    """How often greedy texts end and how often they loop, in the world and off it."""
    tokenizer = shipped.story_tokenizer()
    end = tokenizer.special_ids[world.END]
    kinds = {
        "in the world": [first for first, _ in openings(settings.prompts)],
        "off the world": list(settings.off),
    }
    table: dict[str, Any] = {}
    for name, best in _likeliest(readers, settings).items():
        for kind, starts in kinds.items():
            rows = []
            for text in starts:
                start = shipped.encode_story(tokenizer, text)
                ids = greedy(best, start, settings.most, end)
                whole = len(ids) < len(start) + settings.most
                more = shipped.decode_story(tokenizer, ids[len(start) :])
                rows.append((whole, loop(ids), text + more))
            table.setdefault(kind, {})[name] = {
                "ended": sum(whole for whole, *_ in rows),
                "looped": sum(not whole and size > 0 for whole, size, _ in rows),
                "of": len(rows),
                "periods": [size for whole, size, _ in rows if not whole],
                "texts": [cut(text[:700]) for *_, text in rows[:5]],
            }
    return table


@functools.partial(jax.jit, static_argnames="config")
def _log_p(
    model: Model, config: Config, ids: Int[Array, "batch time"]
) -> Float[Array, "batch time"]:
    def one(row: Array) -> Array:
        logits = architecture.forward(model, config, row[:-1])
        own = jnp.take_along_axis(jax.nn.log_softmax(logits), row[1:, None], -1)
        return own[:, 0]

    return jax.lax.map(one, ids)


def repeated(
    reader: StoryModel, sentence: str, settings: Settings
) -> list[list[float]]:
    """Mean probability of a sentence's tokens, each time that it comes again.

    Returns:
      A row for each opening: the geometric mean over the tokens, by repetition.
    """
    tokenizer = reader.tokenizer
    size = len(shipped.encode_story(tokenizer, sentence)) - 1
    told = [
        first + settings.repeats * sentence for first, _ in openings(settings.prompts)
    ]
    ids = jnp.array([shipped.encode_story(tokenizer, text) for text in told])

    costs = np.asarray(_log_p(reader.model, reader.config, ids))
    rows = costs[:, -settings.repeats * size :]
    means = rows.reshape(len(ids), settings.repeats, size).mean(-1)
    return [[round(float(p), 4) for p in row] for row in np.exp(means)]


def measure(
    readers: Mapping[str, StoryModel],
    settings: Settings,
    remembered: Callable[[str, Any, Callable[[], Any]], Any],
) -> dict[str, Any]:
    """All of it, the parts that take long remembered."""
    main, asked = readers["main"], dataclasses.asdict(settings)
    told = [story for _, story in openings(settings.prompts)]
    return {
        "prompts": settings.prompts,
        "endings": {
            "truth": compared(main, told),
            "sampled": remembered(
                "sampled", asked, functools.partial(by_chance, main, settings, 1.0)
            ),
            "beams": {
                str(width): remembered(
                    f"beams-{width}", [settings.prompts, settings.most],
                    functools.partial(by_beams, main, width, settings),
                )
                for width in settings.beams
            },
        },
        "greedy": remembered(
            "greedy", asked, functools.partial(loops, readers, settings)
        ),
        "repeated": {
            name: {
                sentence.strip(): remembered(
                    f"repeated-{name}-{i}", asked,
                    functools.partial(repeated, reader, sentence, settings),
                )
                for i, sentence in enumerate(SENTENCES)
            }
            for name, reader in readers.items()
        },
    }  # fmt: skip
