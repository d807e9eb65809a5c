"""What the page says of its numbers: by hand on small tables, and as shipped."""

import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax.checkpoints import read_table
from sbt_jax.embeddings import RELATIONS, WordVectors, load_glove
from sbt_jax.embeddings.contexts import (
    InContext,
    findings_on_contexts,
    in_context,
    texts_up_to,
)
from sbt_jax.embeddings.findings import claims, findings, findings_on_a_real_model
from sbt_jax.embeddings.findings_vectors import (
    claims_on_axes,
    claims_on_words,
    findings_on_words,
    hubs,
    place_occupations,
    places_on,
)


def famous(question: str, *answers: tuple[str, float]) -> dict:
    return {"question": question.split(), "answers": [list(a) for a in answers]}


def relation(excluded: int, included: int, only_c: int) -> dict:
    return {
        "pairs": 51,
        "asked": 2000,
        "excluded": excluded,
        "included": included,
        "only c": only_c,
        "gives an input": 1500,
        "gives c": 1250,
        "wrong": [
            ["go", "went", "a", "b", "c"],
            ["dogs", "dog", "foot", "feet", "legs"],
        ],
    }


ANALOGIES = {
    "words": 400_000,
    "mean_cosine": [0.11, 0.12, 0.13],
    "famous": [
        famous("king man woman", ("king", 0.8864), ("queen", 0.861)),
        famous("paris france italy", ("rome", 0.84)),
        famous("paris france japan", ("tokyo", 0.9)),
        famous("doctor man woman", ("doctor", 0.91), ("nurse", 0.84)),
        famous("dogs dog cat", ("dogs", 0.9), ("cats", 0.8), ("cat", 0.7)),
        famous("swam swim run", ("ran", 0.7)),
    ],
    "relations": {
        "capitals": relation(1000, 900, 100),
        "family": relation(1400, 900, 600),
        "plurals": relation(1120, 400, 820),
        "past tense": relation(800, 600, 20),
    },
}
LEARNED = {
    "settings": {
        "stories": 20_000,
        "reach": 2,
        "sure": 20,
        "shown": 4,
        "training": {"width": 32, "negatives": 5, "power": 0.75},
    },
    "runs": [
        {
            "share": [0.08, 1.0],
            "same": {"r": 0.96},
            "other": {"r": 0.95},
            "near king": ["man", "boy", "prince"],
            "sum": ["woman", "queen", "girl", "princess", "king"],
        },
        {
            "share": [0.11, 1.0],
            "same": {"r": 0.97},
            "other": {"r": 0.95},
            "near king": ["boy", "man", "prince"],
            "sum": ["girl", "queen", "woman", "princess", "king"],
        },
    ],
    "words": "king man prince boy queen woman princess girl Tom Zoe".split(),  # noqa: SIM905
    "kinds": ["people"] * 8 + ["boys", "girls"],
    "flat": [[[0, 0]] * 4 + [[0, 90]] * 4 + [[500, 1], [500, 81]]],
    "scatter": {
        "dot": [0.0, 1.0, -1.0, 3.0],
        "same": [0.1, 1.0, -1.3, 1.5],
        "pair": ["a b", "c d", "e f", "had Hugo"],
    },
    "vocabulary": 4,
    "compared": 9313,
    "chance": 0.1098,
    "svd": 0.9362,
    "spread": 0.4206,
}


def test_the_texts_are_those_computed_by_hand():
    found = findings(ANALOGIES, LEARNED)
    expected = {
        "gpt2_share": "31 %",
        "glove_words": "400,000",
        "glove_width": "50",
        "glove_tokens": "6",
        "random_cosine": "0.12",
        "king": "0.886",
        "queen": "0.861",
        "rome": "0.840",
        "doctor": "0.910",
        "nurse": "0.840",
        "pairs_plurals": "51",
        "asked_past_tense": "2,000",
        "excluded_plurals": "56 %",
        "only_c_past_tense": "1 %",
        "plural_input": "75 %",
        "plural_c": "62 %",
        "miss": "dogs − dog + foot gives legs, not feet",
        "n_stories": "20,000",
        "width": "32",
        "k": "5",
        "power": "0.75",
        "possible": "10",
        "compared": "9,313",
        "off_most": "1.14",  # 0, 0.1, 0.3, 1.5: seven tenths of the way to the last
        "first_share": "8 to 11 %",
        "last_share": "100 %",
        "n_seeds": "2",
        "chance": "11 %",
        "svd": "94 %",
        "map_spread": "42 %",
        "r_same": "0.96 to 0.97",
        "r_other": "0.95",
    }
    assert {name: found[name] for name in expected} == expected


def test_claims_hold_on_a_table_made_for_them_and_can_fail():
    held = claims(ANALOGIES, LEARNED)
    assert [claim for claim, holds in held.items() if not holds] == []
    queen_first = famous("king man woman", ("queen", 0.9), ("king", 0.8))
    wrong = ANALOGIES | {"famous": [queen_first, *ANALOGIES["famous"][1:]]}
    assert not claims(wrong, LEARNED)["king is nearest, queen second"]
    *people, boys, girls = LEARNED["flat"][-1]
    turned = LEARNED | {"flat": [[*people, girls, boys]]}
    assert not claims(ANALOGIES, turned)[
        "from kings to queens is the way from boys to girls"
    ]


@pytest.mark.parametrize("claim", claims(ANALOGIES, LEARNED))
def test_what_the_page_claims_holds_as_shipped(claim):
    assert claims(read_table("analogies"), read_table("embeddings"))[claim]


