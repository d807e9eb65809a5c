"""The two story models, ready to encode, predict, trace and write.

Public names: :mod:`sbt_jax.shipped`.
"""

import base64
import functools
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from sbt_jax import architecture, tokenization, training, world
from sbt_jax.architecture import Config, Model, Trace, extend, init_cache, init_model
from sbt_jax.checkpoints import data_file, load, read_card, read_config
from sbt_jax.foundations import NGrams, ngram_probs
from sbt_jax.tokenization import Tokenizer

DATA_FILES = ("small.npz", "main.npz", "stories_tokenizer.json")
MODELS = ("small", "main")
# Where a sentence of the world ends: before a capital or a quotation mark.
SENTENCE = re.compile(r'(?<=[.!?])"? (?=["A-Z])')


class StoryModel(NamedTuple):
    """A model of the story world, and the tokenizer that it reads with."""

    model: Model
    config: Config
    tokenizer: Tokenizer


class Entropy(NamedTuple):
    """What stories cost who knows the world: nats, exact for these stories."""

    per_word: float
    per_token: float
    words: int
    tokens: int


@functools.cache
def story_tokenizer() -> Tokenizer:
    """The tokenizer of the story world.

    Example:
      >>> story_tokenizer().vocab_size
      1024
    """
    return tokenization.load(data_file("stories_tokenizer.json"))


@functools.cache
def story_model(name: str = "main") -> StoryModel:
    """A shipped model: its int8 weights are the model everywhere in the book.

    Args:
      name: ``main`` or ``small``.

    Raises:
      ValueError: If there is no model of this name.

    Example:
      >>> story_model("small").config.layers, story_model("main").config.layers
      (2, 4)
    """
    if name not in MODELS:
        raise ValueError(f"name must be one of {MODELS}, got {name!r}")
    return load_story_model(data_file(f"{name}.npz"))


def load_story_model(path: Path) -> StoryModel:
    """A model of the story world from a checkpoint.

    Raises:
      FileNotFoundError: If there is no such file.
      ValueError: If it is damaged, or not the checkpoint of such a model.
    """
    config, tokenizer = Config(**read_config(path)), story_tokenizer()
    if config.vocab_size != tokenizer.vocab_size:
        sizes = f"expected {tokenizer.vocab_size} tokens, got {config.vocab_size}"
        raise ValueError(f"{path}: {sizes}")
    build = functools.partial(init_model, config=config)
    shapes = jax.eval_shape(build, jax.random.key(0))
    return StoryModel(load(path, shapes), config, tokenizer)


def encode_story(tokenizer: Tokenizer, text: str, end: bool = False) -> list[int]:
    """The tokens of a story, or of the beginning of one.

    Every story starts after the token ``<end>`` of the one before it.

    Args:
      tokenizer: The tokenizer of the world.
      text: The story. What is written like a special token counts as text.
      end: Whether the story is whole, so that ``<end>`` follows.

    Example:
      >>> tokenizer = story_tokenizer()
      >>> [tokenizer.token_bytes[i] for i in encode_story(tokenizer, "Once upon")]
      [b'<end>', b'Once', b' upon']
    """
    mark = tokenizer.special_ids[world.END]
    ids = [mark, *tokenization.encode(tokenizer, text)]
    return [*ids, mark] if end else ids


def decode_story(tokenizer: Tokenizer, ids: Sequence[int]) -> str:
    """The text of a story's tokens, without the marks of its beginning and end.

    Example:
      >>> decode_story(story_tokenizer(), encode_story(story_tokenizer(), "Tom", True))
      'Tom'
    """
    mark = tokenizer.special_ids[world.END]
    return tokenization.decode(tokenizer, [i for i in ids if i != mark])


def word_tokens(tokenizer: Tokenizer, word: str) -> tuple[int, ...]:
    """The tokens of one word of the world, or of the end of a story."""
    if word == world.END:
        return (tokenizer.special_ids[world.END],)
    return tuple(tokenization.encode(tokenizer, word))


def story_rows(
    tokenizer: Tokenizer, count: int, start: int = 0, length: int = 256
) -> training.Rows:
    """Stories of the base corpus, packed whole into rows of tokens.

    Args:
      tokenizer: The tokenizer of the world.
      count: How many stories.
      start: How many to leave out first.
      length: Tokens a row.
    """
    told = world.stories(count, start=start)
    sequences = (encode_story(tokenizer, story.text, end=True) for story in told)
    return training.pack(sequences, length)


