r"""How stories are written down: rules, and the little language of their texts.

A rule is a list of alternatives, each a weight, a guard and a text::

    (3, "holder[x] = a", "{a} gave the {x} to {b}. [holder[x]=b]")

One alternative is chosen among those whose guard holds, in proportion to the
weights. In a text

* plain words are said as they stand,
* ``{ref}`` says a value; ``{^ref}`` with a capital; ``{ref#skill}`` notes which
  skill it takes to know it,
* ``{name~set: guard}`` picks a value from a set and says it, ``[name~set: guard]``
  picks in silence; ``[name~x|y]`` picks one of the values of ``x`` and ``y``,
* ``[key=ref]`` remembers, ``[-]`` forgets every name that starts with ``_``,
* ``<rule>`` goes through another rule.

A *ref* is a name (``a``), an attribute (``a.he``), a value kept for another
(``holder[x]``), a constant (``'rain``) or a small sum (``n+'1``). A guard is a list
of comparisons (``a!=b``, ``n<'4``) or names that must be set (``c``) or not
(``!c``), with commas for *and*.

Texts are compiled to lists of plain values, which the engine here and its mirror in
``viz/live/world.js`` interpret alike.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

Op = list[Any]
Alternative = tuple[int | float, str, str]
# As the pre-tokenizer of chapter 2 cuts: each word or mark with the space before it.
PIECE = re.compile(
    r"'(?:[sdmt]|ll|ve|re)| ?[^\W\d_]+| ?[0-9]+| ?[^\s\w]+| ?[\w]+|\s+(?!\S)|\s+"
)
COMPARE = re.compile(r"(!=|=|<)")


def split(text: str) -> list[str]:
    """Words and marks, each with the space before it; joined, they are the text.

    Example:
      >>> split('"Who?" asked Tom.')
      ['"', 'Who', '?"', ' asked', ' Tom', '.']
    """
    return PIECE.findall(text)


def compile_ref(text: str) -> Op:
    """A ref as a list: what to look up, and where.

    Example:
      >>> compile_ref("holder[x]"), compile_ref("a.he")
      (['at', 'holder', ['reg', 'x']], ['of', ['reg', 'a'], 'he'])
      >>> compile_ref("n+'1")
      ['sum', 1, ['reg', 'n'], ['is', '1']]
    """
    text = text.strip()
    for sign, factor in (("+", 1), ("-", -1)):
        left, found, right = text.rpartition(sign)
        if found:
            return ["sum", factor, compile_ref(left), compile_ref(right)]
    if text.startswith("'"):
        return ["is", text[1:]]
    match = re.fullmatch(r"(\w+)(?:\[(\w+)\])?((?:\.\w+)*)", text)
    if not match:
        raise ValueError(f"ref must be a name, got {text!r}")
    name, index, attributes = match.groups()
    ref: Op = ["at", name, ["reg", index]] if index else ["reg", name]
    for attribute in attributes.split(".")[1:]:
        ref = ["of", ref, attribute]
    return ref


def compile_guard(text: str) -> list[Op]:
    """Comparisons that must all hold.

    Example:
      >>> compile_guard("!c, a != b")
      [['no', ['reg', 'c']], ['!=', ['reg', 'a'], ['reg', 'b']]]
    """
    guard = []
    for part in filter(None, map(str.strip, text.split(","))):
        negated = part.startswith("!") and "=" not in part
        match = COMPARE.split(part, maxsplit=1)
        if len(match) == 3:
            guard.append([match[1], compile_ref(match[0]), compile_ref(match[2])])
        elif negated:
            guard.append(["no", compile_ref(part[1:])])
        else:
            guard.append(["yes", compile_ref(part)])
    return guard


def _pick(text: str) -> Op:
    """``name~set: guard`` as an operation."""
    head, _, guard = text.partition(":")
    name, _, source = head.partition("~")
    names = [part.strip() for part in source.split("|")]
    origin: Any = [compile_ref(n) for n in names] if len(names) > 1 else names[0]
    return ["pick", name.strip(), origin, compile_guard(guard)]


def _say(text: str, glued: bool) -> list[Op]:
    """``{...}``: pick if asked to, then say."""
    body, _, skill = text.partition("#")
    capital = body.startswith("^")
    body = body.removeprefix("^")
    ops: list[Op] = []
    if "~" in body:
        ops.append(_pick(body))
        body = body.partition("~")[0]
        skill = skill or "choice"
    ops.append(["say", compile_ref(body), int(glued), int(capital), skill or "state"])
    return ops


def _silent(text: str) -> Op:
    """``[...]``: forget, pick or remember."""
    if text.strip() == "-":
        return ["forget"]
    if "~" in text:
        return _pick(text)
    key, _, ref = text.partition("=")
    target = compile_ref(key)
    return ["set", target, compile_ref(ref)]


def compile_text(text: str) -> list[Op]:
    """The operations of one alternative.

    A text begins with a space unless its first mark is ``~``.

    Example:
      >>> for op in compile_text("{a} sat. [s=a]"):
      ...     print(op)
      ['say', ['reg', 'a'], 0, 0, 'state']
      ['word', ' sat']
      ['word', '.']
      ['set', ['reg', 's'], ['reg', 'a']]
    """
    ops: list[Op] = []
    spaced = not text.startswith("~")
    position = int(not spaced)
    plain = ""

    def flush() -> None:
        nonlocal plain
        ops.extend(["word", piece] for piece in split(plain))
        plain = ""

    pattern = re.compile(
        r"\{(?P<say>[^{}]*)\}|\[(?P<do>(?:[^\[\]]|\[\w+\])*)\]|<(?P<rule>\w+)>"
    )
    source = (" " if spaced else "") + text[position:].strip()
    at = 0
    for match in pattern.finditer(source):
        plain += source[at : match.start()]
        at = match.end()
        glued = not plain.endswith(" ")
        if match["say"] is not None:
            plain = plain.removesuffix(" ")
            flush()
            ops += _say(match["say"], glued)
        elif match["rule"] is not None:
            plain = plain.removesuffix(" ")
            flush()
            ops.append(["rule", match["rule"]])
        else:
            # Silence takes no place: the space before it goes to what follows.
            held = " " if plain.endswith(" ") else ""
            plain = plain.removesuffix(" ")
            flush()
            ops.append(_silent(match["do"]))
            next_to_it = source[at : at + 1]
            plain = "" if next_to_it and next_to_it in ".,!?" else held
            if held and next_to_it == " ":
                at += 1
    plain += source[at:]
    plain = plain.rstrip(" ")
    flush()
    return ops


def compile_rules(
    rules: Mapping[str, Sequence[Alternative]],
) -> dict[str, list[list[Any]]]:
    """Every rule, compiled and checked.

    Raises:
      ValueError: If a text names a rule that does not exist, or a weight is not
        positive.
    """
    compiled: dict[str, list[list[Any]]] = {
        name: [
            [weight, compile_guard(guard), compile_text(text)]
            for weight, guard, text in alternatives
        ]
        for name, alternatives in rules.items()
    }
    for name, alternatives in compiled.items():
        for weight, _, ops in alternatives:
            if not weight > 0:
                raise ValueError(f"rule {name}: weight must be > 0, got {weight}")
            for op in ops:
                if op[0] == "rule" and op[1] not in compiled:
                    raise ValueError(f"rule {name} goes to {op[1]!r}, which is no rule")
    return compiled
