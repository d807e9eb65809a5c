"""Chapter 3."""

import jax
import jax.numpy as jnp
import numpy as np

from contracts.arguments.kinds import (
    NAN,
    Cells,
    Floats,
    Gives,
    Ids,
    Mask,
    Number,
    One,
    Refused,
    Row,
    Text,
    Whole,
    Words,
)
from sbt_jax.embeddings import SkipGram, SkipGramSettings, WordVectors

KEY = jax.random.key(0)
U = np.array([3.0, 4.0], np.float32)
V = np.array([1.0, 2.0], np.float32)
TABLE_OF = np.array([[1, 0], [0, 1], [1, 1], [2, 1]], np.float32)
COUNTS = np.array([[0, 2, 1], [2, 4, 1], [1, 1, 2]])
GRAM = SkipGram(jnp.ones((4, 2)), jnp.ones((4, 2)))
THREE = WordVectors(("a", "b", "c"), jnp.asarray(TABLE_OF[:3]))
ROWS = np.array([0, 1])
STREAMS = TABLE_OF[:, None]
HALVES = np.array([True, True, False, False])
LARGE, TINY = np.float32([1e25, 1e25]), np.float32([1e-25, 1e-25])
NEAREST = np.array([2, 3]), np.array([0.98995, 0.894427])
ROOT = np.sqrt(0.5)
NO_WAY = Refused(ValueError, "start and end must differ, got")


def same_shape(name):
    return Floats(shape="last", whole=True)


def numbers_of_words(name):
    """Traced in training, so that what is out of range is not noticed."""
    floats = Refused(TypeError, f"{name} .* got float64")
    short = np.array([[2], [3], [3]]) if name == "noise" else np.arange(3)
    cells = [(short + 0.5, floats), ("ab", Refused(TypeError, f"{name} .* got 'ab'"))]
    if name == "words":
        cells.append((ROWS[:0], Refused(ValueError, r"words .* got \[\]")))
    else:
        cells.append((short, Refused(ValueError, f"{name} .* got .*3")))
    return Cells(cells)


