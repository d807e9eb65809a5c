"""What the measurements of chapter 18 say, in the words of its page."""

from collections.abc import Mapping
from typing import Any

from sbt_jax.inference.costs import Chip, text_bytes, token_bytes
from sbt_jax.inference.designs import SHARED, kind_of
from sbt_jax.inference.prices import Prices, Timed
from sbt_jax.inference.speculation import RULES, expected_tokens
from sbt_jax.numbers import count, decimal, percent, span
from sbt_jax.published.architecture import ARCHITECTURE
from sbt_jax.published.inference import INFERENCE

Table = Mapping[str, Any]
GUESSES = 4
WINDOW = 256  # of main, in tokens
OPEN = "Llama 3 8B"  # the model that the server runs


def chip(name: str = "H100") -> Chip:
    """A published chip.

    Example:
      >>> round(chip("H100").balance), round(chip("H200").balance)
      (295, 206)
    """
    return Chip(*INFERENCE[name].value[:3])


def server_prices() -> Prices:
    """What a step of Llama 3 8B costs on one H100, by the roofline.

    Example:
      >>> round(1000 * server_prices().weights, 1)
      4.8
    """
    weights = ARCHITECTURE[OPEN].value["parameters"]
    kept = token_bytes(kind_of(OPEN).ways[SHARED[0]])
    one = chip()
    return Prices(
        weights=2 * weights / one.bandwidth,
        token=2 * weights / one.flops,
        kept=kept / one.bandwidth,
        room=int((one.memory - 2 * weights) // kept),
    )


def timed_prices(steps: Table) -> Timed:
    """What a step of main costs where it was timed.

    Sixteen texts of a whole window have room: more were not timed.

    Args:
      steps: As ``sbt_jax.checkpoints.read_table("inference_steps")`` gives it.
    """
    return Timed(
        batches=tuple(steps["batches"]),
        contexts=tuple(steps["contexts"]),
        write=tuple(tuple(ms / 1000 for ms in row) for row in steps["write"]),
        pieces=tuple(steps["pieces"]),
        read=tuple(ms / 1000 for ms in steps["read"]),
        room=max(steps["batches"]) * WINDOW,
    )


def findings(table: Table) -> dict[str, str]:
    """Every number of the page that the shipped table holds, by its name there.

    Args:
      table: As ``sbt_jax.checkpoints.read_table("inference")`` gives it.
    """
    parts = (_waits, _shrunk, _guessed)
    return {k: v for part in parts for k, v in part(table).items()} | published()


def _waits(table: Table) -> dict[str, str]:
    waits = table["waits"]
    long = waits["prompts"][max(waits["prompts"], key=int)]
    products = waits["products"]
    one, many = products["1"], products[max(products, key=int)]
    return {
        "long_prompt": max(waits["prompts"], key=int),
        "long_first": decimal(long["first"], 1),
        "long_next": decimal(long["next"], 2),
        "long_uncached": decimal(long["uncached"], 1),
        "main_megabytes": decimal(waits["main's bytes"] / 1e6, 1),
        "matrix_megabytes": count(waits["matrix bytes"] / 1e6),
        "product_one": decimal(one["ms"], 1),
        "product_many": decimal(many["ms"], 1),
        "gflops_one": decimal(one["gflops"], 1),
        "gflops_many": count(many["gflops"]),
        "batch_many": max(products, key=int),
        "processor": waits["machine"]["processor"] or "a processor",
        "cores": str(waits["machine"]["cores"]),
    }


def _shrunk(table: Table) -> dict[str, str]:
    shrink, heads = table["shrink"], table["heads"]

    def more(cost: float, digits: int = 2) -> str:
        return decimal(cost, digits)

    two, one = (heads["pooled"][kv] for kv in ("2", "1"))
    whole = heads["whole"]

    def after(runs: Any) -> str:
        return span([run["trained"] - whole for run in runs], lambda x: more(x, 4))

    return {
        "rank_64": more(shrink["ranks"]["64"], 4),
        "rank_48": more(shrink["ranks"]["48"]),
        "rank_32": more(shrink["ranks"]["32"]),
        "bits_4": more(shrink["bits"]["4"]["token, token"], 4),
        "bits_4_channel": more(shrink["bits"]["4"]["channel, token"], 4),
        "bits_2": more(shrink["bits"]["2"]["token, token"], 4),
        "bits_2_channel": more(shrink["bits"]["2"]["channel, token"], 4),
        "widest_key": decimal(max(shrink["largest over median channel"]["key"]), 1),
        "two_pooled": more(two[0]["pooled"] - whole, 1),
        "two_trained": after(two),
        "one_pooled": more(one[0]["pooled"] - whole, 1),
        "one_trained": after(one),
        "pool_runs": count(len(two)),
        "shrink_rows": count(shrink["rows"][0]),
        "shrink_tokens": count(shrink["rows"][1]),
        "whole_loss": more(whole, 4),
    }


def _guessed(table: Table) -> dict[str, str]:
    found, rates = table["written"], table["agreement"]
    run = found[str(GUESSES)]
    wrong = rates["wrong"]
    return {
        "kept_small": percent(rates["small"]),
        "kept_pairs": percent(rates["pairs"]),
        "guess_places": count(rates["places"]),
        "a_pass": decimal(run["tokens"] / run["passes"], 1),
        "a_pass_long": decimal(run["tokens"] / run["passes"]),
        "a_pass_formula": decimal(expected_tokens(rates["small"], GUESSES)),
        "a_pass_own": decimal(expected_tokens(run["kept"] / run["judged"], GUESSES)),
        "kept_own": percent(run["kept"] / run["judged"]),
        "wrong_redraw": percent(wrong[RULES[1]], 1),
        "wrong_greedy": percent(wrong[RULES[2]]),
        "wrong_heat": percent(wrong[RULES[3]], 1),
        "chi_exact": decimal(table["drawn"]["judged one by one"]["chi2"], 0),
        "chi_degrees": str(table["drawn"]["judged one by one"]["degrees"]),
        "chi_greedy": count(table["drawn"]["by law"][RULES[2]]["chi2"]),
        "chi_redraw": count(table["drawn"]["by law"][RULES[1]]["chi2"]),
    }


def published() -> dict[str, str]:
    """What the page quotes or computes of models and chips that others published."""
    server, one = server_prices(), chip()
    keeps = kind_of(OPEN).ways
    low, high = INFERENCE["used memory"].value
    tokens = 131_072
    eagle = INFERENCE["EAGLE-3"].value
    saved = INFERENCE["MLA saves"].value
    v2, dense = (
        kind_of(name).ways[SHARED[0]] for name in ("DeepSeek-V2", "DeepSeek 67B")
    )
    alone = 1 - token_bytes(v2) / token_bytes(dense)
    return {
        "h100_balance": count(one.balance),
        "h200_balance": count(chip("H200").balance),
        "v5e_balance": count(chip("TPU v5e").balance),
        "llama_weights": f"{2 * ARCHITECTURE[OPEN].value['parameters'] / 1e9:.0f} GB",
        "llama_step": decimal(1000 * server.weights, 1),
        "llama_sums": decimal(1000 * server.token, 2),
        "llama_kb": count(token_bytes(keeps[SHARED[0]]) / 1000),
        "llama_13b_gb": decimal(
            text_bytes(kind_of("Llama 2 13B").ways[SHARED[0]], tokens) / 1e9, 0
        ),
        "v3_gb": decimal(
            text_bytes(kind_of("DeepSeek-V3").ways[SHARED[0]], tokens) / 1e9, 0
        ),
        "v3_numbers": count(kind_of("DeepSeek-V3").ways[SHARED[0]].numbers),
        "v3_whole": count(kind_of("DeepSeek-V3").ways[SHARED[1]].numbers),
        "used_low": percent(low),
        "used_high": percent(high),
        "eagle_one": decimal(eagle["one"], 1),
        "eagle_many": decimal(eagle["64 at once"]),
        "mtp_low": percent(INFERENCE["MTP"].value["kept"][0]),
        "mtp_high": percent(INFERENCE["MTP"].value["kept"][1]),
        "mla_alone": percent(alone, 1),
        "mla_bits": percent(1 - (1 - alone) * saved["bits"] / 16, 1),
        "mla_said": percent(saved["share"], 1),
    }


def claims(table: Table) -> dict[str, object]:
    """What the page's sentences rest on."""
    shrink, heads, rates = table["shrink"], table["heads"], table["agreement"]
    pooled = heads["pooled"]
    waits = table["waits"]
    checks = waits["checks"]
    long = waits["prompts"][max(waits["prompts"], key=int)]
    return {
        "half of the numbers cost little": 0 <= shrink["ranks"]["64"] < 0.001,
        "an eighth does not": shrink["ranks"]["32"] > 0.1,
        "four bits cost little": abs(shrink["bits"]["4"]["token, token"]) < 0.001,
        "pooling alone fails": all(
            run["pooled"] - heads["whole"] > 1
            for runs in pooled.values()
            for run in runs
        ),
        "training mends it": all(
            run["trained"] - heads["whole"] < 0.01
            for runs in pooled.values()
            for run in runs
        ),
        "nine of ten guesses are kept": 0.9 <= rates["small"] < 0.97,
        "pairs are kept half as often": rates["pairs"] < 0.55 * rates["small"],
        "only exact is exact": rates["wrong"][RULES[0]] < 1e-9
        and min(rates["wrong"][rule] for rule in RULES[1:]) > 0.001,
        "checking five costs more than one": checks["5"] > 1.2 * checks["1"],
        "a kept step is quicker": long["next"] < 0.5 * long["uncached"],
        "the first token waits": long["first"] > 2 * long["next"],
    }
