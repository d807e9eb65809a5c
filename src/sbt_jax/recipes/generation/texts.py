"""Generation: the same openings gone on with in several ways.

Beams of growing width, samples, and the world's own endings, all under one model; and
where the texts of a cold and of a mild sampler slip. Run by
:mod:`sbt_jax.recipes.generation`.
"""

import dataclasses
import functools
import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Int

from sbt_jax import generation, world
from sbt_jax.generation import Sampling
from sbt_jax.recipes.generation import loops
from sbt_jax.recipes.runner import Run
from sbt_jax.shipped.measures import story_surprise
from sbt_jax.shipped.stories import (
    StoryModel,
    decode_story,
    encode_story,
    story_tokenizer,
)

OPENING = 9  # tokens, the most frequent length of a first sentence


@dataclasses.dataclass(frozen=True)
class Sizes:
    """How much is asked; tests ask less."""

    beams: tuple[int, ...] = (1, 2, 4, 8, 16, 32)
    prompts: int = 20
    seeds: tuple[int, ...] = (0, 1, 2)
    repeats: int = 8
    most: int = 200  # tokens that are added
    cold: tuple[float, ...] = (0.3, 0.9)  # temperatures whose slips are looked at
    whole: int = 100  # stories of each, a seed
    counted: int = 10_000  # stories that the n-grams have read
    off: tuple[str, ...] = loops.OFF


def decoded(reader: StoryModel, found: generation.Written) -> list[str]:
    """Texts of what was written, each up to its end."""
    tokens, lengths = np.asarray(found.tokens), np.asarray(found.length)
    return [
        decode_story(reader.tokenizer, row[:length].tolist())
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
    tokenizer, found = story_tokenizer(), []
    for story in world.stories(40 * count, world.HELD_OUT_SEED, start=1000):
        first = story.text.split(". ")[0] + "."
        if len(encode_story(tokenizer, first)) == OPENING:
            found.append((first, story.text))
    return tuple(found[:count])


def prompts(reader: StoryModel, count: int) -> Int[Array, "batch time"]:
    """Tokens of the openings."""
    told = openings(count)
    return jnp.array([encode_story(reader.tokenizer, o) for o, _ in told])


def compared(reader: StoryModel, texts: Sequence[str]) -> dict[str, Any]:
    """Endings of stories under a model: what they cost, and what they are made of."""
    costs = [rows[OPENING - 1 :] for rows in story_surprise(reader, texts)]
    words = [world.split(text) for text in texts]
    return {
        "log_probability": [round(-float(row.sum()), 3) for row in costs],
        "tokens": [len(row) for row in costs],
        "words_used": len(set(itertools.chain.from_iterable(words))),
        **read_back(texts),
        "texts": [cut(text) for text in texts[:3]],
    }


def by_beams(reader: StoryModel, width: int, settings: Sizes) -> dict[str, Any]:
    """The likeliest story that so many beams find, after each opening."""
    end, told = reader.tokenizer.special_ids[world.END], openings(settings.prompts)
    texts = []
    for (first, _), ids in zip(told, prompts(reader, settings.prompts), strict=True):
        found = generation.beam_search(
            reader.model, reader.config, ids, settings.most, width, end
        )
        more = found.tokens[0].tolist()
        kept = more[: more.index(end)] if end in more else more
        texts.append(first + decode_story(reader.tokenizer, kept))
    return compared(reader, texts)


def by_chance(reader: StoryModel, settings: Sizes, t: float) -> list[dict[str, Any]]:
    """What sampling makes of the same openings, once a seed."""
    end, told = reader.tokenizer.special_ids[world.END], openings(settings.prompts)
    start, runs = prompts(reader, settings.prompts), []
    for seed in settings.seeds:
        found = generation.generate(
            jax.random.key(seed),
            reader.model,
            reader.config,
            start,
            settings.most,
            Sampling(temperature=t),
            end,
        )
        more = decoded(reader, found)
        texts = [first + rest for (first, _), rest in zip(told, more, strict=True)]
        runs.append(compared(reader, texts))
    return runs


def slips(
    reader: StoryModel, t: float, count: int, seeds: Sequence[int]
) -> list[dict[str, Any]]:
    """Where stories slip: what it takes to know the word that should have come."""
    end = reader.tokenizer.special_ids[world.END]
    prompt, most = jnp.full((count, 1), end), reader.config.window - 1
    rows = []
    for seed in seeds:
        found = generation.generate(
            jax.random.key(seed),
            reader.model,
            reader.config,
            prompt,
            most,
            Sampling(temperature=t),
            end,
        )
        asked: Counter[str] = Counter()
        wrong: Counter[str] = Counter()
        for text in decoded(reader, found):
            known, slip = skills(text)
            asked += known
            wrong += slip
        rows.append(
            {
                "tokens": round(float(found.length.mean()), 2),
                "asked": dict(sorted(asked.items())),
                "wrong": dict(sorted(wrong.items())),
            }
        )
    return rows


def skills(text: str) -> tuple[Counter[str], Counter[str]]:
    """What the words of a text take up to its first slip, and what the slip takes."""
    asked: Counter[str] = Counter()
    reading = world.begin()
    for word in [*world.split(text), world.END]:
        if word not in reading.next:
            kinds = Counter(after.skill for after in reading.next.values())
            return asked, Counter([kinds.most_common(1)[0][0]])
        asked[reading.next[word].skill] += 1
        reading = reading.read([word])
    return asked, Counter()


def measure(
    readers: Mapping[str, StoryModel], sizes: Sizes, run: Run
) -> dict[str, Any]:
    """All of it, the parts that take long remembered."""
    main, asked = readers["main"], dataclasses.asdict(sizes)
    del asked["cold"], asked["whole"]
    firsts, told = zip(*openings(sizes.prompts), strict=True)
    kinds = {"in the world": firsts, "off the world": sizes.off}
    widths, again = [sizes.prompts, sizes.most], [sizes.prompts, sizes.repeats]
    whole = [sizes.seeds, sizes.whole]
    ways = (readers, kinds, sizes.most, sizes.counted, cut)
    return {
        "prompts": sizes.prompts,
        "whole": sizes.whole,
        "endings": {
            "truth": compared(main, told),
            "sampled": run.remembered("sampled", asked, by_chance, main, sizes, 1.0),
            "beams": {
                str(n): run.remembered(f"beams-{n}", widths, by_beams, main, n, sizes)
                for n in sizes.beams
            },
        },
        "slips": {
            f"{t:g}": run.remembered(
                f"slips-{t:g}", whole, slips, main, t, sizes.whole, sizes.seeds
            )
            for t in sizes.cold
        },
        "greedy": run.remembered("greedy", asked, loops.greedy_texts, *ways),
        "repeated": run.remembered("repeated", again, again_and_again, readers, sizes),
    }


def again_and_again(
    readers: Mapping[str, StoryModel], settings: Sizes
) -> dict[str, dict[str, list[list[float]]]]:
    """The probability of sentences that repeat, in models and in the world."""
    found: dict[str, dict[str, list[list[float]]]] = {
        name: {} for name in (*readers, "world")
    }
    times, window = settings.repeats, readers["main"].config.window
    for sentence in loops.SENTENCES:
        starts = loops.places_for(sentence, settings.prompts, times, window)
        for name, reader in readers.items():
            found[name][sentence.strip()] = loops.repeated(
                reader, sentence, starts, times
            )
        found["world"][sentence.strip()] = [
            loops.truly_repeated(start, sentence, times) for start in starts
        ]
    return found
