"""What the measurements of chapter 16 say, in the words of its page."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from sbt_jax.evaluation import crowd
from sbt_jax.evaluation.errors import (
    clustered_error,
    paired_error,
    standard_error,
)
from sbt_jax.numbers import Number, count, decimal, percent, span
from sbt_jax.published.evaluation import EVALUATION

Table = Mapping[str, Any]
RAW, TUNED = "raw", "fine-tuned"  # the contestants of the example
GUESS = 0.25  # one of four options
AS_IT_IS, REWORDED = "1 as it is", "1 in other words"


def findings(table: Table) -> dict[str, str]:
    """Every number of the page that the shipped table holds, by its name there.

    Args:
      table: As ``sbt_jax.checkpoints.read_table("evaluation")`` gives it.
    """
    parts = (_quiz, _coder, _leaks)
    found = {k: v for part in parts for k, v in part(table).items()}
    return found | published_findings()


def claims(table: Table) -> dict[str, bool]:
    """The sentences of the page that rest on the table, and whether they hold.

    Args:
      table: As for :func:`findings`.
    """
    right = {way: shares(table, way) for way in ("label", "sum", "written")}
    coded = list(table["coder"].values())
    leaks = leaked(table)
    top = {way: max(row, key=lambda who: row[who]) for way, row in right.items()}
    return {
        "by label the raw model guesses": right["label"][RAW] < 0.35,
        "by the likeliest answer it is far better": right["sum"][RAW] > 0.4,
        "that is about twice a guess": abs(right["sum"][RAW] - 2 * GUESS) < 0.07,
        "it writes no answer": right["written"][RAW] < 0.05,
        "the tuned one has three scores, too": right["label"][TUNED] + 0.15
        < right["written"][TUNED]
        < right["sum"][TUNED] - 0.15,
        "by label nobody is much better than a guess": max(right["label"].values())
        < 0.4,
        "the label's best is not the writer's best": top["label"] != top["written"],
        "few examples let wrong programs pass": all(
            one["all inputs"]["1.0"][0] < 0.9 * one["examples"]["1.0"][0]
            for one in coded
        ),
        "one try wants it cold, many want it hot": all(
            best_heat(one, 1) < best_heat(one, 100) for one in coded
        ),
        "a leak lifts the test": leaks[AS_IT_IS]["test"] > 0.6,
        "and not its twin": max(row["twin"] for row in leaks.values()) < 0.25,
        "overlap finds what leaked word for word": leaks[AS_IT_IS]["overlap"] > 0.95,
        "and nothing in other words": leaks[REWORDED]["overlap"] < 0.05,
        "though these lift the score, too": leaks[REWORDED]["test"]
        > leaks[REWORDED]["twin"] + 0.15,
    }


def shares(table: Table, way: str) -> dict[str, float]:
    """By contestant, how much of the quiz is right, scored in one way."""
    return {
        who: float(np.mean(one["marks"][way])) for who, one in table["quiz"].items()
    }


def best_heat(coded: Mapping[str, Any], k: int) -> float:
    """The temperature at which a coder's pass@k on all inputs is highest."""
    curves = coded["all inputs"]
    return float(max(curves, key=lambda heat: curves[heat][k - 1]))


def leaked(table: Table) -> dict[str, dict[str, float]]:
    """By what leaked: right on the test and on its twin, and what overlap finds.

    Means over the seeds, each with as many questions.
    """
    return {
        name: {
            "test": _mean(run["test"]["right"] for run in runs),
            "twin": _mean(run["twin"]["right"] for run in runs),
            "overlap": _mean(run["overlap"] for run in runs),
            "test nats": _mean(run["test"]["nats"] for run in runs),
            "twin nats": _mean(run["twin"]["nats"] for run in runs),
        }
        for name, runs in table["leaks"].items()
    }


def _mean(rows: Any) -> float:
    return float(np.mean([np.mean(row) for row in rows]))


