"""What the published model says of chapter 9, in the words of its page."""

from collections.abc import Mapping
from typing import Any

from sbt_jax.numbers import count, decimal, percent

Table = Mapping[str, Any]


def real_findings(table: Table, heads: Table) -> dict[str, str]:
    """Sinks, and needles by depth and length.

    Args:
      table: ``read_table("real_context")``.
      heads: ``read_table("real_attention")``.
    """
    rows, whole = table["windows"], table["all"]
    found = {
        f"real_{window}_{sinks}": decimal(cost - whole)
        for window, row in rows.items()
        for sinks, cost in row.items()
    }
    found |= {
        "real_all": decimal(whole),
        "real_begin": count(table["begin"]),
        "real_asked": count(
            next(iter(next(iter(table["needles"].values())).values()))["of"]
        ),
        "real_sinks": count(heads["counts"]["sink"]),
        "real_heads": count(heads["heads"]),
        "real_least": percent(heads["least"]),
    }
    for length, depths in table["needles"].items():
        for depth, row in depths.items():
            found[f"real_needle_{length}_{depth}"] = f"{row['right']} of {row['of']}"
    return found


def real_claims(table: Table) -> dict[str, bool]:
    """The sentences of the page that rest on the table, and whether they hold."""
    rows, whole = table["windows"], table["all"]
    shown = needle_shares(table)
    sure = [sum(row) for row in shown["probability of the right word"]]
    return {
        "every needle is found": min(map(min, shown["needles found"])) == 1,
        "less surely as texts grow": sure[0] > sure[-1],
        "a window without sinks breaks it": all(
            row["0"] - whole > 3 * (row["4"] - whole) for row in rows.values()
        ),
    }


def needle_shares(table: Table) -> dict[str, list[list[float]]]:
    """Needles found, and the probability of the right word: a row for each length."""
    rows = [
        [table["needles"][str(length)][f"{depth:g}"] for depth in table["depths"]]
        for length in table["lengths"]
    ]
    return {
        "needles found": [[row["right"] / row["of"] for row in one] for one in rows],
        "probability of the right word": [
            [sum(row["p"]) / row["of"] for row in one] for one in rows
        ],
    }


def price_of_the_start(
    windows: Table, real: Table
) -> dict[str, dict[str, list[float]]]:
    """Two models in a sliding window: nats more with no first token kept, one, four."""
    whole = windows["loss"]["256"]
    main = {
        window: [
            windows["loss"][window] - whole,
            *(cost - whole for cost in windows["kept"][window].values()),
        ]
        for window in real["windows"]
    }
    return {
        "main": main,
        "SmolLM2": {
            window: [row[s] - real["all"] for s in ("0", "1", "4")]
            for window, row in real["windows"].items()
        },
    }
