"""pass@k: a small coder writes programs for three examples; live.

Public names: :mod:`sbt_jax.viz.evaluation`; ``coder.mjs`` is the browser half.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import (
    Button,
    ColumnDataSource,
    Div,
    Range1d,
    Slider,
    TextAreaInput,
)
from jaxtyping import Float

from sbt_jax import evaluation
from sbt_jax.evaluation.chances import same_everywhere
from sbt_jax.evaluation.coder import DIGITS, SHOWN, Pair
from sbt_jax.numbers import Number, percent
from sbt_jax.viz import kit
from sbt_jax.viz.evaluation.problems import FIRST, PROBLEMS, spell

MANY, LISTED, TRIES = 40, 7, 10


def read_pairs(text: str) -> list[list[list[int]]] | str:
    """Three examples of a text, or what is wrong with it; mirrored in ``coder.mjs``.

    Example:
      >>> read_pairs("1 2 3 4 > 4")
      'Give three lines, not 1.'
    """
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) != SHOWN:
        return f"Give three lines, not {len(lines)}."
    pairs = []
    for at, line in enumerate(lines, 1):
        sides = line.split(">")
        if len(sides) != 2:
            return f"Line {at} needs one “>” between input and output."
        if re.search(r"[^0-9>\s,]", line):
            return f"Line {at} may hold digits only."
        lists = [[int(d) for d in re.findall("[0-9]", side)] for side in sides]
        if len(lists[0]) != DIGITS or len(lists[1]) > DIGITS:
            return (
                f"Line {at} needs {DIGITS} digits before “>”, and at most {DIGITS}"
                " after."
            )
        pairs.append(lists)
    return pairs


def random(seed: int) -> Any:
    """Numbers from 0 up to 1, the same as ``sbt.random`` gives in the browser."""
    state = [0, seed & 0xFFFFFFFF, seed >> 32 & 0xFFFFFFFF, 1]

    def draw() -> float:
        a, b, c, counter = state
        result = (a + b + counter) & 0xFFFFFFFF
        state[:] = (
            b ^ (b >> 9),
            (c + (c << 3)) & 0xFFFFFFFF,
            (((c << 21) | (c >> 11)) + result) & 0xFFFFFFFF,
            counter + 1,
        )
        return result / 2**32

    for _ in range(12):
        draw()
    return draw


def drawn(chances: Float[np.ndarray, " classes"], count: int, seed: int) -> list[int]:
    """Numbers of programs, drawn with a seed; -1 is no program. Mirrored.

    Example:
      >>> drawn(np.array([0.5, 0.5]), 4, 3)
      [1, 1, 0, 1]
    """
    ends, draw = np.cumsum(chances), random(seed)
    found = [int(np.searchsorted(ends, draw(), side="right")) for _ in range(count)]
    return [i if i < len(ends) else -1 for i in found]


def curves(n: int, c: int, p: float) -> dict[str, list[Number]]:
    """pass@k from n programs of which c pass, and as it is; mirrored.

    Example:
      >>> curves(2, 1, 0.5)
      {'k': [1, 2], 'unbiased': [0.5, 1.0], 'plug': [0.5, 0.75], 'exact': [0.5, 0.75]}
    """
    ks: list[Number] = list(range(1, n + 1))
    return {
        "k": ks,
        "unbiased": [evaluation.pass_at_k(n, c, k) for k in range(1, n + 1)],
        "plug": [evaluation.plug_in(n, c, k) for k in range(1, n + 1)],
        "exact": [1 - (1 - p) ** k for k in ks],
    }


def listed(
    numbers: Sequence[int],
    every: Sequence[tuple[str, ...]],
    pairs: Sequence[Pair],
    program: Sequence[str] | None,
) -> str:
    """Programs that were drawn, those that pass first, each with its mark; mirrored."""
    fits = {i: i >= 0 and evaluation.solves(every[i], pairs) for i in set(numbers)}
    counts = sorted(
        Counter(numbers).items(), key=lambda row: (not fits[row[0]], -row[1], row[0])
    )
    rows = []
    for i, times in counts[:LISTED]:
        if i < 0:
            rows.append(f"{times} × no program: does not run")
            continue
        luck = fits[i] and program and not same_everywhere(program, [every[i]])[0]
        mark = "passes the three, fails others" if luck else "passes"
        told = mark if fits[i] else "fails"
        rows.append(f"{times} × {', '.join(every[i])}: {told}")
    rest = sum(times for _, times in counts[LISTED:])
    return "\n".join([*rows, f"and {rest} others"] if rest else rows)


def coder_line(n: int, c: int, whole: int | None, k: int, p: float) -> str:
    """What the line says; mirrored in ``coder.mjs``.

    Example:
      >>> coder_line(20, 1, 1, 10, 0.05)[:58]
      'Of 20 programs 1 passes the three examples, 1 all inputs. '
    """
    rest = "; whether they are right elsewhere nobody has said. "
    if whole is not None:
        rest = f", {whole} all inputs. "
    return (
        f"Of {n} programs {c} pass{'es' if c == 1 else ''} the three examples{rest}"
        f"pass@{k} by the examples: {percent(evaluation.pass_at_k(n, c, k))} unbiased,"
        f" {percent(evaluation.plug_in(n, c, k))} by the plain formula,"
        f" {percent(1 - (1 - p) ** k)} exactly."
    )


def live_coder(
    logits: Float[np.ndarray, "samples vocab"], scripts: Sequence[str] = ()
) -> kit.Embed:
    """Three examples to edit, the programs that the coder writes, and pass@k; live.

    Args:
      logits: What the coder says after each beginning of a program, for the first
        problem; see :func:`sbt_jax.shipped.coder.program_logits`.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    names, every = list(PROBLEMS), evaluation.programs()
    texts = [spell(problem.pairs) for problem in PROBLEMS.values()]
    first = PROBLEMS[FIRST]
    chances = evaluation.program_chances(logits)
    good = evaluation.passing(first.pairs)
    numbers, p = drawn(chances, MANY, 1), min(float(chances[good].sum()), 1.0)
    passed = [i for i in numbers if i in set(good.tolist())]
    same = same_everywhere(first.program, [every[i] for i in passed])
    group, pick = kit.choice("A problem", names)
    group.active = names.index(FIRST)
    box = TextAreaInput(
        title="Input > output, three times; edit it",
        rows=3,
        sizing_mode="stretch_width",
        max_length=100_000,
    )
    box.update(value=texts[group.active], value_input=texts[group.active])
    many, heat = (
        Slider(title=title, start=a, end=b, step=step, value=now)
        for title, a, b, step, now in (
            ("programs", 10, 200, 10, MANY),
            ("temperature", 0.2, 2.0, 0.1, 1.0),
        )
    )
    for slider in (many, heat):
        slider.sizing_mode = "stretch_width"
    again = Button(label="draw others")
    curve = ColumnDataSource(curves(MANY, len(passed), p))
    plot = kit.axes(
        x_range=Range1d(0.5, 40.5),
        y_range=Range1d(0, 1.04),
        height=200,
        x_axis_label="k",
        y_axis_label="pass@k",
    )
    for name, color, dash in (
        ("exact", kit.GREY, "solid"),
        ("unbiased", kit.BLUE, "solid"),
        ("plug", kit.ORANGE, "dashed"),
    ):
        plot.line("k", name, source=curve, color=color, line_width=3, line_dash=dash)
    made = Div(
        text=listed(numbers, every, first.pairs, first.program),
        render_as_text=True,
        disable_math=True,
        sizing_mode="stretch_width",
        styles={
            "white-space": "pre-line",
            "min-height": "12.5em",
            "line-height": "1.5",
        },
    )
    line = kit.status(coder_line(MANY, len(passed), sum(same), TRIES, p), lines=4)
    args: dict[str, Any] = {
        "group": group,
        "box": box,
        "many": many,
        "heat": heat,
        "curve": curve,
        "plot": plot,
        "made": made,
        "line": line,
        "texts": texts,
        "programs": [list(problem.program) for problem in PROBLEMS.values()],
        "shelf": ColumnDataSource({"seed": [1]}),
    }
    group.js_on_change("active", kit.callback(__file__, figure="pick", **args))
    drawn_anew = kit.callback(__file__, figure="draw", **args)
    for name in ("value", "value_input"):
        box.js_on_change(name, drawn_anew)
    many.js_on_change("value", drawn_anew)
    heat.js_on_change("value", drawn_anew)
    again.js_on_event("button_click", kit.callback(__file__, figure="again", **args))
    key = kit.legend(
        {"exactly": kit.GREY, "unbiased": kit.BLUE, "plain formula": kit.ORANGE},
        {"plain formula": "╌╌"},
    )
    return kit.Embed(
        column(
            kit.beside([pick, box, many, heat, again], [made, key, plot], share=0.42),
            line,
            sizing_mode="stretch_width",
        ),
        alt="Three examples of a program in a box, a list of programs that a small"
        " model writes for them, and how likely at least one of k passes.",
        status=line,
        table=[
            ("k", "unbiased", "plain formula", "exactly"),
            *(
                (
                    k,
                    *(
                        percent(curve.data[n][k - 1])
                        for n in ("unbiased", "plug", "exact")
                    ),
                )
                for k in (1, 5, 10, 20, 40)
            ),
        ],
        runtime=True,
        models=("evaluation_coder",),
        scripts=scripts,
    )
