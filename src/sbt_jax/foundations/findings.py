"""What the page says of its measurements, in words.

Page: ``book/foundations.md``.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import numpy as np
from jaxtyping import Bool, Float, Shaped

from sbt_jax.foundations.measures import perplexity
from sbt_jax.numbers import count, decimal, percent, span
from sbt_jax.published.foundations import FOUNDATIONS
from sbt_jax.world import BASE_STORIES

Table = Mapping[str, Any]
Rows = Sequence[tuple[str, float | None, float, float]]
FOUND = 0.9  # a probe that is right this often has found what it asks for


def findings(
    table: Table,
    held_out: Mapping[str, Table],
    weights: Mapping[str, Any],
    vocab_size: int,
) -> dict[str, str]:
    """The numbers of the sentences about models, losses, counting and the probe.

    Args:
      table: What the recipe of this chapter measured.
      held_out: What the cards of ``main`` and ``small`` say of them.
      weights: The weights of each of them, a pytree.
      vocab_size: How many tokens both know.

    Returns:
      Texts by name. Tested in ``tests/foundations/test_findings.py``.
    """
    return {
        "n_main": _millions(weights["main"]),
        "n_stories": count(BASE_STORIES),
        "vocab": count(vocab_size),
        "uniform_here": decimal(math.log(vocab_size)),
        **_choices(held_out["main"]),
        **_gaps(table, held_out),
        **_probes(table),
        **{
            name: str(FOUNDATIONS[name].value)
            for name in ("shannon_low", "shannon_high")
        },
    }


def claims(
    table: Table, held_out: Mapping[str, Table], rows: Rows, rows_back: Rows
) -> dict[str, bool]:
    """What the page says of these numbers without saying them, and whether it holds.

    Args:
      table: What the recipe of this chapter measured.
      held_out: What the cards of ``main`` and ``small`` say of them.
      rows: Next words of the first figure, where Tom has the ball, with their
        probabilities by the truth, by *main* and by the trigram.
      rows_back: The same where Tom has given it back.
    """
    floor, best = table["entropy_per_word"], min(_counted(table, -1))
    small, main = (held_out[name]["loss_per_word"] for name in ("small", "main"))
    *_, four, five = _counted(table, 0)
    (run,), others = table["main"], table["small"]
    first, last = run["probe"][0], run["probe"][-1]
    tom, anna = (
        {word: (truth or 0.0, model, counts) for word, truth, model, counts in found}
        for found in (rows, rows_back)
    )
    early = next(i for i, gap in enumerate(run["gap"]) if gap < 0.11 * run["gap"][0])
    found = next(i for i, right in enumerate(run["probe"]) if right > FOUND)
    return {
        "the right answer changes, and main goes along": (
            tom[" Tom"][0] == anna[" Anna"][0] == 1
            and min(tom[" Tom"][1], anna[" Anna"][1]) > 0.99
        ),
        "the trigram says the same of both": all(
            tom[word][2] == anna[word][2] for word in tom.keys() & anna.keys()
        ),
        "the trigram likes It best": max(tom, key=lambda word: tom[word][2]) == " It",
        "small has read a tenth of what main has": (
            0.09 < held_out["small"]["tokens"] / held_out["main"]["tokens"] < 0.12
        ),
        "the floor is that of the cards": (
            abs(floor - held_out["main"]["entropy_per_word"]) < 1e-3
        ),
        "both models beat counting": best > small > main,
        "counting few stories, longer runs do worse": five > four,
        "in small the probe falls first": all(
            min(one["probe"]) < one["probe"][0] - 0.1 for one in others
        ),
        "in main it stays": max(run["probe"]) - last < 0.03,
        "in main it is found, from a guess on": first < 0.5 < FOUND < last,
        "most surprise goes before it is found": run["probe"][early] < 0.55,
        "it is found in the last percents": run["gap"][found - 1]
        < 0.03 * run["gap"][0],
        "at full stops it finds no more than untrained": (
            run["at stops"][1] - run["at stops"][0] < 0.03
        ),
    }


def by_trigram(rows: Rows, word: str) -> float:
    """What the trigram gives a next word.

    Example:
      >>> by_trigram([(" Tom", 1.0, 0.9, 0.25)], " Tom")
      0.25
    """
    return next(counted for name, _, _, counted in rows if name == word)


def claims_of_sizes(parameters: Mapping[str, int], model: Any) -> dict[str, bool]:
    """How much larger the published model is than ours.

    Args:
      parameters: Of the published model, by kind.
      model: Our weights, a pytree.

    Example:
      >>> claims_of_sizes({"mlp": 500, "embedding": 501}, [np.zeros(10)])
      {'a hundred times larger': True}
    """
    own = sum(leaf.size for leaf in jax.tree.leaves(model))
    return {"a hundred times larger": sum(parameters.values()) > 100 * own}


def findings_published(table: Table) -> tuple[dict[str, str], dict[str, bool]]:
    """What the page says of a published model, and whether it holds.

    Args:
      table: ``real_foundations``, measured by the recipe of published models.

    Returns:
      Texts by name, and claims.
    """
    holder = table["holder"]
    first = {row["prompt"]: row["tokens"][0] for row in table["next"]}
    texts = {
        "real_pairs": count(holder["pairs"]),
        "real_given": count(holder["right"]["given"]),
        "real_back": count(holder["right"]["given back"]),
    }
    return texts, {
        "it knows Paris": first["The capital of France is"][0] == " Paris",
        "hardly better than guessing who has the ball": all(
            holder["pairs"] / 2 < right <= 0.75 * holder["pairs"]
            for right in holder["right"].values()
        ),
        "stories of this world surprise it more than main": (
            table["stories"]["SmolLM2"] > 5 * table["stories"]["main"]
        ),
    }


def findings_by_skill(
    skills: Shaped[np.ndarray, " samples"],
    truth: Float[np.ndarray, " samples"],
    given: Mapping[str, Float[np.ndarray, " samples"]],
) -> dict[str, str]:
    """What models lose at words that ask for a skill, in nats a word.

    Args:
      skills: What it takes to know each word.
      truth: The true probability of each.
      given: What each model gave it.

    Returns:
      ``{model}_{skill}`` for who words that are certain and for choices.

    Example:
      >>> truth = np.array([1.0, 0.5, 0.5])
      >>> skills = np.array(["who", "who", "choice"])
      >>> findings_by_skill(skills, truth, {"main": np.array([0.5, 0.5, 0.5])})
      {'main_who': '0.69', 'main_choice': '0.00'}
    """
    places: dict[str, Bool[np.ndarray, " samples"]] = {
        "who": (skills == "who") & (truth == 1),
        "choice": skills == "choice",
    }
    found = {}
    for skill, at in places.items():
        for name, p in given.items():
            lost = float(np.log(truth[at] / p[at]).mean())
            found[f"{name}_{skill}"] = decimal(lost)
    return found


def _millions(model: Any) -> str:
    return f"{decimal(sum(leaf.size for leaf in jax.tree.leaves(model)) / 1e6)} million"


def _choices(card: Table) -> dict[str, str]:
    """Losses as numbers of choices, and the loss of who knows nothing."""
    gpt2 = FOUNDATIONS["gpt2_vocabulary"].value
    return {
        "choices_main": decimal(perplexity(card["loss_per_word"]), 3),
        "choices_floor": decimal(perplexity(card["entropy_per_word"]), 3),
        "v_gpt2": count(gpt2),
        "uniform_gpt2": decimal(math.log(gpt2)),
    }


def _counted(table: Table, at: int) -> Sequence[float]:
    """Losses by order, of the fewest counted stories or of the most."""
    return list(table["ngrams"].values())[at]


def _gaps(table: Table, held_out: Mapping[str, Table]) -> dict[str, str]:
    floor = table["entropy_per_word"]
    few, most = _counted(table, 0), _counted(table, -1)
    return {
        **{f"gram{n}": decimal(most[n - 1] - floor) for n in (1, 2, 3)},
        "gram_best": decimal(min(most) - floor),
        "few": count(int(next(iter(table["ngrams"])))),
        **{f"gram{n}_few": decimal(few[n - 1] - floor) for n in (4, 5)},
        "gap_main": decimal(held_out["main"]["gap_per_word"], 3),
    }


def _probes(table: Table) -> dict[str, str]:
    (run,) = table["main"]
    before, after = run["at stops"]
    ends = {
        f"{name}_last": span([one["probe"][-1] for one in table[name]], percent)
        for name in ("small", "main")
    }
    return ends | {
        "main_first": percent(run["probe"][0]),
        "guess": percent(table["commonest"]["asked"]),
        "guess_stops": percent(table["commonest"]["stops"]),
        "stops_first": percent(before),
        "stops_last": percent(after),
        "small_dip": span([min(one["probe"]) for one in table["small"]], percent),
    }
