"""How much is measured; tests measure less."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is done.

    Args:
      most: Of each list of prompts, how many; all if not given.
      passage: Tokens of each text.
      seeds: Of what is drawn.
    """

    most: int | None = None
    passage: int = 255
    seeds: tuple[int, ...] = (0,)
