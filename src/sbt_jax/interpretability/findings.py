"""What the measurements of chapter 20 say, in the words of its page."""

from collections.abc import Mapping
from statistics import median
from typing import Any

from sbt_jax.interpretability.superposition import welch_bound
from sbt_jax.numbers import count, decimal, percent, span
from sbt_jax.published.interpretability import INTERPRETABILITY

Table = Mapping[str, Any]
GETS = "role gets it"
RECEIVER, LAST = 28, 32  # places in the stories of the circuit


def findings(table: Table) -> dict[str, str]:
    """Every number of the page that the shipped table holds, by its name there.

    Args:
      table: As ``sbt_jax.checkpoints.read_table("interpretability")`` gives it.
    """
    parts = (_units, _trained, _circuit, _switch, _stuck)
    return {k: v for part in parts for k, v in part(table).items()} | published()


def score(table: Table, unit: str, label: str = GETS, model: str = "main") -> float:
    """How well the best unit of a kind tells a label."""
    scores = table["scores"][model]
    return float(scores[unit]["auc"][scores["labels"].index(label)])


def middle(table: Table, unit: str, kind: str, model: str = "main") -> float:
    """The median over all labels of a kind."""
    scores = table["scores"][model]
    return median(
        value
        for label, value in zip(scores["labels"], scores[unit]["auc"], strict=True)
        if label.startswith(kind)
    )


def _wins(table: Table, kind: str) -> float:
    """Share of the labels of a kind on which the best neuron beats the best feature."""
    scores = table["scores"]["main"]
    rows = zip(
        scores["labels"], scores["neuron"]["auc"], scores["feature"]["auc"], strict=True
    )
    won = [
        neuron > feature for label, neuron, feature in rows if label.startswith(kind)
    ]
    return sum(won) / len(won)


def _units(table: Table) -> dict[str, str]:
    scores, pure = table["scores"]["main"], table["purity"]
    found = {
        "number": str(pure["feature"]["number"]),
        "labels": count(len(scores["labels"])),
        "places": count(scores["places"]),
        "pure_feature": percent(pure["feature"]["right"]),
        "soon_feature": percent(pure["feature"]["soon"]),
        "pure_neuron": percent(pure["neuron"]["right"]),
        "receivers": count(pure["places"]),
    }
    short = {"neuron": "neuron", "feature": "feature", "probe": "probe", "axis": "axis"}
    for name, unit in short.items():
        found[f"gets_{name}"] = percent(score(table, unit), 1)
        found[f"gets_{name}_random"] = percent(score(table, unit, GETS, "random"), 1)
        for kind in ("word", "role", "next", "state"):
            found[f"{kind}_{name}"] = percent(middle(table, unit, kind))
            found[f"{kind}_{name}_random"] = percent(
                middle(table, unit, kind, "random")
            )
    for kind in ("word", "role", "next", "state"):
        found[f"{kind}_labels"] = str(
            sum(label.startswith(kind) for label in scores["labels"])
        )
    return found


def _trained(table: Table) -> dict[str, str]:
    found = {}
    for kind, rows in table["trained"].items():
        name = kind.replace("-", "_")
        found[f"{name}_explained"] = span([r["explained"] for r in rows], percent)
        found[f"{name}_once"] = span(
            [r["at_once"] for r in rows], lambda x: decimal(x, 1)
        )
        found[f"{name}_dead"] = span([r["dead"] for r in rows], str)
    for kind, share in table["shared"].items():
        found[f"{kind.replace('-', '_')}_shared"] = percent(share)
    return found


def _circuit(table: Table) -> dict[str, str]:
    circuit = table["circuit"]
    alone = circuit["alone"]
    order = sorted(alone, key=lambda head: alone[head][1])
    four = circuit["together"]["4"]
    writers = circuit["together"]["4"][0]
    return {
        "pairs": count(circuit["pairs"]),
        "untouched": percent(circuit["untouched"][1]),
        "one_head": order[0],
        "one_head_right": percent(alone[order[0]][1]),
        "writers": ", ".join(writers),
        "writer_alone": percent(min(alone[head][1] for head in writers)),
        "writers_gone": percent(four[1][1]),
        "another_name": percent(table["without"]["another"]),
        "agree": decimal(circuit["agree"][1]),
        "agree_low": decimal(circuit["agree"][0]),
        "agree_high": decimal(circuit["agree"][2]),
        "exact_receiver": percent(circuit["exact"][2][RECEIVER]),
        "guess_receiver": percent(circuit["estimate"][2][RECEIVER]),
        "moved_three": percent(circuit["exact"][3][LAST]),
    }


def _switch(table: Table) -> dict[str, str]:
    switch = table["switch"]
    first = switch["0"]
    found = {
        "fires": decimal(first["fires"], 0),
        "flipped": percent(first["feature"]["1.0"]["flipped"], 1),
        "flipped_both": span(
            [one["feature"]["1.0"]["flipped"] for one in switch.values()],
            lambda share: percent(share, 1),
        ),
        "cosine_mean": decimal(first["cosines"]["mean difference"]),
        "cosine_probe": decimal(first["cosines"]["probe"]),
    }
    for way in ("mean difference", "probe", "random"):
        name = way.split(" ", 1)[0]
        found[f"flipped_{name}"] = percent(first[way]["1.0"]["flipped"])
        found[f"flipped_{name}_2"] = percent(first[way]["2.0"]["flipped"])
    return found


