"""A box to type in, and a list of texts to try.

Public names: :mod:`sbt_jax.viz.parts`.
"""

from collections.abc import Mapping

from bokeh.models import Select, TextAreaInput, TextInput

from sbt_jax.viz.parts.frames import follow


def text_box(
    title: str,
    text: str,
    examples: Mapping[str, str],
    rows: int = 1,
    offer: str = "Or try",
) -> tuple[TextAreaInput | TextInput, Select]:
    """A box to type in, and the list that fills it.

    Args:
      title: Over the box.
      text: What stands in it at first.
      examples: Texts by the names that the list shows.
      rows: Lines of the box.
      offer: The title of the list.

    Example:
      >>> box, pick = text_box("Your text", "Hi", {"a name": "Once", "none": ""})
      >>> box.value, pick.value
      ('Hi', 'a name')
    """
    wide = {"title": title, "sizing_mode": "stretch_width"}
    box = TextAreaInput(rows=rows, **wide) if rows > 1 else TextInput(**wide)
    pick = Select(title=offer, options=list(examples), value=next(iter(examples)))
    follow([pick], (box, typed(examples)))
    box.update(value=text, value_input=text)
    return box, pick


def typed(texts: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Frames of a box: what stands in it, by name."""
    return {name: {"value": t, "value_input": t} for name, t in texts.items()}
