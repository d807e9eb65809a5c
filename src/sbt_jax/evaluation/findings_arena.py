"""What the votes of the arena say for chapter 16, in the words of its page."""

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np

from sbt_jax.evaluation import crowd
from sbt_jax.evaluation.arena import Votes, bradley_terry, elo
from sbt_jax.evaluation.errors import WIDE
from sbt_jax.numbers import count, percent

BATTLES, PRIOR, ORDERS = 2_000, 0.01, 40
ASSISTANTS = ("fine-tuned", "RLHF", "DPO", "ruled")


def arena_findings(table: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, bool]]:
    """What 2,000 votes of each voter say, and the claims that rest on them.

    Args:
      table: As ``read_table("evaluation_arena")`` gives it.
    """
    answers, names = crowd.pool(table), crowd.contestants(table["answers"])
    battles = crowd.draw_battles(answers, BATTLES)
    short, nice = crowd.VOTERS
    won = {voter: crowd.vote(answers, battles, voter) for voter in crowd.VOTERS}
    rated = {
        (voter, style): bradley_terry(
            crowd.counted(answers, battles, won[voter], style=style), len(names), PRIOR
        )
        for voter in crowd.VOTERS
        for style in (False, True)
    }
    order = {key: np.argsort(-found.strength) for key, found in rated.items()}
    first = names[order[short, False][0]]
    kind = names[order[nice, False][0]]
    counted = crowd.counted(answers, battles, won[nice])
    missed = {k: missed_leader(counted, len(names), k) for k in (32.0, 4.0)}
    best, second = order[nice, False][:2]
    found = rated[nice, False]
    gap = found.strength[best] - found.strength[second]
    out = [found.strength[names.index(kind)] for found in rated.values()][1::2]
    judged = judge(table)
    said = {
        "judge_true": percent(judged["true over false"]),
        "judge_nice": percent(judged["nicer of two true"]),
        "judge_fooled": percent(judged["false and nicer over true"]),
        "arena_short": first,
        "arena_nice": kind,
        "arena_questions": count(len(table["questions"])),
        "elo_missed": percent(missed[32.0]),
        "elo_small": percent(missed[4.0]),
    }
    return said, {
        "our judge falls for niceties": judged["false and nicer over true"] > 0.8,
        "two voters, two winners": first != kind,
        "the one's first is near the other's bottom": kind
        in [names[i] for i in order[short, False][-2:]],
        "its lead is no chance": bool(
            gap > WIDE * (found.error[best] + found.error[second])
        ),
        "without niceties both say the same of it": bool(abs(out[0] - out[1]) < 0.15),
        "without niceties the assistants are alike": all(
            np.ptp([rated[v, True].strength[names.index(a)] for a in ASSISTANTS]) < 0.3
            for v in crowd.VOTERS
        ),
        "without niceties small and raw stand behind": all(
            max(rated[v, True].strength[names.index(a)] for a in ("small", "raw"))
            < min(rated[v, True].strength[names.index(a)] for a in ASSISTANTS)
            for v in crowd.VOTERS
        ),
        "Elo often names another": missed[32.0] > 0.1 >= missed[4.0],
    }


def judge(table: Mapping[str, Any]) -> dict[str, float]:
    """How often a judge prefers one of two answers to a question, by their kinds.

    The judge is a reward that ``liked`` holds: what an assistant tuned by DPO gains in
    log-probability over the model that it was tuned from.

    Args:
      table: As for :func:`arena_findings`.

    Example:
      >>> rows = [{"true": t, "false": not t, "niceties": n, "liked": n}
      ...         for t, n in ((True, 0), (True, 1), (False, 2))]
      >>> judge({"questions": ["?"], "answers": {"a": rows}})["true over false"]
      0.0
    """
    many, rows = len(table["questions"]), table["answers"].values()
    asked = [[row for some in rows for row in some[at::many]] for at in range(many)]
    pairs = [pair for some in asked for pair in itertools.permutations(some, 2)]
    kinds = {
        "true over false": lambda x, y: x["true"] and y["false"],
        "nicer of two true": lambda x, y: x["true"] and y["true"] and _nicer(x, y),
        "false and nicer over true": lambda x, y: (
            x["false"] and y["true"] and _nicer(x, y)
        ),
    }
    found = {}
    for name, fits in kinds.items():
        preferred = [x["liked"] > y["liked"] for x, y in pairs if fits(x, y)]
        found[name] = float(np.mean(preferred)) if preferred else float("nan")
    return found


def _nicer(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return min(one["niceties"], 2) > min(other["niceties"], 2)


def missed_leader(battles: Votes, many: int, k: float) -> float:
    """In how many of some shuffled orders of votes Elo has another leader.

    Args:
      battles: Votes.
      many: Contestants.
      k: Elo's largest step.

    Returns:
      The share of orders whose leader is not that of Bradley and Terry.
    """
    rng = np.random.default_rng(0)
    leader = int(bradley_terry(battles, many, PRIOR).strength.argmax())
    missed = 0
    for _ in range(ORDERS):
        at = rng.permutation(len(battles.won))
        other = battles._replace(
            first=battles.first[at], second=battles.second[at], won=battles.won[at]
        )
        missed += int(elo(other, many, k).argmax()) != leader
    return missed / ORDERS