TABLE = {
    "unit": Row(
        {"vectors": U},
        {
            "vectors": [
                Floats(shape=None, empty=Gives(np.zeros(0)), whole=True),
                Cells(
                    [
                        (LARGE, Gives([ROOT, ROOT])),
                        (TINY, Gives([ROOT, ROOT])),
                        (np.float16([300, 300]), Gives([ROOT, ROOT], 1e-3)),
                        (np.int8([100, 100]), Gives([ROOT, ROOT])),
                        (np.zeros(2), Gives([0, 0])),
                    ]
                ),
            ]
        },
    ),
    "cosine": Row(
        {"one": U, "other": V},
        {
            "one": [
                Floats(shape=None, whole=True),
                Cells(
                    [(LARGE, Gives(3 / np.sqrt(10))), (TINY, Gives(3 / np.sqrt(10)))]
                ),
                Cells([(np.zeros(2), Gives(0.0))]),
            ],
            "other": same_shape("other"),
        },
    ),
    "offset": Row(
        {"a": U, "b": V, "c": np.float32([0, 5])},
        {name: same_shape(name) for name in "bc"} | {"a": Floats(shape=None)},
    ),
    "nearest": Row(
        {"table": TABLE_OF, "query": U, "count": 2, "without": (3,)},
        {
            "table": Floats("refused", "refused", shape=None, whole=True),
            "query": [
                Floats("refused", "refused"),
                Cells([(np.zeros(2), Refused(ValueError, "query .* got zeros"))]),
                Cells([(LARGE * 0 + np.float32([3e30, 4e30]), "same")]),
            ],
            "count": Whole(1, 3),
            "without": Ids(
                4,
                array=False,
                empty=Gives((np.array([2, 3]), np.array([0.98995, 0.894427]))),
            ),
        },
    ),
    "answer_analogies": Row(
        {"table": TABLE_OF, "questions": np.array([[0, 1, 2]]), "way": "excluded"},
        {
            "table": Floats("refused", "refused", shape=None),
            "questions": [
                Ids(4),
                Cells(
                    [(ROWS[None], Refused(ValueError, r"questions .* got \(1, 2\)"))]
                ),
            ],
            "way": One(),
        },
    ),
    "axis": Row(
        {"table": TABLE_OF, "start": ROWS, "end": np.array([2, 3])},
        {
            "table": Floats(NO_WAY, NO_WAY, shape=None),
            "start": Ids(4, shape=True, empty=Refused(ValueError, "start .* got 0")),
            "end": Ids(4, shape=True, empty=Refused(ValueError, "end .* got 2 and 0")),
        },
    ),
    "pca": Row(
        {"vectors": TABLE_OF, "count": 1},
        {
            "vectors": [
                Floats("refused", "refused", shape=None, half=5e-2),
                Cells([(U, Refused(ValueError, r"vectors .* got \(2,\)"))]),
            ],
            "count": Whole(1, 2),
        },
    ),
    "neighbours_kept": Row(
        {"vectors": TABLE_OF, "flat": TABLE_OF, "asked": ROWS, "count": 1},
        {
            "vectors": Floats("refused", "refused", shape=None),
            "flat": Floats("refused", "refused", shape="first"),
            "asked": Ids(4),
            "count": Whole(1, 3),
        },
    ),
    "group_share": Row(
        {"vectors": TABLE_OF, "groups": np.array([0, 0, 1, 1])},
        {
            "vectors": Floats("refused", "refused", shape=None),
            "groups": Cells(
                [
                    (HALVES, Refused(TypeError, "groups .* got bool")),
                    (U, Refused(TypeError, "groups .* got float32")),
                    (ROWS, Refused(ValueError, r"groups .* got \(2,\)")),
                ]
            ),
        },
    ),
    "random_axes": Row(
        {"key": KEY, "table": TABLE_OF, "pairs": 2, "count": 2},
        {
            "table": Cells([(TABLE_OF[:0], Refused(ValueError, r"table .* got"))]),
            "pairs": Whole(1),
            "count": Whole(1),
        },
        "key: random",
    ),
    "permutation_test": Row(
        {
            "key": KEY,
            "one": np.float32([0, 1, 2]),
            "other": np.float32([5, 6, 7]),
            "count": 2000,
        },
        {
            "one": [
                Floats("refused", "refused", shape=None, empty="refused", half=None),
                Cells([(np.float16([0, 1, 2]), Gives((5, 0.1), 0.03))]),
                Cells([(TABLE_OF, Refused(ValueError, r"one .* got \(4, 2\)"))]),
            ],
            "other": [
                Floats("refused", "refused", shape=None, empty="refused", half=None)
            ],
            "count": Whole(1),
        },
        "key: random",
    ),
    "cosines_by_group": Row(
        {"streams": STREAMS, "first": HALVES},
        {
            "streams": Floats(shape=None),
            "first": [
                Mask(),
                Cells(
                    [(~HALVES | True, Refused(ValueError, r"groups .* got \(4, 0\)"))]
                ),
            ],
        },
    ),
    "vocabulary": Row(
        {"texts": [["a", "dog"], ["a"]], "least": 1},
        {
            "texts": Cells(
                [
                    (["a dog"], Refused(TypeError, "texts .* got 'a dog'")),
                    ("a dog", Refused(TypeError, "texts .* got 'a dog'")),
                    ([[1]], Refused(TypeError, "texts .* got 1")),
                    ([], Gives({})),
                ]
            ),
            "least": Whole(1),
        },
    ),
    "cooccurrence": Row(
        {"texts": [[0, 1, 0]], "vocab_size": 2, "reach": 1},
        {
            "texts": Cells(
                [
                    ([[0, 1.5]], Refused(TypeError, "texts .* got 1.5")),
                    (["ab"], Refused(TypeError, "texts .* got 'ab'")),
                    ([[2]], Refused(ValueError, r"texts .* -1\.\.1, got 2")),
                    ([[-2]], Refused(ValueError, r"texts .* -1\.\.1, got -2")),
                    ([], Gives(np.zeros((2, 2)))),
                    ([[0, -1, 1]], Gives(np.zeros((2, 2)))),
                ]
            ),
            "vocab_size": Whole(1),
            "reach": Whole(1),
        },
    ),
    "pmi": Row(
        {"counts": COUNTS[1:, 1:], "power": 1.0},
        {
            "counts": Cells(
                [
                    (COUNTS[1:, 1:] / 2, Refused(TypeError, "counts .* got float64")),
                    (-COUNTS[1:, 1:], Refused(ValueError, "counts .* got -4")),
                    (COUNTS[1:], Refused(ValueError, r"counts .* got \(2, 3\)")),
                    (COUNTS[:0, :0], Refused(ValueError, "counts .* got 0")),
                    (np.eye(2, dtype=int) * 0, Refused(ValueError, "word .* got none")),
                    ("ab", Refused(TypeError, "counts .* got <U2")),
                    (COUNTS[1:, 1:].astype(np.int8), "same"),
                    (COUNTS[1:, 1:] * 2**60, "same"),
                ]
            ),
            "power": Number(),
        },
    ),
    "svd_vectors": Row(
        {"counts": COUNTS, "width": 2},
        {
            "counts": Cells(
                [(COUNTS / 2, Refused(TypeError, "counts .* got float64"))],
            ),
            "width": Whole(1, 3),
        },
    ),
    "embed": Row(
        {"table": TABLE_OF, "ids": ROWS},
        {"table": Floats(shape=None), "ids": Ids(4, empty=Gives(np.zeros((0, 2))))},
    ),
    "embed_one_hot": Row(
        {"table": TABLE_OF, "ids": ROWS},
        {"table": Floats(shape=None), "ids": Ids(4, empty=Gives(np.zeros((0, 2))))},
    ),
    "unembed": Row(
        {"table": TABLE_OF, "stream": U},
        {"table": Floats(shape=None), "stream": Floats(whole=True)},
    ),
    "analogies": Row(
        {"pairs": [("a", "b"), ("c", "d")]},
        {
            "pairs": Cells(
                [
                    ([("a", "b")], Refused(ValueError, "pairs .* got 1")),
                    (["ab", "cd"], Refused(TypeError, "pairs .* got 'ab'")),
                    ([("a", "b"), ("c",)], Refused(ValueError, "pairs .* got")),
                ]
            )
        },
    ),
    "needed_words": Row({}, {}),
    "story_groups": Row({}, {}),
    "load_glove": Row({}, {}, call=lambda: None),
    "SkipGramSettings": Row(
        {
            "width": 2,
            "negatives": 1,
            "power": 0.75,
            "batch": 2,
            "steps": 2,
            "learning_rate": 0.1,
        },
        {
            "width": Whole(1),
            "negatives": Whole(1),
            "power": Number(),
            "batch": Whole(1),
            "steps": Whole(1),
            "learning_rate": Number(0, above=True),
        },
    ),
    "init_skip_gram": Row(
        {"key": KEY, "vocab_size": 4, "width": 2},
        {"vocab_size": Whole(1), "width": Whole(1)},
        "key: random",
    ),
    "skip_gram_loss": Row(
        {
            "vectors": GRAM,
            "words": ROWS,
            "contexts": ROWS,
            "noise": np.array([[2], [3]]),
        },
        {
            "words": numbers_of_words("words"),
            "contexts": numbers_of_words("contexts"),
            "noise": numbers_of_words("noise"),
        },
        "vectors: made by init_skip_gram",
    ),
    "train_skip_gram": Row(
        {
            "key": KEY,
            "counts": COUNTS,
            "settings": SkipGramSettings(2, 1, 0.75, 2, 2),
            "snapshot": None,
            "snapshot_at": (),
        },
        {
            "counts": Cells(
                [
                    (COUNTS / 2, Refused(TypeError, "counts .* got float64")),
                    (COUNTS * 0, Refused(ValueError, "counts .* got 0")),
                    (COUNTS[1:], Refused(ValueError, r"counts .* got \(2, 3\)")),
                ]
            ),
            "snapshot_at": Cells(
                [
                    ((3,), Refused(ValueError, "snapshot_at .* got 3")),
                    ((1.5,), Refused(TypeError, "snapshot_at .* got 1.5")),
                ]
            ),
        },
        "key settings snapshot: random, checks itself, a function",
    ),
    "WordVectors": Row(
        {"words": ("a", "b"), "table": TABLE_OF[:2]},
        {
            "words": [
                Words(),
                Cells([(("a", "a"), Refused(ValueError, "words .* got 1"))]),
            ],
            "table": Cells(
                [(TABLE_OF, Refused(ValueError, "table .* got 2 words, 4"))]
            ),
        },
        call=lambda **given: WordVectors(**given).table,
    ),
    "edit_distance": Row({"one": "ab", "other": "b"}, {"one": Text(), "other": Text()}),
    "near_spellings": Row(
        {"word": "b", "words": ["a", "b"], "count": 1},
        {
            "word": Text(),
            "words": Cells([("ab", TypeError), ([], Gives([]))]),
            "count": [Whole(), Cells([(0, Gives([])), (9, Gives(["b", "a"]))])],
        },
    ),
    "WordVectors.neighbours": Row(
        {"query": "a", "count": 1, "without": ()},
        {
            "query": Cells(
                [
                    ("z", Refused(ValueError, "word .* got 'z'")),
                    (np.zeros(2), Refused(ValueError, "query .* zeros")),
                    (np.array([NAN, 1]), Refused(ValueError, "query .* got nan")),
                    (U[:1], Refused(ValueError, r"query .* got \(1,\)")),
                ]
            ),
            "count": Whole(1, 2),
            "without": Words(),
        },
        call=THREE.neighbours,
    ),
}
