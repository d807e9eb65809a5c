"""What the measurements of chapter 12 say, in the words of its page."""

from collections.abc import Mapping, Sequence
from typing import Any

from sbt_jax.numbers import Number, count, decimal, percent, span
from sbt_jax.published.prompting import PROMPTING

Table = Mapping[str, Any]
FEW, MANY = 2, 8  # swaps: an easy game and a long one
GUESS = 0.2  # who picks one of five cups


def findings(table: Table) -> dict[str, str]:
    """Every number of the page that the shipped table holds, by its name there.

    Args:
      table: As ``sbt_jax.checkpoints.read_table("prompting")`` gives it.
    """
    parts = (_wordings, _pairs, _shell, _votes, _form)
    found = {k: v for part in parts for k, v in part(table).items()}
    return found | published_findings()


def claims(table: Table) -> dict[str, bool]:
    """The sentences of the page that rest on the table, and whether they hold.

    Args:
      table: As for :func:`findings`.
    """
    inside = [row["right"] for row in table["wordings"]["inside"]]
    outside = [row["right"] for row in table["wordings"]["outside"]]
    eight = table["pairs"]["8"]
    new = [row["new"]["seen"] for row in eight["seeds"]]
    shell = list(table["shell"].values())
    hard = _at(table, MANY)
    return {
        "all forty wordings are possible": all(
            row["possible"] for row in table["wordings"]["inside"]
        ),
        "the ten are not": not any(
            row["possible"] for row in table["wordings"]["outside"]
        ),
        "inside all homes are right": min(inside) > 0.98,
        "outside most wordings get none": sorted(outside)[len(outside) // 2] < 0.02,
        "pairs are read off the text": min(new) > 0.9,
        "known layouts are recognised": all(
            row["known"]["p"][3] > 0.8 for row in eight["seeds"]
        ),
        "the text wins over memory": all(
            row["text"] > row["memory"] for row in eight["exchanged"]
        ),
        "steps hold": min(hard["in steps"]) > 0.9,
        "at once falls": max(hard["at once"]) < 0.5,
        "dots do not help": max(hard["dots"]) < 0.5,
        "an example sets the form": all(
            one["begins"]["example: in steps"]["in steps"] > 0.9 for one in shell
        ),
        "a phrase sets it too": all(
            one["begins"]["phrase: in steps"]["in steps"] > 0.9 for one in shell
        ),
        "votes hurt some questions": all(
            row["hurt"] > 0.05 for one in shell for row in one["votes"].values()
        ),
        "a mask costs right answers": all(
            one["freely"]["masked_right"] < one["freely"]["right"] for one in shell
        ),
    }


def _at(table: Table, swaps: int) -> dict[str, list[float]]:
    """By way of answering, of each model: right answers after so many swaps."""
    at = list(table["tested"]).index(swaps)
    ways = next(iter(table["shell"].values()))["right"]
    return {
        way: [one["right"][way][at] for one in table["shell"].values()] for way in ways
    }


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _wordings(table: Table) -> dict[str, str]:
    told = table["wordings"]
    inside, outside = (
        [row["right"] for row in told[kind]] for kind in ("inside", "outside")
    )
    return {
        "people": count(told["people"]),
        "inside_n": count(len(inside)),
        "outside_n": count(len(outside)),
        "inside_right": span(inside, percent),
        "outside_none": count(sum(x == 0 for x in outside)),
        "outside_best": percent(max(outside)),
    }


def _pairs(table: Table) -> dict[str, str]:
    eight = table["pairs"]["8"]
    rows = eight["seeds"]
    none = table["pairs"]["0"]["seeds"]
    return {
        "known_three": span([row["known"]["p"][3] for row in rows], percent),
        "known_three_exact": span([row["known"]["exact"][3] for row in rows], percent),
        "new_seen": span(
            [row["new"]["seen"] for row in rows], lambda share: percent(share, 1)
        ),
        "far_known": span([row["known"]["far_all"] for row in rows], decimal),
        "far_new": span([row["new"]["far_all"] for row in rows], decimal),
        "none_seen": span([row["new"]["seen"] for row in none], percent),
        "text_wins": span([row["text"] for row in eight["exchanged"]], percent),
        "memory_wins": span([row["memory"] for row in eight["exchanged"]], percent),
    }


def _shell(table: Table) -> dict[str, str]:
    easy, hard = _at(table, FEW), _at(table, MANY)
    shell = list(table["shell"].values())
    free = [one["begins"]["nothing"] for one in shell]
    return {
        "few_swaps": count(FEW),
        "many_swaps": count(MANY),
        "steps_easy": span(easy["in steps"], percent),
        "steps_hard": span(hard["in steps"], percent),
        "once_easy": span(easy["at once"], percent),
        "once_hard": span(hard["at once"], percent),
        "dots_hard": span(hard["dots"], percent),
        "unasked_steps": span([row["in steps"] for row in free], percent),
        "example_steps": span(
            [one["begins"]["example: in steps"]["in steps"] for one in shell], percent
        ),
        "phrase_steps": span(
            [one["begins"]["phrase: in steps"]["in steps"] for one in shell], percent
        ),
    }


def _votes(table: Table) -> dict[str, str]:
    shell = list(table["shell"].values())
    swaps = sorted(shell[0]["votes"], key=int)
    few, many = swaps[0], swaps[-1]
    found = {"most_votes": count(table["votes"][-1])}
    for name, at in (("few", few), ("many", many)):
        rows = [one["votes"][at] for one in shell]
        found |= {
            f"one_{name}": span([row["expected"][0] for row in rows], percent),
            f"voted_{name}": span([row["expected"][-1] for row in rows], percent),
            f"drawn_{name}": span([row["drawn"][-1] for row in rows], percent),
            f"hurt_{name}": span([row["hurt"] for row in rows], percent),
            f"helped_{name}": span([row["helped"] for row in rows], percent),
            f"votes_{name}": count(int(at)),
        }
    return found


def _form(table: Table) -> dict[str, str]:
    rows = [one["freely"] for one in table["shell"].values()]
    return {
        "valid_before": span([row["valid"] for row in rows], percent),
        "right_before": percent(_mean([row["right"] for row in rows])),
        "right_after": percent(_mean([row["masked_right"] for row in rows])),
    }


def published_findings() -> dict[str, str]:
    """What the page quotes of others.

    Example:
      >>> published_findings()["kojima_asked"], published_findings()["twice"]
      ('17.7 %', '47 of 70')
    """
    kojima, wei = PROMPTING["kojima_multiarith"].value, PROMPTING["wei_gsm8k"].value
    wang, twice = PROMPTING["wang_gsm8k"].value, PROMPTING["leviathan_twice"].value
    schema = PROMPTING["openai_schema"].value

    def said(number: Number) -> str:
        return f"{number:g} %"

    return {
        "kojima_asked": said(kojima["asked"]),
        "kojima_phrase": said(kojima["phrase"]),
        "kojima_shown": said(kojima["eight examples"]),
        "wei_large": said(wei["PaLM-540B"][1]),
        "wei_large_before": said(wei["PaLM-540B"][0]),
        "wei_small": said(wei["PaLM-8B"][1]),
        "wei_small_before": said(wei["PaLM-8B"][0]),
        "wang_one": said(wang["PaLM-540B"][0]),
        "wang_forty": said(wang["PaLM-540B"][1]),
        "sclar": count(PROMPTING["sclar_points"].value),
        "twice": f"{twice['won']} of {twice['of']}",
        "schema_below": said(schema["below"]),
    }
