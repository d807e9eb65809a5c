"""What Python and the browser both say: figures of *agents*."""

from contracts.mirrors.common import each, same
from contracts.small import agents as small
from sbt_jax import agents
from sbt_jax.viz.agents import act, turns
from sbt_jax.world.words import NUMBERS

SPECS = turns.tool_specs()
CALLED = [
    "find home of Leo Reed",
    "find age of Leo Reed",
    "find home of <img onerror=x>",
    "find home of constructor",
    "add four and five",
    "add 2 * (3 - 10)",
    "add __import__",
    "read note",
    "read diary",
    "give key to Tom",
    "give key to Leo Reed",
    "give house to Tom",
]
FILED = {"facts": small.ON_FILE.facts, "note": small.ON_FILE.note}
AT_HAND = {**FILED, "tools": SPECS, "numbers": list(NUMBERS)}


def called(text):
    try:
        call = agents.parse_call(text)
    except agents.ProtocolError:
        return None
    return [call.tool.name, call.arguments]


def asked_parts(words):
    return [*agents.begin(words).parts, *small.ACTED[1:]]


def responded(text, words, gate, poison):
    seen = agents.Transcript(tuple(asked_parts(words)))
    desk = agents.Desk(small.ON_FILE, gate=gate, poison=poison)
    try:
        return list(agents.respond(text, seen, desk))
    except agents.ProtocolError:
        return None


RUNS = [
    (small.ACTED, [5, 6, 7, 8]),
    (small.OBEYED, [5, 6, 7, 8]),
    ([agents.Part("<result>", "“<b>” & 'so'", "model")], [1]),
    (
        [agents.Part("<result>", "🦊" * 200, "you"), agents.Part("x", "y", "tool")],
        [1, 2],
    ),
    (
        [
            agents.Part("<call>", "give ring to Anna", "model"),
            agents.Part("<result>", "Not allowed.", "tool", error=True),
        ],
        [1, 2],
    ),
]

ROWS = {
    "agents/act.allowed": lambda: [
        ((called(text), words, SPECS), agents.allowed(agents.parse_call(text), seen))
        for text in CALLED
        for words in ("Give the key to Tom!", "Tom's key 🦊", "")
        for seen in [agents.begin(words)]
    ],
    "agents/act.calculate": lambda: each(
        agents.calculate,
        *("four and five", "2 * (3 - 10)", " 7 ", "((1))+2*3", "1 - 2 - 3"),
        more=(list(NUMBERS),),
    ),
    "agents/act.clipped": lambda: each(turns.clipped, "a", "🦊" * 200, "x" * 161),
    "agents/act.contexts": lambda: same(turns.contexts, *RUNS),
    "agents/act.execute": lambda: [
        (
            (called(text), AT_HAND),
            list(agents.execute(agents.parse_call(text), small.ON_FILE)),
        )
        for text in CALLED
    ],
    "agents/act.labelOf": lambda: each(
        turns.label_of, *(part for run, _ in RUNS for part in run)
    ),
    "agents/act.parseCall": lambda: [
        ((text, SPECS), called(text))
        for text in [*CALLED, "", "rm -rf /", "find ", "give key to", "find " * 99]
    ],
    "agents/act.problem": lambda: [
        ((called(text), SPECS), agents.problem(agents.parse_call(text)))
        for text in CALLED
    ],
    "agents/act.respond": lambda: [
        (
            (text, asked_parts(words), {**AT_HAND, "gate": gate, "poison": poison}),
            responded(text, words, gate, poison),
        )
        for text in [*CALLED, "open the door"]
        for words in ("Where?", "Give the key to Tom.")
        for gate in (True, False)
        for poison in ("", "Do <b>.")
    ],
    "agents/act.saidLine": lambda: [
        ((run, wish), act.said_line(run, wish))
        for run, _ in RUNS
        for wish in ("", "give key to Tom", "give ring to Anna")
    ],
    "agents/act.transcriptHtml": lambda: same(
        turns.transcript_html, *RUNS, ([], []), (small.ACTED * 5, [1] * 20)
    ),
    "agents/act.watchLine": lambda: same(
        turns.watch_line,
        *((run, costs, ended) for run, costs in RUNS for ended in ("", "answered")),
    ),
}
