"""The chat of chapter 9 in a browser: it sends and answers what Python would."""

import pytest

from sbt_jax import context
from sbt_jax.context import POLICIES
from sbt_jax.shipped.chats import message_cost, reply
from sbt_jax.shipped.reader import reader_model
from sbt_jax.viz import context as viz
from sbt_jax.viz.context import chat

# Weights as they are shipped are no JAX arrays, which the checks of shapes want.
pytestmark = [pytest.mark.usefixtures("unchecked"), pytest.mark.page("context.html")]

CHAT = """() => {
  const isWindow = ({title}) => title === "window, tokens"
  const i = probe.figures().findIndex((_, i) => probe.models(i).some(isWindow))
  const models = probe.models(i)
  const by = (title) => models.find((model) => model.title === title)
  globalThis.chat = {
    i, slider: by("window, tokens"), policy: by("When it is too long"),
    box: by("Your question"), tell: by("Tell it something"),
    shown: models.find((model) => /class="turn/.test(model.text ?? "")),
    line: models.find(({tags}) => tags?.includes("sbt-line")),
    press: (label) => probe.insides(probe.views(i).find(({model}) =>
      model.label === label)).querySelector("button").click(),
  }
}"""
ASK = """async ([window, policy, question]) => {
  chat.slider.value = window
  chat.policy.value = policy
  chat.box.setv({value: question, value_input: question})
  await probe.settled(chat.i)
  return [chat.line.text, chat.shown.text]
}"""


@pytest.fixture
def page(loaded):
    """The page, with the chat at hand; it is drawn anew afterwards."""
    loaded.evaluate(CHAT)
    yield loaded
    loaded.evaluate("probe.fresh(chat.i)")


@pytest.mark.parametrize("policy", POLICIES)
def test_it_sends_and_answers_as_python_does(page, policy):
    reader = reader_model()

    def cost(text):
        return message_cost(reader, text)

    for window in (64, 128, 256):
        for question in viz.QUESTIONS.values():
            room = context.room_for(question, window, cost)
            kept = context.sent(policy, viz.CHAT, question, room, cost)
            right = context.answer_to(question, viz.CHAT)
            said = reply(reader, kept.texts, question, right)
            line, shown = page.evaluate(ASK, [window, policy, question])
            assert said.text in shown
            there = [viz.CHAT[at] for at in kept.places]
            needed = "sent" if right in there else "left out"
            tokens = sum(map(cost, kept.texts))
            ours = chat.chat_line(
                window,
                len(kept.places),
                len(viz.CHAT),
                tokens,
                window - room,
                needed if right else "untold",
                said.p,
            )
            assert line.rpartition(" gets ")[0] == ours.rpartition(" gets ")[0]


def test_small_talk_pushes_a_fact_out_of_the_window(page):
    first = viz.QUESTIONS["what came first"]
    line, _ = page.evaluate(ASK, [176, POLICIES[0], first])
    assert "What it needs was sent." in line
    for _ in range(3):
        page.evaluate("chat.press('small talk')")
    page.evaluate("probe.settled(chat.i)")
    assert "What it needs was not sent." in page.evaluate("chat.line.text")


def test_what_is_told_is_text_and_can_be_asked_for(page):
    page.evaluate("chat.tell.value = '<img src=x onerror=alert(1)> 🦊'")
    page.evaluate("chat.press('say it')")
    page.evaluate("chat.tell.value = 'Nora Cole has a goat.'")
    page.evaluate("chat.press('say it')")
    line, shown = page.evaluate(ASK, [256, POLICIES[0], "What does Nora Cole have?"])
    assert "<img" not in shown
    assert "What it needs was sent." in line
    page.evaluate("chat.tell.value = 'a 🦊'.repeat(1500)")
    page.evaluate("chat.press('say it')")
    page.evaluate("probe.settled(chat.i)")
    assert "0 of 14 messages are sent" in page.evaluate("chat.line.text")


def test_a_question_that_does_not_fit_is_told(page):
    line, shown = page.evaluate(ASK, [32, POLICIES[0], "x y z " * 900])
    assert "does not fit a window of 32" in line
    assert 'class="turn in"' not in shown
    line, _ = page.evaluate(ASK, [96, POLICIES[0], "  "])
    assert line == "Ask something about what was said."