def _quiz(table: Table) -> dict[str, str]:
    found = {"asked": count(table["asked"]), "guess": percent(GUESS)}
    for way, name in (("label", "label"), ("sum", "sum"), ("written", "written")):
        found[f"raw_{name}"] = percent(shares(table, way)[RAW])
        found[f"tuned_{name}"] = percent(shares(table, way)[TUNED])
    by_label = list(shares(table, "label").values())
    found["label_all"] = span(by_label, percent)
    found["small_sum"] = percent(shares(table, "sum")["small"])
    found["small_token"] = percent(shares(table, "per token")["small"])
    marks = {who: one["marks"]["written"] for who, one in table["quiz"].items()}
    one, other = marks["fine-tuned"], marks["RLHF"]
    found |= {
        "two_one": percent(float(np.mean(one))),
        "two_other": percent(float(np.mean(other))),
        "two_alone": decimal(100 * standard_error(one), 1),
        "two_paired": decimal(100 * paired_error(one, other), 1),
        "two_apart": decimal(
            100 * float(np.hypot(standard_error(one), standard_error(other))), 1
        ),
        "two_clustered": decimal(
            100 * clustered_error(one, [i // 4 for i in range(len(one))]), 1
        ),
    }
    return found


def _coder(table: Table) -> dict[str, str]:
    coded = list(table["coder"].values())

    def at(kind: str, k: int, heat: str = "1.0") -> list[float]:
        return [one[kind][heat][k - 1] for one in coded]

    return {
        "coder_examples": percent(_mean(at("examples", 1))),
        "coder_inputs": percent(_mean(at("all inputs", 1))),
        "coder_examples_1": span(at("examples", 1), percent),
        "coder_inputs_1": span(at("all inputs", 1), percent),
        "coder_examples_10": span(at("examples", 10), percent),
        "coder_inputs_10": span(at("all inputs", 10), percent),
        "coder_fit": decimal(_mean([one["fit the examples"]] for one in coded), 0),
        "coder_fit_all": decimal(_mean([one["fit all inputs"]] for one in coded), 0),
        "coder_cold": span([best_heat(one, 1) for one in coded]),
        "coder_hot": span([best_heat(one, 100) for one in coded]),
    }


def _leaks(table: Table) -> dict[str, str]:
    rows = leaked(table)
    whole, other = rows[AS_IT_IS], rows[REWORDED]
    return {
        "leak_people": count(table["people"]),
        "leak_questions": count(len(next(iter(table["leaks"].values()))[0]["overlap"])),
        "leak_none": percent(rows["0 as it is"]["test"]),
        "leak_all": percent(whole["test"]),
        "leak_twin": percent(whole["twin"]),
        "leak_other": percent(other["test"]),
        "leak_other_twin": percent(other["twin"]),
        "leak_nats": decimal(whole["test nats"], 1),
        "leak_twin_nats": decimal(whole["twin nats"], 1),
        "leak_other_nats": decimal(other["test nats"], 1),
        "leak_other_twin_nats": decimal(other["twin nats"], 1),
    }


def axes_of(table: Table, arena: Table) -> dict[str, dict[str, float]]:
    """Contestants against axes, for the table without a single number.

    Args:
      table: As for :func:`findings`.
      arena: As for :func:`arena_findings`.
    """
    rows: dict[str, dict[str, float]] = {}
    for who in crowd.contestants(arena["answers"]):
        answers = arena["answers"][who]
        polite = np.mean([row["niceties"] > 0 for row in answers])
        rows[who] = {
            "full answer": shares(table, "sum")[who],
            "writes": shares(table, "written")[who],
            "true": float(np.mean([row["true"] for row in answers])),
            "never false": float(np.mean([not row["false"] for row in answers])),
            "polite": float(polite),
        }
    return rows


def leak_rows(table: Table) -> dict[str, dict[str, float]]:
    """The rows of the figure of leaks, by the words of its slider."""
    names = {
        "0 as it is": "nothing",
        "0.05 as it is": "5 %",
        "0.2 as it is": "20 %",
        "1 as it is": "all of it",
        "1 in other words": "all, in other words",
    }
    found = leaked(table)
    return {said: found[name] for name, said in names.items() if name in found}


def published_findings() -> dict[str, str]:
    """What the page quotes of others.

    Example:
      >>> published_findings()["mmlu_subjects"], published_findings()["llama_helm"]
      ('57', '58 %')
    """
    value = {name: figure.value for name, figure in EVALUATION.items()}
    llama, falcon = value["scorings"]["llama-30b"], value["scorings"]["falcon-40b"]
    audit = value["swe_audit"]

    def said(number: Number) -> str:
        return f"{number:g} %"

    return {
        "mmlu_questions": count(value["mmlu"]["questions"]),
        "mmlu_subjects": count(value["mmlu"]["subjects"]),
        "llama_helm": percent(llama[0]),
        "llama_harness": percent(llama[1]),
        "falcon_helm": percent(falcon[0]),
        "falcon_harness": percent(falcon[1]),
        "humaneval": count(value["humaneval"]["problems"]),
        "codex_1": percent(value["humaneval"][1] / 100),
        "codex_100": percent(value["humaneval"][100] / 100),
        "plus_most": percent(value["humaneval_plus"][1] / 100),
        "redux": percent(value["redux"]["all"] / 100),
        "virology": said(value["redux"]["virology"]),
        "judge_agrees": said(value["judges"]["GPT-4"]),
        "people_agree": said(value["judges"]["people"]),
        "judge_order": said(value["judges"]["consistent"]),
        "gpqa_experts": said(value["gpqa"]["experts"]),
        "gpqa_others": said(value["gpqa"]["others"]),
        "clustered": decimal(value["clustered"], 0),
        "variants": count(value["variants"]),
        "audit_flawed": count(sum(audit["flawed"])),
        "audit_of": count(audit["audited"]),
    }
