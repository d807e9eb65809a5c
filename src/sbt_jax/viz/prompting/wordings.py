"""Forty wordings of one question, and ten that the model has never met.

Public names: :mod:`sbt_jax.viz.prompting`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import ColumnDataSource, HoverTool, Range1d

from sbt_jax.numbers import percent
from sbt_jax.viz import kit, parts

KINDS = {"inside": "stories have it", "outside": "no story has it"}
COLORS = {KINDS["inside"]: kit.BLUE, KINDS["outside"]: kit.ORANGE}
LETTERS = 150  # of a wording that are shown: its end


def short(frame: str) -> str:
    """The end of a wording, with a name and a trade in it.

    Example:
      >>> short("The home of {name} is in")
      'The home of Maya Frost is in …'
    """
    text = frame.replace("{name}", "Maya Frost").replace("{trade}", "baker")
    cut = text if len(text) <= LETTERS else f"… {text[-LETTERS:].split(' ', 1)[1]}"
    return f"{cut} …"


def wording_line(number: int, kind: str, row: Mapping[str, Any], many: int) -> str:
    """What the line says of a wording."""
    return (
        f"Wording {number}, {KINDS[kind]}: {percent(row['right'])} of {many} homes are"
        f" right. “{short(row['frame'])}”"
    )


def _spots(
    rows: Sequence[tuple[str, Mapping[str, Any]]],
) -> tuple[list[float], list[float]]:
    """Where each dot stands: those with one share above one another."""
    equal = Counter((kind, row["right"]) for kind, row in rows)
    seen: Counter[tuple[str, float]] = Counter()
    x: list[float] = []
    y: list[float] = []
    for kind, row in rows:
        pile = kind, row["right"]
        seen[pile] += 1
        x.append(row["right"])
        y.append((kind == "inside") + 0.06 + 0.88 * seen[pile] / (equal[pile] + 1))
    return x, y


def forty_wordings(table: Mapping[str, Any]) -> kit.Embed:
    """A dot for each wording: how many homes *main* gets right.

    Args:
      table: Rows ``inside`` and ``outside``, and how many ``people`` were asked about.
    """
    rows: list[tuple[str, Mapping[str, Any]]] = [
        (kind, row) for kind in KINDS for row in table[kind]
    ]
    rows.sort(key=lambda pair: (pair[0] != "inside", -pair[1]["right"]))
    x, y = _spots(rows)
    data: dict[str, list[Any]] = {
        "right": x,
        "y": y,
        "color": [COLORS[KINDS[kind]] for kind, _ in rows],
        "text": [short(row["frame"]) for _, row in rows],
        "share": [percent(row["right"]) for _, row in rows],
    }
    names = [str(i + 1) for i in range(len(rows))]
    first = names[-1]
    slider = parts.slider("wording", names, at=names.index(first))
    plot = kit.axes(
        x_range=Range1d(-0.03, 1.03),
        y_range=Range1d(0, 2),
        height=300,
        x_axis_label="share of homes that are right",
    )
    plot.yaxis.visible = False
    plot.ygrid.visible = False
    dots = plot.scatter(
        "right", "y", size=8, alpha=0.7, color="color", source=ColumnDataSource(data)
    )
    plot.add_tools(
        HoverTool(
            renderers=[dots], tooltips=[("right", "@share"), ("wording", "@text")]
        )
    )
    here = parts.data(
        [slider],
        lambda name: {
            "x": [data["right"][int(name) - 1]],
            "y": [data["y"][int(name) - 1]],
        },
    )
    plot.scatter(
        "x", "y", size=19, fill_alpha=0, line_width=3, color=kit.PURPLE, source=here
    )
    line = parts.status(
        [slider],
        lambda name: wording_line(
            int(name), *rows[int(name) - 1], many=table["people"]
        ),
    )
    line.styles = {**line.styles, "min-height": "7em"}
    return kit.Embed(
        column(slider, kit.legend(COLORS), plot, line, sizing_mode="stretch_width"),
        alt="A dot for each of fifty wordings of one question: the share of homes that"
        " the main model gets right. Those of stories stand right, others left.",
        status=line,
        table=[
            ("wording", "right"),
            *(
                (short(row["frame"])[-70:], percent(row["right"]))
                for kind in KINDS
                for row in table[kind][:10]
            ),
        ],
    )
