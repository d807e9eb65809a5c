"""What the measurements of chapter 14 say, in the words of its page."""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sbt_jax.architecture import published_designs
from sbt_jax.finetuning.counts import adapter_numbers, learning_bytes, square_share
from sbt_jax.finetuning.four_bits import formats, stored_bits
from sbt_jax.numbers import count, decimal, percent, span
from sbt_jax.published.finetuning import FINETUNING
from sbt_jax.world.words import TOWNS

Table = Mapping[str, Any]
SHOWN = 2  # the rank of the three shipped adapters
RULE, ROOT, ALL = "alpha / rank", "alpha / root of rank", "all weights"
GB = 1e9


def findings(table: Table) -> dict[str, str]:
    """Every number of the page that the shipped table holds, by its name there.

    Args:
      table: As ``sbt_jax.checkpoints.read_table("finetuning")`` gives it.
    """
    parts = (_ranks, _map, _formats, _merging, _facts)
    found = {k: v for part in parts for k, v in part(table).items()}
    return found | published_findings()


def rows_of(table: Table, rank: int) -> list[Mapping[str, Any]]:
    """The runs of *main* with one rank, one of each seed; 0 is full fine-tuning.

    Raises:
      ValueError: If the rank was not run.
    """
    rows = [row for seed in table["ranks"] for row in seed if row["rank"] == rank]
    if not rows:
        known = sorted({row["rank"] for row in table["ranks"][0]})
        raise ValueError(f"rank must be one of {known}, got {rank}")
    return rows


def best(runs: Sequence[Mapping[str, Any]], rule: str, rank: int) -> Mapping[str, Any]:
    """The run of the map that learned the logbook best, with one rule and one rank.

    Example:
      >>> runs = [{"rule": "a", "rank": 1, "new": x, "rate": x} for x in (0.5, 0.2)]
      >>> best(runs, "a", 1)["rate"]
      0.2
    """
    rows = [row for row in runs if row["rule"] == rule and row["rank"] == rank]
    if not rows:
        raise ValueError(f"rank must be one of the map's, got {rank}")
    return min(rows, key=lambda row: row["new"])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _ranks(table: Table) -> dict[str, str]:
    found: dict[str, str] = {}
    for rank in sorted({row["rank"] for row in table["ranks"][0]}):
        rows, name = rows_of(table, rank), rank or "full"
        found |= {
            f"new_{name}": decimal(_mean([row["new"] for row in rows])),
            f"old_{name}": decimal(_mean([row["old"] for row in rows]), 1),
            f"new_{name}_span": span([row["new"] for row in rows]),
            f"old_{name}_span": span([row["old"] for row in rows]),
            f"numbers_{name}": count(rows[0]["numbers"]),
        }
    weights, how = rows_of(table, 0)[0]["numbers"], table["how"]
    cut = dict(
        zip(table["cut to"], rows_of(table, 0)[0]["spectrum"]["new"], strict=True)
    )
    shipped = rows_of(table, SHOWN)[0]["numbers"]
    before = table["before"]
    replay = table["replay"]
    return found | {
        "weights": count(weights),
        "texts_read": count(how["steps"] * how["rows"]),
        "rate_lora": f"{how['rate']:g}",
        "rate_full": f"{how['full_rate']:g}",
        **{f"cut_{rank}": decimal(gap) for rank, gap in cut.items()},
        "shipped_share": percent(shipped / weights),
        "shipped_kb": count(2 * shipped / 1000),
        "before_new": decimal(before["logbook"], 1),
        "before_old": decimal(before["stories"], 3),
        "replay_new": decimal(replay["new"]),
        "replay_old": decimal(replay["old"]),
        "alone_old": decimal(_mean(_old(table, replay["rank"])), 1),
        **{
            f"only_{row['targets'].lower()}": decimal(row["new"])
            for row in table["others"]
        },
        **{
            f"{name}_new": decimal(row["new"]) for name, row in table["domains"].items()
        },
    }


def _ranks_of(table: Table) -> list[int]:
    return sorted({row["rank"] for row in table["ranks"][0]})


def _old(table: Table, rank: int) -> list[float]:
    return [row["old"] for row in rows_of(table, rank)]


