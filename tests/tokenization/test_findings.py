"""What the page says of its numbers: by hand on small tables, and as shipped."""

import numpy as np
import pytest

from sbt_jax.checkpoints import read_table
from sbt_jax.tokenization import Tokenizer, encode, pretokenize, shortest_segmentation
from sbt_jax.tokenization.findings import (
    CUT_EXAMPLES,
    claims,
    findings,
    findings_on_a_word,
    findings_on_greed,
    findings_on_words,
)
from sbt_jax.tokenization.findings_lab import (
    answer,
    findings_on_counting,
    findings_on_speed,
    language_table,
)


def size(merges: int, bigram: float, per_byte: float, embedding: int) -> dict:
    return {
        "merges": merges,
        "bigram": bigram,
        "tokens_per_byte": per_byte,
        "parameters": {"body": 300, "embedding": embedding},
    }


def run(budget: str, merges: int, held_out: float, steps: int, epochs: float) -> dict:
    return {
        "budget": budget,
        "merges": merges,
        "held_out": held_out,
        "steps": steps,
        "epochs": epochs,
    }


VOCABULARY = {
    "settings": {"window": 128},
    "sizes": [
        size(0, 3.0, 1.0, 100),
        size(64, 2.5, 0.5, 200),
        size(4096, 2.75, 0.25, 900),
    ],
    "rows": [
        run("tokens", 0, 2.5, 700, 2.0),
        run("tokens", 0, 2.75, 700, 3.0),
        run("tokens", 64, 2.25, 700, 4.0),
        run("tokens", 4096, 2.0, 700, 8.0),
        run("text", 0, 2.5, 900, 3.0),
        run("text", 64, 3.0, 500, 3.0),
        run("text", 4096, 2.625, 300, 3.0),
    ],
}


def scores(merges: int, balanced: float) -> dict:
    by_count = [balanced, balanced, balanced, balanced - 0.2]
    each = {"balanced": balanced, "by_count": by_count}
    kinds = ("held_out", "training_words", "held_out_known_tokens")
    return {"merges": merges} | dict.fromkeys(kinds, each)


LETTERS = {
    "baselines": {"letter": {"balanced": 0.381}},
    "words": {"training": 2384, "held_out": 595},
    "rows": [scores(0, 0.96), scores(0, 1.0), scores(2048, 0.5), scores(64, 0.7)],
}
REAL = {
    "vocabulary": {"tokens": 49152},
    "cuts": [
        {"text": text, "tokens": [["", text.encode()[:3].hex()]]}
        for text in CUT_EXAMPLES
    ],
    "always": {"3": [3, 6], "9": [2, 6]},
    "ways": [
        {
            "kind": "counting",
            "name": "plain",
            "right": {"3": [3, 6], "9": [1, 6]},
            "answers": {"1": 11, "2": 1},
        },
        {
            "kind": "spelling",
            "name": "dashes",
            "right": {"3": [0, 2], "9": [0, 2]},
            "said": "s-t-r",
        },
    ],
    "laid_out": {"answers": {"1": 12}},
}
CUTS = ["str", "␣st", "Str", "␣ra", "␣Er", "F0 9F 8D"]
LANGUAGES = {
    "rows": [
        {"language": "English", "cl100k": 10, "o200k": 10},
        {"language": "Hindi", "cl100k": 45, "o200k": 16},
    ]
}


def test_the_texts_are_those_computed_by_hand():
    assert findings(VOCABULARY, LETTERS, LANGUAGES, REAL) == {
        "top": "4,096",
        "worst": "64",
        "best_pairs": "64",
        "tokens_0": "2.62",
        "tokens_top": "2.00",
        "text_0": "2.50",
        "text_top": "2.62",
        "text_worst": "3.00",
        "text_pairs": "2.50",
        "share_0": "25",
        "share_top": "75",
        "sees_0": "128",
        "sees_top": "512",
        "steps_0": "900",
        "steps_top": "300",
        "epochs_0": "2.5",
        "epochs_top": "8.0",
        "blind": "38 %",
        "most_merges": "2,048",
        "right_letters": "98 %",
        "right_tokens": "50 %",
        "many_letters": "78 %",
        "many_tokens": "30 %",
        "trained_tokens": "50 %",
        "met_tokens": "50 %",
        "n_training": "2,384",
        "n_held": "595",
        "hindi_c": "4.5",
        "hindi_o": "1.6",
        "gpt2": "50,257",
        "real_tokens": "49,152",
        "real_best": "4",
        "real_asked": "12",
        "real_spelt": "s-t-r",
        **{f"cut_{i}": cut for i, cut in enumerate(CUTS)},
    }


