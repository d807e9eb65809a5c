"""A text in tokens, and merges one by one.

Public names: :mod:`sbt_jax.viz.tokenization`; ``pieces.mjs`` is the browser half.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.models import (
    BasicTicker,
    Button,
    ColumnDataSource,
    FactorRange,
    Select,
    Slider,
)

from sbt_jax.tokenization import Step, Tokenizer, encode, merge_steps
from sbt_jax.viz import kit, parts

MARKS = {"\n": "⏎", "\t": "⇥", "\r": "␍"}  # what a chip shows for white space
BARS = 8
#: Texts to cut, the word of the chapter first.
EXAMPLES = {
    "the word": "strawberry",
    "a sentence": "The strawberry was unbelievably delicious! 🍓",
    "numbers": "1 strawberry + 12 strawberries = 13",
    "Python": "for berry in strawberries:\n    eat(berry)",
    "German": "Die Erdbeere war unglaublich lecker.",
    "Hindi": "स्ट्रॉबेरी स्वादिष्ट थी।",
    "Chinese": "草莓很好吃",
    "one emoji, four people": "👩‍👩‍👧‍👦",
}
TIE_RULES = ("lowest ids", "highest ids", "first seen")


def show_bytes(data: bytes) -> str:
    """A token as readers see it: its text, or hexadecimal if it is part of one."""
    try:
        return "".join(MARKS.get(c, c) for c in data.decode("utf-8"))
    except UnicodeDecodeError:
        return data.hex(" ").upper()


def count_line(text: str, tokens: int) -> str:
    """What the line under the figure says; mirrored in ``pieces.mjs``."""
    words = len(re.findall(r"\S+", text))
    per_word = f", {tokens / words:.2f} a word" if words else ""
    size = len(text.encode("utf-8", "surrogatepass"))
    counts = ((len(text), "character"), (size, "byte"), (tokens, "token"))
    return (
        ", ".join(f"{n} {name}{'s' * (n != 1)}" for n, name in counts) + f"{per_word}."
    )


def text_in_tokens(
    tokenizer: Tokenizer, text: str, examples: Mapping[str, str] | None = None
) -> kit.Embed:
    """Coloured pieces of whatever the reader types, at any number of merges.

    The first frame is :func:`sbt_jax.tokenization.encode`; after that the
    runtime replays the same merges in the browser.
    """
    ids = encode(tokenizer, text)
    shown = [(show_bytes(tokenizer.token_bytes[i]), str(i)) for i in ids]
    most = len(tokenizer.merges)
    stops = [n for n in (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if n < most]
    box, pick = parts.text_box("Your text", text, examples or {"": text}, rows=3)
    merges = parts.slider("merges used", [str(n) for n in [*stops, most]])
    chips, line = kit.chips(shown), kit.status(count_line(text, len(ids)))
    update = kit.callback(
        __file__,
        figure="pieces",
        spec=tokenizer.spec(),
        box=box,
        merges=merges,
        chips=chips,
        line=line,
    )
    for name in ("value", "value_input"):
        box.js_on_change(name, update)
    merges.js_on_change("value", update)
    return kit.Embed(
        kit.beside([*[pick] * bool(examples), box, merges], [chips, line]),
        alt="A text box, a slider for the number of merges, and the text below as"
        " coloured pieces, each with its token id.",
        status=line,
        table=[("piece", "id"), *shown],
        runtime=True,
    )


def show_state(step: Step, names: Sequence[bytes]) -> dict[str, Any]:
    """One step of training as plain text and numbers for the browser."""

    def name(pair: tuple[int, int]) -> str:
        return " + ".join(show_bytes(names[i]).replace(" ", "␣") for i in pair)

    top = step.counts[:BARS]
    return {
        "pieces": [
            [show_bytes(names[i]).replace(" ", "␣"), str(i)]
            for word in step.words
            for i in word
        ],
        "pairs": [name(pair) for pair, _ in top],
        "counts": [count for _, count in top],
        "next": name(step.pair) if step.pair else "",
        "ties": len(step.ties),
    }


def training_states(text: str, num_merges: int, rule: str) -> list[dict[str, Any]]:
    """Every state of training on a tiny text, for one rule for ties."""
    steps = merge_steps(text, num_merges, tie_break=rule)  # type: ignore[arg-type]
    names = [bytes([i]) for i in range(256)]
    states = []
    for i, step in enumerate(steps):
        if i:
            left, right = steps[i - 1].pair or (0, 0)
            names.append(names[left] + names[right])
        state = show_state(step, names)
        states.append(state | {"line": state_line(state, i)})
    return states


def state_line(state: Mapping[str, Any], step: int) -> str:
    """What the line under the figure says."""
    pieces = len(state["pieces"])
    if not state["next"]:
        return f"After {step} merges: {pieces} tokens. No pair is left to merge."
    ties = state["ties"]
    tie = f", one of {ties} that are equally frequent" if ties != 1 else ""
    return f"After {step} merges: {pieces} tokens. Next to merge: {state['next']}{tie}."


def merge_by_merge(texts: Sequence[str], num_merges: int, start: int = 0) -> kit.Embed:
    """Training on a tiny text, one merge at a time, forward and back.

    Args:
      texts: To choose from; the first is shown.
      num_merges: How many merges at most.
      start: How many of them are made at first.

    Raises:
      ValueError: If the first text has no such state.
    """
    states = {
        text: {rule: training_states(text, num_merges, rule) for rule in TIE_RULES}
        for text in texts
    }
    all_states = states[texts[0]][TIE_RULES[0]]
    if not 0 <= start < len(all_states):
        raise ValueError(f"start must be 0 to {len(all_states) - 1}, got {start}")
    first = all_states[start]
    pairs, counts = first["pairs"], first["counts"]
    colors = [kit.ORANGE if pair == first["next"] else kit.BLUE for pair in pairs]
    source = ColumnDataSource({"pair": pairs, "count": counts, "color": colors})
    plot = kit.axes(
        y_range=FactorRange(factors=pairs[::-1]),
        x_axis_label="how often it occurs",
        height=270,
    )
    plot.x_range.start = 0
    plot.xaxis.ticker = BasicTicker(min_interval=1)
    plot.hbar("pair", right="count", height=0.7, color="color", source=source)
    text = Select(title="Text to learn from", options=list(texts), value=texts[0])
    rule, rule_box = kit.choice("Of equally frequent pairs, merge", TIE_RULES)
    step = Slider(
        title="merges done",
        start=0,
        end=len(all_states) - 1,
        value=start,
        step=1,
        sizing_mode="stretch_width",
    )
    back, onward = Button(label="◀ back"), Button(label="merge ▶")
    chips, line = kit.chips(first["pieces"]), kit.status(first["line"])
    update = kit.callback(
        __file__,
        figure="steps",
        states=states,
        source=source,
        plot=plot,
        chips=chips,
        line=line,
        colors=[kit.BLUE, kit.ORANGE],
        text=text,
        rule=rule,
        step=step,
    )
    for model, prop in ((text, "value"), (rule, "active"), (step, "value")):
        model.js_on_change(prop, update)
    for button, by in ((back, -1), (onward, 1)):
        button.js_on_event(
            "button_click", kit.callback(__file__, figure="move", step=step, by=by)
        )
    return kit.Embed(
        kit.beside(
            [kit.controls(back, onward), step, text, rule_box], [chips, plot, line]
        ),
        alt="Bars of how often each pair of neighbouring tokens occurs in a tiny"
        " text, with buttons that make or undo one merge.",
        status=line,
        table=[("pair", "count"), *zip(pairs, counts, strict=True)],
        runtime=True,
    )
