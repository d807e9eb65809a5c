"""The diagrams of chapter 15."""

from sbt_jax.viz.parts.diagram import Drawing, flow


def an_image_as_tokens() -> str:
    """From an image to what a transformer says of it."""
    return flow(
        [
            ("image", "a grid of numbers"),
            ("patches", "cut into squares"),
            ("vectors", "one matrix for all"),
            ("places", "where each one was"),
            ("transformer", "all look at all"),
            ("answer", "read off the class token"),
        ],
        lit="patches",
    )


def two_encoders() -> str:
    """A picture and a caption become vectors of one space."""
    d = Drawing(columns=3, rows=3, width=480, row=66, gap=24)
    picture = d.box(0, 0, "picture", note="a yellow three")
    words = d.box(0, 2, "caption", note="“a yellow three”")
    left = d.box(1, 0, "image encoder")
    right = d.box(1, 2, "text encoder")
    one = d.box(2, 0, "vector", kind="good")
    two = d.box(2, 2, "vector", kind="good")
    d.arrow(picture, left)
    d.arrow(words, right)
    d.arrow(left, one)
    d.arrow(right, two)
    meet = d.box(2, 1, "cosine", kind="accent", note="pairs high, others low")
    d.arrow(one, meet)
    d.arrow(two, meet)
    return d.svg()


def three_ways_in() -> str:
    """How a picture gets into a language model."""
    d = Drawing(columns=4, rows=3, width=520, row=74, gap=20)
    ways = (
        ("projector", "image encoder", "small network", "vectors"),
        ("native", "patches", "one matrix", "vectors"),
        ("codes", "image encoder", "nearest of a list", "new tokens"),
    )
    for row, (name, first, second, third) in enumerate(ways):
        d.label(0, row, name, "name")
        boxes = [
            d.box(1, row, first),
            d.box(2, row, second, kind="accent"),
            d.box(3, row, third, kind="good"),
        ]
        d.arrow(boxes[0], boxes[1])
        d.arrow(boxes[1], boxes[2])
    return d.svg()
