"""The agent: the reader with adapters that let it act, and how it is run."""

import functools
from collections.abc import Generator, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from sbt_jax import agents, tokenization
from sbt_jax.agents.loop import (
    CALL,
    CALLED,
    END,
    LIMITS,
    MODEL,
    Desk,
    Limits,
    Transcript,
)
from sbt_jax.architecture import Model, extend, init_cache
from sbt_jax.checkpoints import data_file
from sbt_jax.shipped.adapters import adapted
from sbt_jax.shipped.reader import reader_model
from sbt_jax.shipped.stories import StoryModel
from sbt_jax.tokenization import Tokenizer

DATA_FILES = ("agents_actor.npz", "agents_wary.npz", "agents_mimic.npz")
ROOM = 256  # tokens of a transcript
TURN = 48  # tokens of a turn


@functools.cache
def agent(name: str = "agents_actor") -> StoryModel:
    """The reader with shipped adapters in it, ready to act.

    Args:
      name: ``agents_actor``; ``agents_wary``, which has seen orders in results; or
        ``agents_mimic``, which learned to write results as well.

    Raises:
      ValueError: If there is no such agent.

    Example:
      >>> agent().config.window
      256
    """
    if f"{name}.npz" not in DATA_FILES:
        known = [file.removesuffix(".npz") for file in DATA_FILES]
        raise ValueError(f"name must be one of {known}, got {name!r}")
    reader = reader_model()
    model = jax.tree.map(jnp.asarray, reader.model)
    return reader._replace(model=adapted(data_file(f"{name}.npz"), model))


def encoded(tokenizer: Tokenizer, transcript: Transcript) -> list[tuple[int, bool]]:
    """The ids of a transcript, and which of them the model writes.

    Example:
      >>> from sbt_jax.shipped.stories import story_tokenizer
      >>> len(encoded(story_tokenizer(), agents.begin("Who is it?")))
      6
    """
    special = tokenizer.special_ids
    ids = [(special[END], False)]
    for part in transcript.parts:
        own = part.source == "model"
        mark = [special[part.mark]] if part.mark else []
        words = mark + tokenization.encode(tokenizer, part.text)
        ids += [(i, own) for i in words]
        if part.mark == CALL and own:
            ids.append((special[CALLED], own))
        if part.mark == MODEL and own:
            ids.append((special[END], own))
    return ids


def part_costs(policy: StoryModel, transcript: Transcript) -> list[int]:
    """How many tokens each part takes, its marks included.

    Example:
      >>> part_costs(agent(), agents.begin("Who is it?"))
      [6]
    """
    sizes = [
        len(encoded(policy.tokenizer, Transcript((part,)))) for part in transcript.parts
    ]
    return [size - (i > 0) for i, size in enumerate(sizes)]


def parts_of(tokenizer: Tokenizer, ids: Sequence[int]) -> list[tuple[str, str]]:
    """Marks and words of what a model wrote; some may have none."""
    names = {i: name for name, i in tokenizer.special_ids.items()}
    parts, words, mark = list[tuple[str, str]](), list[int](), ""
    for i in [*ids, tokenizer.special_ids[END]]:
        if i not in names:
            words.append(i)
            continue
        if mark or words:
            said = tokenization.decode(tokenizer, words)
            parts.append((mark, said))
        mark, words = ("" if names[i] in (CALLED, END) else names[i]), []
    return parts


def play(
    policy: StoryModel,
    tasks: Sequence[str],
    desks: Sequence[Desk],
    seed: int = 0,
    temperature: float = 1.0,
    limits: Limits = LIMITS,
    stop: bool = True,
) -> list[Transcript]:
    """Run many tasks side by side, one token of each at a time.

    Args:
      policy: The model that acts.
      tasks: What users ask for.
      desks: What acts for each.
      seed: Of what is drawn.
      temperature: 0 takes the likeliest token each time.
      limits: When to stop a run.
      stop: Whether the program stops the model at the end of a call. If not, it writes
        on, results too, and no tool is asked.

    Example:
      >>> from sbt_jax.agents import Archive
      >>> desk = Desk(Archive({}, "Give the key to Tom."))
      >>> (done,) = play(agent(), ["Give the ring to Anna."], [desk], temperature=0.0)
      >>> done.acts
      ['give ring to Anna']
    """
    runs = [
        _one(policy.tokenizer, task, desk, limits, stop)
        for task, desk in zip(tasks, desks, strict=True)
    ]
    wanted = [next(one) for one in runs]
    done: list[Any] = [None] * len(runs)
    cache = init_cache(policy.config, (len(runs),), room=ROOM)
    key, end = jax.random.key(seed), policy.tokenizer.special_ids[END]
    drawn = np.full(len(runs), end)
    for at in range(ROOM):
        given = np.full(len(runs), end, np.int32)
        for i, one in enumerate(runs):
            if done[i] is not None:
                continue
            asked = wanted[i]
            given[i] = drawn[i] if asked is None else asked
            try:
                wanted[i] = one.send(int(given[i]))
            except StopIteration as over:
                done[i] = over.value
        if all(one is not None for one in done):
            break
        if at == ROOM - 1:
            break
        drawn, cache = _token(
            jax.random.fold_in(key, at),
            policy.model,
            policy.config,
            cache,
            given[:, None],
            temperature,
        )
        drawn = np.asarray(drawn)
    for i, one in enumerate(runs):
        if done[i] is None:
            try:
                one.throw(TimeoutError)
            except StopIteration as over:
                done[i] = over.value
    return done


def _one(
    tokenizer: Tokenizer, task: str, desk: Desk, limits: Limits, stop: bool
) -> Generator[int | None, int, Transcript]:
    """A run as a process: yields the id to read next, or None for one to be drawn."""
    ends = {tokenizer.special_ids[END]} | (
        {tokenizer.special_ids[CALLED]} if stop else set()
    )
    transcript, size = agents.begin(task), 0
    new = [i for i, _ in encoded(tokenizer, transcript)]
    while not transcript.ended:
        written = list[int]()
        try:
            # Not `yield from`: a list takes nothing that is sent to it.
            for i in new:  # noqa: UP028
                yield i
            while not written or written[-1] not in ends:
                written.append((yield None))
            full = False
        except TimeoutError:
            full = True
        said = parts_of(tokenizer, written)
        if full or not stop:
            own = tuple(agents.Part(mark, text, "model") for mark, text in said)
            answered = bool(said) and said[-1][0] == MODEL
            ended = "tokens" if full else "answered" if answered else "malformed"
            return Transcript((*transcript.parts, *own), ended)
        size += len(new) + len(written)
        transcript = agents.advance(transcript, said, desk)
        if not transcript.ended:
            result = transcript.parts[-1]
            words = tokenization.encode(tokenizer, result.text)
            new = [tokenizer.special_ids[result.mark], *words]
            transcript = agents.limited(transcript, limits, size + len(new))
    return transcript


@functools.partial(jax.jit, static_argnames="config", donate_argnames="cache")
def _token(key: Any, model: Model, config: Any, cache: Any, ids: Any, t: Any) -> Any:
    logits, cache = extend(model, config, cache, ids)
    logits = logits[:, 0]
    drawn = jax.random.categorical(key, logits / jnp.where(t > 0, t, 1.0))
    return jnp.where(t > 0, drawn, logits.argmax(-1)), cache
