"""What Python and the browser both say: figures of *context*."""

import dataclasses

from contracts.mirrors.common import CHANCES, each, same
from contracts.small import context as small
from sbt_jax import context
from sbt_jax.viz.context import bill, chat

SAID = [
    [],
    list(chat.CHAT),
    [*chat.CHAT[:4], "Maya Holt lives in Seaton.", "É. <b>x</b> 🦊", "a" * 200],
]
TURNS = [
    (policy, said, question, room)
    for policy in context.POLICIES
    for said in SAID
    for question in ("Where does Maya Holt live?", "")
    for room in (0, 12, 100)
]


def size_of(text):
    return len(text.split(" "))


def messages_sent(*turn):
    places, texts = context.sent(*turn, size_of)
    return {"places": list(places), "texts": list(texts)}


def messages_drawn(messages, costs, kept, *rest):
    return chat.chat_html(messages, costs, context.Sent(*kept.values()), *rest)


KEPT = [{"places": [0, 2], "texts": ["a", "c"]}, {"places": [0], "texts": ["a; c"]}]
BILLED = [
    (dataclasses.asdict(shape), n)
    for shape in (context.windowed_shape("Gemma 3 27B"), small.SHAPES["tiny"])
    for n in (1, 100, 4096, 2**20)
]


def of_shape(function):
    return lambda shape, n: function(context.Shape(**shape), n)


ROWS = {
    "context/bill.amount": lambda: same(
        bill.amount, (1.5e9, "FLOP"), (2.04e13, "B"), (7e15, "FLOP"), (3.25e19, "FLOP")
    ),
    "context/bill.billLine": lambda: same(
        bill.bill_line,
        (
            "GPT-3",
            8192,
            {"weights": 2.5e15, "looking": 1.4e14},
            2.105,
            2**35 + 1,
            12,
            (150_000.0, 32_812.5),
        ),
    ),
    "context/bill.chatBill": lambda: same(
        context.chat_bill, (0, 10, 5), (1, 10, 5), (12, 8192, 400, 1.25, 0.1)
    ),
    "context/bill.doubling": lambda: same(of_shape(context.doubling), *BILLED),
    "context/bill.kvBytes": lambda: same(of_shape(context.kv_bytes), *BILLED),
    "context/bill.readingFlops": lambda: same(of_shape(context.reading_flops), *BILLED),
    "context/chat.answerTo": lambda: [
        ((question, said), context.answer_to(question, said))
        for said in SAID
        for question in [*chat.QUESTIONS.values(), "", "Where does constructor x live?"]
    ],
    "context/chat.chance": lambda: each(chat.chance, *CHANCES),
    "context/chat.chatHtml": lambda: same(
        messages_drawn,
        (["a", "<b>", "c"], [3, 4, 5], KEPT[0], "Who?", "Tom", True),
        (["a", "“b” & 'c'", "🦊" * 99], [3, 4, 5], KEPT[1], "Who?", "", False),
    ),
    "context/chat.chatLine": lambda: same(
        chat.chat_line,
        (96, 3, 11, 40, 28, "sent", 0.98),
        (256, 0, 1, 0, 30, "left out", 0.0),
        (1024, 1, 1, 1234, 1040, "untold", 0.01),
    ),
    "context/chat.clipped": lambda: each(chat.clipped, "", "a" * 90, "🦊" * 91),
    "context/chat.roomFor": lambda: [
        ((question, budget), context.room_for(question, budget, size_of))
        for question in ("", "Where is Tom?")
        for budget in (0, 20, 256)
    ],
    "context/chat.sent": lambda: [(turn, messages_sent(*turn)) for turn in TURNS],
}

CODES = {
    "context/chat.roomFor": """(m, question, budget) =>
      m.roomFor(question, budget, (text) => text.split(" ").length)""",
    "context/chat.sent": """(m, ...turn) =>
      m.sent(...turn, (text) => text.split(" ").length)""",
}
