"""Chapter 3 in the published model: its table, and one word with two meanings."""

from typing import Any

import numpy as np

from sbt_jax.recipes.real.reading import Reader, ids_of, on_the_way, token
from sbt_jax.recipes.real.sizes import Sizes
from sbt_jax.recipes.runner import Run

WHAT = "SmolLM2-135M: neighbours in its embedding, king - man + woman, senses by depth."
READS = ("model",)
WORDS = (" king", " Paris", " cat", " blue", " three", " ran", " bank", " the")
#: a - b + c; the word that people expect.
ANALOGIES = (
    (" king", " man", " woman", " queen"),
    (" Paris", " France", " Italy", " Rome"),
    (" brother", " man", " woman", " sister"),
    (" cats", " cat", " dog", " dogs"),
    (" bigger", " big", " small", " smaller"),
    (" walked", " walk", " run", " ran"),
)
NEAREST = 6
#: One word in two senses, each told before the word comes.
SENSES = {
    " bank": (
        (
            "He rowed the boat across the river to the other bank",
            "Ducks were sleeping in the grass along the river bank",
            "After the flood, mud covered the fields beyond the bank",
            "We sat fishing all day on the muddy bank",
            "The otter left the water and climbed up the bank",
            "Willows grew by the stream, right on its steep bank",
        ),
        (
            "She wanted to open a savings account at the bank",
            "He asked for a loan with low interest at the bank",
            "The robbers stole a million dollars from the bank",
            "My salary is paid every month into the bank",
            "The clerk counted the money and took it to the bank",
            "To get a mortgage, they spoke with a man at the bank",
        ),
    ),
    " bat": (
        (
            "At night in the cave we saw a sleeping bat",
            "Flying through the dark after moths was a small bat",
            "The only mammal that can truly fly is the bat",
            "With its ears it finds insects at dusk: the bat",
            "Hanging upside down from the roof was a brown bat",
            "Like an owl, it hunts at night with wide wings, the bat",
        ),
        (
            "He hit the ball over the fence with his bat",
            "The player walked to the plate and lifted his bat",
            "For the baseball game she bought gloves and a wooden bat",
            "The pitcher threw, and he swung his heavy bat",
            "The cricket team forgot to bring the ball and the bat",
            "He scored six runs in a row with his new bat",
        ),
    ),
    " spring": (
        (
            "Snow melts and flowers open in the spring",
            "After a long winter we waited for the spring",
            "The birds come back from the south in the spring",
            "Farmers sow their fields early in the spring",
            "In March and April the trees turn green: it is spring",
            "The school year ends late in the spring",
        ),
        (
            "The clock stopped because of a broken spring",
            "He pressed the coil of steel, and it jumped like a spring",
            "The mattress squeaked because of one rusty spring",
            "To repair the lock he needed a small metal spring",
            "The mechanic replaced the shock absorber and the spring",
            "The toy frog jumps when you let go of its spring",
        ),
    ),
}


def make(run: Run, reader: Reader, sizes: Sizes) -> dict[str, Any]:
    """Measure what is not yet known."""
    words, sums = WORDS[: sizes.most], ANALOGIES[: sizes.most]
    return {
        "neighbours": run.remembered(
            "embeddings-near", words, neighbours, reader, words
        ),
        "analogies": run.remembered("embeddings-sums", sums, analogies, reader, sums),
        "senses": {
            word.strip(): run.remembered(
                f"embeddings-senses-{word.strip()}", texts, senses, reader, word, texts
            )
            for word, texts in list(SENSES.items())[: sizes.most]
        },
    }


def units(reader: Reader) -> np.ndarray:
    """Every row of the embedding, of length 1."""
    table = np.asarray(reader().model.embedding)
    return table / np.linalg.norm(table, axis=1, keepdims=True)


def row_of(reader: Reader, word: str) -> int:
    """The first token of a word; all that are asked for are one token."""
    return ids_of(reader(), word)[0]


def nearest(
    reader: Reader, table: np.ndarray, vector: np.ndarray, left_out: list[int]
) -> list[list[Any]]:
    """The tokens with the largest cosine, and it."""
    cosines = table @ (vector / np.linalg.norm(vector))
    cosines[left_out] = -np.inf
    best = np.argsort(-cosines, kind="stable")[:NEAREST]
    return [[token(reader(), int(i)), round(float(cosines[i]), 3)] for i in best]


def neighbours(reader: Reader, words: tuple[str, ...]) -> dict[str, Any]:
    """The tokens nearest to each word in the embedding table."""
    table = units(reader)
    rows = {word: row_of(reader, word) for word in words}
    return {word: nearest(reader, table, table[i], [i]) for word, i in rows.items()}


def analogies(
    reader: Reader, sums: tuple[tuple[str, ...], ...]
) -> list[dict[str, Any]]:
    """What is nearest to a - b + c, with the three left out and without."""
    table, found = units(reader), []
    for a, b, c, wanted in sums:
        i, j, k, right = (row_of(reader, word) for word in (a, b, c, wanted))
        vector = table[i] - table[j] + table[k]
        cosines = table @ vector
        others = np.delete(cosines, [i, j, k])
        found.append(
            {
                "a": a,
                "b": b,
                "c": c,
                "wanted": wanted,
                "all": nearest(reader, table, vector, []),
                "others": nearest(reader, table, vector, [i, j, k]),
                "rank": int((others > cosines[right]).sum()) + 1,
            }
        )
    return found


def senses(
    reader: Reader, word: str, texts: tuple[tuple[str, ...], ...]
) -> dict[str, Any]:
    """By depth: mean cosine within a sense and between two, and nearest neighbours.

    ``right`` is the share of texts whose nearest other text has the same sense; by
    chance it would be a little below a half.
    """
    this = reader()
    found = []
    for text in (t for some in texts for t in some):
        ids = ids_of(this, text)
        if not text.endswith(word):
            raise ValueError(f"texts must end in {word!r}, got {text!r}")
        found.append(on_the_way(this, ids).streams[:, -1])
    streams = np.stack(found, axis=1)  # depth, text, width
    streams = streams / np.linalg.norm(streams, axis=-1, keepdims=True)
    cosines = streams @ streams.swapaxes(1, 2)
    sense = np.repeat(np.arange(len(texts)), [len(some) for some in texts])
    same, self = sense[:, None] == sense, np.eye(len(sense), dtype=bool)
    near = np.where(self, -np.inf, cosines).argmax(-1)
    return {
        "within": [round(float(c[same & ~self].mean()), 4) for c in cosines],
        "between": [round(float(c[~same].mean()), 4) for c in cosines],
        "right": [round(float((sense[n] == sense).mean()), 4) for n in near],
        "texts": len(sense),
    }