def rows_at(rows: training.Rows, batch: int, step: int) -> training.Batch:
    """The batch of a step: the next rows, and the first ones after the last.

    Example:
      >>> rows = training.pack([[1, 2], [3, 4], [5, 6]], length=2)
      >>> rows_at(rows, batch=2, step=1).tokens
      array([[5, 6],
             [1, 2]], dtype=int32)
    """
    at = (step * batch + np.arange(batch)) % len(rows.tokens)
    segments = rows.segments[at]
    return training.Batch(rows.tokens[at], segments > 0, segments)


def entropy(
    tokenizer: Tokenizer, count: int, seed: int = world.HELD_OUT_SEED
) -> Entropy:
    """The entropy floor on held-out stories.

    Example:
      >>> floor = entropy(story_tokenizer(), 50)
      >>> 0.4 < floor.per_token < floor.per_word < 0.6
      True
    """
    told = list(world.stories(count, seed))
    nats = -sum(story.log_probability for story in told)
    words = sum(len(world.split(story.text)) + 1 for story in told)
    tokens = sum(len(encode_story(tokenizer, s.text, end=True)) - 1 for s in told)
    return Entropy(nats / words, nats / tokens, words, tokens)


def story_surprise(
    reader: StoryModel, texts: Sequence[str]
) -> list[Float[np.ndarray, " time"]]:
    """What each token of whole stories costs the model, in nats.

    Args:
      reader: The model.
      texts: Whole stories.

    Returns:
      For each story one number a token, from its first to ``<end>``.

    Raises:
      ValueError: If a story does not fit the window.
    """
    sequences = [encode_story(reader.tokenizer, text, end=True) for text in texts]
    window = reader.config.window
    found: list[np.ndarray] = []
    block = 32
    for start in range(0, len(sequences), block):
        part = sequences[start : start + block]
        if max(map(len, part)) > window + 1:
            longest = max(map(len, part)) - 1
            raise ValueError(f"texts must fit a window of {window}, got {longest}")
        longest = -(-max(map(len, part)) // 64) * 64  # few shapes to compile
        length = min(window, longest)
        tokens = np.zeros((block, length + 1), np.int32)
        for row, ids in enumerate(part):
            tokens[row, : len(ids)] = ids
        nats = np.asarray(_surprise(reader.model, reader.config, jnp.asarray(tokens)))
        found += [nats[row, : len(ids) - 1] for row, ids in enumerate(part)]
    return found


def word_costs(
    reader: StoryModel, texts: Sequence[str]
) -> list[Float[np.ndarray, " places"]]:
    """What each word of whole stories costs the model, in nats, the end included.

    Example:
      >>> (story,) = world.stories(1, seed=7)
      >>> (costs,) = word_costs(story_model(), [story.text])
      >>> len(costs) == len(world.split(story.text)) + 1
      True
    """
    found = []
    for text, nats in zip(texts, story_surprise(reader, texts), strict=True):
        words = [*world.split(text), world.END]
        sizes = [len(word_tokens(reader.tokenizer, word)) for word in words]
        found.append(np.add.reduceat(nats, np.cumsum([0, *sizes[:-1]])))
    return found


def word_marks(text: str) -> list[tuple[str, str, float]]:
    """Each word of a whole story, what it takes to know it, its true probability.

    Raises:
      ValueError: If the story is not of this world.

    Example:
      >>> (story,) = world.stories(1, seed=7)
      >>> word_marks(story.text)[1]
      (' Sunday', 'choice', 0.14285714285714285)
    """
    reading, marks = world.begin(), []
    for word in [*world.split(text), world.END]:
        if word not in reading.next:
            raise ValueError(f"text must be of this world, got {word!r} in {text!r}")
        after = reading.next[word]
        marks.append((word, after.skill, after.probability))
        reading = reading.read([word])
    return marks


def measured(name: str) -> dict[str, Any]:
    """What the card of a shipped model says of it.

    Example:
      >>> measured("main")["gap_per_word"] < measured("small")["gap_per_word"]
      True
    """
    return read_card(data_file(f"{name}.npz")).held_out


@functools.partial(jax.jit, static_argnames="config")
def _surprise(
    model: Model, config: Config, tokens: Int[Array, "batch time"]
) -> Float[Array, "batch _"]:
    logits = architecture.forward(model, config, tokens[:, :-1])
    log_p = jax.nn.log_softmax(logits)
    return -jnp.take_along_axis(log_p, tokens[:, 1:, None], axis=-1)[..., 0]


def measure(
    reader: StoryModel, count: int = 1000, seed: int = world.HELD_OUT_SEED
) -> dict[str, Any]:
    """Loss on held-out stories and its gap to the entropy, in nats.

    The gap a word is the Kullback–Leibler divergence of the model's distribution
    from the world's, estimated on these stories; ``gap_error`` is its standard error.
    """
    told = list(world.stories(count, seed))
    floor = entropy(reader.tokenizer, count, seed)
    costs = [nats.sum() for nats in story_surprise(reader, [s.text for s in told])]
    gaps = np.array(
        [cost + s.log_probability for cost, s in zip(costs, told, strict=True)]
    )
    per_story = floor.words / count
    return {
        "loss_per_word": round(float(sum(costs)) / floor.words, 4),
        "loss_per_token": round(float(sum(costs)) / floor.tokens, 4),
        "entropy_per_word": round(floor.per_word, 4),
        "entropy_per_token": round(floor.per_token, 4),
        "gap_per_word": round(float(gaps.sum()) / floor.words, 4),
        "gap_error": round(float(gaps.std() / np.sqrt(count)) / per_story, 4),
        "stories": count,
    }


def write(
    reader: StoryModel,
    prompt: str = "",
    count: int = 1,
    temperature: float = 1.0,
    seed: int = 0,
    max_tokens: int | None = None,
) -> list[str]:
    """Let a model go on from a beginning, several times.

    Args:
      reader: The model.
      prompt: How each text begins.
      count: How many to write.
      temperature: Divides the logits; 0 takes the likeliest token each time.
      seed: The same seed writes the same.
      max_tokens: The most to add; by default all that the window holds.

    Returns:
      The texts, prompt included, up to the end of the story.

    Raises:
      ValueError: If the prompt does not fit, or a number is out of range.

    Example:
      >>> write(story_model("main"), "Once upon a", temperature=0.0, max_tokens=4)
      ['Once upon a time there was a']
    """
    if not 0 <= temperature < float("inf"):
        raise ValueError(f"temperature must be >= 0, got {temperature}")
    if count < 1:
        raise ValueError(f"count must be >= 1, got {count}")
    ids = encode_story(reader.tokenizer, prompt)
    room = reader.config.window - len(ids)
    length = room if max_tokens is None else max_tokens
    if not 0 <= length <= room:
        raise ValueError(
            f"prompt of {len(ids)} tokens leaves room for {room}, got {length}"
        )
    start = jnp.broadcast_to(jnp.array(ids), (count, len(ids)))
    end = reader.tokenizer.special_ids[world.END]
    key = jax.random.key(seed)
    new = np.asarray(
        _write(key, reader.model, reader.config, start, length, temperature, end)
    )
    texts = []
    for row in new:
        stop = np.flatnonzero(row == end)
        kept = row[: stop[0]] if len(stop) else row
        texts.append(prompt + tokenization.decode(reader.tokenizer, kept))
    return texts


@functools.partial(jax.jit, static_argnames=("config", "length", "end"))
def _write(
    key: PRNGKeyArray,
    model: Model,
    config: Config,
    start: Int[Array, "batch time"],
    length: int,
    temperature: Float[Array, ""] | float,
    end: int,
) -> Int[Array, "batch _"]:
    """Cached sampling, all rows side by side, ``length`` steps."""
    rows, time = start.shape
    logits, cache = extend(
        model, config, init_cache(config, (rows,), room=time + length), start
    )

    def step(carry: Any, key: PRNGKeyArray) -> tuple[Any, Array]:
        logits, cache = carry
        safe = jnp.where(temperature > 0, temperature, 1.0)
        drawn = jax.random.categorical(key, logits / safe)
        token = jnp.where(temperature > 0, drawn, logits.argmax(-1))
        logits, cache = extend(model, config, cache, token[:, None])
        return (logits[:, 0], cache), token

    keys = jax.random.split(key, length)
    _, tokens = jax.lax.scan(step, (logits[:, -1], cache), keys)
    return tokens.T


def validity(reader: StoryModel, count: int = 1000, seed: int = 0) -> dict[str, Any]:
    """How much of what a model writes at temperature 1 could be of the world.

    A story is read up to its first impossible word, where truth ends: words and
    sentences before it are possible, that word and its sentence are not.
    """
    texts: list[str] = []
    for i in range(0, count, 100):
        texts += write(reader, count=min(100, count - i), seed=seed + i)
    words = sentences = whole = 0
    for text in texts:
        reading = world.read([*world.split(text), world.END])
        words += len(reading.words)
        kept = "".join(reading.words)
        sentences += len(SENTENCE.split(kept)) - (reading.impossible is not None)
        whole += reading.impossible is None
    slips = count - whole
    return {
        "possible_words": round(words / (words + slips), 5),
        "possible_sentences": round(sentences / (sentences + slips), 5),
        "possible_stories": round(whole / count, 4),
    }


def trace_story(reader: StoryModel, text: str) -> Trace:
    """All that a model does with a text: logits, attention, residual stream.

    Raises:
      ValueError: If the text does not fit the window.

    Example:
      >>> trace_story(story_model("small"), "Once upon a time").attention.shape
      (2, 4, 5, 5)
    """
    ids = jnp.array(encode_story(reader.tokenizer, text))
    return _trace(reader.model, reader.config, ids)


_trace = jax.jit(architecture.trace, static_argnames="config")


def next_words(
    reader: StoryModel, text: str, extra: int = 4
) -> tuple[world.Reading, dict[str, float]]:
    """The next word after a text: what the world knows, what the model says.

    A word of several tokens has the product of their probabilities.

    Args:
      reader: The model.
      text: The beginning of a story.
      extra: How many of the model's likeliest tokens that no story has there
        are added.

    Returns:
      The world's reading of the text, and the model's probability of every word
      that may come and of the added ones.

    Raises:
      ValueError: If the text does not fit the window.

    Example:
      >>> reading, p = next_words(story_model(), "Once upon a")
      >>> list(reading.next), p[" time"] > 0.99
      ([' time'], True)
    """
    reading = world.read(text)
    start = encode_story(reader.tokenizer, text)
    ask = functools.partial(_next_probs, reader)
    p, first = word_probs(ask, reader, start, reading.next)
    taken = {word_tokens(reader.tokenizer, word)[0] for word in p}
    table = reader.tokenizer.token_bytes
    others = [i for i in np.argsort(-first, kind="stable") if i not in taken]
    for token in others[:extra]:
        p[table[token].decode(errors="replace")] = float(first[token])
    return reading, p


def word_probs(
    next_probs: Callable[[Sequence[int]], Float[np.ndarray, " vocab"]],
    reader: StoryModel,
    start: Sequence[int],
    words: Iterable[str],
) -> tuple[dict[str, float], Float[np.ndarray, " vocab"]]:
    """Probability of whole words by any model of the next token.

    Args:
      next_probs: From tokens to the distribution of the next one.
      reader: Whose tokenizer spells the words.
      start: The tokens so far.
      words: What may come, with the spaces before them.

    Returns:
      The probability of each word, and the distribution of the first token.
    """
    first = np.asarray(next_probs(start))
    after: dict[tuple[int, ...], np.ndarray] = {(): first}
    found = {}
    for word in words:
        ids, p = word_tokens(reader.tokenizer, word), 1.0
        for i, token in enumerate(ids):
            if ids[:i] not in after:
                after[ids[:i]] = np.asarray(next_probs([*start, *ids[:i]]))
            p *= float(after[ids[:i]][token])
        found[word] = p
    return found, first


def _next_probs(reader: StoryModel, ids: Sequence[int]) -> np.ndarray:
    window = reader.config.window
    if len(ids) > window:
        raise ValueError(f"text must fit a window of {window} tokens, got {len(ids)}")
    padded = np.zeros(-(-len(ids) // 32) * 32, np.int32)
    padded[: len(ids)] = ids
    tokens, last = jnp.asarray(padded[:window]), jnp.array(len(ids) - 1)
    return np.asarray(_last_probs(reader.model, reader.config, tokens, last))


@functools.partial(jax.jit, static_argnames="config")
def _last_probs(
    model: Model, config: Config, tokens: Int[Array, " time"], last: Int[Array, ""]
) -> Float[Array, " vocab"]:
    return jax.nn.softmax(architecture.forward(model, config, tokens)[last])


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


def next_rows(
    reader: StoryModel, ngrams: NGrams, text: str
) -> list[tuple[str, float | None, float, float]]:
    """The next word three ways: the truth, a model, and counted n-grams.

    Args:
      reader: The model.
      ngrams: From :func:`sbt_jax.foundations.count_ngrams`.
      text: The beginning of a story.

    Returns:
      Words with their three probabilities, those first that the truth or the
      model gives most. The truth is None where the text is off the world.

    Example:
      >>> from sbt_jax.foundations import count_ngrams
      >>> counts = count_ngrams([[0, 1, 2]], order=1, vocab_size=1024)
      >>> (word, truth, model, _), *_ = next_rows(story_model(), counts, "Once upon a")
      >>> word, truth, model > 0.99
      (' time', 1.0, True)
    """
    reading, p = next_words(reader, text)
    vocab_size = reader.tokenizer.vocab_size

    def counted(ids: Sequence[int]) -> np.ndarray:
        near = jnp.array(ids[-len(ngrams) :])
        return np.asarray(ngram_probs(ngrams, near, vocab_size))

    start = encode_story(reader.tokenizer, text)
    by_count, _ = word_probs(counted, reader, start, p)
    none = 0.0 if reading.impossible is None else None
    truth = {word: after.probability for word, after in reading.next.items()}
    rows = [(word, truth.get(word, none), p[word], by_count[word]) for word in p]
    return sorted(rows, key=lambda row: (-max(row[1] or 0.0, row[2]), row[0]))