def _only(table: Table, targets: str) -> tuple[float, float]:
    row = next(row for row in table["others"] if row["targets"] == targets)
    return row["new"], row["old"]


def _more(runs: Sequence[Mapping[str, Any]]) -> bool:
    """Whether adapters forgot more than all weights that had learned as much.

    Between the rates of full fine-tuning, up to its best, the logarithms are joined by
    straight lines.
    """
    most = best(runs, ALL, 0)["rate"]
    full = sorted(
        (row["new"], row["old"])
        for row in runs
        if not row["rank"] and row["rate"] <= most
    )
    new, old = np.log(np.array(full)).T
    return all(
        math.log(row["old"]) > np.interp(math.log(row["new"]), new, old)
        for row in runs
        if row["rank"] and full[0][0] <= row["new"] <= full[-1][0]
    )


def _map(table: Table) -> dict[str, str]:
    runs = table["map"]["runs"]
    ranks = sorted({row["rank"] for row in runs if row["rank"]})
    plain = [best(runs, RULE, rank)["rate"] for rank in ranks]
    root = [best(runs, ROOT, rank)["rate"] for rank in ranks]
    return {
        "map_ranks": ", ".join(map(str, ranks)),
        "best_rates": span(plain, lambda rate: f"{rate:g}"),
        "best_rates_root": span(root, lambda rate: f"{rate:g}"),
        "best_rate_full": f"{best(runs, ALL, 0)['rate']:g}",
    }


def _formats(table: Table) -> dict[str, str]:
    rows = {f"{row['name']} {row['block']}": row for row in table["formats"]}
    names = {name: f"{name} {how.block}" for name, how in formats().items()}
    found: dict[str, str] = {}
    for name, key in names.items():
        row, short = rows[key], name.lower()
        found |= {
            f"{short}_lost": decimal(row["lost"], 4),
            f"{short}_error": percent(row["error"], 1),
            f"{short}_carried": decimal(row["carried"]),
            f"{short}_bits": f"{row['bits']:g}",
        }
    return found | {
        "nf4_carried_1024": decimal(rows["NF4 1024"]["carried"]),
        "nf4_lost_1024": decimal(rows["NF4 1024"]["lost"], 4),
        "nf4_double": f"{stored_bits(formats()['NF4'], double=True):.3f}",
    }


def _merging(table: Table) -> dict[str, str]:
    names = {
        "learned": "as learned",
        "first": "into the first weights",
        "again": "rounded again",
        "both": "rounded again, from the first weights",
    }
    return {
        f"merged_{short}": decimal(table["merging"][way][0], 3)
        for short, way in names.items()
    }


def _facts(table: Table) -> dict[str, str]:
    rows = table["facts"]
    facts = sorted({row["facts"] for row in rows})
    found = {"facts_few": count(facts[0]), "facts_many": count(facts[-1])}
    for row in rows:
        whole = row["facts"] * math.log2(len(TOWNS))
        name = f"{row['targets']}_{row['facts']}"
        found[f"facts_{name}"] = percent(row["bits"] / whole)
        found[f"facts_numbers_{row['targets']}"] = count(row["numbers"])
    most = max(row["a number"] for row in rows)
    return found | {"bits_most": decimal(most, 1)}


