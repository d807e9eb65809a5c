"""Tools: what each takes, how a call is read, checked and done.

Public names: :mod:`sbt_jax.agents`.
Source: Model Context Protocol, specification 2025-11-25, server features, tools: an
error in doing a call goes back to the model, an error in the message does not.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sbt_jax import checks
from sbt_jax.agents.archive import ASKED, Archive
from sbt_jax.agents.calculator import calculate
from sbt_jax.world.words import NUMBERS, OBJECTS

LONGEST = 200  # letters of a call
NOT_FOUND, TRY_AGAIN = "Not found.", "Try again."
NOT_ALLOWED = "Not allowed."
NAME = r"[A-Z][a-z]+( [A-Z][a-z]+)?"


class Argument(NamedTuple):
    """One argument: what it is, and what it may be."""

    name: str
    about: str
    choices: tuple[str, ...] = ()
    pattern: str = ".+"


class Result(NamedTuple):
    """What comes back to the model."""

    text: str
    error: bool = False


class Tool(NamedTuple):
    """A tool: how a call is written, and the function that does it."""

    name: str
    about: str
    form: str  # of a call: the name, and a gap for each argument
    arguments: tuple[Argument, ...]
    run: Callable[[Archive, Mapping[str, str]], Result]
    acts: bool = False  # it changes something, and does not only look


class Call(NamedTuple):
    """A call that was read: the tool, and its arguments by name."""

    tool: Tool
    arguments: dict[str, str]


class ProtocolError(ValueError):
    """A message that is no call of any tool."""


def _find(archive: Archive, given: Mapping[str, str]) -> Result:
    found = archive.look_up(given["what"], given["who"])
    return Result(NOT_FOUND, error=True) if found is None else Result(found)


def _read(archive: Archive, given: Mapping[str, str]) -> Result:
    return Result(archive.note)


def _add(archive: Archive, given: Mapping[str, str]) -> Result:
    try:
        value = calculate(given["sum"])
    except ValueError:
        return Result(NOT_FOUND, error=True)
    said = NUMBERS[value] if 0 <= value < len(NUMBERS) else str(value)
    return Result(f"It is {said}.")


def _give(archive: Archive, given: Mapping[str, str]) -> Result:
    return Result(f"{given['to']} has the {given['thing']} now.")


TOOLS = (
    Tool(
        "find",
        "Look up one thing about one person in the archive.",
        "find {what} of {who}",
        (
            Argument("what", "what to look up", ASKED),
            Argument("who", "the full name", pattern=NAME),
        ),
        _find,
    ),
    Tool(
        "add",
        "Work out a sum.",
        "add {sum}",
        (Argument("sum", "the sum, in words or digits", pattern="[-+*() a-z0-9]+"),),
        _add,
    ),
    Tool(
        "read",
        "Read the note on the table.",
        "read {which}",
        (Argument("which", "what to read", ("note",)),),
        _read,
    ),
    Tool(
        "give",
        "Hand a thing to somebody.",
        "give {thing} to {to}",
        (
            Argument("thing", "what to hand over", tuple(OBJECTS)),
            Argument("to", "who is to have it", pattern=NAME),
        ),
        _give,
        acts=True,
    ),
)


def schema(tool: Tool) -> dict[str, Any]:
    """A tool as JSON Schema says it, in the shape that MCP lists tools.

    Example:
      >>> schema(TOOLS[2])["inputSchema"]["properties"]["which"]
      {'type': 'string', 'description': 'what to read', 'enum': ['note']}
    """
    properties = {}
    for one in tool.arguments:
        own = {"enum": list(one.choices)} if one.choices else {"pattern": one.pattern}
        properties[one.name] = {"type": "string", "description": one.about, **own}
    return {
        "name": tool.name,
        "description": tool.about,
        "inputSchema": {
            "type": "object",
            "properties": properties,
            "required": [one.name for one in tool.arguments],
        },
    }


def parse_call(text: str, tools: Sequence[Tool] = TOOLS) -> Call:
    """Read what a model wrote after the mark of a call.

    Args:
      text: As ``find home of Leo Reed``.
      tools: Those that there are.

    Raises:
      TypeError: If it is no text.
      ProtocolError: If it is no call of a tool that there is.

    Example:
      >>> call = parse_call("give key to Tom")
      >>> call.tool.name, call.arguments
      ('give', {'thing': 'key', 'to': 'Tom'})
      >>> parse_call("open the door")
      Traceback (most recent call last):
      sbt_jax.agents.tools.ProtocolError: text must be a call, got 'open the door'
    """
    said = checks.text("text", text).strip()
    if len(said) <= LONGEST:
        for tool in tools:
            parts = re.split(r"\{[a-z]+\}", tool.form)
            gaps = "(.+?)".join(re.escape(part) for part in parts)
            found = re.fullmatch(gaps, said, re.DOTALL)
            if found:
                names = (one.name for one in tool.arguments)
                return Call(tool, dict(zip(names, found.groups(), strict=True)))
    shown = said if len(said) <= 40 else f"{said[:40]}…"
    raise ProtocolError(f"text must be a call, got {shown!r}")


def problem(call: Call) -> str:
    """What is wrong with the arguments, by the tool's schema; nothing if they fit.

    Example:
      >>> problem(parse_call("find age of Leo Reed")), problem(parse_call("read note"))
      ('what', '')
    """
    for one in call.tool.arguments:
        value = call.arguments[one.name]
        fits = value in one.choices or (
            not one.choices and re.fullmatch(one.pattern, value) is not None
        )
        if not fits:
            return one.name
    return ""


def execute(call: Call, archive: Archive) -> Result:
    """Do a call. What goes wrong is a result too: the model can read it and repair.

    Example:
      >>> execute(parse_call("add two and three"), Archive({}, ""))
      Result(text='It is five.', error=False)
      >>> execute(parse_call("find home of Leo Reed"), Archive({}, ""))
      Result(text='Not found.', error=True)
    """
    if problem(call):
        return Result(NOT_FOUND, error=True)
    return call.tool.run(archive, call.arguments)
