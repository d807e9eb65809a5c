"""What the measurements of chapter 7 say, in the words of its page."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sbt_jax.numbers import Number, count, decimal, percent, span
from sbt_jax.published.generation import GENERATION

Table = Mapping[str, Any]


def findings(table: Table) -> dict[str, str]:
    """Every number of the page that the shipped table holds, by its name there.

    Args:
      table: As ``sbt_jax.checkpoints.read_table("generation")`` gives it.
    """
    parts = (_distances, _stories, _search, _again)
    return {k: v for part in parts for k, v in part(table).items()} | _published()


def nearest(table: Table, model: str = "main") -> list[tuple[str, str]]:
    """All settings as (group, name), from the nearest to the truth on.

    Example:
      >>> def row(far):
      ...     return {"main": {"total_variation": far}}
      >>> nearest({"settings": {"top_k": {"2": row(0.3), "9": row(0.1)}}})
      [('top_k', '9'), ('top_k', '2')]
    """
    settings = table["settings"]
    found = [(group, name) for group in settings for name in settings[group]]
    return sorted(found, key=lambda at: _far(table, at[0], at[1], model))


def claims(table: Table) -> dict[str, bool]:
    """The sentences of the page that rest on the shipped table, and whether they hold.

    Args:
      table: As for :func:`findings`.
    """
    parts = (_claims_of_greedy, _claims_of_samplers, _claims_of_search)
    return {k: v for part in parts for k, v in part(table).items()}


# -- What the settings hold --------------------------------------------------------


def _row(table: Table, group: str, name: str, model: str = "main") -> Table:
    return table["settings"][group][name][model]


def _far(table: Table, group: str, name: str, model: str = "main") -> float:
    return _row(table, group, name, model)["total_variation"]


def _possible(table: Table, group: str, name: str) -> Sequence[float]:
    """By seed, the share of the stories that the world could hold."""
    return table["settings"][group][name]["possible_stories"]


def _mean(values: Sequence[Number]) -> float:
    return sum(values) / len(values)


# -- Greedy ------------------------------------------------------------------------


def _kept(table: Table) -> list[tuple[str, int]]:
    """Of each greedy story of *main* its commonest sentence, and how often it comes."""
    texts = [text for text, _ in table["greedy"]["in the world"]["main"]["texts"]]
    told = [text.split(". ") for text in texts]
    return [(said := max(one, key=one.count), one.count(said)) for one in told]


def _claims_of_greedy(table: Table) -> dict[str, bool]:
    inside, outside = (
        table["greedy"][place] for place in ("in the world", "off the world")
    )
    three, five, main = (inside[model] for model in ("3-gram", "5-gram", "main"))
    loops = [
        place[m]["looped"] for m in ("main", "small") for place in (inside, outside)
    ]
    return {
        "the trigram always loops": three["looped"] == three["of"],
        "a 5-gram loops, too": five["looped"] > five["of"] / 2,
        "main always ends": main["ended"] == main["of"],
        "the models never loop": not any(loops),
        "each greedy story is possible": not any(slip for _, slip in main["texts"]),
        "each says one thing four times": all(n > 3 for _, n in _kept(table)),
    }


# -- Samplers ----------------------------------------------------------------------


def _distances(table: Table) -> dict[str, str]:
    def far(*at: str) -> str:
        return decimal(_far(table, *at), 4)

    plain, nine = (_row(table, *at) for at in (("temperature", "1"), ("top_p", "0.9")))
    return {
        "places": count(table["places"]),
        "tail_two": percent(plain["impossible"], 2),
        "tail_cut": percent(nine["impossible"], 2),
        "nine_dropped": percent(nine["dropped"], 1),
        "nearest_js": f"{_nearest_temperature(table, 'jensen_shannon'):g}",
        "main_plain": far("temperature", "1"),
        "small_plain": far("temperature", "1", "small"),
        "main_best_tv": far(*nearest(table)[0]),
        "small_best_tv": far(*nearest(table, "small")[0], "small"),
        "seven_tv": far("temperature", "0.7"),
        "light_tv": far("top_p", "0.98"),
        "hot_tv": far("temperature", "1.5"),
        "nine_tv": far("top_p", "0.9"),
        "ten_tv": far("top_k", "10"),
        "penalty": far("repetition_penalty", "1.2"),
        "mild_penalty": far("repetition_penalty", "1.02"),
    }


def _nearest_temperature(table: Table, distance: str) -> float:
    found = table["settings"]["temperature"]
    return float(min(found, key=lambda name: found[name]["main"][distance]))


def _stories(table: Table) -> dict[str, str]:
    def possible(*at: str) -> str:
        return span(_possible(table, *at), percent)

    lengths = _lengths(table)
    point = table["settings"]["top_p"]["0.1"]["different"]
    return {
        "n_written": count(table["written"]),
        "whole": possible("temperature", "1"),
        "plain_mean": percent(_mean(_possible(table, "temperature", "1"))),
        "hot_stories": possible("temperature", "1.5"),
        "seven_stories": possible("temperature", "0.7"),
        "nine_stories": possible("top_p", "0.9"),
        "light_stories": possible("top_p", "0.98"),
        "point_stories": possible("top_p", "0.1"),
        "point_different": decimal(100 * _mean(point), 0),
        "penalty_stories": possible("repetition_penalty", "1.2"),
        "mild_penalty_stories": possible("repetition_penalty", "1.02"),
        "ten_stories": percent(_mean(_possible(table, "top_k", "10"))),
        "cold_tokens": decimal(_mean(lengths["0.3"]), 0),
        "mild_tokens": decimal(_mean(lengths["0.9"]), 0),
    }


def _lengths(table: Table) -> dict[str, list[Number]]:
    """Tokens of a story by temperature, one number a seed."""
    return {t: [run["tokens"] for run in runs] for t, runs in table["slips"].items()}


def _claims_of_samplers(table: Table) -> dict[str, bool]:
    def far(*at: str) -> float:
        return _far(table, *at)

    def possible(*at: str) -> Sequence[float]:
        return _possible(table, *at)

    plain, mild = ("temperature", "1"), ("repetition_penalty", "1.02")
    seven, eight = ("temperature", "0.7"), ("temperature", "0.8")
    nine, ten, cut = ("top_p", "0.9"), ("top_k", "10"), ("min_p", "0.1")
    harsh, lengths = ("repetition_penalty", "1.2"), _lengths(table)
    first, second, *_ = nearest(table)
    means = {
        at: _mean(possible(*at))
        for at in (plain, mild, seven, eight, nine, ten, cut, harsh, ("top_p", "0.98"))
    }
    wrong = {at: _row(table, *at)["impossible"] for at in (plain, nine, harsh)}
    return {
        "the nearest temperature is 1": (
            _nearest_temperature(table, "total_variation") == 1.0
        ),
        "the nearest are light cuts": first[0] in ("top_k", "top_p", "min_p"),
        "two are equally near": far(*second) - far(*first) < 5e-5,
        "cold helps": min(possible(*seven)) > max(possible(*plain)),
        "top-p 0.9 is as safe as T = 0.7": abs(means[nine] - means[seven]) < 0.03,
        "and nearer": far(*nine) < 0.75 * far(*seven),
        "top-p cuts the tail": wrong[nine] < wrong[plain] / 3,
        "top-k 10 is as safe as T = 0.8": abs(means[ten] - means[eight]) < 0.01,
        "and further away": far(*ten) > 1.3 * far(*eight),
        "min-p is safer than T = 0.8": means[cut] > means[eight],
        "and nearer, too": far(*cut) < far(*eight),
        "cold stories are longer": min(lengths["0.3"]) > 1.1 * max(lengths["0.9"]),
        "a mild penalty helps, a light cut more": (
            means[plain] < means[mild] < means[("top_p", "0.98")]
        ),
        "a harsh penalty is far away": far(*harsh) > 3 * far(*plain),
        "it feeds the tail": wrong[harsh] > wrong[plain],
        "it does harm": means[harsh] < means[plain],
    }


# -- Search ------------------------------------------------------------------------


def _median(found: Table, key: str = "log_probability") -> float:
    ordered, half = sorted(found[key]), len(found[key]) // 2
    return (ordered[half] + ordered[~half]) / 2


def _at_once(table: Table) -> list[float]:
    """What 32 beams give to the stories that they end where they begin."""
    wide = table["endings"]["beams"]["32"]
    pairs = zip(wide["log_probability"], wide["tokens"], strict=True)
    return [p for p, tokens in pairs if tokens == 1]


def _pairs(table: Table) -> list[tuple[float, float]]:
    """For each beginning what 32 beams find, and what one does."""
    wide, one = (table["endings"]["beams"][width] for width in ("32", "1"))
    return list(zip(wide["log_probability"], one["log_probability"], strict=True))


def _beams(table: Table) -> list[Table]:
    beams = table["endings"]["beams"]
    return [beams[width] for width in sorted(beams, key=int)]


def _search(table: Table) -> dict[str, str]:
    truth, drawn = table["endings"]["truth"], table["endings"]["sampled"]
    one, *_, wide = beams = _beams(table)
    pairs, at_once = _pairs(table), _at_once(table)
    low, high = (f([_median(found) for found in drawn]) for f in (min, max))
    return {
        "n_prompts": count(table["prompts"]),
        "beam_wide": decimal(_median(wide), 1),
        "beam_one": decimal(_median(one), 1),
        "beam_truth": decimal(_median(truth), 1),
        "at_once": count(len(at_once)),
        "at_once_low": decimal(min(at_once), 0),
        "at_once_high": decimal(max(at_once), 0),
        "likelier": count(sum(a > b for a, b in pairs)),
        "less_likely": count(sum(a < b for a, b in pairs)),
        "long_one": decimal(_median(one, "tokens"), 0),
        "long_drawn": span([_median(found, "tokens") for found in drawn], count),
        "words_wide": count(wide["words_used"]),
        "words_truth": count(truth["words_used"]),
        "few_valid": percent(min(found["possible_stories"] for found in beams[:2])),
        "beam_valid": percent(wide["possible_stories"]),
        "drawn_valid": span([found["possible_stories"] for found in drawn], percent),
        "drawn_low": decimal(low, 1),
        "drawn_high": decimal(high, 1),
    }


def _claims_of_search(table: Table) -> dict[str, bool]:
    truth, drawn = table["endings"]["truth"], table["endings"]["sampled"]
    one, *_, wide = beams = _beams(table)
    at_once, order = _at_once(table), [_median(found) for found in beams]
    valid = [found["possible_stories"] for found in beams]
    lengths = [_median(found, "tokens") for found in drawn]
    main, world = (_means(table, name) for name in ("main", "world"))
    kinds, cold = _slips(table, "0.9"), _slips(table, "0.3")
    return {
        "some end at once": len(at_once) > 1 and 1 not in one["tokens"],
        "that is far likelier": min(at_once) > _median(truth) + 10,
        "often a crowd finds less": sum(a < b for a, b in _pairs(table)) > 2,
        "more beams find likelier texts": order == sorted(set(order)),
        "drawn endings are likelier": _median(one) < min(map(_median, drawn)),
        "the likeliest are long": _median(one, "tokens") > 1.2 * max(lengths),
        "they use few words": wide["words_used"] < truth["words_used"] / 2,
        "few beams write what is possible": valid[0] == valid[1] == 1,
        "more beams write less of it": valid == sorted(valid, reverse=True),
        "main follows the world five times": all(
            abs(a - b) < 0.02
            for mine, true in zip(main, world, strict=True)
            for a, b in zip(mine[:5], true[:5], strict=True)
        ),
        "from the seventh time on the world says no": all(
            true[6] == true[7] == 0 < mine[7] - 0.2
            for mine, true in zip(main, world, strict=True)
        ),
        "repetition does not feed itself": all(mine[4] <= mine[0] for mine in main),
        "most slips are choices": _rest(kinds) < kinds["choice"],
        "cold hardly slips": cold.total() < 4,
        "translators: more than half": GENERATION["empty"].value == 0.5,
    }


# -- Repetition, and slips ---------------------------------------------------------


def _means(table: Table, model: str) -> list[list[float]]:
    """A row for each sentence: its mean probability each time that it comes."""
    return [
        [_mean(values) for values in zip(*rows, strict=True)]
        for rows in table["repeated"][model].values()
    ]


def _slips(table: Table, temperature: str) -> Counter[str]:
    """How often stories slipped, by the kind of word that was wrong."""
    runs = table["slips"][temperature]
    return sum((Counter(run["wrong"]) for run in runs), Counter())


def _rest(kinds: Counter[str]) -> int:
    return kinds.total() - kinds["choice"] - kinds["grammar"]


def _again(table: Table) -> dict[str, str]:
    def at(model: str, time: int) -> str:
        *most, last = (percent(row[time]) for row in _means(table, model))
        return ", ".join(most) + " and " + last

    kinds = _slips(table, "0.9")
    return {
        "said_first": at("main", 0),
        "said_fifth": at("main", 4),
        "said_last": at("main", -1),
        "true_fifth": at("world", 4),
        "slips_of": count(table["whole"] * len(table["slips"]["0.9"])),
        "mild_slips": count(kinds.total()),
        "mild_choice": count(kinds["choice"]),
        "mild_grammar": count(kinds["grammar"]),
        "mild_rest": count(_rest(kinds)),
        "cold_slips": count(_slips(table, "0.3").total()),
    }


def _published() -> dict[str, str]:
    """How many of GPT-2's texts, and of people's, end in a repetition."""
    shares = GENERATION["repetition"].value
    names = {"greedy": "greedy", "top-p 0.95": "095"}
    return {f"gpt2_{key}": percent(shares[k] / 100, 1) for k, key in names.items()}
