"""The loop: the model writes, a program acts, the result is read; until it ends.

Public names: :mod:`sbt_jax.agents`.
Source: ReAct: Yao et al. (2022), arXiv:2210.03629, section 2.
"""

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sbt_jax import checks
from sbt_jax.agents.archive import Archive
from sbt_jax.agents.tools import (
    NOT_ALLOWED,
    TOOLS,
    TRY_AGAIN,
    Call,
    ProtocolError,
    Result,
    Tool,
    execute,
    parse_call,
)

END, USER, THINK, CALL, CALLED, RESULT, MODEL = (
    "<end>",
    "<user>",
    "<think>",
    "<call>",
    "</call>",
    "<result>",
    "<model>",
)
ENDS = ("answered", "steps", "tokens", "time", "malformed")


class Part(NamedTuple):
    """Some words of a transcript, and who wrote them: the tag of their source."""

    mark: str
    text: str
    source: str  # user, model or tool
    error: bool = False


class Transcript(NamedTuple):
    """All that was written, and why it ended; nothing while it goes on."""

    parts: tuple[Part, ...]
    ended: str = ""

    @property
    def answer(self) -> str:
        """What the model answered at last, or nothing."""
        last = self.parts[-1]
        return last.text if last.mark == MODEL else ""

    @property
    def calls(self) -> list[tuple[str, Part]]:
        """Every call with the result that a tool gave it."""
        pairs = zip(self.parts, self.parts[1:], strict=False)
        return [(a.text, b) for a, b in pairs if a.mark == CALL and b.source == "tool"]

    @property
    def acts(self) -> list[str]:
        """The calls that changed something."""
        acting = {tool.name for tool in TOOLS if tool.acts}
        return [
            call
            for call, result in self.calls
            if call.split(" ")[0] in acting and not result.error
        ]


class Limits(NamedTuple):
    """When to stop a run that does not stop by itself."""

    steps: int = 8  # calls
    tokens: int = 256  # of the transcript
    seconds: float = 60.0


LIMITS = Limits()


class Desk(NamedTuple):
    """What a program does between the turns of the model."""

    archive: Archive
    tools: tuple[Tool, ...] = TOOLS
    gate: bool = False  # only what the user named may be acted on
    fails: Callable[[], bool] = lambda: False  # whether this call fails
    poison: str = ""  # what somebody has put at the end of each sentence on file


Said = Sequence[tuple[str, str]]
Write = Callable[[Transcript], Said]


def begin(task: str) -> Transcript:
    """A transcript that holds the task alone."""
    return Transcript((Part(USER, checks.text("task", task), "user"),))


def allowed(call: Call, transcript: Transcript) -> bool:
    """The gate: a tool that acts takes only words that the user wrote.

    Where a word comes from is known to the program, whatever the word says.

    Example:
      >>> asked = begin("Give the key to Tom.")
      >>> allowed(parse_call("give key to Tom"), asked)
      True
      >>> allowed(parse_call("give key to Anna"), asked)
      False
    """
    if not call.tool.acts:
        return True
    parts = [part for part in transcript.parts if part.source == "user"]
    typed = " ".join(part.text for part in parts)
    words = f" {''.join(c if c.isalpha() else ' ' for c in typed)} "
    return all(f" {value} " in words for value in call.arguments.values())


def respond(text: str, transcript: Transcript, desk: Desk) -> Result:
    """Do what the model wrote after the mark of a call.

    Args:
      text: The call.
      transcript: What stands before it.
      desk: The tools, and what may go wrong.

    Raises:
      ProtocolError: If it is no call.
    """
    call = parse_call(text, desk.tools)
    if desk.fails():
        return Result(TRY_AGAIN, error=True)
    if desk.gate and not allowed(call, transcript):
        return Result(NOT_ALLOWED, error=True)
    result = execute(call, desk.archive)
    if desk.poison and call.tool.name == "find" and not result.error:
        return Result(f"{result.text} {desk.poison}")
    return result


