"""Chapter 21: erasing noise in one compiled program, and step by step.

The peer is the loop as one would write it first: a compiled network, asked once for
each step, and the step itself in NumPy. Both make the same pictures, which is checked
before anything is timed.
"""

import jax
import numpy as np
from tests.benchmarks.bench_model import row, speeds

from sbt_jax.diffusion import step_back
from sbt_jax.shipped.noise import network_guesser, network_path, prompts, starts

SCALE = 4.0  # of guidance: two answers of the network a step


def step_by_step(start: np.ndarray, prompt: np.ndarray, steps: int) -> np.ndarray:
    """The last pictures, by a loop in Python."""
    x = start
    for at in range(steps):
        time, to = 1 - at / steps, 1 - (at + 1) / steps
        clean = _guess(x, np.float32(time), prompt)
        x = np.asarray(step_back(x, np.asarray(clean), time, to))
    return x


@jax.jit
def _guess(x: jax.Array, time: jax.Array, prompt: jax.Array) -> jax.Array:
    return network_guesser(prompt, SCALE)(x, time)


def rows(quick: bool = False, smoke: bool = False) -> list[dict]:
    """Steps a second of a batch of pictures, and the loop's."""
    count, steps = (2, 2) if smoke else (16, 16 if quick else 64)
    start = starts(count).astype(np.float32)
    prompt = prompts()[3].astype(np.float32)
    tasks = [
        lambda: network_path(start, prompt, SCALE, steps)[-1],
        lambda: step_by_step(start, prompt, steps),
    ]
    np.testing.assert_allclose(tasks[0](), tasks[1](), atol=1e-3)
    ours, loop = speeds(steps, tasks)
    line = row("erase noise", f"{count} pictures", ours, loop, "a loop over steps")
    return [line | {"unit": "steps/s"}]