def _stuck(table: Table) -> dict[str, str]:
    names = ("price 0.003", "price 3.0", "mended")
    low, high, mended = (table["stuck"][name] for name in names)
    return {
        "stuck_low": decimal(low["at_once"], 0),
        "stuck_high": decimal(high["at_once"], 0),
        "stuck_threshold": decimal(high["threshold"][2], 4),
        "mended_once": decimal(mended["at_once"], 0),
        "mended_threshold": decimal(mended["threshold"][1], 2),
    }


def published() -> dict[str, str]:
    """Figures of others that the page quotes."""
    of = {name: figure.value for name, figure in INTERPRETABILITY.items()}
    return {
        "one_neurons": count(of["one_layer"]["neurons"]),
        "one_features": count(of["one_layer"]["features"]),
        "one_dead": percent(of["one_layer"]["dead"] / of["one_layer"]["features"], 1),
        "sonnet_features": f"{round(2 ** of['sonnet']['features'][-1] / 1e6)} million",
        "sonnet_dead": percent(of["sonnet"]["dead"]),
        "sonnet_left": f"{2 ** of['sonnet']['features'][-1] * 0.35 / 1e6:.1f} million",
        "gpt4_features": f"{of['gpt4'] // 10**6} million",
        "scope_count": count(of["gemma_scope_all"]["autoencoders"]),
        "scope_features": f"{of['gemma_scope_all']['features'] // 10**6} million",
        "scope_parameters": count(of["gemma_scope"]["parameters"]),
        "ioi_heads": str(of["ioi"]["circuit"]),
        "ioi_all": str(of["ioi"]["layers"] * of["ioi"]["heads"]),
        "welch": decimal(welch_bound(512, 128), 3),
        "paulo_shared": percent(of["shared"]),
        "stuck_published": f"{of['stuck']['reported']:.4f}",
    }


def claims(table: Table) -> dict[str, bool]:
    """The sentences of the page that rest on it, and whether they hold."""
    switch, circuit = table["switch"]["0"], table["circuit"]
    exact = circuit["exact"]
    alone = circuit["alone"]
    return {
        "the feature tells who gets it": score(table, "feature") > 0.99,
        "where it is strongest the friend has it soon": table["purity"]["feature"][
            "soon"
        ]
        > 0.98,
        "the neuron is strongest elsewhere": table["purity"]["neuron"]["right"] == 0,
        "the SAE of random weights finds Tom": score(
            table, "feature", "word Tom", "random"
        )
        > 0.95,
        "a probe of random weights gets far": score(table, "probe", GETS, "random")
        > 0.85,
        "who has it is near a coin, and no better than random": score(
            table, "probe", "state holder: Tom"
        )
        < min(0.62, score(table, "probe", "state holder: Tom", "random") + 0.03),
        "that somebody has it is told better": score(
            table, "probe", "state somebody has it"
        )
        > 0.75,
        "to switch, the feature beats the probe": table["switch"]["0"]["feature"][
            "1.0"
        ]["flipped"]
        > table["switch"]["0"]["probe"]["1.0"]["flipped"] + 0.1,
        "the neuron wins on most of what comes next": middle(table, "neuron", "next")
        > middle(table, "feature", "next"),
        "no neuron does as well": score(table, "neuron") < 0.95,
        "a random model has no such feature": score(table, "feature", GETS, "random")
        < 0.6,
        "words are found in random weights too": middle(
            table, "feature", "word", "random"
        )
        > 0.95,
        "state is not there to read": middle(table, "probe", "state") < 0.7
        and middle(table, "feature", "state") < 0.55,
        "the probe wins on what comes next": middle(table, "probe", "next")
        > middle(table, "feature", "next") + 0.2,
        "switched off the answer flips": switch["feature"]["1.0"]["flipped"] > 0.9,
        "a random direction does not": switch["random"]["1.0"]["flipped"] < 0.1,
        "the answer waits on the receiver": exact[2][RECEIVER] > 0.9
        and exact[2][LAST] < 0.05,
        "then it moves": 0.2 < exact[3][LAST] < 0.8,
        "each writer alone can be spared": all(
            alone[head][1] > 0.9 for head in circuit["together"]["4"][0]
        ),
        "seeds hardly share features": max(table["shared"].values()) < 0.05,
        "the neuron wins on most such facts": _wins(table, "next") > 0.5,
        "without them it names somebody else": table["without"]["another"] > 0.75,
        "the last MLP writes more than any head": circuit["mlps"][3]
        > 0.5 * max(max(row) for row in circuit["heads"]),
        "together they cannot": circuit["together"]["4"][1][1] < 0.3,
        "one head cannot be spared": min(right for _, right in alone.values()) < 0.7,
        "random weights are rebuilt as well": abs(
            table["trained"]["random-topk-0"][0]["explained"]
            - table["trained"]["topk-0"][0]["explained"]
        )
        < 0.02,
        "the price does nothing to stuck thresholds": abs(
            table["stuck"]["price 0.003"]["at_once"]
            - table["stuck"]["price 3.0"]["at_once"]
        )
        < 0.2 * table["stuck"]["price 0.003"]["at_once"],
    }
