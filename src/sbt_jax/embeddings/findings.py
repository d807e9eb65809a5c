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


def claims(analogies: Table, learned: Table) -> dict[str, bool]:
    """What the page says of these numbers without saying them, and whether it holds."""
    answers, relations = _answers(analogies), analogies["relations"]
    runs = learned["runs"]

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
        "plurals lose most where nothing is struck out, more than half": (
            relations["plurals"]["included"] < relations["plurals"]["excluded"] / 2
        ),
        "king is like any man of the stories": all(
            {*run["near king"]} == {"man", "boy", "prince"} for run in runs
        ),
        "the sum leads to the four women, before king": all(
            {*run["sum"][:4]} == {"queen", "woman", "girl", "princess"} for run in runs
        ),
        "from kings to queens is the way from boys to girls": _same_way(learned) > 0.8,
        "before training it is chance, at the end all": all(
            abs(run["share"][0] - learned["chance"]) < 0.05 and run["share"][-1] > 0.99
            for run in runs
        ),
        "struck out, the offset beats both others": all(
            row["excluded"] > max(row["included"], row["only c"])
            for row in relations.values()
        ),
        "for capitals and verbs the control many times": all(
            relations[name]["excluded"] > 5 * relations[name]["only c"]
            for name in ("capitals", "past tense")
        ),
    }


def _same_way(learned: Table) -> float:
    """The cosine of two steps on the last map: men to women, and boys to girls."""
    last, kinds = np.array(learned["flat"][-1], float), np.array(learned["kinds"])
    at = dict(zip(learned["words"], last, strict=True))

    def middle(words: str) -> np.ndarray:
        return np.mean([at[word] for word in words.split()], axis=0)

    one = middle("queen woman princess girl") - middle("king man prince boy")
    other = last[kinds == "girls"].mean(axis=0) - last[kinds == "boys"].mean(axis=0)
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


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
            found[f"{way.replace(' ', '_')}_{key}"] = share
    plurals = analogies["relations"]["plurals"]
    a, b, c, right, got = plurals["wrong"][1]
    return found | {
        "plural_input": percent(plurals["gives an input"] / plurals["asked"]),
        "plural_c": percent(plurals["gives c"] / plurals["asked"]),
        "miss": f"{a} − {b} + {c} gives {got}, not {right}",
    }


def _learned(learned: Table) -> dict[str, str]:
    settings, runs = learned["settings"], learned["runs"]
    training, known = settings["training"], learned["vocabulary"]
    dots = learned["scatter"]
    off = np.abs(np.subtract(dots["dot"], dots["same"]))
    return {
        "n_stories": count(settings["stories"]),
        "width": count(training["width"]),
        "reach": count(settings["reach"]),
        "sure": count(settings["sure"]),
        "k": count(training["negatives"]),
        "power": str(training["power"]),
        "possible": count(known * (known + 1) // 2),
        "compared": count(learned["compared"]),
        "off_most": decimal(float(np.quantile(off, 0.9))),
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


def findings_on_a_real_model(real: Table) -> tuple[dict[str, str], dict[str, bool]]:
    """Sums of words in a published model's table, and senses of a word by depth.

    Args:
      real: What the recipe ``real`` has shipped for this chapter.

    Returns:
      Texts by name, and what the page says without a number.
    """
    found: dict[str, str] = {}
    for row in real["analogies"]:
        name = row["wanted"].strip()
        spellings: dict[str, str] = {}  # each word in the spelling that is nearest
        for word, _ in row["all"]:
            spellings.setdefault(word.strip().lower(), word.strip())
        near = ", ".join(list(spellings.values())[:3])
        found |= {f"near_{name}": near, f"rank_{name}": count(row["rank"])}
    first = {row["wanted"]: row["all"][0][0] for row in real["analogies"]}
    ranks = {row["wanted"]: row["rank"] for row in real["analogies"]}
    king = [word for word, _ in real["neighbours"][" king"][:4]]
    bank = real["senses"]["bank"]
    gaps = np.subtract(bank["within"], bank["between"])
    found |= {
        "sense_texts": count(bank["texts"]),
        "sense_from": count(next(i for i, x in enumerate(bank["right"]) if x == 1)),
    }
    return found, {
        "queen comes first, with nothing struck out": first[" queen"] == " queen",
        "three of six come first so": (
            sum(wanted == got for wanted, got in first.items()) == 3 == len(first) / 2
        ),
        "two more are right once struck out or second": (
            ranks[" sister"] == 1 and ranks[" ran"] == 2
        ),
        "Rome is far away": ranks[" Rome"] > 50 and first[" Rome"] == " Paris",
        "near king are its own spellings, then queen": (
            [word.strip().lower() for word in king]
            == ["king", "king", "kings", "queen"]
        ),
        "one bank in the table, two further up": (
            abs(gaps[0]) < 1e-3 and float(gaps.max()) > 0.1
        ),
        "of bats, one sentence goes astray at the end": (
            round((1 - real["senses"]["bat"]["right"][-1]) * bank["texts"]) == 1
        ),
        "once told apart, they stay so": (
            min(bank["right"][bank["right"].index(1) :]) == 1
        ),
    }
