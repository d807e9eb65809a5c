"""Chapter 11."""

import random

from contracts.arguments.kinds import Cells, Ids, Number, One, Refused, Row, Text, Whole
from sbt_jax import agents
from sbt_jax.agents import Archive, Desk, draw_task, parse_call

NAMES = ["Leo Reed", "Ada Wood", "Tom Snow"]
DESK = Desk(Archive({}, "Tom is here."))
BEGUN = agents.begin("Read the note.")
ENDED = BEGUN._replace(ended="steps")
CALL = parse_call("read note")
TASK = draw_task(random.Random(0), "give", NAMES)
NO_CALL = Refused(ValueError, "text must be a call, got")
NO_SUM = Refused(ValueError, "sum_ must .*got")
COUNTED = {"right": [3, 0], "tries": 4, "k": 2}
TRIES = Cells(
    [
        (0, Refused(ValueError, "tries must be .*got 0")),
        (4.0, Refused(TypeError, "tries must be .*got 4.0")),
    ]
)
FEW = Cells([([], Refused(ValueError, "right must not be empty, got"))])

TABLE = {
    "draw_archive": Row(
        {"rng": random.Random(0), "names": NAMES},
        {
            "names": Cells(
                [
                    (["Leo Reed"], Refused(ValueError, "names must be .*got")),
                    ("Leo Reed", Refused(TypeError, "names must be .*got")),
                ]
            )
        },
        "rng: draws",
    ),
    "calculate": Row(
        {"sum_": "1 + 1"},
        {
            "sum_": [
                Text(),
                Cells([(text, NO_SUM) for text in ("1 +", "(1", "os", "9" * 201)]),
                Cells([("999999999 * 9", NO_SUM), ("(" * 30 + "1", NO_SUM)]),
            ]
        },
    ),
    "parse_call": Row(
        {"text": "read note", "tools": agents.TOOLS},
        {"text": [Text(), Cells([("open", NO_CALL), ("find " * 99, NO_CALL)])]},
        "tools: a list of Tool",
    ),
    "problem": Row({"call": CALL}, {}, "call: as parse_call reads it"),
    "execute": Row(
        {"call": CALL, "archive": DESK.archive}, {}, "call archive: checked by problem"
    ),
    "schema": Row({"tool": agents.TOOLS[0]}, {}, "tool: a Tool"),
    "begin": Row({"task": "Wait."}, {"task": Text()}),
    "allowed": Row(
        {"call": CALL, "transcript": BEGUN}, {}, "call transcript: of this chapter"
    ),
    "respond": Row(
        {"text": "read note", "transcript": BEGUN, "desk": DESK},
        {"text": [Text(), Cells([("open", NO_CALL)])]},
        "transcript desk: of this chapter",
    ),
    "advance": Row(
        {"transcript": BEGUN, "said": [("<call>", "read note")], "desk": DESK},
        {"transcript": Cells([(ENDED, Refused(ValueError, "transcript must .*got"))])},
        "said desk: what a model writes is read, and ends the run if it is no call",
    ),
    "limited": Row(
        {"transcript": BEGUN, "limits": agents.Limits(), "tokens": 1, "seconds": 0.0},
        {},
        "transcript limits tokens seconds: compared",
    ),
    "run": Row(
        {"write": lambda _: [("<model>", "No.")], "task": "Wait.", "desk": DESK},
        {"task": Text()},
        "write desk limits size clock: called",
    ),
    "replay": Row(
        {"transcript": BEGUN, "desk": DESK}, {}, "transcript desk: of this chapter"
    ),
    "draw_task": Row(
        {"rng": random.Random(0), "kind": "find", "names": NAMES, "friends": 1},
        {"kind": One(), "friends": Whole(0, 1)},
        "rng names: checked by draw_archive",
    ),
    "expert": Row(
        {"task": TASK, "transcript": BEGUN}, {}, "task transcript: of this chapter"
    ),
    "right": Row(
        {"task": TASK, "transcript": BEGUN}, {}, "task transcript: of this chapter"
    ),
    "all_right": Row(
        {"step": 0.9, "steps": 3}, {"step": Number(0, 1), "steps": Whole()}
    ),
    "pass_all": Row(
        COUNTED,
        {"right": [Ids(5, array=False), FEW], "tries": TRIES, "k": Whole(1, 4)},
    ),
    "pass_any": Row(
        COUNTED,
        {"right": [Ids(5, array=False), FEW], "tries": TRIES, "k": Whole(1, 4)},
    ),
    "beta_law": Row(
        {"one": 0.6, "two": 0.45, "k": 3},
        {
            "one": Cells(
                [
                    (1.5, Refused(ValueError, "one must .*got 1.5")),
                    ("0.5", Refused(TypeError, "one must .*got")),
                ]
            ),
            "two": Cells(
                [
                    (0.3, Refused(ValueError, "two must .*got 0.3")),
                    (float("nan"), Refused(ValueError, "two must .*got")),
                ]
            ),
            "k": Whole(1),
        },
    ),
    "horizon": Row(
        {"half": 59.0, "share": 0.8},
        {
            "half": Number(0, above=True),
            "share": Number(0, 1, above=True, below=True),
        },
    ),
    "tokens_read": Row(
        {"contexts": [3, 5]},
        {
            "contexts": Cells(
                [
                    ([], Refused(ValueError, "contexts must .*got")),
                    ([5, 3], Refused(ValueError, "contexts must .*got")),
                    ([0.5], Refused(TypeError, "contexts must .*got")),
                ]
            )
        },
    ),
}
