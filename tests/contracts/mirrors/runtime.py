"""What Python and the browser both say: the runtime and the shared parts."""

import math

from contracts.mirrors.common import each, same
from sbt_jax import multimodality, numbers
from sbt_jax.foundations import word_gap
from sbt_jax.viz import kit
from sbt_jax.viz.parts import names
from sbt_jax.viz.parts.writer import bars as writer_bars
from sbt_jax.viz.parts.writer import written_line as story_line

LIKELY = [(" Tom", 0.5), (" it", 0.25), ("it", 0.15), ("<end>", 0.1)]


def spoken(python, values):
    """What takes how to say a number, by its name on both sides."""
    say = {
        "percent": numbers.percent,
        "decimal": numbers.decimal,
        "count": numbers.count,
    }
    return [((row, show), python(row, say[show])) for row in values for show in say]


TIES = [0.125, 0.375, 2.5, -2.5, 0.5, 1.5, 1.005, -0.001, 0.0, 1e-9, 123456.5, 98.4375]
LISTS = [
    [0.2, 0.3],
    [0.5],
    [0.1] * 10,
    [0.985, 0.99, 1.0],
    [1500, 20, 7],
    [-0.001, 0.0],
]
SIZES = ((224, 224), (1920, 1080), (64, 4096), (4096, 4096), (1075, 1520), (1, 1))

ROWS = {
    **{
        f"multimodality/price.{name}Tokens": lambda rule=rule: same(rule, *SIZES)
        for name, rule in {
            "llava": multimodality.llava_tokens,
            "qwen": multimodality.qwen_tokens,
            "tile": multimodality.tile_tokens,
            "patch": multimodality.patch_tokens,
            "gemini": multimodality.gemini_tokens,
            "claude": multimodality.claude_tokens,
        }.items()
    },
    "parts/writer.writtenLine": lambda: [
        ((words, seed, off), story_line(words, seed, off))
        for words, seed, off in [(1, 2, ""), (80, 1, " dragon. The end."), (0, 9, "x")]
    ],
    "parts/writer.bars": lambda: [
        ((LIKELY, drawn), writer_bars(LIKELY, drawn)) for drawn in ("", " it", "<end>")
    ],
    "names": lambda: each(
        names,
        [" Tom", "Tom", " "],
        ["<end>", ".", '."'],
        ["<end>", " a", "a", "a "],
        [" ", "", "\n"],
        [" a", "a", "·a"],
        [],
    ),
    "passage": lambda: same(
        kit.passage_html, ("Once", " <img src=x>"), ("a & b", ""), ("", "")
    ),
    "wordGap": lambda: same(
        word_gap,
        ({" Tom": 0.75, " Anna": 0.25}, {" Tom": 0.7, " Anna": 0.2, " a": 0.1}),
        ({".": 1.0}, {".": 0.5}),
    ),
    "numbers.percent": lambda: same(
        numbers.percent, *((x, digits) for x in TIES for digits in (0, 1, 3))
    ),
    "numbers.decimal": lambda: same(
        numbers.decimal, *((x, digits) for x in TIES for digits in (0, 1, 2))
    ),
    "numbers.fixed": lambda: same(
        lambda x, digits: f"{x:.{digits}f}",
        *((x, digits) for x in TIES for digits in (0, 1, 2, 5)),
    ),
    "numbers.count": lambda: each(numbers.count, *TIES, 1_536_000, 999, 1e15),
    "numbers.mean": lambda: each(
        lambda values: math.fsum(values) / len(values), *LISTS, [1e16, 1.0, -1e16]
    ),
    "numbers.span": lambda: spoken(numbers.span, LISTS),
    "numbers.spread": lambda: spoken(numbers.spread, LISTS),
}

CODES = {
    "names": "(m, tokens) => sbt.names(tokens)",
    "passage": "(m, ...rest) => sbt.passage(...rest)",
    "wordGap": """(m, ...shares) =>
      sbt.wordGap(...shares.map((all) => new Map(Object.entries(all))))""",
    **{
        f"numbers.{name}": f"(m, ...rest) => sbt.numbers.{name}(...rest)"
        for name in ("count", "decimal", "fixed", "mean", "percent")
    },
    **{
        f"numbers.{name}": f"""(m, values, show) =>
      sbt.numbers.{name}(values, sbt.numbers[show])"""
        for name in ("span", "spread")
    },
}
