"""What Python and the browser both say: figures of *tokenization*."""

import numpy as np

from contracts.mirrors.common import same
from sbt_jax.checkpoints import browser_script
from sbt_jax.shipped.letters import LETTER_KINDS, count_letters, letter_models
from sbt_jax.viz.tokenization import letters, pieces


def letters_counted(kind):
    name, words = f"letters_{kind}", ["strawberry", "a", "zzz", "mississippi"]
    spec = letter_models()[kind].tokenizer.spec()
    ours = count_letters(kind, words, ["r"] * len(words))
    return (browser_script(name), name, spec, words), ours


ROWS = {
    "tokenization/letters.countLetters": lambda: [
        letters_counted(kind) for kind in LETTER_KINDS
    ],
    "tokenization/letters.answerLine": lambda: same(
        lambda word, letter, p: letters.answer_line(word, letter, np.array(p)),
        ("banana", "a", [[0.1, 0.2, 0.3, 0.4], [0.125, 0.5, 0.25, 0.125]]),
    ),
    "tokenization/pieces.countLine": lambda: [
        ((text, len(text.encode()), 3), pieces.count_line(text, 3))
        for text in ("", "a", "é 字 🍓", "two words", " \n\t ", "👩‍👩‍👧‍👦")
    ],
}

CODES = {
    "tokenization/letters.countLetters": """(m, script, name, spec, words) => {
      (0, eval)(script)
      const [reader, model] = [sbt.tokenizer(spec), sbt.transformer(sbt.weights[name])]
      return words.map((word) => m.countLetters(model, reader.encode(` ${word}`), "r"))
    }""",
}

NEAR = {
    "tokenization/letters.countLetters": 1e-4,
}
