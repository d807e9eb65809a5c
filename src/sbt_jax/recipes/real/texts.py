"""Texts that several parts read: a novel, a licence, and the Python reference.

Source of the novel: Lewis Carroll (1865), *Alice's Adventures in Wonderland*,
chapter I, in the public domain; of the licence: the MIT licence, as in this repository.
"""

from pydoc_data.topics import topics

from sbt_jax.real import RealModel
from sbt_jax.recipes.real.reading import ids_of

NOVEL = """\
Alice was beginning to get very tired of sitting by her sister on the bank, and of \
having nothing to do: once or twice she had peeped into the book her sister was \
reading, but it had no pictures or conversations in it, "and what is the use of a \
book," thought Alice "without pictures or conversations?"

So she was considering in her own mind (as well as she could, for the hot day made \
her feel very sleepy and stupid), whether the pleasure of making a daisy-chain would \
be worth the trouble of getting up and picking the daisies, when suddenly a White \
Rabbit with pink eyes ran close by her.

There was nothing so very remarkable in that; nor did Alice think it so very much \
out of the way to hear the Rabbit say to itself, "Oh dear! Oh dear! I shall be \
late!" (when she thought it over afterwards, it occurred to her that she ought to \
have wondered at this, but at the time it all seemed quite natural); but when the \
Rabbit actually took a watch out of its waistcoat-pocket, and looked at it, and then \
hurried on, Alice started to her feet, for it flashed across her mind that she had \
never before seen a rabbit with either a waistcoat-pocket, or a watch to take out of \
it, and burning with curiosity, she ran across the field after it, and fortunately \
was just in time to see it pop down a large rabbit-hole under the hedge.
"""
LICENCE = """\
Permission is hereby granted, free of charge, to any person obtaining a copy of this \
software and associated documentation files (the "Software"), to deal in the \
Software without restriction, including without limitation the rights to use, copy, \
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, \
and to permit persons to whom the Software is furnished to do so, subject to the \
following conditions:

The above copyright notice and this permission notice shall be included in all \
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, \
INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A \
PARTICULAR PURPOSE AND NONINFRINGEMENT.
"""
#: A topic of the Python reference that is prose; its words depend on Python's version.
TOPIC = "naming"


#: The mark that stands before every document.
START = "<|endoftext|>"


def passages(reader: RealModel, most: int) -> dict[str, list[int]]:
    """The first tokens of each text, after the mark that starts every document."""
    start = reader.tokenizer.special_ids[START]
    texts = {
        "a novel": NOVEL,
        "the Python reference": topics[TOPIC],
        "the MIT licence": LICENCE,
    }
    return {name: [start, *ids_of(reader, text)[:most]] for name, text in texts.items()}
