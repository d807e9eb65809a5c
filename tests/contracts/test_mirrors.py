"""Python and JavaScript say the same: one row a function that exists in both.

Every named export of a figure's browser half has a row in ``mirrors/``; every function
of the runtime has one there, or a file of tests of its own in ``ELSEWHERE``. All calls
go to one process of node.
"""

import math
import re
from functools import partial
from pathlib import Path

import pytest

from contracts.mirrors import all_rows
from contracts.mirrors.embeddings import glove
from contracts.small.common import GLOVE
from sbt_jax.viz import kit
from sbt_jax.viz.embeddings import axes

VIZ = Path(kit.__file__).parents[1]
ROWS, CODES, NEAR = all_rows()
# What of the runtime is compared with Python in tests of its own.
ELSEWHERE = {
    "batches": "live/test_trainer.py",
    "check": "live/test_model.py",
    "chips": "live/test_text.py",
    "encoder": "live/test_encoder.py",
    "escape": "live/test_text.py",
    "generate": "live/test_sampling.py",
    "halt": "parts/test_frames.py",
    "heat": "parts/test_frames.py",
    "kernels": "live/test_trainer.py",
    "lossesOf": "live/test_trainer.py",
    "ngrams": "live/test_stories.py",
    "pause": "parts/test_frames.py",
    "random": "live/test_sampling.py",
    "readText": "live/test_trainer.py",
    "reader": "live/test_model.py",
    "sample": "live/test_sampling.py",
    "sampler": "live/test_sampling.py",
    "session": "live/test_trainer.py",
    "softmax": "live/test_sampling.py",
    "startTraining": "live/test_trainer.py",
    "stories": "live/test_stories.py",
    "toggled": "parts/test_frames.py",
    "tokenizer": "live/test_text.py",
    "trainer": "live/test_trainer.py",
    "transformer": "live/test_model.py",
    "unpack": "live/test_model.py",
    "writers": "live/test_trainer.py",
    "world": "world/test_stories.py",
}


def plain(value):
    """A value as JSON has it: lists, and None for what is infinite."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if hasattr(value, "_asdict"):
        return plain(value._asdict())
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value


def assert_same(theirs, ours, near=1e-9):
    """Equal texts, and numbers that are near, however they are nested."""
    if isinstance(ours, dict):
        assert theirs.keys() == ours.keys()
        for key in ours:
            assert_same(theirs[key], ours[key], near)
    elif isinstance(ours, list):
        assert len(theirs) == len(ours)
        for one, other in zip(theirs, ours, strict=True):
            assert_same(one, other, near)
    elif isinstance(ours, float):
        assert theirs == pytest.approx(ours, rel=near, abs=near)
    else:
        assert theirs == ours


def exports():
    pattern = re.compile(r"^export (?:async )?(?:function\*?|const) (\w+)", re.M)
    for path in sorted(VIZ.rglob("*.mjs")):
        name = path.relative_to(VIZ).with_suffix("").as_posix()
        for found in pattern.findall(path.read_text("utf8")):
            yield f"{name}.{found}"


def test_every_export_has_a_row():
    figures = {name for name in ROWS if "/" in name}
    assert figures == set(exports())
    assert set(CODES) | set(NEAR) <= set(ROWS)


def test_every_function_of_the_runtime_has_a_row_or_a_test_of_its_own(live_js):
    names, said = live_js("[sbt, sbt.numbers].map(Object.keys)")
    rows = {name for name in ROWS if "/" not in name}
    own = {name for name in names if name not in {"numbers", *ELSEWHERE}}
    assert rows == own | {f"numbers.{name}" for name in said}
    for name, file in ELSEWHERE.items():
        text = (Path(__file__).parents[1] / file).read_text("utf8")
        assert name in text, f"{file} no longer calls sbt.{name}"


@pytest.mark.parametrize("name", ROWS)
def test_both_sides_say_the_same(call_js, name):
    module, _, export = name.rpartition(".")
    file = module if "/" in name else "parts/frames"
    call = partial(call_js, file, CODES.get(name, export))
    cases = ROWS[name]()
    assert cases
    for given, ours in cases:
        assert_same(call(*plain(given)), plain(ours), NEAR.get(name, 1e-9))


def test_another_optimiser_forgets_what_the_last_one_kept(call_js):
    kept = {"name": "momentum", "mean": [9, 9], "square": [9, 9], "step": 5}
    for name in ("SGD", "Adam"):
        fresh, after = (
            call_js("training/landscape", "update", name, memory, [0, 0], [1, 1], 0.1)
            for memory in (None, kept)
        )
        assert fresh == after


@pytest.mark.parametrize("name", ["moods", "animals by size"])
def test_what_a_map_keeps_of_neighbours_is_mirrored(call_js, name):
    code = "(m, packed, ...rest) => m.onAxes(m.unpack(packed), ...rest).kept"
    words, *ends = (text.split() for text in axes.MAPS[name])
    ours = axes.on_axes(GLOVE, words, [tuple(pair) for pair in ends])[1]
    theirs = call_js("embeddings/arithmetic", code, glove(), words, ends)
    assert theirs == pytest.approx(ours, abs=0.02)  # ties at the tenth


def test_nothing_to_say_is_refused_in_the_browser_too(call_js):
    code = "() => { try { sbt.numbers.span([]) } catch (e) { return String(e) } }"
    assert (
        call_js("parts/frames", code) == "RangeError: values must not be empty, got []"
    )
