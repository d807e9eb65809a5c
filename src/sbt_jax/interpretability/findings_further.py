"""What the further measurements of chapter 20 say, in the words of its page."""

from collections.abc import Mapping, Sequence
from statistics import mean
from typing import Any

from sbt_jax.numbers import count, decimal, percent, span
from sbt_jax.published.interpretability import INTERPRETABILITY

Table = Mapping[str, Any]
FAR = ("10", "20", "30")


def _spread(rows: Sequence[Mapping[str, Any]], key: str, show: Any = percent) -> str:
    return span([row[key] for row in rows], show)


def trace_findings(table: Table) -> dict[str, str]:
    """Of transcoders and graphs (the table ``interpretability_traces``)."""
    found = {
        f"stand_in_{block}": _spread(rows, "explained")
        for block, rows in table["trained"].items()
    }
    wholes = [one["all"] for one in table["replaced"]]
    found |= {
        "same": _spread(wholes, "same"),
        "same_sure": _spread(wholes, "same_where_sure"),
        "replaced_lost": _spread(wholes, "lost", decimal),
        "replaced_loss": decimal(wholes[0]["loss"]),
        "replaced_tokens": count(wholes[0]["tokens"]),
        "means_same": percent(table["replaced"][0]["means"]["same"]),
        "means_lost": decimal(table["replaced"][0]["means"]["lost"], 1),
        "clt_same": percent(INTERPRETABILITY["replaced"].value),
    }
    for block in table["trained"]:
        one = [each[f"block {block}"] for each in table["replaced"]]
        found[f"alone_same_{block}"] = _spread(one, "same")
        found[f"alone_lost_{block}"] = _spread(one, "lost", lambda x: decimal(x, 3))
    for kind in ("all", "features"):
        checked = [each[kind] for each in table["checked"]]
        for way in ("looking", "real"):
            rows = [each[way] for each in checked]
            found[f"{kind}_{way}"] = _spread(rows, "correlation", decimal)
            found[f"{kind}_{way}_sign"] = _spread(rows, "same_sign")
        found[f"{kind}_nodes"] = _spread(checked, "nodes", count)
        found["checked_pairs"] = count(checked[0]["pairs"])
    return found


def frontier_findings(table: Table) -> dict[str, str]:
    """Of autoencoders: sparsities, sizes, depths (``interpretability_frontier``)."""
    wide, (base, *_) = table["trained"]["wide"][0], table["trained"]["topk-1"]
    found = {
        "wide_explained": percent(wide["explained"], 1),
        "narrow_explained": percent(base["explained"], 1),
        "split_wide": str(table["split"]["wide"]["split"]),
        "told_places": count(table["depths"]["0"]["places"]),
    }
    for depth, row in table["depths"].items():
        found[f"depth_{depth}_explained"] = percent(row["explained"])
        found[f"depth_{depth}_lost"] = decimal(row["lost"])
        for kind in ("role", "next", "state"):
            found[f"depth_{depth}_{kind}"] = percent(row["feature"][kind])
            found[f"depth_{depth}_{kind}_probe"] = percent(row["probe"][kind])
    return found


def steering_findings(table: Table) -> dict[str, str]:
    """Of pushes and a sentence that asks (``interpretability_steering``)."""
    found = {}

    def put(name: str, rows: Sequence[Mapping[str, float]]) -> None:
        found[f"{name}_told"] = percent(mean(row["told"] for row in rows))
        found[f"{name}_target"] = percent(mean(row["target"] for row in rows))
        found[f"{name}_off"] = decimal(mean(row["off"] for row in rows))
        found[f"{name}_possible"] = percent(mean(row["possible"] for row in rows))

    for way in ("alone", "asked"):
        put(way, [one[way] for one in table.values()])
    for way, name in (
        ("feature", "push"),
        ("mean before", "before"),
        ("mean on", "on"),
        ("random", "noise"),
    ):
        for far in FAR:
            put(f"{name}_{far}", [one[way][far] for one in table.values()])
    return found


def _largest(graph: Table, kind: str) -> float:
    """How much the node of a kind matters that matters most."""
    return max(node["matters"] for node in graph["nodes"] if node["kind"] == kind)


def further_claims(traces: Table, steered: Table, sparse: Table) -> dict[str, bool]:
    """What the page says of the further measurements, and whether it is so."""
    graphs = traces["graphs"].values()

    def told(depth: str) -> float:
        """How well the best feature tells what a name does."""
        return float(sparse["depths"][depth]["feature"]["role"])

    return {
        "with transcoders most words stay": all(
            one["all"]["same"] > 0.5 for one in traces["replaced"]
        ),
        "the graph's sum is the lead": all(
            abs(graph["graph"] - graph["lead"]) < 0.01 for graph in graphs
        ),
        "what was missed matters more than any feature": all(
            _largest(graph, "error") > _largest(graph, "feature") for graph in graphs
        ),
        "guesses are weak, and weaker in main itself": all(
            one["features"]["real"]["correlation"]
            < one["features"]["looking"]["correlation"]
            < 0.7
            for one in traces["checked"]
        ),
        "what a name does is told from block 2 on": all(
            told(depth) < 0.6 for depth in "01"
        )
        and all(told(depth) > 0.95 for depth in "23"),
        "more features bring a little more back": 0
        < sparse["trained"]["wide"][0]["explained"]
        - sparse["trained"]["topk-1"][0]["explained"]
        < 0.05,
        "to ask brings the name, and moves little": all(
            one["asked"]["told"] >= 0.5 and one["asked"]["off"] < 0.05
            for one in steered.values()
        ),
        "a push that does so leaves hardly a story": all(
            row["possible"] < 0.05
            for one in steered.values()
            for way in ("feature", "mean before", "mean on", "random")
            for row in one[way].values()
            if row["told"] >= 0.5
        ),
    }
