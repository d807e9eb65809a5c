"""What the measurements of chapter 15 say, in the words of its page."""

from collections.abc import Mapping, Sequence
from typing import Any

from sbt_jax.multimodality.prices import AS_OF, RULES
from sbt_jax.numbers import count, decimal, percent, span
from sbt_jax.published.multimodality import CLIPS, MULTIMODALITY, VITS

Table = Mapping[str, Any]


def findings(table: Table) -> dict[str, str]:
    """Every number of the page that the shipped table holds, by its name there.

    Args:
      table: As ``sbt_jax.checkpoints.read_table("multimodality")`` gives it.
    """
    parts = (_sums, _patches, _clip)
    return {k: v for part in parts for k, v in part(table).items()} | published()


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _of(rows: Sequence[Table], *names: str) -> list[float]:
    found = []
    for row in rows:
        value: Any = row
        for name in names:
            value = value[name]
        found.append(value)
    return found


def _sums(table: Table) -> dict[str, str]:
    sums = table["sums"]
    rows = sums["seeds"]
    first = next(iter(sums["rise"].values()))
    return {
        "both": percent(_mean(_of(rows, "both"))),
        "both_span": span(_of(rows, "both"), percent),
        "in_words": span(_of(rows, "words"), percent),
        "untrained": span(first, percent),
        "one_drawn": span(_of(rows, "first"), percent),
        "nearest": percent(_mean(_of(rows, "nearest", "right"))),
        "nearest_span": span(_of(rows, "nearest", "right"), percent),
        "nearest_all": span(_of(rows, "nearest", "of_all"), percent),
        "near_cosine": span(_of(rows, "nearest", "cosine")),
        "longer": span(_of(rows, "nearest", "length"), lambda x: decimal(x, 1)),
        "taken_words": span(_of(rows, "subtraction", "words"), percent),
        "taken_drawn": span(_of(rows, "subtraction", "drawn"), percent),
        "taken_texts": count(rows[0]["subtraction"]["texts"]),
        "sum_texts": count(sums["texts"]),
        "pixels_alone": percent(sums["pixels"]),
    }


def _patches(table: Table) -> dict[str, str]:
    found = {}
    for kind, row in table["patches"].items():
        found[f"right_{kind}"] = percent(_mean(row["right"]))
        found[f"right_{kind}_span"] = span(row["right"], percent)
        found[f"weights_{kind}"] = count(row["weights"])
    four = table["patches"]["4"]
    return found | {
        "all_digits": count(four["digits"]),
        "shuffled": percent(_mean(four["shuffled"])),
        "shuffled_span": span(four["shuffled"], percent),
        "patch_steps": list(four["rise"])[-1],
    }


def _clip(table: Table) -> dict[str, str]:
    found = {}
    for way, row in table["clip"].items():
        rows = row["seeds"]
        for kind in ("number", "color", "place", "caption"):
            found[f"{way}_{kind}"] = percent(_mean(_of(rows, kind)))
            found[f"{way}_{kind}_span"] = span(_of(rows, kind), percent)
        found[f"{way}_gap"] = span(_of(rows, "gap"))
        found[f"{way}_cosine"] = span(_of(rows, "cosine"))
        found[f"{way}_scale"] = span(_of(rows, "scale"), lambda x: decimal(x, 1))
        found[f"{way}_loss"] = span(row["last"])
    return found | {"clip_steps": list(table["clip"]["clipped"]["seen"])[-1]}


def claims(table: Table) -> dict[str, bool]:
    """The sentences of the page that rest on the table, and whether they hold.

    Args:
      table: As for :func:`findings`.
    """
    rows = table["sums"]["seeds"]
    patches, clip = table["patches"], table["clip"]
    right = {kind: row["right"] for kind, row in patches.items()}
    number = {way: _of(row["seeds"], "number") for way, row in clip.items()}
    return {
        "two drawn numbers are added": min(_of(rows, "both")) > 0.85,
        "untrained it is lost": max(next(iter(table["sums"]["rise"].values()))) < 0.5,
        "the nearest word is often the number": min(_of(rows, "nearest", "right"))
        > 0.65,
        "though far from the same": max(_of(rows, "nearest", "cosine")) < 0.6,
        "smaller patches are better": max(right["16"])
        < min(right["8"])
        <= max(right["8"])
        < min(right["4"]),
        "in another order it is often right": 0.5
        < min(patches["4"]["shuffled"])
        < min(right["4"]),
        "the older network wins": min(right["cnn"]) > max(right["4"]),
        "names of numbers tell digits apart": min(number["clipped"]) > 0.7,
        "a fixed scale learns less": max(number["fixed"]) < min(number["clipped"]),
        "there is a gap": min(_of(clip["clipped"]["seeds"], "gap")) > 0.1,
    }


def published() -> dict[str, str]:
    """What the page quotes of others.

    Example:
      >>> published()["clip_pairs"], published()["clip_zero_shot"]
      ('400 million', '76.2 %')
    """
    clip = MULTIMODALITY["clip_training"].value
    stuck = MULTIMODALITY["constant_loss"].value
    images = MULTIMODALITY["vit_images"].value
    tokens = {name: rule(1920, 1080) for name, rule in RULES.items()}
    return {
        "clip_pairs": f"{MULTIMODALITY['clip_pairs'].value // 10**6} million",
        "clip_zero_shot": f"{MULTIMODALITY['clip_zero_shot'].value:g} %",
        "clip_most": count(clip["most"]),
        "clip_batch": count(clip["batch"]),
        "stuck_loss": f"{stuck['loss']:g}",
        "stuck_batch": count(stuck["batch"]),
        "vit_b16": count(VITS["B/16"].value["parameters"]),
        "clip_b32": count(CLIPS["B/32"].value["parameters"]),
        "llava": count(MULTIMODALITY["llava_projector"].value["parameters"]),
        "screen_least": count(min(tokens.values())),
        "screen_most": count(max(tokens.values())),
        "as_of": AS_OF,
        "vit_few": f"{images['few'] / 10**6:g} million",
        "vit_many": f"{images['many'] // 10**6} million",
    }
