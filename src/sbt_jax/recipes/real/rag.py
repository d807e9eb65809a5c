"""Chapter 10 in the published model: does it read what stands before it?"""

import random
from collections.abc import Sequence
from typing import Any

from sbt_jax import real
from sbt_jax.recipes.real.reading import GREEDY, Reader, write_together
from sbt_jax.recipes.real.sizes import Sizes
from sbt_jax.recipes.runner import Run
from sbt_jax.tokenization import decode
from sbt_jax.world import notes

WHAT = "SmolLM2-135M with passages: many notes, none that answers, some that are wrong."
READS = ("model", "world")
COUNTS = (1, 2, 4, 8, 16)
ASKED = 40  # questions of each kind
SHOWN = 24  # tokens of an answer, at most
END = "<|im_end|>"
ABSENT = "I do not know."
HEAD = f'Answer from these notes only. If they do not tell, say "{ABSENT}"'
#: What a passage says, against what many texts have said: question, passage, told,
#: remembered.
CONTRADICTED = (
    (
        "What is the capital of France?",
        "The capital of France is Lyon.",
        "Lyon",
        "Paris",
    ),
    (
        "What is the capital of Italy?",
        "The capital of Italy is Turin.",
        "Turin",
        "Rome",
    ),
    (
        "What is the capital of Japan?",
        "The capital of Japan is Kyoto.",
        "Kyoto",
        "Tokyo",
    ),
    ("What color is the sky?", "The sky is orange.", "orange", "blue"),
    ("What color is grass?", "Grass is purple.", "purple", "green"),
    (
        "Who wrote Hamlet?",
        "Hamlet was written by Jane Austen.",
        "Austen",
        "Shakespeare",
    ),
    ("What do bees make?", "Bees make butter.", "butter", "honey"),
    ("How many legs does a spider have?", "A spider has six legs.", "six", "eight"),
    ("What day comes after Monday?", "After Monday comes Friday.", "Friday", "Tuesday"),
    ("What is the largest planet?", "The largest planet is Mars.", "Mars", "Jupiter"),
    ("What does a cow drink?", "A cow drinks tea.", "tea", "water"),
    ("Where do penguins live?", "Penguins live in the desert.", "desert", "Antarctica"),
)


def make(run: Run, reader: Reader, sizes: Sizes) -> dict[str, Any]:
    """Measure what is not yet known."""
    most = sizes.most or ASKED
    counts = COUNTS[: sizes.most]
    seed = sizes.seeds[0]
    return {
        "asked": most,
        "absent": ABSENT,
        "notes": {
            str(count): run.remembered(
                f"rag-notes-{count}",
                [count, most, seed],
                read,
                reader,
                count,
                most,
                seed,
            )
            for count in counts
        },
        "nothing": run.remembered(
            "rag-nothing", [most, seed], read, reader, 4, most, seed, False
        ),
        "contradicted": run.remembered(
            "rag-contradicted",
            *(CONTRADICTED[: sizes.most], contradicted, reader),
            CONTRADICTED[: sizes.most],
        ),
    }


def question(passages: Sequence[str], asked: str) -> str:
    """What the model is given: the notes, one a line, and the question.

    Example:
      >>> print(question(["Tom is a baker."], "What is Tom?"))
      Answer from these notes only. If they do not tell, say "I do not know."
      <BLANKLINE>
      - Tom is a baker.
      <BLANKLINE>
      What is Tom?
    """
    listed = "\n".join(f"- {passage}" for passage in passages)
    return f"{HEAD}\n\n{listed}\n\n{asked}"


def answers(reader: Reader, texts: Sequence[str], block: int = 20) -> list[str]:
    """What the model says to each, always the likeliest token."""
    this = reader()
    stop = this.tokenizer.special_ids[END]
    prompts = [real.chat(this.tokenizer, text) for text in texts]
    found: list[str] = []
    for at in range(0, len(prompts), block):
        part = prompts[at : at + block]
        written = write_together(this, part, SHOWN, GREEDY, 0, stop)
        found += [
            decode(this.tokenizer, [i for i in ids if i != stop]).strip()
            for ids in written
        ]
    return found


def read(
    reader: Reader, count: int, most: int, seed: int, told: bool = True
) -> list[dict[str, Any]]:
    """Notes about people who live somewhere, and one question to each text.

    Args:
      reader: Gives the model.
      count: Notes of a text.
      most: Texts.
      seed: Of what is drawn.
      told: Whether a note answers.
    """
    rng = random.Random(f"rag {count} {seed} {told}")
    towns, people = list(notes.values("town")), notes.kept_back()
    texts, rows = [], []
    for _ in range(most):
        who = rng.sample(people, count + 1)
        facts = [notes.fact("town", name, rng.choice(towns)) for name in who]
        place = rng.randrange(count)
        asked = facts[place] if told else facts[-1]
        texts.append(question([one.answer for one in facts[:count]], asked.question))
        town = asked.answer.removesuffix(".").split()[-1]
        rows.append({"question": asked.question, "place": place, "right": town})
    for row, said in zip(rows, answers(reader, texts), strict=True):
        named = [town for town in towns if town in said]
        row |= {"said": said, "named": named, "refused": refuses(said)}
    return rows


def refuses(said: str) -> bool:
    """Whether an answer says that it is none.

    Example:
      >>> refuses("I do not know."), refuses("Maya Frost lives in Kirby.")
      (True, False)
    """
    low = said.lower()
    signs = ("do not know", "don't know", "not mention", "not tell", "no information")
    return any(sign in low for sign in signs)


def contradicted(
    reader: Reader, rows: Sequence[tuple[str, str, str, str]]
) -> list[dict[str, Any]]:
    """What the model says without a passage, and with one that says otherwise."""
    plain = answers(reader, [asked for asked, *_ in rows])
    given = answers(reader, [question([passage], asked) for asked, passage, *_ in rows])
    return [
        {
            "question": asked,
            "passage": passage,
            "told": told,
            "remembered": remembered,
            "without": alone,
            "with": said,
        }
        for (asked, passage, told, remembered), alone, said in zip(
            rows, plain, given, strict=True
        )
    ]
