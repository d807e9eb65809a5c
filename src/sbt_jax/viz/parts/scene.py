"""A drawn story, and what the model says comes next in it: the book's first picture.

Public names: :mod:`sbt_jax.viz.parts`. The drawing is ``scene.svg``, by hand.
"""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sbt_jax.numbers import percent
from sbt_jax.viz.kit.first import keep_percent

DRAWING = Path(__file__).with_suffix(".svg")
STYLE = Path(__file__).with_suffix(".css")


@dataclass(frozen=True)
class Scene:
    """A picture, a story up to a gap, and a bar for each word that may fill it.

    Attributes:
      before: The story so far.
      likely: Words that may come next, with what the model gives each, the likeliest
        first.
      drawn: The word that was drawn among them.
      after: How the story went on.
      note: What is said under the bars.
    """

    before: str
    likely: Mapping[str, float]
    drawn: str
    after: str
    note: str

    def __post_init__(self) -> None:
        if self.drawn not in self.likely:
            raise ValueError(f"drawn must be among likely, got {self.drawn!r}")

    def _repr_html_(self) -> str:
        return (
            f"<style>{STYLE.read_text(encoding='utf8')}</style>"
            f'<div class="sbt-scene">{DRAWING.read_text(encoding="utf8")}'
            f'<div class="told">{self.story()}{self.bars()}</div></div>'
        )

    def story(self) -> str:
        """The text, with the drawn word in its gap."""
        before, drawn, after = (
            html.escape(text) for text in (self.before, self.drawn.strip(), self.after)
        )
        return f"<p>{before} <mark>{drawn}</mark>{after}</p>"

    def bars(self) -> str:
        """The words as a list of bars, the drawn one lit."""
        most = max(self.likely.values())
        rows = "".join(
            f"<li{' class=drawn' if word == self.drawn else ''}"
            f' style="--share:{share / most:.3f}">'
            f"<b>{html.escape(word.strip())}</b><i></i>"
            f"<span>{keep_percent(percent(share))}</span></li>"
            for word, share in self.likely.items()
        )
        return f"<div><ol>{rows}</ol><p>{html.escape(self.note)}</p></div>"
