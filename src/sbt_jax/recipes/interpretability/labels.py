"""Interpretability: what is true at each token of a story, by the world itself.

Run by :mod:`sbt_jax.recipes.interpretability`.
"""

import re
from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool

from sbt_jax import world
from sbt_jax.shipped.stories import StoryModel, encode_story, word_tokens

# A name as it stands where a thing changes hands, and elsewhere.
ROLES = {
    "gets it": (
        r"(?:gave|handed) (?:the [a-z ]+|it) to ([A-Z][a-z]+)",
        r"gave ([A-Z][a-z]+) the ",
        r"had brought an? [a-z ]+ for ([A-Z][a-z]+)",
    ),
    "gives it": (
        r"With a smile ([A-Z][a-z]+) gave",
        r"carefully ([A-Z][a-z]+) handed",
        r"\" said [A-Za-z ]+\. ([A-Z][a-z]+) gave it",
        r"for the [a-z ]+, and ([A-Z][a-z]+) gave it",
    ),
    "speaks": (r"\" (?:said|asked|cried|called) ([A-Z][a-z]+)",),
    "goes off": (r"After a while ([A-Z][a-z]+) (?:went|ran|walked)",),
    "hides it": (r"(?:In secret|Then, quietly,) ([A-Z][a-z]+) (?:hid|put)",),
    "finds it": (r"(?:By chance|Later) ([A-Z][a-z]+) (?:found|looked)",),
}
#: Kinds of labels, by how they begin.
KINDS = ("word", "role", "next", "state")
ALWAYS = ("role gets it",)  # kept however seldom
LEAST = 60  # places in each half where a label must hold


def roles(text: str) -> dict[int, str]:
    """What the names of a story do, by the place of their first letter.

    Example:
      >>> roles("With a smile Mia gave the ball to Tom.")
      {13: 'gives it', 34: 'gets it'}
    """
    found = {
        match.start(1): role
        for role, patterns in ROLES.items()
        for pattern in patterns
        for match in re.finditer(pattern, text)
    }
    return dict(sorted(found.items()))


def facts(state: dict[str, str]) -> frozenset[str]:
    """What is true in a state of the world, as short sentences.

    Example:
      >>> sorted(facts({"a": "Tom", "x": "ball", "holder ball": "Mia"}))
      ['first: Tom', 'holder: Mia', 'somebody has it', 'thing: ball']
    """
    thing = state.get("x", "")
    holder, spot = state.get(f"holder {thing}"), state.get(f"spot {thing}")
    first = state.get("a", "")
    found = {
        "first": first,
        "second": state.get("b"),
        "thing": thing,
        "looks": state.get(f"adj {thing}"),
        "place": state.get(f"where {first}"),
        "animal": state.get("c"),
        "colour": state.get("colour"),
        "pet": state.get("pet"),
        "weather": state.get("weather"),
        "spoken of": state.get("s"),
    }
    said = {f"{kind}: {value}" for kind, value in found.items() if value}
    if holder:
        said |= {f"holder: {holder}", "somebody has it"}
        if holder == first:
            said.add("the first has it")
    if spot:
        said |= {f"it lies {spot}", "it lies somewhere"}
    if state.get("gone"):
        said.add("one has gone off")
    if state.get("it"):
        said.add("it is the thing")
    return frozenset(said)


def told(reader: StoryModel, texts: Sequence[str]) -> list[list[frozenset[str]]]:
    """For each story what is true at each token but the mark of its beginning.

    Which word it is, what a name does there, what it takes to know the next word, and
    what the world remembers. A token inside a word has what was so before it.
    """
    known = set(world.WORLD.things)
    found = []
    for text in texts:
        reading, row, state = world.begin(), list[frozenset[str]](), frozenset[str]()
        does, at = roles(text), 0
        for word in world.split(text):
            before, reading = state, reading.read([word])
            state = frozenset(f"state {fact}" for fact in facts(reading.state))
            bare = word.strip()
            place = at + len(word) - len(bare)
            here = {f"word {bare}"} if bare in known else set()
            if place in does:
                here.add(f"role {does[place]}")
            skills = dict[str, float]()
            for one in reading.next.values():
                skills[one.skill] = skills.get(one.skill, 0.0) + one.probability
            best = max(skills, key=lambda s: skills[s], default="grammar")
            here.add(f"next {best}")
            size = len(word_tokens(reader.tokenizer, word))
            row += [*[before] * (size - 1), state | here]
            at += len(word)
        if len(row) != len(encode_story(reader.tokenizer, text)) - 1:
            raise ValueError(f"words must be whole tokens, got {text!r}")
        found.append(row)
    return found


def matrix(
    rows: Sequence[frozenset[str]], halves: np.ndarray
) -> tuple[list[str], Bool[np.ndarray, "samples classes"]]:
    """Every label that holds often enough in both halves, and not nearly always."""
    names = sorted(set().union(*rows))
    number = {name: i for i, name in enumerate(names)}
    full = np.zeros((len(rows), len(names)), bool)
    for i, row in enumerate(rows):
        full[i, [number[name] for name in row]] = True
    counts = np.stack([full[halves == h].sum(0) for h in (0, 1)])
    sizes = np.array([(halves == h).sum() for h in (0, 1)])[:, None]
    least = np.array([1 if name in ALWAYS else LEAST for name in names])
    kept = np.asarray(((counts >= least) & (counts <= 0.95 * sizes)).all(axis=0))
    return [n for n, k in zip(names, kept.tolist(), strict=True) if k], full[:, kept]
