"""What chapter 18 says of the published model."""

from collections.abc import Mapping
from typing import Any

from sbt_jax.inference.costs import Keeps, of_heads, token_bytes
from sbt_jax.numbers import count, decimal

Table = Mapping[str, Any]


def _keeps(table: Table, heads: str) -> Keeps:
    config = table["config"]
    return Keeps(config["layers"], of_heads(config[heads], config["head"]))


def real_findings(table: Table) -> dict[str, str]:
    """Numbers of the section on SmolLM2-135M.

    Args:
      table: As ``sbt_jax.checkpoints.read_table("real_inference")`` gives it.
    """
    found = {
        "real_bytes": count(token_bytes(_keeps(table, "kv_heads"))),
        "real_bytes_query": count(token_bytes(_keeps(table, "heads"))),
        "real_apart": f"{table['apart']['worst']:.4f}",
        "real_largest": decimal(table["apart"]["largest"], 0),
        "real_same": str(table["apart"]["same"]),
        "real_places": str(table["apart"]["places"]),
        "real_processor": table["machine"]["processor"] or "a processor",
        "real_cores": str(table["machine"]["cores"]),
    }
    for prompt, row in table["prompts"].items():
        for name, spent in row.items():
            found[f"real_{name}_{prompt}"] = count(spent)
    return found


def real_claims(table: Table) -> dict[str, object]:
    """What that section rests on."""
    rows = {int(prompt): row for prompt, row in table["prompts"].items()}
    long = rows[max(rows)]
    return {
        "the real cache gives the same token": table["apart"]["same"]
        == table["apart"]["places"],
        "its logits differ a little": 0 < table["apart"]["worst"] < 0.01,
        "it is quicker with its cache": long["next"] < long["uncached"],
    }