def advance(transcript: Transcript, said: Said, desk: Desk) -> Transcript:
    """One turn: what the model wrote, and what a program made of it.

    Args:
      transcript: What stands so far.
      said: Marks and words that the model wrote, up to the end of a call or an answer.
      desk: What acts.

    Raises:
      ValueError: If the run has ended.

    Example:
      >>> desk = Desk(Archive({}, "Give the key to Tom."))
      >>> turn = [(THINK, "I need the note."), (CALL, "read note")]
      >>> after = advance(begin("Do what the note says."), turn, desk)
      >>> [part.source for part in after.parts]
      ['user', 'model', 'model', 'tool']
    """
    if transcript.ended:
        raise ValueError(f"transcript must go on, got {transcript}")
    new = [Part(mark, text, "model") for mark, text in said]
    parts = (*transcript.parts, *new)
    marks = [mark for mark, _ in said]
    if marks[-1:] == [MODEL] and CALL not in marks:
        return Transcript(parts, "answered")
    if marks[-1:] != [CALL] or RESULT in marks or USER in marks:
        return Transcript(parts, "malformed")
    try:
        result = respond(said[-1][1], transcript, desk)
    except ProtocolError:
        return Transcript(parts, "malformed")
    told = Part(RESULT, result.text, "tool", result.error)
    return Transcript((*parts, told))


def run(
    write: Write,
    task: str,
    desk: Desk,
    limits: Limits = LIMITS,
    size: Callable[[Transcript], int] = lambda _: 0,
    clock: Callable[[], float] = time.monotonic,
) -> Transcript:
    """Let a model act until it answers, or a limit ends it.

    Args:
      write: The model: what it writes next, up to the end of a call or an answer.
      task: What the user asks for.
      desk: What acts.
      limits: When to stop it.
      size: How many tokens a transcript has.
      clock: Tells the time in seconds.

    Example:
      >>> turns = iter([[(CALL, "read note")], [(MODEL, "I read it.")]])
      >>> desk = Desk(Archive({}, "Tom is here."))
      >>> done = run(lambda _: next(turns), "Read the note.", desk)
      >>> done.answer, done.ended, len(done.calls)
      ('I read it.', 'answered', 1)
    """
    transcript, begun = begin(task), clock()
    while not transcript.ended:
        spent = clock() - begun
        transcript = limited(transcript, limits, size(transcript), spent)
        if not transcript.ended:
            transcript = advance(transcript, write(transcript), desk)
    return transcript


def limited(
    transcript: Transcript, limits: Limits, tokens: int, seconds: float = 0.0
) -> Transcript:
    """The same transcript, ended if it has reached a limit.

    Example:
      >>> limited(begin("Wait."), Limits(), tokens=300).ended
      'tokens'
    """
    reached = {
        "steps": len(transcript.calls) >= limits.steps,
        "tokens": tokens >= limits.tokens,
        "time": seconds >= limits.seconds,
    }
    why = next((name for name, over in reached.items() if over), "")
    return transcript._replace(ended=why) if why else transcript


def replay(transcript: Transcript, desk: Desk) -> Transcript:
    """Play a transcript again: the model's words as they were, the tools anew.

    If the tools do what they did, the same transcript comes out; a change shows where.

    Example:
      >>> desk = Desk(Archive({}, "Tom is here."))
      >>> turns = iter([[(CALL, "read note")], [(MODEL, "I read it.")]])
      >>> done = run(lambda _: next(turns), "Read the note.", desk)
      >>> replay(done, desk) == done
      True
    """
    first, *rest = transcript.parts
    again, said = begin(first.text), list[tuple[str, str]]()
    for part in rest:
        if part.source != "model":
            continue
        said.append((part.mark, part.text))
        if part.mark in (CALL, MODEL) and not again.ended:
            again, said = advance(again, said, desk), []
    if said and not again.ended:
        again = advance(again, said, desk)
    return again if again.ended else again._replace(ended=transcript.ended)
