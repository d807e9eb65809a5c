"""What Python and the browser both say: figures of *prompting*."""

import numpy as np

from contracts.mirrors.common import same
from contracts.small import prompting as small
from sbt_jax import prompting
from sbt_jax.checkpoints import browser_script
from sbt_jax.prompting import CUPS, WORDS
from sbt_jax.shipped import games
from sbt_jax.viz import kit
from sbt_jax.viz.prompting import shots, votes, ways

PAIRED = (
    "red dog, blue cat, green ?",
    "",
    "Red my DOG; grey",
    "cat red",
    "<b>😀 red owl ?",
)
LAYOUTS = np.stack([np.arange(12), np.arange(12)[::-1]])
GUESSED = [0.05] * 10 + [0.1, 0.4]
SHARED = ([0.4, 0.2, 0.2, 0.2], [0.4, 0.6], [0.0, 1.0], [0.5, 0.3, 0.2])
GAME = prompting.Game("red", (("red", "blue"), ("green", "blue")))
SHELLS = (
    *(
        prompting.shell_prompt(GAME, way, [GAME], phrase=True)
        for way in prompting.PHRASES
    ),
    *("", "q: a:", "Ball under red.", "<img src=x> 🦊 é 12 7", "Q: Ball under red."),
    *("Q: Ball under red. Swaps: 1 red red. Where?", "so blue. so"),
)


def exact(pairs, cup):
    try:
        return prompting.believe(LAYOUTS, pairs, cup)
    except ValueError:
        return None


def believed(pairs, cup):
    found = exact(pairs, cup)
    return found and found._asdict()


def cup_of(text):
    game = prompting.last_game(text)
    return game and prompting.answer(game)


def spelt(text):
    return prompting.spell_shell(prompting.read_shell(text)[0])


def shell_script():
    return browser_script("prompting_shell")


ROWS = {
    "prompting/shots.readPairs": lambda: [
        ((text, shots.CUPS, shots.ANIMALS), shots.read_pairs(text)) for text in PAIRED
    ],
    "prompting/shots.believe": lambda: [
        ((LAYOUTS.tolist(), pairs, cup), believed(pairs, cup))
        for pairs in ([], [(0, 0)], [(0, 11), (3, 3)], [(0, 1), (0, 2)])
        for cup in (0, 5)
    ],
    "prompting/shots.shotsLine": lambda: [
        (
            (count, GUESSED, believed(pairs, 1), shots.ANIMALS),
            shots.shots_line(count, np.array(GUESSED), exact(pairs, 1)),
        )
        for count, pairs in ((0, []), (1, [(0, 0)]), (2, [(0, 1), (0, 2)]))
    ],
    "prompting/ways.readShell": lambda: [
        ((text, WORDS), prompting.read_shell(text)) for text in SHELLS
    ],
    "prompting/ways.spellShell": lambda: [
        ((prompting.read_shell(text)[0], WORDS), spelt(text)) for text in SHELLS
    ],
    "prompting/ways.rightCup": lambda: [((text,), cup_of(text)) for text in SHELLS],
    "prompting/ways.voteRight": lambda: same(
        prompting.vote_right,
        *((s, right, n) for s in SHARED for right in (0, 1) for n in (1, 2, 21, 41)),
    ),
    "prompting/ways.voteCurve": lambda: same(
        votes.curve,
        *((0.4, wrong, [1, 5]) for wrong in votes.WRONG.values()),
    ),
    "prompting/ways.votesLine": lambda: same(
        votes.votes_line,
        (0.4, [1 / 3] * 3, 21, 0.75),
        (0.4, [1.0], 5, 0.32),
        (0.5, [1.0], 1, 0.5),
    ),
    "prompting/ways.bars": lambda: [
        (
            (cups, right, n, CUPS, [kit.GREY, kit.ORANGE]),
            ways.bars(cups, right, n),
        )
        for cups in ([0.5, 0.2, 0.1, 0.1, 0.1], [0.0] * 5)
        for right in ("red", None)
        for n in (1, 21)
    ],
    "prompting/ways.waysLine": lambda: [
        ((begins, text, found, right, n, unknown), said)
        for begins in (small.BEGUN, {"at once": 0.1, "in steps": 0.2, "dots": 0.7})
        for text in ("So <b>.", "")
        for right in ("red", None)
        for n in (1, 21)
        for unknown in ([], ["<", "img", "😀" * 70])
        for found in [ways.bars([0.5, 0.2, 0.1, 0.1, 0.1], right, n)]
        for said in [ways.ways_line(begins, text, found, right, n, unknown)]
    ],
    "prompting/ways.say": lambda: [
        (
            (shell_script(), prompting.read_shell(text)[0], WORDS),
            games.say(text)._asdict(),
        )
        for text in SHELLS[:3]
    ],
}

CODES = {
    "prompting/ways.say": """(m, script, ...rest) => {
      (0, eval)(script)
      return m.say(sbt.transformer(sbt.weights.prompting_shell), ...rest)
    }""",
}

NEAR = {
    "prompting/ways.say": 1e-3,
}