def published_findings() -> dict[str, str]:
    """What the page quotes of others or counts in their models.

    Example:
      >>> found = published_findings()
      >>> found["full_65"], found["llama_share"], found["rank_for_claim"]
      ('780', '0.06 %', '2')
    """
    designs = published_designs()
    llama = FINETUNING["llama2_query_value"].value
    full = FINETUNING["qlora_full"].value
    checkpoint = FINETUNING["gpt3_checkpoint"].value
    parameters = int(full["parameters"])
    learned = adapter_numbers(designs["Llama 1 65B"], 64)
    nf4 = stored_bits(formats()["NF4"], double=True)
    return {
        "full_65": count(learning_bytes(parameters, parameters) / GB),
        "lora_65": count(learning_bytes(parameters, learned) / GB),
        "qlora_65": count(learning_bytes(parameters, learned, nf4) / GB),
        "card": count(full["card"] / GB),
        "gpt3_before": count(checkpoint["before"] / GB),
        "gpt3_after": count(checkpoint["after"] / 1e6),
        "llama_numbers": count(adapter_numbers(designs["Llama 2 7B"], 8, _QV)),
        "llama_share": f"{llama['share']:.2f} %",
        "llama3_share": f"{FINETUNING['llama3_all'].value['share']:.1f} %",
        "rank_for_claim": str(round(0.001 * 4096 / 2)),
        "share_main_one": percent(square_share(128, 1), 1),
        "lora_rate": str(FINETUNING["lora_rate"].value),
        "double_before": f"{FINETUNING['qlora_double'].value['before']:g}",
        "double_after": f"{FINETUNING['qlora_double'].value['after']:g}",
        "oss_size": f"{FINETUNING['gpt_oss_120b'].value['size']:g}",
    }


_QV = "query and value"


def claims(table: Table) -> dict[str, bool]:
    """The sentences of the page that rest on the table, and whether they hold.

    Args:
      table: As for :func:`findings`.
    """
    runs = table["map"]["runs"]
    ranks = sorted({row["rank"] for row in runs if row["rank"]})
    by = {(row["rule"], row["rank"], row["rate"]): row for row in runs}
    rates = sorted({row["rate"] for row in runs if not row["rank"]})[1:4]
    plain = {best(runs, RULE, rank)["rate"] for rank in ranks}
    rows = {f"{row['name']} {row['block']}": row for row in table["formats"]}
    lost = {
        name: rows[f"{name} {how.block}"]["lost"] for name, how in formats().items()
    }
    return {
        "a faster rate forgets more, whatever learns": all(
            by[rule, rank, low]["old"] < by[rule, rank, high]["old"]
            for rule, rank in [*((RULE, r) for r in ranks), (ALL, 0)]
            for low, high in itertools.pairwise(rates)
        ),
        "divided by the rank the best rate stays": len(plain) == 1,
        "all weights learn best at that rate, too": plain
        == {best(runs, ALL, 0)["rate"]},
        "by its root it falls": best(runs, ROOT, ranks[-1])["rate"]
        < best(runs, ROOT, ranks[0])["rate"],
        "by its root the highest learns most": best(runs, ROOT, ranks[-1])["new"]
        < best(runs, ALL, 0)["new"],
        "rank 1 learns least": all(
            best(runs, RULE, 1)["new"] > best(runs, RULE, rank)["new"]
            for rank in ranks[1:]
        ),
        "NF4 costs least, fp4 most": min(lost, key=lambda n: lost[n]) == "NF4"
        and max(lost, key=lambda n: lost[n]) == "fp4",
        "rank 1 forgets most, all weights least": min(_old(table, 1))
        > max(x for rank in _ranks_of(table)[2:] for x in _old(table, rank))
        and _mean(_old(table, 0))
        < min(_mean(_old(table, rank)) for rank in _ranks_of(table)[1:]),
        "at equal learning every adapter forgot more": _more(runs),
        "rank 4 is about as good as all weights": abs(
            _mean([row["new"] for row in rows_of(table, 4)])
            - _mean([row["new"] for row in rows_of(table, 0)])
        )
        < 0.03,
        "the full change in four directions is no logbook": rows_of(table, 0)[0][
            "spectrum"
        ]["new"][table["cut to"].index(4)]
        > 5 * rows_of(table, 4)[0]["new"],
        "attention alone learns least and forgets least": _only(table, "attention")
        == (
            max(row["new"] for row in (*table["others"], rows_of(table, 4)[0])),
            min(row["old"] for row in (*table["others"], rows_of(table, 4)[0])),
        ),
        "replay learns nearly as well": table["replay"]["new"]
        < rows_of(table, table["replay"]["rank"])[0]["new"] + 0.05,
        "merged into what was trained beside is best": table["merging"]["as learned"][0]
        == min(gap for gap, _ in table["merging"].values()),
        "replay keeps the stories": table["replay"]["old"]
        < 0.5 * rows_of(table, table["replay"]["rank"])[0]["old"],
    }
