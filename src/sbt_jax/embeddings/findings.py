"""What the page says of its measured tables, in words.

Page: ``book/embeddings.md``. What it says of vectors is in ``findings_vectors``.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from sbt_jax.embeddings.space import WAYS
from sbt_jax.numbers import count, decimal, percent, span
from sbt_jax.published.architecture import ARCHITECTURE
from sbt_jax.published.embeddings import EMBEDDINGS

Table = Mapping[str, Any]


def findings(analogies: Table, learned: Table) -> dict[str, str]:
    """The numbers of the sentences about analogies and about skip-gram.

    Args:
      analogies: What the whole table of GloVe answers.
      learned: What skip-gram learned on stories.

    Returns:
      Texts by name. Tested in ``tests/embeddings/test_findings.py``.
    """
    words, width = EMBEDDINGS["glove_shape"].value
    gpt2 = ARCHITECTURE["GPT-2 small"].value
    found = {
        "gpt2_share": percent(gpt2["vocab_size"] * gpt2["width"] / gpt2["parameters"]),
        "glove_words": count(words),
        "glove_width": count(width),
        "glove_tokens": count(EMBEDDINGS["glove_tokens"].value / 1e9),
        "random_cosine": decimal(float(np.mean(analogies["mean_cosine"]))),
    }
    return found | _famous(analogies) | _relations(analogies) | _learned(learned)


def claims(analogies: Table) -> dict[str, bool]:
    """What the page says of these numbers without saying them, and whether it holds."""
    answers, relations = _answers(analogies), analogies["relations"]

    def first(question: str, *words: str) -> bool:
        return tuple(answers[question])[: len(words)] == words

    return {
        "the table asked is the published one": (
            analogies["words"] == EMBEDDINGS["glove_shape"].value[0]
        ),
        "king is nearest, queen second": first("king man woman", "king", "queen"),
        "Rome": first("paris france italy", "rome"),
        "Tokyo": first("paris france japan", "tokyo"),
        "doctor is nearest, nurse second": first("doctor man woman", "doctor", "nurse"),
        "cats, once dogs is struck out": first("dogs dog cat", "dogs", "cats", "cat"),
        "ran": first("swam swim run", "ran"),
        "struck out, the offset beats both others": all(
            row["excluded"] > max(row["included"], row["only c"])
            for row in relations.values()
        ),
        "for capitals and verbs the control many times": all(
            relations[name]["excluded"] > 5 * relations[name]["only c"]
            for name in ("capitals", "past tense")
        ),
    }


def _answers(analogies: Table) -> dict[str, dict[str, float]]:
    """The nearest words to each famous sum, the nearest first, and their cosines."""
    return {
        " ".join(row["question"]): dict(row["answers"]) for row in analogies["famous"]
    }


def _famous(analogies: Table) -> dict[str, str]:
    """The cosine of each answer that the text names."""
    answers = _answers(analogies)
    cosines: dict[str, float] = {}
    for question in (
        "king man woman",
        "paris france italy",
        "paris france japan",
        "doctor man woman",
    ):
        cosines |= answers[question]
    named = ("king", "queen", "rome", "tokyo", "doctor", "nurse")
    return {word: decimal(cosines[word], 3) for word in named}


def _relations(analogies: Table) -> dict[str, str]:
    """The table of relations, and what the text says of plurals."""
    found: dict[str, str] = {}
    for name, row in analogies["relations"].items():
        key = name.replace(" ", "_")
        found |= {f"{what}_{key}": count(row[what]) for what in ("pairs", "asked")}
        for way in WAYS:
            share = percent(row[way] / row["asked"])
            found[f"{way.replace(' ', '_')}_{key}"] = f"{count(row[way])} ({share})"
    plurals = analogies["relations"]["plurals"]
    a, b, c, right, got = plurals["wrong"][1]
    return found | {
        "plural_input": count(plurals["gives an input"]),
        "plural_c": count(plurals["gives c"]),
        "plural_only_c": percent(plurals["only c"] / plurals["asked"]),
        "plural_offset": percent(plurals["excluded"] / plurals["asked"]),
        "miss": f"{a} − {b} + {c} gives {got}, not {right}",
    }


def _learned(learned: Table) -> dict[str, str]:
    settings, runs = learned["settings"], learned["runs"]
    training, known = settings["training"], learned["vocabulary"]
    dots = learned["scatter"]
    off = np.abs(np.subtract(dots["dot"], dots["same"]))
    one, other = dots["pair"][off.argmax()].split()
    return {
        "n_stories": count(settings["stories"]),
        "width": count(training["width"]),
        "reach": count(settings["reach"]),
        "sure": count(settings["sure"]),
        "shown": count(settings["shown"]),
        "k": count(training["negatives"]),
        "power": str(training["power"]),
        "possible": count(known * (known + 1) // 2),
        "compared": count(learned["compared"]),
        "off_most": decimal(float(np.quantile(off, 0.9))),
        "off_worst": decimal(float(off.max()), 1),
        "worst": f"‘{one}’ beside ‘{other}’",
        "first_share": span([run["share"][0] for run in runs], percent),
        "last_share": span([run["share"][-1] for run in runs], percent),
        "n_seeds": count(len(runs)),
        "chance": percent(learned["chance"]),
        "svd": percent(learned["svd"]),
        "map_spread": percent(learned["spread"]),
        **{
            f"r_{key}": span([run[key]["r"] for run in runs])
            for key in ("same", "other")
        },
    }
