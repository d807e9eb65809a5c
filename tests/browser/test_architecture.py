"""The live figures of chapter 5: what the reader types goes through the model."""

import re

import pytest

pytestmark = pytest.mark.page("architecture.html")
# Their places on the page.
WALK, LENS, TWINS, GRADIENT, STEPS, COUNTER, REAL = range(7)
PLACE = "Where the token is"


def test_the_token_walks_and_what_comes_later_is_not_told(figure):
    ask = figure(WALK)
    assert ask.line() == "The machine's answer: after “?” comes “Tom”, 100 %."
    line = ask.put(PLACE, "value", "block 3, attention")
    assert re.search(r"attention 3 turned the vector of “\?” by \d+°", line), line
    assert line.count("“Tom”") == 3  # two heads, and what it would say
    assert "Looks back: each head brings" in ask.texts()
    assert ask.texts().count("he") > ask.texts().count("MLP 4 Tom")


def test_the_button_walks_from_the_start_and_stops(figure):
    ask = figure(WALK)
    page = ask.page
    code = """([i, title]) => probe.models(i)
      .find(({properties, title: t}) => properties.categories && t === title).value"""
    ask.put(PLACE, "value", "block 4, MLP")
    button = page.locator(".sbt-figure").nth(WALK).get_by_role("button")
    button.get_by_text("walk from the start").or_(button).first.click()
    page.wait_for_timeout(400)
    assert page.evaluate(code, [WALK, PLACE]) == "embedding"
    ask.put(PLACE, "value", "block 2, MLP")
    page.wait_for_timeout(1500)
    assert page.evaluate(code, [WALK, PLACE]) == "block 2, MLP"


def test_the_walk_follows_what_is_typed_and_says_what_it_cuts(figure):
    ask = figure(WALK)
    before = ask.line()
    after = ask.put("Your text", "value_input", "Once there was a queen")
    assert after != before
    assert "“queen”" in after
    ask.put("Your text", "value_input", "<img src=x onerror=alert(1)> 😀")
    assert ask.page.evaluate("document.querySelectorAll('img[src=x]').length") == 0
    assert "(start or end)" in ask.put("Your text", "value_input", "")
    long = ask.put("Your text", "value_input", "One day " * 625)
    assert re.search(r"the first \d+ tokens of your text are left out", long), long


def test_without_the_gift_the_fourth_attention_puts_it_right(figure):
    ask = figure(WALK)
    ask.put("Or try", "value", "without the gift")
    third = ask.put(PLACE, "value", "block 3, attention")
    assert "It would now say “Tom”" in third
    assert "say “Anna”" in ask.put(PLACE, "value", "block 4, attention")


def test_the_published_model_tells_what_a_block_is_worth(figure):
    ask = figure(REAL)
    assert "it would say “capital”" in ask.line()
    line = ask.put("After block", "value", "30")
    assert "After block 30 of 30 it would say “Paris”, 77 %." in line
    assert "“kitten” is at place 2." in ask.put(
        "The beginning", "value", "A young cat is called a"
    )


def test_with_relu_the_gradient_hardly_grows(figure):
    ask = figure(GRADIENT)
    growth = r"no residual times ([\d.]+)( million| billion)?, "
    assert re.search(growth, ask.line())[2]
    found = re.search(growth, ask.put("MLP", "active", 1))
    assert not found[2]
    assert float(found[1]) < 2


def test_skipping_a_block_costs_and_nothing_skipped_is_as_before(figure):
    ask = figure(LENS)
    before = ask.line()
    line = ask.put("Skip", "value", "block 1")
    whole, without = map(float, re.findall(r"(\d+\.\d\d)[. ]", line)[:2])
    assert without > whole + 1
    assert ask.put("Skip", "value", "nothing") == before


def test_the_lens_marks_right_guesses_and_cuts_with_a_note(figure):
    ask = figure(LENS)
    line = ask.put("Your text", "value_input", "One day " * 625)
    assert "Shown are the last 10 of 256 tokens." in line
    assert "tokens of your text are left out" in line
    assert ask.put("Your text", "value_input", "").startswith("Nothing has come yet")


def test_published_models_are_counted_to_the_last_digit(figure):
    ask = figure(COUNTER)
    line = ask.put("A published model", "value", "Llama 3 70B")
    assert line.startswith("Llama 3 70B: 70,553,706,496 parameters")
    assert ask.put("width", "value", "4096").startswith("A model of your own")
    assert ask.put("width", "value", "8192").startswith("Llama 3 70B")
