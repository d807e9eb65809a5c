"""Context: what is lost when less is seen, needles in long texts, chats cut to fit.

``python -m sbt_jax.recipes context`` measures *main* in windows of every size, trains
small models that look for a needle (``needles.py``), and lets the reader answer in
chats of which only a part is sent (``talks.py``). A run that is stopped goes on where
it was.
"""

import dataclasses
from typing import Any

from sbt_jax import checkpoints
from sbt_jax.recipes.context import needles, talks, windows
from sbt_jax.recipes.runner import Run, Table
from sbt_jax.shipped.reader import reader_model
from sbt_jax.shipped.stories import story_model
from sbt_jax.world import notes

RECIPE = "sbt_jax.recipes.context"
TABLES = {
    "context_windows": Table(
        "What main loses when a token sees the last few only.", ("world", "main")
    ),
    "context_needles": Table(
        "Needles found beyond the trained length, by how positions are told.", ()
    ),
    "context_chats": Table(
        "Long chats cut to a budget: what the reader still answers.",
        ("tokenizer", "notes", "reader"),
    ),
}


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is done; tests do less."""

    seen: windows.Sizes = windows.Sizes()  # noqa: RUF009 - frozen
    needle: needles.Sizes = needles.Sizes()  # noqa: RUF009 - frozen
    chat: talks.Sizes = talks.Sizes()  # noqa: RUF009 - frozen

    @property
    def seeds(self) -> tuple[int, ...]:
        """Of what is trained."""
        return self.needle.seeds


def inputs(sizes: Sizes) -> dict[str, str]:
    """The digest of notes as they are drawn today."""
    return {"notes": checkpoints.digest(repr(list(notes.texts(100, seed=0))))}


def make(run: Run, name: str) -> dict[str, Any]:
    """Measure what one table lacks."""
    sizes: Sizes = run.sizes
    if name == "context_windows":
        part = dataclasses.asdict(sizes.seen)
        return run.remembered(
            name, part, windows.measure, story_model("main"), sizes.seen
        )
    if name == "context_chats":
        part = dataclasses.asdict(sizes.chat)
        return run.remembered(name, part, talks.measure, reader_model(), sizes.chat)
    one = sizes.needle
    found: dict[str, Any] = {}
    for kind in needles.TRAINED_WITH:
        key = [kind, dataclasses.asdict(one)]
        found |= run.remembered(f"needles-{kind}", key, needles.measure, one, kind)
    return {
        "found": found,
        "trained": one.trained,
        "lengths": list(one.lengths),
        "depths": list(one.depths),
        "asked": one.asked,
        "steps": one.steps,
        "chance": 1 / needles.TOKENS,
    }
