"""What the page says of its measurements, in words.

Page: ``book/tokenization.md``.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from sbt_jax.numbers import count, decimal, percent
from sbt_jax.published.tokenization import TOKENIZATION
from sbt_jax.tokenization.encoding import encode
from sbt_jax.tokenization.lab import shortest_segmentation
from sbt_jax.tokenization.model import Tokenizer
from sbt_jax.tokenization.words import pretokenize

Table = Mapping[str, Any]
ANSWERS = ("0", "1", "2", "3 or more")  # of the models that count letters


def findings(vocabulary: Table, letters: Table, languages: Table) -> dict[str, str]:
    """The numbers of the sentences about measured tables.

    Args:
      vocabulary: Models with vocabularies of several sizes.
      letters: Models that count letters.
      languages: One sentence in several languages, in tokens.

    Returns:
      Texts by name. Tested in ``tests/tokenization/test_findings.py``.
    """
    published = ("gpt2_vocabulary", "cl100k_vocabulary", "o200k_vocabulary")
    return {
        **_tradeoff(vocabulary),
        **_counting(letters),
        **_languages(languages),
        **{name.split("_")[0]: count(TOKENIZATION[name].value) for name in published},
        "gpt2_merges": count(TOKENIZATION["gpt2_merges"].value),
    }


def claims(vocabulary: Table) -> dict[str, bool]:
    """What the page says of these numbers without saying them, and whether it holds."""
    bits, pairs = _bits(vocabulary, "tokens"), _pairs(vocabulary)
    return {
        "at equal tokens the largest is best": _best(bits) == max(bits),
        "counting pairs has a best size below": _best(pairs) < max(pairs),
    }


def findings_on_a_word(tokenizer: Tokenizer, word: str, letter: str) -> dict[str, str]:
    """How a word is cut, and which of its pieces has a letter first.

    Example:
      >>> found = findings_on_a_word(Tokenizer(((111, 119),)), "low", "w")
      >>> found["berry"], found["r_piece"], found["r_id"]
      ('l · ow', 'ow', '256')
    """
    ids = encode(tokenizer, word)
    pieces = [tokenizer.token_bytes[i].decode() for i in ids]
    at = next(i for i, piece in enumerate(pieces) if letter in piece)
    return {
        "berry": " · ".join(pieces),
        "n_berry": count(len(ids)),
        "n_bytes": count(len(word.encode())),
        "r_piece": pieces[at],
        "r_id": str(ids[at]),
    }


def findings_on_words(
    text: str, known: set[str], later: Sequence[str], ids: Sequence[int]
) -> dict[str, str]:
    """What a vocabulary of the words, or letters, of a first half lacks.

    Args:
      text: A text.
      known: The words of its first half.
      later: The words of its second half, each as often as it occurs.
      ids: The tokens of the whole.

    Example:
      >>> found = findings_on_words("a b a c", {"a", "b"}, ["a", "c"], [1, 2, 3])
      >>> found["unknown"], found["kinds"], found["missing"]
      ('50 %', '1', 'c')
    """
    half = len(text) // 2
    unknown = Counter(word for word in later if word not in known)
    return {
        "known": count(len(known)),
        "unknown": percent(unknown.total() / len(later)),
        "kinds": count(len(unknown)),
        "letters": count(len(set(text))),
        "missing": " and ".join(sorted(set(text[half:]) - set(text[:half]))),
        "chars": count(len(text)),
        "ids": count(len(ids)),
    }


def findings_on_greed(
    tokenizer: Tokenizer,
    text: str,
    words: Sequence[str],
    greedy: Sequence[int],
    fewest: Sequence[int],
) -> dict[str, str]:
    """What replaying the merges costs beside the shortest spelling.

    Args:
      tokenizer: A trained tokenizer.
      text: The text that the words are from.
      words: Its different words.
      greedy: Tokens of each word.
      fewest: The fewest tokens that spell it.

    Returns:
      Shares of words and of tokens; the shortest word that begins with a space and
      is spelled too long, and its two spellings.
    """
    uses = Counter(pretokenize(text))
    rows = list(zip(words, greedy, fewest, strict=True))
    longer = [word for word, g, f in rows if g > f]
    saved = sum(uses[word] * (g - f) for word, g, f in rows)
    total = sum(uses[word] * g for word, g, _ in rows)
    pick = min(
        (word for word in longer if word[0] == " "), key=lambda word: (len(word), word)
    )

    def spelled(ids: Sequence[int]) -> str:
        pieces = [tokenizer.token_bytes[i].decode() for i in ids]
        return " · ".join(piece.replace(" ", "␣") for piece in pieces)

    return {
        "worse": percent(len(longer) / len(words), 1),
        "n_words": count(len(words)),
        "saved": percent(saved / total, 1),
        "gap_word": pick.strip(),
        "gap_greedy": spelled(encode(tokenizer, pick)),
        "gap_fewest": spelled(shortest_segmentation(tokenizer, pick)),
    }


def answer(p: Float[np.ndarray, " classes"]) -> str:
    """What a model says when it is asked how many, and how sure it is.

    Example:
      >>> answer(np.array([0.01, 0.02, 0.95, 0.02]))
      '2 (95 %)'
    """
    return f"{ANSWERS[int(p.argmax())]} ({percent(float(p.max()))})"


def _bits(vocabulary: Table, budget: str, key: str = "held_out") -> dict[int, float]:
    """A column of the runs by merges, as the mean of the seeds."""
    rows = [row for row in vocabulary["rows"] if row["budget"] == budget]
    return {
        size["merges"]: float(
            np.mean([row[key] for row in rows if row["merges"] == size["merges"]])
        )
        for size in vocabulary["sizes"]
    }


def _best(bits: Mapping[int, float]) -> int:
    return min(bits, key=bits.__getitem__)


def _pairs(vocabulary: Table) -> dict[int, float]:
    return {size["merges"]: size["bigram"] for size in vocabulary["sizes"]}


def _tradeoff(vocabulary: Table) -> dict[str, str]:
    text, tokens = _bits(vocabulary, "text"), _bits(vocabulary, "tokens")
    steps = _bits(vocabulary, "text", "steps")
    epochs = _bits(vocabulary, "tokens", "epochs")
    pairs, (first, *_, last) = _pairs(vocabulary), vocabulary["sizes"]
    worst = max(text, key=text.__getitem__)
    found = {
        "top": count(last["merges"]),
        "worst": str(worst),
        "best_pairs": count(_best(pairs)),
        "text_worst": decimal(text[worst]),
        "text_pairs": decimal(pairs[worst]),
    }
    for name, size in (("0", first), ("top", last)):
        merges, sizes = size["merges"], size["parameters"]
        sees = vocabulary["settings"]["window"] / size["tokens_per_byte"]
        found |= {
            f"tokens_{name}": decimal(tokens[merges]),
            f"text_{name}": decimal(text[merges]),
            f"share_{name}": decimal(100 * sizes["embedding"] / sum(sizes.values()), 0),
            f"sees_{name}": decimal(sees, 0),
            f"steps_{name}": decimal(steps[merges], 0),
            f"epochs_{name}": decimal(epochs[merges], 1),
        }
    return found


def _counting(letters: Table) -> dict[str, str]:
    def right(key: str, merges: int, score: str = "balanced") -> str:
        rows = [row for row in letters["rows"] if row["merges"] == merges]
        return percent(float(np.mean([row[key][score] for row in rows])))

    merges = max(row["merges"] for row in letters["rows"])
    return {
        "blind": percent(letters["baselines"]["letter"]["balanced"]),
        "right_letters": right("held_out", 0),
        "right_tokens": right("held_out", merges),
        "plain_letters": right("held_out", 0, "accuracy"),
        "plain_tokens": right("held_out", merges, "accuracy"),
        "trained_tokens": right("training_words", merges),
        "met_tokens": right("held_out_known_tokens", merges),
        "n_training": count(letters["words"]["training"]),
    }


def _languages(languages: Table) -> dict[str, str]:
    rows = {row["language"]: row for row in languages["rows"]}
    return {
        f"hindi_{table[0]}": decimal(rows["Hindi"][table] / rows["English"][table], 1)
        for table in ("cl100k", "o200k")
    }
