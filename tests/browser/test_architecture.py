"""The live figures of chapter 5: what the reader types goes through the model."""

import re

import pytest

pytestmark = pytest.mark.page("architecture.html")
MACHINE, LENS, GRADIENT, COUNTER = 0, 2, 3, 5  # their places on the page


def test_a_click_on_a_box_chooses_the_part(figure):
    ask = figure(MACHINE)
    line = ask.click(4.5, -8)
    assert "block 4, MLP: Works on each position alone" in ask.texts()
    assert re.search(r"wrote vectors of length \d+\.\d on average", line), line


def test_the_machine_follows_what_is_typed_and_says_what_it_cuts(figure):
    ask = figure(MACHINE)
    before = ask.line()
    after = ask.put("Your text", "value_input", "Once there was a queen")
    assert after != before
    long = ask.put("Your text", "value_input", "One day " * 625)
    assert re.search(r"the first \d+ tokens of your text are left out", long), long


def test_a_twin_without_a_part_tells_its_gap(figure):
    ask = figure(MACHINE)
    line = ask.put("Train small with", "active", 4)
    assert re.search(r"trained with no attention, 1\.\d\d", line), line


def test_without_residuals_the_diagram_is_a_chain(figure):
    ask = figure(MACHINE)
    code = """(i) => [...probe.models(i).find(({data}) => data?.past).data.alpha]"""
    ask.put("Train small with", "active", 1)
    alpha = ask.page.evaluate(code, MACHINE)
    assert alpha[:3] == [1, 0, 1]
    ask.put("Train small with", "active", 0)
    assert set(ask.page.evaluate(code, MACHINE)) == {1}


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
    assert "Shown are the last 16 of 256 tokens." in line
    assert "tokens of your text are left out" in line
    assert ask.put("Your text", "value_input", "").startswith("Nothing has come yet")


def test_buttons_of_published_models_count_to_the_last_digit(figure):
    ask = figure(COUNTER)
    title = "A published model"
    code = "([i, id]) => probe.model(i, id).labels"
    labels = ask.page.evaluate(code, [COUNTER, ask.widget(title)["id"]])
    line = ask.put(title, "active", labels.index("Llama 3 70B"))
    assert line.startswith("Llama 3 70B: 70,553,706,496 parameters")
    assert ask.put("width", "value", "4096").startswith("A model of your own")
    assert ask.put("width", "value", "8192").startswith("Llama 3 70B")
