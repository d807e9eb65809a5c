"""Counted n-grams beside the truth and a model."""

import base64
from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Int

from sbt_jax.foundations import NGrams, ngram_probs
from sbt_jax.shipped.predictions import next_words, word_probs
from sbt_jax.shipped.stories import StoryModel, encode_story
from sbt_jax.tokenization import Tokenizer

FAVOURITES = 3  # words that no story has there, of the model and of the n-grams each


def ngram_table(ngrams: Sequence[Any], vocab_size: int) -> dict[str, Any]:
    """n-grams for the browser: sorted numbers as their differences, in few bytes.

    Args:
      ngrams: From :func:`sbt_jax.foundations.count_ngrams`.
      vocab_size: Number of tokens.

    Example:
      >>> from sbt_jax.foundations import count_ngrams
      >>> ngram_table(count_ngrams([[0, 1, 2, 1]], 1, 3), 3)["levels"]
      [{'context': 'AA==', 'pair': 'AQE=', 'count': 'AgE='}]
    """
    levels = [
        {
            "context": _varints(np.diff(level.context, prepend=0)),
            "pair": _varints(np.diff(level.pair, prepend=0)),
            "count": _varints(level.count),
        }
        for level in ngrams
    ]
    return {"vocabSize": vocab_size, "levels": levels}


def _varints(values: Int[np.ndarray, " places"]) -> str:
    """Seven bits a byte, the lowest first; a byte above 127 is not the last."""
    out = bytearray()
    for value in values.tolist():
        while value > 127:
            out.append(value & 127 | 128)
            value >>= 7
        out.append(value)
    return base64.b64encode(out).decode("ascii")


def whole_words(tokenizer: Tokenizer, ngrams: Sequence[Any]) -> list[int]:
    """Tokens that are a word by themselves, and not only a piece of longer ones.

    Such a token begins like a word, and a new word has followed it somewhere.

    Args:
      tokenizer: The tokenizer of the counted texts.
      ngrams: From :func:`sbt_jax.foundations.count_ngrams`, of order 2 or more.

    Example:
      >>> from sbt_jax.foundations import count_ngrams
      >>> from sbt_jax.shipped.stories import encode_story, story_tokenizer
      >>> tokenizer = story_tokenizer()
      >>> told = [encode_story(tokenizer, "Once upon a time.", end=True)]
      >>> counts = count_ngrams(told, 2, tokenizer.vocab_size)
      >>> [tokenizer.token_bytes[i] for i in whole_words(tokenizer, counts)]
      [b'.', b' a', b'Once', b' time', b' upon']
    """
    size = tokenizer.vocab_size
    texts = [token.decode(errors="replace") for token in tokenizer.token_bytes]
    begins = np.zeros(size, bool)
    for i, text in enumerate(texts):
        begins[i] = not text[:1].islower() and "\ufffd" not in text
    begins[list(tokenizer.special_ids.values())] = True
    after = ngrams[1]  # what followed each single token
    before, follower = after.context[after.pair // size] % size, after.pair % size
    found = np.unique(before[begins[before] & begins[follower]])
    return np.setdiff1d(found, list(tokenizer.special_ids.values())).tolist()


def next_rows(
    reader: StoryModel, ngrams: NGrams, text: str
) -> list[tuple[str, float | None, float, float]]:
    """The next word three ways: the truth, a model, and counted n-grams.

    Args:
      reader: The model.
      ngrams: From :func:`sbt_jax.foundations.count_ngrams`, of order 2 or more.
      text: The beginning of a story.

    Returns:
      Words with their three probabilities, those first that the truth or the
      model gives most: all that may come, and favourites of the model and of
      the n-grams that are whole words. The truth is None where the text is off
      the world.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> from sbt_jax.foundations import count_ngrams
      >>> counts = count_ngrams([[0, 1, 2]], order=2, vocab_size=1024)
      >>> (word, truth, model, _), *_ = next_rows(story_model(), counts, "Once upon a")
      >>> word, truth, model > 0.99
      (' time', 1.0, True)
    """
    tokenizer = reader.tokenizer
    whole = whole_words(tokenizer, ngrams)
    spelled = {tokenizer.token_bytes[i].decode(): i for i in whole}
    reading, all_p = next_words(reader, text, extra=tokenizer.vocab_size)

    def counted(ids: Sequence[int]) -> np.ndarray:
        near = jnp.array(ids[-len(ngrams) :])
        return np.asarray(ngram_probs(ngrams, near, tokenizer.vocab_size))

    start = encode_story(tokenizer, text)
    first = counted(start)
    others = [word for word in all_p if word in spelled and word not in reading.next]
    words = [*reading.next, *others[:FAVOURITES]]
    others.sort(key=lambda word: (-first[spelled[word]], spelled[word]))
    words += [word for word in others if word not in words][:FAVOURITES]
    by_count, _ = word_probs(counted, reader, start, words)
    none = 0.0 if reading.impossible is None else None
    truth = {word: after.probability for word, after in reading.next.items()}
    rows = [
        (word, truth.get(word, none), all_p[word], by_count[word]) for word in words
    ]
    return sorted(rows, key=lambda row: (-max(row[1] or 0.0, row[2]), row[0]))