def test_how_a_word_is_cut():
    tokenizer = Tokenizer(((ord("b"), ord("e")), (ord("r"), ord("y"))))
    assert findings_on_a_word(tokenizer, "berry", "r") == {
        "berry": "be · r · ry",
        "r_piece": "r",
        "r_id": str(ord("r")),
    }


def test_what_a_vocabulary_of_words_lacks():
    text = "one two one " + "two three é!"  # of twelve characters each
    assert findings_on_words(text, [1, 2, 3]) == {
        "unknown": "50 %",
        "longer": "8.0",
    }


def test_what_replaying_the_merges_costs():
    # " abc": ab merges first and blocks bc, so that c is left over, as "␣ab" never is.
    a, b, c, space = map(ord, "abc ")
    tokenizer = Tokenizer(((a, b), (b, c), (space, a)))
    text = "abc abc abc"
    words = sorted(set(pretokenize(text)))
    greedy = [len(encode(tokenizer, word)) for word in words]
    fewest = [len(shortest_segmentation(tokenizer, word)) for word in words]
    assert (words, greedy, fewest) == ([" abc", "abc"], [3, 2], [2, 2])
    assert findings_on_greed(tokenizer, text, words, greedy, fewest) == {
        "worse": "50.0 %",
        "n_words": "2",
        "saved": "25.0 %",  # 2 of 8 tokens
        "gap_word": "abc",
        "gap_greedy": "␣ · ab · c",
        "gap_fewest": "␣a · bc",
    }


def test_an_answer_is_the_likeliest():
    assert answer(np.array([0.1, 0.1, 0.0, 0.8])) == "3 or more (80 %)"


def test_two_trainers_learn_the_same_and_one_is_timed_against_the_other():
    found, hold = findings_on_speed("low lower lowest slow slower " * 20, 10)
    assert list(found) == ["ratio"]
    assert float(found["ratio"]) >= 0
    assert hold == {"both trainers learn the same": True}


def test_what_two_letter_counters_say_of_two_words():
    two, three = np.array([0.0, 0.1, 0.9, 0.0]), np.array([0.0, 0.1, 0.1, 0.8])
    p = {"strawberry": np.stack([three, two]), "raspberry": np.stack([two, two])}
    found, hold = findings_on_counting(p)
    assert found == {"said_letters": "3 or more (80 %)", "said_tokens": "2 (90 %)"}
    assert all(hold.values())
    right = p | {"raspberry": np.stack([three, two])}
    assert not findings_on_counting(right)[1]["and did not help"]


def test_a_row_for_each_language():
    lines = language_table(read_table("languages")).splitlines()
    assert len(lines) == 1 + len(read_table("languages")["rows"])
    assert len({len(line) for line in lines}) == 1


def test_claims_can_fail():
    assert all(claims(VOCABULARY, LETTERS, REAL).values())
    worse = VOCABULARY | {"rows": [*VOCABULARY["rows"], run("tokens", 4096, 9, 1, 1)]}
    held = claims(worse, LETTERS, REAL)
    assert not held["at equal tokens the largest is best"]
    able = {"kind": "spelling", "right": {"3": [1, 2]}}
    counts = {"kind": "counting", "right": {"3": [6, 6]}, "answers": {"1": 1, "2": 5}}
    held = claims(VOCABULARY, LETTERS, REAL | {"ways": [able, counts]})
    assert [claim for claim, holds in held.items() if not holds] == [
        "no wording beats the same answer for all",
        "nearly always it says 1",
        "it spells no word",
    ]
    alike = LETTERS | {"rows": [scores(0, 0.5), scores(2048, 0.5)]}
    held = claims(VOCABULARY, alike, REAL)
    assert not held["readers of letters err at three or more"]
    assert not held["each larger vocabulary is worse at every count"]


@pytest.mark.parametrize("claim", claims(VOCABULARY, LETTERS, REAL))
def test_what_the_page_claims_holds_as_shipped(claim):
    names = ("vocabulary", "letters", "real_tokenization")
    assert claims(*map(read_table, names))[claim]


def test_the_shipped_tables_give_a_text_for_every_name():
    names = ("vocabulary", "letters", "languages", "real_tokenization")
    found = findings(*map(read_table, names))
    assert found.keys() == findings(VOCABULARY, LETTERS, LANGUAGES, REAL).keys()
    assert all(isinstance(text, str) and text for text in found.values())
