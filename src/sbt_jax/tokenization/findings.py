"""What the page says of its measurements, in words.

Page: ``book/tokenization.md``.
"""

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sbt_jax.numbers import count, decimal, percent
from sbt_jax.published.tokenization import TOKENIZATION
from sbt_jax.tokenization.encoding import encode
from sbt_jax.tokenization.lab import shortest_segmentation
from sbt_jax.tokenization.model import Tokenizer
from sbt_jax.tokenization.words import pretokenize

Table = Mapping[str, Any]
WORDS = re.compile("[A-Za-z]+")
#: Of the table that shows how the published model cuts.
CUT_EXAMPLES = (
    "strawberry",
    " strawberry",
    "Strawberry",
    " raspberry",
    " Erdbeere",
    "🍓",
)


def findings(
    vocabulary: Table, letters: Table, languages: Table, real: Table
) -> dict[str, str]:
    """The numbers of the sentences about measured tables.

    Args:
      vocabulary: Models with vocabularies of several sizes.
      letters: Models that count letters.
      languages: One sentence in several languages, in tokens.
      real: What a published model does with words and letters.

    Returns:
      Texts by name. Tested in ``tests/tokenization/test_findings.py``.
    """
    return {
        **_tradeoff(vocabulary),
        **_counting(letters),
        **_languages(languages),
        **_real(real),
        "gpt2": count(TOKENIZATION["gpt2_vocabulary"].value),
    }


def claims(vocabulary: Table, letters: Table, real: Table) -> dict[str, bool]:
    """What the page says of these numbers without saying them, and whether it holds."""
    bits, pairs = _bits(vocabulary, "tokens"), _pairs(vocabulary)
    sizes = sorted({row["merges"] for row in letters["rows"]})
    right = [_by_count(letters, merges) for merges in sizes]
    ways = real["ways"]
    counting = [way for way in ways if way["kind"] == "counting"]
    spelling = [way for way in ways if way["kind"] == "spelling"]
    best = _hits(real["always"])
    return {
        "at equal tokens the largest is best": _best(bits) == max(bits),
        "at equal text bytes are not beaten": not _best(_bits(vocabulary, "text")),
        "counting pairs has a best size below": _best(pairs) < max(pairs),
        "readers of letters err at three or more": right[0][3]
        < 0.95
        < min(right[0][:3]),
        "each larger vocabulary is worse at every count": all(
            a > b
            for fewer, more in itertools.pairwise(right)
            for a, b in zip(fewer, more, strict=True)
        ),
        "no wording beats the same answer for all": max(
            _hits(way["right"]) for way in counting
        )
        <= best,
        "nearly always it says 1": all(
            way["answers"]["1"] > 0.8 * sum(way["answers"].values()) for way in counting
        ),
        "it spells no word": not any(_hits(way["right"]) for way in spelling),
        "it says 1 though the letters are laid out": list(real["laid_out"]["answers"])
        == ["1"],
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
        "r_piece": pieces[at],
        "r_id": str(ids[at]),
    }


def findings_on_words(text: str, ids: Sequence[int]) -> dict[str, str]:
    """What a vocabulary of the words of a first half lacks, and what letters cost.

    Args:
      text: A text.
      ids: The tokens of the whole.

    Returns:
      Of the words of the second half, each counted as often as it occurs, the share
      that the first half has not; and letters a token.

    Example:
      >>> found = findings_on_words("a b a c", [1, 2, 3])
      >>> found["unknown"], found["longer"]
      ('50 %', '2.3')
    """
    half = len(text) // 2
    known, later = {*WORDS.findall(text[:half])}, WORDS.findall(text[half:])
    unknown = Counter(word for word in later if word not in known)
    return {
        "unknown": percent(unknown.total() / len(later)),
        "longer": decimal(len(text) / len(ids), 1),
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
        "most_merges": count(merges),
        "right_letters": right("held_out", 0),
        "right_tokens": right("held_out", merges),
        "trained_tokens": right("training_words", merges),
        "met_tokens": right("held_out_known_tokens", merges),
        "many_letters": percent(_by_count(letters, 0)[3]),
        "many_tokens": percent(_by_count(letters, merges)[3]),
        "n_training": count(letters["words"]["training"]),
        "n_held": count(letters["words"]["held_out"]),
    }


def _by_count(letters: Table, merges: int) -> list[float]:
    """Right answers on new words by how often the letter occurs, mean of the seeds."""
    rows = [row for row in letters["rows"] if row["merges"] == merges]
    return np.mean([row["held_out"]["by_count"] for row in rows], axis=0).tolist()


def _hits(right: Mapping[str, Sequence[int]]) -> int:
    return sum(hits for hits, _ in right.values())


def _real(real: Table) -> dict[str, str]:
    """How the published model cuts the page's examples, and what it says of one."""
    found = {
        f"cut_{i}": shown_pieces(real, text) for i, text in enumerate(CUT_EXAMPLES)
    }
    counting = [way for way in real["ways"] if way["kind"] == "counting"]
    (dashes,) = [way for way in real["ways"] if way["name"] == "dashes"]
    return found | {
        "real_tokens": count(real["vocabulary"]["tokens"]),
        "real_best": str(max(_hits(way["right"]) for way in counting)),
        "real_asked": str(sum(n for _, n in real["always"].values())),
        "real_spelt": dashes["said"],
    }


def shown_pieces(real: Table, text: str) -> str:
    """A text in the tokens of the published model, as a reader sees them.

    Example:
      >>> row = {"text": " é", "tokens": [[" ", "20"], ["?", "c3"], ["?", "a9"]]}
      >>> shown_pieces({"cuts": [row]}, " é")
      '␣ · C3 · A9'
    """
    (row,) = [row for row in real["cuts"] if row["text"] == text]
    pieces = []
    for _, data in row["tokens"]:
        raw = bytes.fromhex(data)
        try:
            pieces.append(raw.decode().replace(" ", "␣"))
        except UnicodeDecodeError:
            pieces.append(raw.hex(" ").upper())
    return " · ".join(pieces)


def _languages(languages: Table) -> dict[str, str]:
    rows = {row["language"]: row for row in languages["rows"]}
    return {
        f"hindi_{table[0]}": decimal(rows["Hindi"][table] / rows["English"][table], 1)
        for table in ("cl100k", "o200k")
    }
