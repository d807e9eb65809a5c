"""Small inputs of the figures of *tokenization*."""

import numpy as np

from contracts.small.common import TOKENIZER
from sbt_jax.checkpoints import read_table
from sbt_jax.shipped.letters import letter_models
from sbt_jax.viz import tokenization

FIGURES = {
    "tokenization.asked_eight_ways": (
        lambda: tokenization.asked_eight_ways(
            read_table("real_tokenization"), "strawberry"
        ),
        "Asked: “Question: How many letters r are in the word strawberry?",
    ),
    "tokenization.letter_counting": (
        lambda: tokenization.letter_counting(
            "strawberry",
            "r",
            ["strawberry", "raspberry"],
            np.array([[0.0, 0.1, 0.2, 0.7], [0.0, 0.6, 0.4, 0.0]]),
            {kind: found.tokenizer for kind, found in letter_models().items()},
        ),
        "reads letters says 3+ (70 %), the one that reads tokens says 1 (60 %)."
        " Counted: 3.",
    ),
    "tokenization.merge_by_merge": (
        lambda: tokenization.merge_by_merge(["low lower lowest"], 5),
        "After 0 merges: 16 tokens. Next to merge: l + o",
    ),
    "tokenization.right_by_count": (
        lambda: tokenization.right_by_count(read_table("letters")),
        "Right, mean of 3 seeds. Reading letters: ",
    ),
    "tokenization.text_in_tokens": (
        lambda: tokenization.text_in_tokens(TOKENIZER, "slow é", {"one": "low"}),
        "6 characters, 7 bytes, 5 tokens, 2.50 a word.",
    ),
    "tokenization.vocabulary_tradeoff": (
        lambda: tokenization.vocabulary_tradeoff(read_table("vocabulary")),
        " merges: 100 bytes are ",
    ),
}
