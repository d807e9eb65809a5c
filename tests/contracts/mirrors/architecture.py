"""What Python and the browser both say: figures of *architecture*."""

from contracts.mirrors.common import each, same
from contracts.small import architecture as small
from sbt_jax.architecture import FAMILIES, forward_flops
from sbt_jax.viz.architecture import counter, lens, machine

LABELS = [[p["label"], p["kind"]] for p in machine.machine_parts(small.CONFIG)]
WALK = [*map(list, small.STEPS), [" Tom", 0.995, None, []]]


def family_of(design):
    return next(name for name in FAMILIES if FAMILIES[name] == design.switches)


def line_of_count(name):
    design = small.DESIGNS[name]
    window, switches = design.config.window, design.switches
    flops = {} if switches.patch else forward_flops(design.config, window, switches)
    return name, design.parameters(), flops, window


def all_parameters(design):
    return dict.fromkeys(counter.KINDS, 0) | design.parameters()


ROWS = {
    "architecture/counter.keyHeads": lambda: [
        ((12, 5), 4),
        ((8, 16), 8),
        ((7, 3), 1),
        ((4, 4), 4),
    ],
    "architecture/counter.objection": lambda: [
        (({"width": 64 * heads, "heads": heads, "kv_heads": keys},), said)
        for heads, keys, said in (
            (12, 5, " 5 key heads do not divide 12 heads: counted with 4."),
            (8, 16, " 16 key heads do not divide 8 heads: counted with 8."),
            (4, 4, ""),
        )
    ],
    "architecture/counter.countParameters": lambda: [
        ((counter.sizes_of(d), family_of(d)), all_parameters(d))
        for d in small.DESIGNS.values()
    ],
    "architecture/counter.flopsOf": lambda: [
        ((counter.sizes_of(d), family_of(d)), line_of_count(name)[2])
        for name, d in small.DESIGNS.items()
    ],
    "architecture/counter.amount": lambda: same(
        counter.amount,
        *((n, "B") for n in (12, 999_949, 10**6, 32 * 10**8, 15 * 10**11)),
    ),
    "architecture/counter.countedLine": lambda: same(
        counter.counted_line, *map(line_of_count, small.DESIGNS)
    ),
    "architecture/machine.short": lambda: same(
        machine.short, (" Tom", 5), (" wonderful", 5), ("<end>", 12), ("😀" * 9, 5)
    ),
    "architecture/machine.walkSvg": lambda: same(
        machine.walk_svg, *(("<b>", LABELS, WALK, here) for here in range(len(WALK)))
    ),
    "architecture/machine.walkLine": lambda: same(
        machine.walk_line, *(("?", LABELS, WALK, here) for here in range(len(WALK)))
    ),
    "architecture/machine.tokenName": lambda: each(
        lens.token_name, "<end>", " Tom", "  ", "", "\n", "a b"
    ),
    "architecture/machine.lensHtml": lambda: same(
        lens.lens_html, (small.READ, small.GUESSES), ([], [])
    ),
    "architecture/machine.lensLine": lambda: same(
        lens.lens_line,
        (0.5, "nothing", 0.5, [0, 1, 4]),
        (0.5, "block 2", 3.25, [0, 1]),
        (None, "block 1, MLP", None, []),
    ),
    "architecture/machine.ablation": lambda: [
        ((skipped,), [{"layer": layer, "part": part} for layer, part in expected])
        for skipped, expected in (
            ("nothing", []),
            ("block 2", [(1, "attention"), (1, "mlp")]),
            ("block 1, MLP", [(0, "mlp")]),
            ("block 4, attention", [(3, "attention")]),
        )
    ],
}
