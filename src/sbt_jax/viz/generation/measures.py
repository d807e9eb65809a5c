"""The measurements of chapter 7 as numbers, for its figures and its page.

Public names: :mod:`sbt_jax.viz.generation`.
"""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from sbt_jax.viz import kit

GROUPS = {
    "temperature": ("temperature", kit.ORANGE, "circle"),
    "top_k": ("top-k", kit.GREEN, "square"),
    "top_p": ("top-p", kit.PURPLE, "triangle"),
    "min_p": ("min-p", kit.OCHRE, "inverted_triangle"),
    "repetition_penalty": ("repetition penalty", kit.GREY, "diamond"),
    "both": ("two filters, in two orders", kit.GREY, "cross"),
}
# Of two that share a colour, the key says what they look like.
SHAPES = {"repetition_penalty": " (diamonds)", "both": " (crosses)"}
TRUTH = "the world itself"


def spoken(group: str, name: str) -> str:
    """A setting in words.

    Example:
      >>> spoken("top_p", "0.9"), spoken("both", "min_p 0.1, then temperature 2")
      ('top-p 0.9', 'min-p 0.1, then temperature 2')
    """
    said = name if group == "both" else f"{GROUPS[group][0]} {name}"
    for key, (words, *_) in GROUPS.items():
        said = said.replace(key, words)
    return said


def sampler_rows(
    settings: Mapping[str, Mapping[str, Mapping[str, Any]]],
    truth: Mapping[str, Any],
    entropy: float,
) -> dict[str, dict[str, Any]]:
    """One row a setting by its name, the world first."""

    def row(found: Mapping[str, Any], group: str, **own: Any) -> dict[str, Any]:
        keys = {
            "words": "possible_words",
            "stories": "possible_stories",
            "different": "different",
            "texts": "texts",
        }
        return {"group": group, **own} | {k: found[v] for k, v in keys.items()}

    rows = {TRUTH: row(truth, "", entropy=entropy, distance=None)}
    for group in GROUPS:
        found = settings.get(group, {})
        numbers = group != "both"
        for name in sorted(found, key=float if numbers else str):
            one = found[name]
            rows[spoken(group, name)] = row(
                one,
                group,
                entropy=one["main"]["entropy"],
                distance=one["main"]["total_variation"],
            )
    return rows


def middle(values: Sequence[float | int]) -> float:
    """The median."""
    return float(statistics.median(values))


def curves(found: Mapping[str, Sequence[Sequence[float]]]) -> dict[str, list[Any]]:
    """For each sentence the mean over openings, by repetition."""
    means = [
        [sum(values) / len(values) for values in zip(*rows, strict=True)]
        for rows in found.values()
    ]
    times = [list(range(1, len(mean) + 1)) for mean in means]
    return {"time": times, "mean": means}
