"""A progress bar for long training runs.

Public names: :mod:`sbt_jax.training`.
"""

import sys
import time

WIDTH = 16  # characters of the bar
EVERY = 10.0  # seconds between lines where the output is no terminal


class Progress:
    """Says on stderr how far a run is, how well it does and how fast.

    Args:
      steps: Updates of the whole run.
      start: Updates already done.
      floor: Entropy of the data in nats, if known: the gap to it is shown.
      shown: Whether to say anything; by default only to a terminal.
    """

    def __init__(
        self,
        steps: int,
        start: int = 0,
        floor: float | None = None,
        shown: bool | None = None,
    ) -> None:
        self.stream = sys.stderr
        self.terminal = self.stream.isatty()
        self.shown = self.terminal if shown is None else shown
        self.steps, self.floor = steps, floor
        self.first, self.tokens = start, 0
        self.began = self.said = time.monotonic()

    def update(self, step: int, loss: float, tokens: int) -> None:
        """Say that ``step`` updates are done, ``tokens`` more read, at this loss."""
        now = time.monotonic()
        self.tokens += tokens
        if not self.shown:
            return
        last = step >= self.steps
        if self.terminal:
            print(f"\r{self.line(step, loss, now)}", end="", file=self.stream)
            if last:
                print(file=self.stream)
        elif last or now - self.said >= EVERY:
            print(self.line(step, loss, now), file=self.stream)
            self.said = now
        self.stream.flush()

    def line(self, step: int, loss: float, now: float) -> str:
        """The text of one state.

        Example:
          >>> progress = Progress(200, floor=2.0)
          >>> progress.tokens = 5000
          >>> progress.line(50, 2.5, progress.began + 10)
          '[====            ] 50/200  loss 2.500, gap 0.500  500 tokens/s  0:30 left'
        """
        spent = max(now - self.began, 1e-9)
        bar = ("=" * (WIDTH * step // self.steps)).ljust(WIDTH)
        gap = "" if self.floor is None else f", gap {loss - self.floor:.3f}"
        done = max(step - self.first, 1)
        minutes, seconds = divmod(round(spent / done * (self.steps - step)), 60)
        return (
            f"[{bar}] {step}/{self.steps}  loss {loss:.3f}{gap}  "
            f"{self.tokens / spent:,.0f} tokens/s  {minutes}:{seconds:02} left"
        )
