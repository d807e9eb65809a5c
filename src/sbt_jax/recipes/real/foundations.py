"""Chapter 1 in the published model: what comes next, and bits per byte."""

import math
from collections.abc import Sequence
from pydoc_data.topics import topics
from typing import Any

import jax.numpy as jnp
import numpy as np

from sbt_jax import real, world
from sbt_jax.foundations import count_ngrams, ngram_log_probs
from sbt_jax.recipes.real.reading import Reader, surprises
from sbt_jax.recipes.real.sizes import Sizes
from sbt_jax.recipes.real.texts import LICENCE, NOVEL, START
from sbt_jax.recipes.runner import Run
from sbt_jax.shipped.measures import story_surprise
from sbt_jax.shipped.stories import story_model
from sbt_jax.tokenization import Tokenizer, decode, encode, train
from sbt_jax.world.words import BOYS, GIRLS

WHAT = (
    "SmolLM2-135M: next tokens; who has the ball; bits per byte beside n-grams, main."
)
READS = ("model", "corpus", "world", "main")
#: What a reader may pick.
PROMPTS = (
    "The capital of France is",
    "Once upon a time, there was a",
    "To be, or not to be, that is the",
    "The cat sat on the",
    "2 + 2 =",
    "I would like a cup of",
    "The first man on the moon was",
    "def add(a, b):\n    return a",
    "Dear Sir or",
    "My favourite food is",
)
#: A topic of the Python reference no paragraph of which stands in another topic too.
TOPIC = "objects"
#: The story of the chapter's first figure, and the same when the ball goes back.
GIVEN = "{one} had a red ball. With a smile {one} gave it to {two}."
BACK = " With a smile {two} gave it to {one}."
ASKED = " Now the ball belongs to"
SHOWN = 8
ORDERS = (1, 2, 3)


def make(run: Run, reader: Reader, sizes: Sizes) -> dict[str, Any]:
    """Measure what is not yet known."""
    passage = sizes.passage
    some = [TOPIC, passage, sizes.merges, sizes.corpus]
    return {
        "next": [
            {
                "prompt": prompt,
                "tokens": run.remembered(
                    f"foundations-next-{i}", prompt, next_of, reader, prompt
                ),
            }
            for i, prompt in enumerate(PROMPTS[: sizes.most])
        ],
        "holder": run.remembered(
            "foundations-holder",
            [GIVEN, BACK, ASKED, sizes.most],
            *(holders, reader, sizes.most),
        ),
        "bits_per_byte": run.remembered(
            "foundations-own", [TOPIC, passage], of_passages, reader, passage
        ),
        "ngrams": run.remembered(
            "foundations-ngrams", some, of_ngrams, reader, *some[1:]
        ),
        "stories": run.remembered(
            "foundations-stories", sizes.stories, of_stories, reader, sizes.stories
        ),
    }


def next_of(reader: Reader, prompt: str) -> list[list[Any]]:
    """The likeliest tokens and their probabilities."""
    model, config, tokenizer = reader()
    found = real.next_tokens(model, config, tokenizer, prompt, SHOWN)
    return [[token, round(share, 4)] for token, share in found]


def holders(reader: Reader, most: int | None) -> dict[str, Any]:
    """Who has the ball, for pairs of names: the one who was given it, or the other.

    Both stories of a pair name both people; only the order of what happens differs.
    """
    rows: list[dict[str, Any]] = []
    for one, two in list(zip(GIRLS, BOYS[::-1], strict=True))[:most]:
        given = GIVEN.format(one=one, two=two)
        back = given + BACK.format(one=one, two=two)
        rows.append(
            {
                "names": [one, two],
                "given": _names(reader, given + ASKED, two, one),
                "given back": _names(reader, back + ASKED, one, two),
            }
        )
    right = {
        way: sum(row[way]["right"] > row[way]["wrong"] for row in rows)
        for way in ("given", "given back")
    }
    return {"asked": ASKED.strip(), "pairs": len(rows), "right": right, "rows": rows}


def _names(reader: Reader, text: str, right: str, wrong: str) -> dict[str, float]:
    """The probability of each name, by all its tokens."""
    this, shares = reader(), {}
    for way, name in (("right", right), ("wrong", wrong)):
        before, after = encode(this.tokenizer, text), encode(this.tokenizer, f" {name}")
        nats = surprises(this, [*before, *after])[-len(after) :]
        shares[way] = round(math.exp(-float(nats.sum())), 4)
    return shares


def of_text(reader: Reader, text: str, most: int | None = None) -> tuple[float, int]:
    """Bits of a text and its bytes; of its first tokens if it has more."""
    this = reader()
    ids = encode(this.tokenizer, text)[:most]
    size = sum(len(this.tokenizer.token_bytes[i]) for i in ids)
    nats = surprises(this, [this.tokenizer.special_ids[START], *ids]).sum()
    return float(nats) / math.log(2), size


def of_passages(reader: Reader, most: int) -> dict[str, dict[str, float]]:
    """Bits per byte of a novel, the Python reference, and a licence."""
    texts = {"a novel": NOVEL, "the Python reference": topics[TOPIC]}
    rows = {}
    for name, text in (texts | {"the MIT licence": LICENCE}).items():
        bits, size = of_text(reader, text, most)
        rows[name] = {"bytes": size, "bits_per_byte": round(bits / size, 4)}
    return rows


def of_ngrams(
    reader: Reader, passage: int, merges: int, most: int | None
) -> dict[str, dict[str, float]]:
    """The same passage of the reference, by n-grams of all its other topics.

    Of bytes, and of the tokens of a tokenizer that was trained on those topics.
    """
    others = "".join(topics[name] for name in sorted(topics) if name != TOPIC)[:most]
    own = reader().tokenizer
    tested = decode(own, encode(own, topics[TOPIC])[:passage])
    size, found = len(tested.encode()), {}
    kinds = {"bytes": Tokenizer(()), "tokens": train(others, merges)}
    for name, tokenizer in kinds.items():
        told, vocab = [_started(encode(tokenizer, others))], tokenizer.vocab_size
        counts = count_ngrams(told, max(ORDERS), vocab)
        ids = jnp.array(_started(encode(tokenizer, tested)))
        for order in ORDERS:
            log_p = ngram_log_probs(counts, ids, order, vocab)
            bits = -float(np.asarray(log_p, np.float64).sum()) / math.log(2)
            row = {"bytes": size, "bits_per_byte": round(bits / size, 4)}
            found[f"{order}-gram of {name}"] = row
    return found


def _started(ids: Sequence[int]) -> list[int]:
    """What stands before the first token of a text: a byte that no text has."""
    return [0, *ids]


def of_stories(reader: Reader, count: int) -> dict[str, Any]:
    """Stories of the book's world by this model, by *main*, and by the truth."""
    stories = list(world.stories(count, seed=world.HELD_OUT_SEED))
    told = [story.text for story in stories]
    main = story_model("main")
    bits, size = np.sum([of_text(reader, text) for text in told], axis=0)
    nats = sum(float(costs.sum()) for costs in story_surprise(main, told))
    truth = -sum(story.log_probability for story in stories)
    return {
        "stories": count,
        "bytes": int(size),
        "SmolLM2": round(bits / size, 4),
        "main": round(nats / math.log(2) / size, 4),
        "truth": round(truth / math.log(2) / size, 4),
    }
