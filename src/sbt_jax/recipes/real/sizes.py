"""How much is measured; tests measure less."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is done.

    Args:
      most: Of each list of prompts, how many; all if not given.
      passage: Tokens of each text.
      corpus: Characters of the Python reference; all if not given.
      merges: Of the tokenizer that n-grams of tokens read with.
      stories: Of the book's world.
      words: Of each length, that are spelt.
      repeated: Random texts that repeat.
      texts: Pieces of the reference whose loss is taken by position.
      written: Tokens of each text that is written.
      seeds: Of what is drawn.
    """

    most: int | None = None
    passage: int = 255
    corpus: int | None = None
    merges: int = 768
    stories: int = 20
    words: int = 4
    repeated: int = 8
    texts: int = 24
    written: int = 200
    seeds: tuple[int, ...] = (0,)