def test_what_is_told_of_the_published_model():
    shipped = read_table("real_embeddings")
    found, hold = findings_on_a_real_model(shipped)
    assert [claim for claim, holds in hold.items() if not holds] == []
    assert found["near_queen"] == "queen, king, princess"
    assert found["near_Rome"] == "Paris, Italy, Milan"
    assert (found["rank_Rome"], found["rank_queen"]) == ("67", "1")
    rows = [dict(row) for row in shipped["analogies"]]
    rows[0]["all"] = rows[0]["all"][1:]
    _, hold = findings_on_a_real_model(shipped | {"analogies": rows})
    assert not hold["queen comes first, with nothing struck out"]


def test_the_shipped_tables_give_a_text_for_every_name():
    found = findings(read_table("analogies"), read_table("embeddings"))
    assert found.keys() == findings(ANALOGIES, LEARNED).keys()
    assert all(isinstance(text, str) and text for text in found.values())


def test_hubs_in_blocks_are_those_of_all_scores_at_once():
    vectors = np.random.default_rng(0).normal(size=(1234, 5))
    scores = vectors @ vectors.T
    np.fill_diagonal(scores, -np.inf)
    expected = np.bincount(scores.argmax(axis=1), minlength=len(vectors))
    np.testing.assert_array_equal(hubs(vectors), expected)


def toy_words() -> WordVectors:
    """Every word of the lists of pairs, one unit vector each, so that cosines are 0."""
    words = sorted({word for of in RELATIONS.values() for pair in of for word in pair})
    table = np.eye(len(words), dtype=np.float32)
    table[0] *= 3  # a hub by dot product of nobody: all others are at right angles
    return WordVectors(tuple(words), jnp.asarray(table))


def test_words_at_right_angles():
    words = toy_words()
    found = findings_on_words(words)
    assert found["n_shipped"] == str(len(words.words))
    assert found["random_shipped"] == "0.00"
    assert (found["shortest"], found["longest"]) == ("1.0", "3.0")
    # Two steps share no word, so they are at right angles, too.
    assert found["alike_capitals"] == found["alike_past_tense"] == "0.00"
    assert found["n_asked"] == "200"


def test_places_on_an_axis_by_hand():
    table = jnp.array([[2.0, 0], [0, 5], [3, 4], [1, 0]])
    words = WordVectors(("low", "high", "placed", "other"), table)
    # The axis is (-1, 1) / √2, and the word at (0.6, 0.8).
    np.testing.assert_allclose(
        places_on(words, ["low"], ["high"], ["placed"]), [0.2 / np.sqrt(2)], rtol=1e-5
    )


def test_what_the_page_says_of_the_shipped_words_holds():
    glove = load_glove()
    jobs = place_occupations(glove)
    assert [claim for claim, holds in jobs.claims.items() if not holds] == []
    assert len(jobs.names) == len(set(jobs.names)) == 2 * int(jobs.findings["n_held"])
    assert sum(jobs.women) == len(jobs.women) / 2
    assert all(len(at) == len(jobs.names) for at in jobs.places.values())
    court = "king queen prince princess duke duchess nurse".split()  # noqa: SIM905
    animals = "dog cat rat elephant lion".split()  # noqa: SIM905
    hold = claims_on_axes(glove, court, animals) | claims_on_words(glove)
    assert [claim for claim, holds in hold.items() if not holds] == []


def test_a_word_in_two_contexts_by_hand():
    # At depth 0 all are one vector; at depth 1 the contexts are at right angles.
    streams = np.array(
        [[[1.0, 0], [2, 0]], [[1, 0], [1, 0]], [[1, 0], [0, 1]], [[1, 0], [0, 3]]]
    )
    seen = in_context(streams.astype(np.float32), np.array([True, True, False, False]))
    np.testing.assert_allclose(seen.within, [1, 1], atol=1e-6)
    np.testing.assert_allclose(seen.between, [1, 0], atol=1e-6)
    assert seen.flat.shape == (2, 4, 2)
    np.testing.assert_allclose(seen.flat[0], 0, atol=1e-6)


def test_the_texts_on_contexts_are_those_computed_by_hand():
    def one(within: float, between: float) -> InContext:
        depths = [1.0, 1.0, 0.9871, 0.9, 0.9, between + 0.01, 0.9, between]
        return InContext(np.zeros((8, 80, 2)), [*depths[:-1], within], depths)

    found, hold = findings_on_contexts(
        {"bank": one(0.9, 0.5), "hill": one(0.8, 0.45), "beach": one(0.7, 0.6)}
    )
    assert not hold["a control splits more"]  # it splits by 0.35, bank by 0.4
    assert found == {
        "n_bank": "80",
        "bank_early": "0.987",
        "between_3": "0.51",
        "within_3": "0.51",
        "between_4": "0.50",
        "within_4": "0.90",
        "hill_within": "0.80",
        "hill_between": "0.45",
        "gap_bank": "0.40",
        "gap_hill": "0.35",
        "gap_beach": "0.10",
    }


def test_texts_end_at_the_word_and_are_refused_if_too_few():
    texts = texts_up_to(["hill"], ["to the", "on the"], each=1, stories=200)
    assert [text[-11:] for text in texts["hill"]] == ["to the hill", "on the hill"]
    with pytest.raises(ValueError, match="found in 2 stories, got 3"):
        texts_up_to(["hill"], ["on the"], each=3, stories=2)
