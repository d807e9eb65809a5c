"""Chapter 11 in the published model: tool calls, free and behind a mask."""

import itertools
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from sbt_jax import agents, real
from sbt_jax.recipes.real.reading import Reader, ids_of, write_together
from sbt_jax.recipes.real.sizes import Sizes
from sbt_jax.recipes.runner import Run
from sbt_jax.tokenization import decode

WHAT = "SmolLM2-135M: tool calls from a schema, written freely and behind a mask."
READS = ("model",)
NAMES = ("Leo Reed", "Ada Wood", "Maya Holt", "Tom Snow")
THINGS = ("key", "lamp", "ring", "map")
ASKED = ("home", "work", "pet", "friend")
LENGTH = 56  # tokens of a call
CHAT = "<|im_end|>"


class Wanted(NamedTuple):
    """What a user asks for, and the call that does it."""

    text: str
    tool: str
    arguments: dict[str, str]


def _find(text: str, what: str, who: str) -> Wanted:
    return Wanted(text.format(who), "find", {"what": what, "who": who})


def _give(text: str, thing: str, to: str) -> Wanted:
    return Wanted(text.format(thing, to), "give", {"thing": thing, "to": to})


TASKS = (
    _find("Where does {} live?", "home", "Leo Reed"),
    _find("Where is the home of {}?", "home", "Tom Snow"),
    _find("What does {} do for a living?", "work", "Ada Wood"),
    _find("What is the work of {}?", "work", "Maya Holt"),
    _find("Which pet does {} have?", "pet", "Tom Snow"),
    _find("Who is the friend of {}?", "friend", "Leo Reed"),
    _give("Give the {} to {}.", "key", "Ada Wood"),
    _give("Please hand the {} to {}.", "lamp", "Tom Snow"),
    _give("{1} should have the {0}.", "ring", "Maya Holt"),
    _give("Let {1} have the {0}.", "map", "Leo Reed"),
    _give("Give the {} to {}.", "ring", "Leo Reed"),
    _find("Tell me the pet of {}.", "pet", "Ada Wood"),
)


def tools() -> list[dict[str, Any]]:
    """The two tools as schemas, with every value that an argument may have."""
    listed = {"what": ASKED, "who": NAMES, "thing": THINGS, "to": NAMES}
    shown = []
    for tool in agents.TOOLS:
        if tool.name in ("find", "give"):
            one = agents.schema(tool)
            for name, own in one["inputSchema"]["properties"].items():
                own.pop("pattern", None)
                own["enum"] = list(listed[name])
            shown.append(one)
    return shown


def written(tool: str, arguments: dict[str, str]) -> str:
    """A call as the model is asked to write it."""
    return json.dumps({"name": tool, "arguments": arguments})


def system() -> str:
    """What stands before every task: the tools, and how to call one."""
    return (
        "You can call these tools:\n"
        + "\n".join(json.dumps(one) for one in tools())
        + "\nReply with one call and nothing else, in this form:\n"
        + '{"name": "tool", "arguments": {"argument": "value"}}'
    )


def every_call() -> list[str]:
    """All calls that the schemas allow."""
    return [
        written(one["name"], dict(zip(own, values, strict=True)))
        for one in tools()
        for own in [one["inputSchema"]["properties"]]
        for values in itertools.product(*(a["enum"] for a in own.values()))
    ]


def judged(task: Wanted, text: str) -> dict[str, Any]:
    """Whether a text is a call that the schemas allow, and the right one."""
    try:
        call = json.loads(text.strip())
        formed = written(call["name"], call["arguments"]) in every_call()
    except (ValueError, KeyError, TypeError):
        call, formed = None, False
    right = formed and call == {"name": task.tool, "arguments": task.arguments}
    return {"text": text.strip(), "formed": formed, "right": right}


def make(run: Run, reader: Reader, sizes: Sizes) -> dict[str, Any]:
    """Measure what is not yet known."""
    tasks = TASKS if sizes.most is None else TASKS[: sizes.most]
    length = min(LENGTH, sizes.written)
    return {
        "tasks": len(tasks),
        "calls": len(every_call()),
        "free": run.remembered(
            "agents-free", [system(), tasks], free, reader, tasks, length
        ),
        "masked": run.remembered(
            "agents-masked", [system(), tasks], masked, reader, tasks
        ),
    }


def free(reader: Reader, tasks: Sequence[Wanted], length: int) -> list[dict[str, Any]]:
    """What it writes by itself, the likeliest token each time."""
    this = reader()
    prompts = [real.chat(this.tokenizer, task.text, system()) for task in tasks]
    stop = this.tokenizer.special_ids[CHAT]
    found = write_together(this, prompts, length, stop=stop)
    return [
        judged(task, decode(this.tokenizer, ids))
        for task, ids in zip(tasks, found, strict=True)
    ]


def masked(reader: Reader, tasks: Sequence[Wanted]) -> list[dict[str, Any]]:
    """What it writes where only tokens with which a call can go on are left."""
    this = reader()
    rows = [ids_of(this, call) for call in every_call()]
    found = []
    for task in tasks:
        prompt, said = real.chat(this.tokenizer, task.text, system()), list[int]()
        while said not in rows:
            fits = [row for row in rows if row[: len(said)] == said]
            nexts = sorted({row[len(said)] for row in fits})
            if len(nexts) > 1:
                p = real.log_probs(this.model, this.config, [*prompt, *said])[-1]
                nexts = [max(nexts, key=lambda i: float(p[i]))]
            said.append(nexts[0])
        found.append(judged(task, decode(this.tokenizer, said)))
    return found
