"""What was measured for chapter 9, in the words of its page."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from sbt_jax.context.chats import POLICIES
from sbt_jax.numbers import count, decimal, percent, span
from sbt_jax.published.context import CONTEXT

Table = Mapping[str, Any]
NEAR = "32"  # the window that the page speaks of
KEYS = dict(zip(POLICIES, ("oldest", "notes", "summary", "lookup"), strict=True))


def findings(windows: Table, chats: Table) -> dict[str, str]:
    """What main loses in a window, and what policies let the reader answer.

    Args:
      windows: ``read_table("context_windows")``.
      chats: ``read_table("context_chats")``.

    Returns:
      Texts by their names on the page.
    """
    loss, all_seen = windows["loss"], windows["loss"]["256"]
    found = {
        "loss_all": decimal(all_seen),
        "loss_near": decimal(loss[NEAR]),
        "loss_8": decimal(loss["8"]),
        "loss_64": decimal(loss["64"]),
        "cut_places": count(windows["cut"][NEAR]["places"]),
        "window_places": count(windows["tokens"]),
        "window_stories": count(windows["stories"]),
        "main_sink": percent(float(np.max(windows["sinks"]))),
        "main_kept": span(
            [loss[w] - windows["kept"][w]["1"] for w in loss if int(w) >= 16], decimal
        ),
        "chats": count(chats["chats"]),
        "chat_least": count(chats["tokens"][0]),
        "chat_most": count(chats["tokens"][1]),
    }
    for window, row in windows["cut"].items():
        found[f"hidden_{window}"] = decimal(row["hidden"])
        found[f"cut_{window}"] = decimal(row["cut"])
    for policy, key in KEYS.items():
        rows = chats["policies"][policy]
        found |= {
            f"{key}_{budget}": percent(row["right"]) for budget, row in rows.items()
        }
        found |= {
            f"{key}_there_{budget}": percent(row["there"])
            for budget, row in rows.items()
        }
    found |= {
        f"crowd_{many}": percent(row["right"]) for many, row in chats["crowd"].items()
    }
    return found


def in_order(table: Table) -> list[str]:
    """The keys of a table from small to large, as numbers.

    Example:
      >>> in_order({"128": 0, "16": 0})
      ['16', '128']
    """
    return sorted(table, key=float)


def claims(windows: Table, chats: Table) -> dict[str, bool]:
    """The sentences of the page that rest on these tables, and whether they hold."""
    loss = [windows["loss"][window] for window in in_order(windows["loss"])]
    rows = chats["policies"]
    budgets = list(rows[POLICIES[0]])
    skills = windows["skills"][NEAR]
    floor = windows["skills"]["256"]
    more = {k: skills[k] - floor[k] for k in skills if k != "every word"}
    apart = {k: row["cut"] - row["hidden"] for k, row in windows["cut"].items()}
    far = ("names", "who has what")
    return {
        "less seen is more surprise": loss == sorted(loss, reverse=True),
        "what was said long before suffers": all(more[k] > 1 for k in far)
        and all(more[k] < 0.1 for k in more if k not in far),
        "news is passed on in the smallest windows": apart["8"] > 0.2
        and abs(apart[NEAR]) < 0.02,
        "main has no sink": np.max(windows["sinks"]) < 0.1,
        "looking up beats dropping the oldest": all(
            rows["look up"][b]["right"] > rows["drop the oldest"][b]["right"]
            for b in budgets
        ),
        "in the smallest window looking up does best": max(
            rows, key=lambda policy: rows[policy]["64"]["right"]
        )
        == "look up",
        "with more room looking up is right less often": rows["look up"]["64"]["right"]
        > rows["look up"]["256"]["right"] + 0.1,
        "notes are hard to beat once they fit": all(
            rows["take notes"][b]["right"]
            == max(one[b]["right"] for one in rows.values())
            for b in ("128", "192", "256")
        ),
        "telegrams are sent and not read": rows["sum up"]["256"]["there"] > 0.9
        and rows["sum up"]["256"]["right"] < 0.4,
        "a crowd hides a fact": chats["crowd"]["1"]["right"]
        > chats["crowd"]["16"]["right"] + 0.05,
        "notes beat dropping the oldest": all(
            rows["take notes"][b]["right"] > rows["drop the oldest"][b]["right"]
            for b in budgets
        ),
    }


def needle_findings(table: Table) -> dict[str, str]:
    """Shares of needles found within the trained length and beyond it."""
    lengths, trained = table["lengths"], table["trained"]
    found = {}
    for name, key in NAMES.items():
        map_ = mean_map(table, name)
        within = [row for row, n in zip(map_, lengths, strict=True) if n <= trained]
        found[f"needle_{key}_in"] = percent(float(np.mean(within)))
        for length in (2 * trained, 4 * trained):
            at = lengths.index(length)
            found[f"needle_{key}_{length}"] = percent(float(np.mean(map_[at])))
    return found | {
        "needle_trained": count(trained),
        "needle_chance": percent(table["chance"]),
        "needle_asked": count(table["asked"]),
    }


#: Schemes of the needle map, by what the page's names call them.
NAMES = {
    "rotary": "rotary",
    "rotary, interpolated": "interpolated",
    "rotary, larger base": "base",
    "rotary, YaRN": "yarn",
    "ALiBi": "alibi",
}


def needle_claims(table: Table) -> dict[str, bool]:
    """The sentences of the page that rest on the needles, and whether they hold."""

    def found(name: str, length: int) -> float:
        return float(np.mean(mean_map(table, name)[table["lengths"].index(length)]))

    trained = table["trained"]
    plain, *stretched, yarn = (
        [found(name, n * trained) for n in (1, 2, 4)] for name in list(NAMES)[:4]
    )
    return {
        "rotary finds it within, and hardly far beyond": plain[0] > 0.8
        and plain[1] < 0.5
        and plain[2] < 0.1,
        "stretching brings back a part": all(
            one[1] > plain[1] and one[2] > plain[2] for one in stretched
        ),
        "ALiBi did not learn it in the same time": found("ALiBi", trained) < 0.3,
        "YaRN brings back most, and not all": all(
            yarn[i] > max(one[i] for one in stretched) for i in (1, 2)
        )
        and yarn[2] < 0.6,
    }


def mean_map(table: Table, name: str) -> list[list[float]]:
    """The map of a scheme, a mean over its seeds."""
    return np.mean(table["found"][name], axis=0).tolist()


def published_findings() -> dict[str, str]:
    """What others found, as the page says it."""
    middle, ruler = CONTEXT["lost in the middle"].value, CONTEXT["RULER"].value
    nolima, sinks = CONTEXT["NoLiMa"].value, CONTEXT["sinks"].value
    first, *_, last = middle["right"]
    return {
        "middle_first": f"{first:g} %",
        "middle_low": f"{min(middle['right']):g} %",
        "middle_last": f"{last:g} %",
        "middle_closed": f"{middle['closed book']:g} %",
        "ruler_short": f"{ruler['right'][0]:g} %",
        "ruler_long": f"{ruler['right'][-1]:g} %",
        "nolima_base": f"{nolima['base']:g} %",
        "nolima_long": f"{nolima['at 32K']:g} %",
        "sinks_without": f"{sinks['window']:,.0f}",
        "sinks_with": f"{sinks['window and 4 first tokens']:.1f}",
        "window_gpt2": count(CONTEXT["GPT-2 window"].value),
        "window_now": count(CONTEXT["GPT-4.1 window"].value),
    }
