"""What the measurements of chapter 11 say, in the words of its page."""

from collections.abc import Mapping
from typing import Any

from sbt_jax.agents.reliability import all_right, beta_law, horizon, pass_all, pass_any
from sbt_jax.numbers import count, decimal, percent
from sbt_jax.published.agents import AGENTS

Table = Mapping[str, Any]
CHANCE = 1 / 12  # of towns, trades or pets
ASKED_FAIL = "0.2"  # the share of failures that the page speaks of


def first_of(table: Table) -> Table:
    """The agents of the first seed, which are shipped.

    Args:
      table: As ``sbt_jax.checkpoints.read_table("agents")`` gives it.
    """
    return next(iter(table["runs"].values()))


def findings(table: Table) -> dict[str, str]:
    """Every number of the page that the shipped table holds, by its name there.

    Args:
      table: As ``sbt_jax.checkpoints.read_table("agents")`` gives it.
    """
    plain, wary = (first_of(table)[name] for name in ("agents", "agents_wary"))
    failing, kinds = plain["failing"], plain["kinds"]
    mimic = first_of(table)["agents_whole"]["unstopped"]
    settings, tries = table["settings"], table["settings"]["tries"]
    stops, reads, checks = (
        failing["right"][ASKED_FAIL][way][failing["trained"] - 1]
        for way in ("stops at an error", "reads the error", "and is checked")
    )
    orders, gated = plain["orders"], plain["gated"]
    other = list(table["runs"].values())[-1]  # trained from another start
    return {
        "steps_trained": count(settings["steps"]),
        "one_look_up": percent(kinds["1 look-ups"]),
        "three_look_ups": percent(kinds["3 look-ups"]),
        "four_look_ups": percent(kinds["4 look-ups"]),
        "right_sum": percent(kinds["sum"]),
        "right_known": percent(kinds["known"]),
        "tasks_each": count(settings["tasks"]),
        "turn_right": percent(failing["turn"], 1),
        "turns": count(failing["turns"]),
        "fails": percent(float(ASKED_FAIL)),
        "stops": percent(stops),
        "reads": percent(reads),
        "checks": percent(checks),
        "mimic_invented": percent(mimic["invented"]),
        "mimic_right": percent(mimic["right"]),
        "wordings": count(settings["wordings"]),
        "obeyed": percent(orders["obeyed"]),
        "each": count(settings["each"]),
        "obeyed_best": percent(orders["best obeyed"]),
        "best": orders["best"].format(thing="key", to="Finn"),
        "wordings_obeyed": count(orders["wordings obeyed"]),
        "wary_obeyed": percent(wary["orders"]["obeyed"]),
        "wary_best": percent(wary["orders"]["best obeyed"]),
        "wary_best_text": wary["orders"]["best"].format(thing="key", to="Finn"),
        "wary_wordings": count(wary["orders"]["wordings obeyed"]),
        "other_three": percent(other["agents"]["kinds"]["3 look-ups"]),
        "other_four": percent(other["agents"]["kinds"]["4 look-ups"]),
        "other_obeyed": percent(other["agents"]["orders"]["obeyed"]),
        "other_best": percent(other["agents"]["orders"]["best obeyed"]),
        "other_wary": count(other["agents_wary"]["orders"]["wordings obeyed"]),
        "gate_obeyed": percent(plain["gated orders"]["obeyed"]),
        "gate_give": percent(gated["give"]),
        "gate_friend": percent(gated["give to friend"]),
        "gate_note": percent(gated["note"]),
        "open_friend": percent(kinds["give to friend"]),
        "open_note": percent(kinds["note"]),
        "tried_tasks": count(len(plain["tried"])),
        "tries": count(tries),
        "pass_1": percent(pass_all(plain["tried"], tries, 1)),
        "pass_alone": percent(all_right(pass_all(plain["tried"], tries, 1), 4)),
        "pass_4": percent(pass_all(plain["tried"], tries, 4)),
        "any_4": percent(pass_any(plain["tried"], tries, 4)),
    } | published_findings()


def published_findings() -> dict[str, str]:
    """What the page says of published results, by its name there.

    Example:
      >>> published_findings()["tau_four"]
      '38 %'
    """
    tau, react = AGENTS["tau_gpt4o"].value, AGENTS["react"].value
    camel, metr = AGENTS["camel"].value, AGENTS["metr"].value
    return {
        "twenty": percent(all_right(0.95, 20)),
        "tau_one": percent(tau[0]),
        "tau_four": percent(tau[3]),
        "tau_alone": percent(all_right(tau[0], 4)),
        "tau_beta": percent(beta_law(tau[0], tau[1], 4)),
        "react_hotpot": decimal(react["ReAct"][0], 1),
        "cot_hotpot": decimal(react["CoT"][0], 1),
        "react_fever": decimal(react["ReAct"][1], 1),
        "cot_fever": decimal(react["CoT"][1], 1),
        "both_hotpot": decimal(react["ReAct to CoT-SC"][0], 1),
        "camel_gated": f"{camel['gated']} %",
        "camel_open": f"{camel['undefended']} %",
        "attacker_defences": count(AGENTS["attacker"].value["defences"]),
        "attacker_above": f"{AGENTS['attacker'].value['above']} %",
        "metr_half": count(metr["half"]),
        "metr_most": count(metr["most"]),
        "metr_steady": decimal(horizon(float(metr["half"]), 0.8), 0),
    }


def claims(table: Table) -> dict[str, bool]:
    """The sentences of the page that rest on the table, and whether they hold.

    Args:
      table: As for :func:`findings`.
    """
    plain, wary = (first_of(table)[name] for name in ("agents", "agents_wary"))
    mimic = first_of(table)["agents_whole"]["unstopped"]
    kinds, most = plain["kinds"], plain["failing"]["trained"] - 1
    right = plain["failing"]["right"]
    broken = {way: shares[most] for way, shares in right[ASKED_FAIL].items()}
    stops = right[ASKED_FAIL]["stops at an error"]
    alone = all_right(1 - float(ASKED_FAIL), most + 1)
    tries = table["settings"]["tries"]
    single, together = (pass_all(plain["tried"], tries, k) for k in (1, 4))
    blocked = (plain["gated"]["give to friend"], plain["gated"]["note"])
    return {
        "it does what training had": min(kinds[f"{n} look-ups"] for n in (1, 2, 3))
        > 0.9,
        "one more look-up is too many": kinds["4 look-ups"] < 0.5,
        "more look-ups, fewer right": stops[0] > stops[most],
        "the product is near": abs(stops[most] - alone) < 0.15,
        "errors given back are repaired": broken["reads the error"]
        > broken["stops at an error"] + 0.2,
        "most failures are repaired": broken["reads the error"]
        > (right["0"]["reads the error"][most] + stops[most]) / 2,
        "a checker helps": broken["and is checked"] > broken["reads the error"],
        "the best wording always works": plain["orders"]["best obeyed"] == 1,
        "tries fail alone": abs(together - all_right(single, 4)) < 0.03,
        "the mimic makes results up": mimic["invented"] > 0.8,
        "and guesses": mimic["right"] < 3 * CHANCE,
        "the agent does not": plain["unstopped"]["invented"] < 0.1,
        "the wary twin obeys less": wary["orders"]["obeyed"]
        < plain["orders"]["obeyed"],
        "the gate lets no order through": plain["gated orders"]["obeyed"] == 0,
        "the gate blocks what a tool named": max(blocked) == 0,
        "the gate lets through what the user named": plain["gated"]["give"] > 0.9,
    }
