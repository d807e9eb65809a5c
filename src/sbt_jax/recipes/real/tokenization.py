"""Chapter 2 in the published model: how it cuts texts, and what it knows of letters."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from sbt_jax import real
from sbt_jax.recipes.real.reading import Reader, ids_of, token, write
from sbt_jax.recipes.real.sizes import Sizes
from sbt_jax.recipes.runner import Run
from sbt_jax.recipes.tokenization.languages import SENTENCES
from sbt_jax.tokenization import decode

WHAT = "SmolLM2-135M: how it cuts chosen texts and languages; letters asked 8 ways."
READS = ("model",)
BERRY, LETTER = "strawberry", "r"  # the example of the chapter, whose answers are kept
EXAMPLES = (
    BERRY,
    f" {BERRY}",
    "Strawberry",
    " strawberries",
    " raspberry",
    " Erdbeere",
    " φράουλα",
    " स्ट्रॉबेरी",
    "草莓",
    "🍓",
    "👩‍👩‍👧‍👦",
    "1234567",
    "In 2024, it rained.",
    "def add(a, b):\n    return a + b",
)
#: Words of 3 to 10 letters, in common use.
WORDS = {
    3: ("bee", "egg", "cat", "sun"),
    4: ("tree", "ball", "moon", "fish"),
    5: ("apple", "berry", "happy", "table"),
    6: ("letter", "banana", "butter", "summer"),
    7: ("balloon", "giraffe", "pretzel", "success"),
    8: ("elephant", "computer", "football", "tomorrow"),
    9: ("crocodile", "butterfly", "adventure", "chocolate"),
    10: ("strawberry", "basketball", "television", "successful"),
}
#: How a letter is counted; the answer is the likeliest of the ten digits.
COUNTING = {
    "question": "Question: How many letters {letter} are in the word {word}?\nAnswer: ",
    "sentence": "The number of times that the letter {letter} occurs in {word} is ",
    "quoted": 'The letter "{letter}" appears in "{word}" this many times: ',
    "two examples": "Letter e in tree: 2\nLetter t in dog: 0\n"
    "Letter {letter} in {word}: ",
    "chat": "How many times does the letter {letter} occur in the word {word}?"
    " Answer with a number only.",
}
#: A control: the letters are laid out, so that only counting is left to do.
LAID_OUT = "Letter e in t-r-e-e: 2\nLetter t in d-o-g: 0\nLetter {letter} in {word}: "
#: How a word is spelt; the answer is written greedily, the letters one after another.
SPELLING = {
    "dashes": "cat: c-a-t\nhouse: h-o-u-s-e\n{word}:",
    "sentence": "The word house is spelled h, o, u, s, e. The word {word} is spelled",
    "chat": "Spell the word {word} letter by letter, separated by dashes.",
}


def make(run: Run, reader: Reader, sizes: Sizes) -> dict[str, Any]:
    """Measure what is not yet known."""
    words = {length: some[: sizes.words] for length, some in WORDS.items()}
    asked = {length: words[length] for length in list(words)[: sizes.most]}
    tasks = [
        *((name, form, count_with) for name, form in COUNTING.items()),
        *((name, form, spell_with) for name, form in SPELLING.items()),
    ]
    cases = {
        str(length): [[word, *case] for word in some for case in letters_of(word)]
        for length, some in asked.items()
    }
    ways = []
    for name, form, way in tasks:
        kind = "counting" if way is count_with else "spelling"
        found = run.remembered(
            f"tokenization-{kind}-{name}",
            [form, asked, BERRY, LETTER],
            way,
            reader,
            name,
            form,
            cases,
        )
        ways.append({"kind": kind, "name": name, "form": form} | found)
    laid = run.remembered(
        "tokenization-laid-out",
        [LAID_OUT, asked, BERRY, LETTER],
        count_with,
        reader,
        "laid out",
        LAID_OUT,
        cases,
    )
    return {
        "vocabulary": run.remembered("tokenization-size", [], vocabulary, reader),
        "cuts": run.remembered(
            "tokenization-cuts", EXAMPLES, cuts, reader, EXAMPLES[: sizes.most]
        ),
        "languages": run.remembered(
            "tokenization-languages", SENTENCES, languages, reader
        ),
        "ways": ways,
        "laid_out": {"form": LAID_OUT} | laid,
        "always": {length: always(some) for length, some in cases.items()},
    }


def vocabulary(reader: Reader) -> dict[str, int]:
    """How many tokens there are, and of which kinds."""
    tokenizer = reader().tokenizer
    special, merges = len(tokenizer.special_tokens), len(tokenizer.merges)
    single = tokenizer.vocab_size - special - merges
    return {
        "tokens": tokenizer.vocab_size,
        "bytes": single,
        "merges": merges,
        "special": special,
    }


def cuts(reader: Reader, texts: Sequence[str]) -> list[dict[str, Any]]:
    """Each text as its tokens: what each spells, and its bytes in hexadecimal."""
    this = reader()
    table = this.tokenizer.token_bytes
    return [
        {
            "text": text,
            "tokens": [[token(this, i), table[i].hex()] for i in ids_of(this, text)],
        }
        for text in texts
    ]


def languages(reader: Reader) -> list[dict[str, Any]]:
    """The sentences of the table ``languages``: characters, bytes, tokens."""
    this = reader()
    return [
        {
            "language": name,
            "characters": len(text),
            "bytes": len(text.encode()),
            "tokens": len(ids_of(this, text)),
        }
        for name, text in SENTENCES.items()
    ]


def letters_of(word: str) -> list[tuple[str, int]]:
    """Three letters to count: the most frequent, the rarest, and one that is absent."""
    counts = {letter: word.count(letter) for letter in sorted(set(word))}
    most = max(counts, key=lambda letter: counts[letter])
    least = min(counts, key=lambda letter: (counts[letter], -word.index(letter)))
    absent = next(letter for letter in "aeioust" if letter not in word)
    return [(most, counts[most]), (least, counts[least]), (absent, 0)]


def always(cases: list[list[Any]]) -> list[int]:
    """How often the best answer that never changes is right, and of how many."""
    answers = [count for _, _, count in cases]
    return [max(answers.count(n) for n in set(answers)), len(answers)]


def count_with(
    reader: Reader, name: str, form: str, cases: dict[str, list[list[Any]]]
) -> dict[str, Any]:
    """By length of the word: how often the likeliest digit is right, of how many.

    Beside it what is said of the chapter's example, and how often each digit is said.
    """
    this = reader()
    digits = [ids_of(this, str(n))[0] for n in range(10)]

    def said(word: str, letter: str) -> int:
        shown = "-".join(word) if form == LAID_OUT else word
        ids = asked_as(reader, name, form.format(word=shown, letter=letter))
        log_p = real.log_probs(this.model, this.config, ids)[-1]
        return int(np.argmax(log_p[digits]))

    rows: dict[str, list[int]] = {}
    answers: Counter[str] = Counter()
    for length, some in cases.items():
        found = [said(word, letter) for word, letter, _ in some]
        counts = [count for *_, count in some]
        hits = sum(n == count for n, count in zip(found, counts, strict=True))
        rows[length] = [hits, len(some)]
        answers.update(map(str, found))
    return {"right": rows, "said": str(said(BERRY, LETTER)), "answers": dict(answers)}


def spell_with(
    reader: Reader, name: str, form: str, cases: dict[str, list[list[Any]]]
) -> dict[str, Any]:
    """By the length of the word: how often its letters come in order, and no others.

    Beside it what is said of the chapter's example.
    """
    this = reader()

    def said(word: str) -> str:
        ids = asked_as(reader, name, form.format(word=word))
        return decode(this.tokenizer, write(this, ids, 3 * len(word) + 6))

    rows = {}
    for length, some in cases.items():
        words = list(dict.fromkeys(word for word, *_ in some))
        right = sum(spelt(said(word)) == word for word in words)
        rows[length] = [right, len(words)]
    return {"right": rows, "said": said(BERRY).strip().split("\n")[0]}


def spelt(said: str) -> str:
    """The single letters at the beginning of an answer, up to what is none.

    Example:
      >>> spelt(" c-a-t\\ndog: d-o-g"), spelt(" c, a, t. The word")
      ('cat', 'cat')
    """
    line = said.strip().split("\n")[0].split(".")[0].lower()
    parts = line.replace("-", " ").replace(",", " ").split()
    letters = ""
    for part in parts:
        if len(part) != 1:
            break
        letters += part
    return letters


def asked_as(reader: Reader, name: str, text: str) -> list[int]:
    """The tokens of a question, as plain text or as a chat."""
    this = reader()
    return real.chat(this.tokenizer, text) if name == "chat" else ids_of(this, text)
