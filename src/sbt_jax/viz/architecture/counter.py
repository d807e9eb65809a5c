"""The parameter counter of chapter 5; ``architecture/counter.mjs`` does the same sum.

Public names: :mod:`sbt_jax.viz.architecture`.
"""

from collections.abc import Mapping
from typing import Any

from bokeh.layouts import column
from bokeh.models import (
    CategoricalSlider,
    ColumnDataSource,
    FactorRange,
    NumeralTickFormatter,
    Select,
)

from sbt_jax.architecture import FAMILIES, Design, forward_flops
from sbt_jax.numbers import percent
from sbt_jax.viz import kit

KINDS = ("embedding", "positions", "attention", "mlp", "norm", "unembedding")
LABELS = ("embedding", "positions", "attention", "MLP", "norms", "unembedding")
SIZES = ("vocab_size", "width", "layers", "heads", "kv_heads", "mlp", "window")
TITLES = (
    "vocabulary (classes of a ViT)",
    "width",
    "layers",
    "heads",
    "key heads",
    "hidden units of an MLP",
    "window",
)
# Where the sliders can stand, beside the sizes of the published models.
STOPS: dict[str, tuple[int, ...]] = {
    "vocab_size": (256, 200_000),
    "width": (32, 64, 256, 512, 2048, 16_384),
    "layers": (1, 2, 8, 16, 64, 128),
    "heads": (1, 2, 8, 128),
    "kv_heads": (1, 2, 4, 128),
    "mlp": (64, 160, 512, 1024, 2048, 8192, 65_536),
    "window": (64, 512, 32_768),
}


OWN = "a model of your own"


def sizes_of(design: Design) -> dict[str, int]:
    """What the sliders show of a design."""
    config = design.config
    given = {name: getattr(config, name) for name in SIZES}
    return given | {"kv_heads": config.key_heads}


def amount(count: int, unit: str) -> str:
    """A large number of a unit; mirrored in ``architecture/counter.mjs``."""
    for prefix, size in (("T", 1e12), ("G", 1e9), ("M", 1e6)):
        if count >= size:
            return f"{count / size:.1f} {prefix}{unit}"
    return f"{count / 1e3:.1f} k{unit}"


def counted_line(
    name: str, counts: Mapping[str, int], flops: Mapping[str, int], window: int
) -> str:
    """What the line says; mirrored in ``architecture/counter.mjs``.

    ``flops`` are those of the last token of a full window; empty for images.
    """
    total = sum(counts.values())
    most = max(KINDS, key=lambda kind: counts.get(kind, 0))
    share = percent(counts.get(most, 0) / total)
    said = (
        f"{name}: {total:,} parameters, {amount(2 * total, 'B')} at 16 bits each. The"
        f" largest part, {share}: {LABELS[KINDS.index(most)]}."
    )
    if not flops:
        return said
    work = sum(flops.values())
    return (
        f"{said} The last token of a window of {window:,} costs {amount(work, 'FLOP')},"
        f" {percent(flops['looking'] / work)} of it looking back."
    )


def parameter_counter(designs: Mapping[str, Design], first: str) -> kit.Embed:
    """Sliders for every size, a list of published models; the bars follow.

    Args:
      designs: Models to choose, by name.
      first: The one that is shown first.
    """
    known = {name: sizes_of(design) for name, design in designs.items()}
    family = {
        n: next(f for f in FAMILIES if FAMILIES[f] == d.switches)
        for n, d in designs.items()
    }
    sliders = {}
    for size, title in zip(SIZES, TITLES, strict=True):
        stops = sorted({*STOPS[size], *(sizes[size] for sizes in known.values())})
        sliders[size] = CategoricalSlider(
            title=title,
            categories=[str(stop) for stop in stops],
            value=str(known[first][size]),
            sizing_mode="stretch_width",
        )
    options = [*designs, OWN]
    model = Select(title="A published model", options=options, value=first)
    kind, kind_box = kit.choice("Built like", list(FAMILIES))
    kind.active = list(FAMILIES).index(family[first])
    counts = designs[first].parameters()
    source = ColumnDataSource(
        {"kind": list(LABELS), "count": [counts.get(k, 0) for k in KINDS]}
    )
    plot = kit.axes(y_range=FactorRange(factors=list(LABELS)[::-1]), height=300)
    plot.xaxis.axis_label = "m: million, b: billion"
    plot.x_range.start = 0
    plot.hbar("kind", right="count", height=0.65, color=kit.BLUE, source=source)
    plot.xaxis.formatter = NumeralTickFormatter(format="0.[0]a")
    config, switches = designs[first]
    flops = {} if switches.patch else forward_flops(config, config.window, switches)
    line = kit.status(counted_line(first, counts, flops, config.window))
    does: dict[str, Any] = {
        "known": known,
        "family": family,
        "sliders": sliders,
        "model": model,
        "kind": kind,
        "source": source,
        "line": line,
    }
    count, choose = (
        kit.callback(__file__, figure=figure, **does) for figure in ("count", "choose")
    )
    for slider in sliders.values():
        slider.js_on_change("value", count)
    kind.js_on_change("active", count)
    model.js_on_change("value", choose)
    return kit.Embed(
        column(
            kit.beside(
                [model, kind_box, plot, line],
                [*sliders.values()],
                least=330,
                share=0.6,
            ),
            sizing_mode="stretch_width",
        ),
        alt="A list of published models, sliders for the sizes of a model, and bars"
        " of how many parameters each kind of part has.",
        status=line,
        table=[
            ("part", "parameters"),
            *(
                (label, f"{counts.get(k, 0):,}")
                for k, label in zip(KINDS, LABELS, strict=True)
            ),
        ],
    )
