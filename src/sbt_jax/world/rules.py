"""The stories of the world, as rules. See :mod:`sbt_jax.world.template`.

What is remembered: ``a`` and ``b``, the two friends of the story, and for each of
them where they are (``where``), who the other is (``other``) and perhaps what they
are (``role``); ``x``, a thing with an adjective (``adj``) and either a ``holder`` or
a ``spot`` where it lies; ``c``, an animal, with its ``colour`` and perhaps its name
(``pet``); ``weather``; ``gone``, who went off alone; ``s``, who was spoken of last,
and ``it``, which thing was; ``n``, how many events there have been.

A sentence first says what happens, then who does it: "With a smile Anna gave ...".
What a sentence may begin with depends on little; who or what must follow is told by
the story so far. To know the one word that fits is what a small model can learn; to
know the few that do not fit, out of many, it hardly can.

Skills, behind a ``#``, name what it takes to know a word: ``choice`` marks what
nobody can know, ``who`` who holds a thing, ``where`` where somebody or something
is, ``recall`` a detail told before, ``name`` which friend, ``pronoun`` he, she or
it, ``referent`` what *it* was, ``sum`` a number to be worked out, ``fact`` a fact
about a notable person, ``lore`` what animals, days and weather are like.
"""

from sbt_jax.world.template import Alternative

Rules = dict[str, list[Alternative]]

OPENING: Rules = {
    "story": [(1, "", "<opening> <things> [n='0] <events> <closing>")],
    "opening": [
        (
            5,
            "",
            "~Once there was a {_r~roles} called {a~names: a.he=_r.he}. [role[a]=_r]"
            " {^a.his#pronoun} best friend was {b~names: b.half!=a.half}. <place>"
            " {^a.he#pronoun} and {b#name} were often {where[a].at#choice} the"
            " {where[a]#choice}.",
        ),
        (
            3,
            "",
            "~Once upon a time there was a {_r~roles} called {a~names: a.he=_r.he}."
            " [role[a]=_r] {^a.he#pronoun} had a friend, a {_q~roles} called"
            " {b~names: b.half!=a.half, b.he=_q.he}. [role[b]=_q] <place> They lived"
            " {where[a].at#choice} the {where[a]#choice}.",
        ),
        (
            6,
            "",
            "~One {weather~weathers} {_t~times} {a~names} and"
            " {b~names: b.half!=a.half} <place> were {where[a].at#choice} the"
            " {where[a]#choice}.",
        ),
        (
            4,
            "",
            "~On {_d~days} {a~names} went to the {_p~places}."
            " {b~names: b.half!=a.half} was there too. [where[a]=_p] [where[b]=_p]"
            " [other[a]=b] [other[b]=a]",
        ),
        (
            3,
            "",
            "~It was a {weather~weathers} {_t~times}. {a~names} and"
            " {b~names: b.half!=a.half} <place> were playing {where[a].at#choice} the"
            " {where[a]#choice}.",
        ),
        (
            3,
            "",
            "~{a~names} and {b~names: b.half!=a.half} <place> were good friends."
            " Every {_d~days} they met {where[a].at#choice} the {where[a]#choice}.",
        ),
        (
            3,
            "",
            "~Long ago [_p~places] there lived {_p.at#choice} the {_p#choice} a"
            " {_r~roles} called {a~names: a.he=_r.he} and a {_q~roles} called"
            " {b~names: b.half!=a.half, b.he=_q.he}. [role[a]=_r] [role[b]=_q]"
            " [where[a]=_p] [where[b]=_p] [other[a]=b] [other[b]=a]",
        ),
    ],
    "place": [
        (1, "", "[_p~places] [where[a]=_p] [where[b]=_p] [other[a]=b] [other[b]=a]"),
    ],
    "new": [
        (
            1,
            "",
            "[_k~adjectives] {_k.a#choice} {_k#choice} {x~objects} [adj[x]=_k] [it=x]",
        ),
    ],
    "things": [
        (4, "", "{_p~a|b} had <new>. [holder[x]=_p] [s=_p] [-]"),
        (
            2,
            "",
            '{_p~a|b} was carrying <new>. [holder[x]=_p] "Look what I found!"'
            " {_p.he#pronoun} said. [s=_p] [-]",
        ),
        (2, "", "There was <new> {_l~spots}. [spot[x]=_l] [-]"),
        (
            2,
            "",
            "{_p~a|b} had brought <new> [_r=other[_p]] for {_r#name}. [holder[x]=_r]"
            ' "It is for you," {_p.he#pronoun} said. {_r#name} took it and smiled.'
            " [s=_r] [-]",
        ),
        (
            2,
            "",
            "A bird flew by and dropped <new>. {_p~a|b} picked it up. [holder[x]=_p]"
            " [s=_p] [-]",
        ),
        (1, "", "{_p~a|b} found <new> {_l~spots}. [holder[x]=_p] [s=_p] [-]"),
    ],
}

# How people and things are spoken of: ``_p`` as a subject, ``x`` as an object.
MENTIONS: Rules = {
    "Who": [
        (6, "", "{_p#choice} [s=_p]"),
        (4, "s=_p, a.he!=b.he", "{^_p.he#pronoun}"),
        (1, "role[_p], role[a]!=role[b]", "The {role[_p]#recall} [s=_p]"),
    ],
    "who": [
        (6, "", "{_p#choice} [s=_p]"),
        (4, "s=_p, a.he!=b.he", "{_p.he#pronoun}"),
        (1, "role[_p], role[a]!=role[b]", "the {role[_p]#recall} [s=_p]"),
    ],
    "the": [
        (5, "", "the {x#state} [it=x]"),
        (3, "", "the {adj[x]#recall} {x#state} [it=x]"),
    ],
    "it": [
        (5, "", "<the>"),
        (3, "it=x", "{'it#pronoun}"),
    ],
}

EVENTS: Rules = {
    "events": [
        (1, "n<'2", "[n=n+'1] <event> [-] <events>"),
        (3, "'1<n, n<'6", "[n=n+'1] <event> [-] <events>"),
        (1.2, "'1<n", ""),
    ],
    # ``together`` is where most happens; ``gone`` is who went off alone.
    "event": [
        (24, "!gone", "<together>"),
        (12, "gone", "<apart>"),
        (3, "holder[x]", "[_g=holder[x]] <hides> [spot[x]=_k] [holder[x]=']"),
        (6, "spot[x]", "[_p~a|b] <finds> [holder[x]=_p] [spot[x]=']"),
        (3, "spot[x]", "<lies>"),
        (1.5, "weather", "[it='] <sky>"),
        (2, "", "[it='] <flavour>"),
    ],
    "together": [
        (
            8,
            "holder[x]",
            "[_g=holder[x]] [_r=other[_g]] <give> [holder[x]=_r] <thanks>",
        ),
        (4, "holder[x]", "[_g=holder[x]] [_r=other[_g]] <asks>"),
        (3, "holder[x]", "[_g=holder[x]] [_r=other[_g]] <feel>"),
        (2, "holder[x]", "[_g=holder[x]] [_r=other[_g]] <fit>"),
        (5, "", "[it='] <move>"),
        (3, "!c", "[it='] <arrive>"),
        (4, "c", "[it='] <animal>"),
        (3, "", "[it='] <sums>"),
        (4, "", "[it='] <riddle>"),
        (4, "", "[it='] <fact>"),
        (1.5, "", "[it='] <like>"),
    ],
    "apart": [
        (2, "", "[it='] <follow>"),
        (1, "", "[it='] <whereabouts>"),
    ],
}

# -- Who has what, and where it is ------------------------------------------
# What happens is said before who does it: then who it was follows from the story.
HANDS: Rules = {
    "give": [
        (4, "", "With a smile {_g#who} gave <it> to {_r#name}."),
        (2, "", "With a smile {_g#who} gave {_r#name} <the>."),
        (2, "", "Very carefully {_g#who} handed <it> to {_r#name}."),
        (
            2,
            "",
            '"Please give me <the>," said {_r#who}. {_g#name} gave {\'it#pronoun} to'
            " {_r.him#pronoun}.",
        ),
        (
            1,
            "",
            "Politely {_r#who} asked for <the>, and {_g#name} gave {'it#pronoun} to"
            " {_r.him#pronoun}.",
        ),
    ],
    "thanks": [
        (4, "", "[s=_g]"),
        (2, "", '"Thank you," said {_r#name}. [s=_r]'),
        (1, "", '"Thank you, {_g#name}!" said {_r#name}. [s=_r]'),
        (1, "a.he!=b.he", "{^_r.he#pronoun} was very happy. [s=_r]"),
        (1, "", "{_r#name} smiled. [s=_r]"),
    ],
    "asks": [
        (2, "", "Who has the {x#state} now? {_g#who} has it. [it=x] [s=_g]"),
        (
            2,
            "",
            '"Do you have <the>?" asked {_r#who}. "Yes, I have it," said {_g#name}.'
            " [s=_g]",
        ),
        (
            2,
            "",
            '"Who has <the>?" asked {_r#who}. "I have it," said {_g#name}. [s=_g]',
        ),
        (
            2,
            "c",
            '"Who has <the>?" asked the {c#recall}. "{_g#who} has it," said'
            " {_r#name}. [s=_r]",
        ),
    ],
    "feel": [
        (2, "", "How {_k~feelings} {_g#who} was to have <the>! [s=_g]"),
        (1, "", '"I wish I had <the>," said {_r#who}. [s=_r]'),
    ],
    # What was too big, and what too small: the next sentence tells.
    "fit": [
        (
            1,
            "",
            "Just for fun {_g#who} tried to put <the> into the {_c~boxes}, but"
            " {'it#pronoun} was too {_z~sizes}. <fits> [s=_r]",
        ),
    ],
    "fits": [
        (1, "_z='big", '"We need a smaller {x#referent}," said {_r#name}.'),
        (1, "_z='small", '"We need a bigger {_c#referent}," said {_r#name}. [it=\']'),
    ],
    "hides": [
        (3, "", "In secret {_g#who} hid <it> {_k~spots}. [s=_g]"),
        (3, "", "Then, quietly, {_g#who} put <it> {_k~spots}. [s=_g]"),
        (
            1,
            "",
            'In secret {_g#who} hid <it> {_k~spots}. "Nobody will find it there,"'
            " {_g.he#pronoun} whispered. [s=_g]",
        ),
    ],
    "finds": [
        (3, "", "By chance <who> found <the> {spot[x]#where}."),
        (2, "", "Later <who> looked {spot[x]#where} and found <the>."),
        (
            2,
            "",
            '"I can see <the>!" cried {_p#choice}. It was {spot[x]#where}. [s=_p]',
        ),
    ],
    "lies": [
        (2, "", "Where is the {x#state} now? It is {spot[x]#where}. [it=x]"),
        (
            2,
            "",
            '[_q~a|b] [_r=other[_q]] "Where is <the>?" asked {_q#choice}. "It is'
            ' {spot[x]#where}," said {_r#name}. [s=_r]',
        ),
    ],
}

# -- Where everybody is -----------------------------------------------------
WAYS: Rules = {
    "move": [
        (
            3,
            "",
            "[_p~a|b] After a while <who> <went> the {_k~places: _k!=where[_p]}."
            " [where[_p]=_k] [gone=_p]",
        ),
        (
            3,
            "",
            "Then they played [_k~places] {_k.at#choice} the {_k#choice}. [where[a]=_k]"
            " [where[b]=_k] [s=']",
        ),
        (
            2,
            "",
            '"Let us go to the {_k~places: _k!=where[a]}," said {_p~a|b}. So they'
            " went to the {_k#recall}. [where[a]=_k] [where[b]=_k] [s=']",
        ),
        (1, "where[a].water", "They sat on the bank and looked at the water. [s=']"),
        (
            0.5,
            "",
            "[_p~a|b] <Who> took {_p.his#pronoun} coins to the bank and came back.",
        ),
    ],
    "went": [(4, "", "went to"), (1, "", "ran to"), (1, "", "walked to")],
    "follow": [
        (
            1,
            "",
            "[_r=other[gone]] Soon {_r#where} came to the {where[gone]#where} too."
            " [where[_r]=where[gone]] [gone='] [s=_r]",
        ),
        (
            1,
            "",
            "[_r=other[gone]] Soon {_r#where} went to the {where[gone]#where} to see"
            " {gone#name}. [where[_r]=where[gone]] [gone='] [s=_r]",
        ),
    ],
    "whereabouts": [
        (
            1,
            "",
            "Where is {gone#where} now? {^gone.he#pronoun} is {where[gone].at#where}"
            " the {where[gone]#where}. [s=gone]",
        ),
    ],
}

# -- What can be known by heart or worked out -------------------------------
KNOWLEDGE: Rules = {
    "arrive": [
        (
            3,
            "",
            "A little {colour~colours} {c~animals} came by. <hello> [s=']",
        ),
        (
            2,
            "",
            "Then they saw a {colour~colours} {c~animals}. <hello> [s=']",
        ),
    ],
    "hello": [
        (2, "", '"{c.sound#lore}!" said the {c#recall}.'),
        (1, "", "It was looking for {c.food#lore}."),
        (2, "", "Its name was {pet~pets}."),
    ],
    "animal": [
        (2, "", '"{c.sound#lore}," said the {colour#recall} {c#recall}. [s=\']'),
        (2, "", "{_p~a|b} gave the {c#recall} some {c.food#lore}. [s=_p]"),
        (1, "", "The {c#recall} had once been a little {c.young#lore}. [s=']"),
        (2, "!pet", "They called the {c#recall} {pet~pets}. [s=']"),
        (2, "pet", '"Come here, {pet#recall}!" called {_p~a|b}. [s=_p]'),
        (2, "pet", "{_p~a|b} sang a song for {pet#recall} the {c#recall}. [s=_p]"),
    ],
    "sums": [
        (
            2,
            "",
            "{_p~a|b} had {_m~few} {_f~fruits}. [_r=other[_p]] {_r#name} gave"
            " {_p.him#pronoun} {_n~more} more. Now {_p#name} had {_m+_n#sum}"
            " {_f#recall}. [s=_p]",
        ),
        (
            2,
            "",
            "{_p~a|b} had {_m~many} {_f~fruits}. [_r=other[_p]] {^_p.he#pronoun} gave"
            " {_n~some} of them to {_r#name}. Then {_p.he#pronoun} had {_m-_n#sum}"
            " {_f#recall} left. [s=_p]",
        ),
        (
            2,
            "",
            "{_p~a|b} had {_m~few} {_f~fruits} and [_r=other[_p]] {_r#name} had"
            " {_n~more}. Together they had {_m+_n#sum} {_f#recall}. [s=']",
        ),
    ],
    "riddle": [
        (
            1,
            "",
            '[_k~animals] [_q~a|b] [_r=other[_q]] "Who says {_k.sound#choice}?" asked'
            ' {_q#choice}. "{^_k.a#lore} {_k#lore}," said {_r#name}. [s=_r]',
        ),
        (
            1,
            "",
            '[_k~animals] [_q~a|b] [_r=other[_q]] "What does {_k.a#choice}'
            ' {_k#choice} eat?" asked {_q#choice}. "{^_k.food#lore}," said'
            " {_r#name}. [s=_r]",
        ),
        (
            2,
            "",
            '[_q~a|b] [_r=other[_q]] "How much is {_m~few} and {_n~more}?" asked'
            ' {_q#choice}. "{^_m+_n#sum}," said {_r#name}. [s=_r]',
        ),
        (
            1,
            "",
            '[_q~a|b] [_r=other[_q]] "If today is {_d~days}, what is tomorrow?" asked'
            ' {_q#choice}. "Tomorrow is {_d.next#lore}," said {_r#name}. [s=_r]',
        ),
        (
            1,
            "",
            '[_q~a|b] [_r=other[_q]] "If today is {_d~days}, what was yesterday?" asked'
            ' {_q#choice}. "Yesterday was {_d.before#lore}," said {_r#name}. [s=_r]',
        ),
    ],
    "fact": [
        (
            3,
            "",
            "They met {_f~people}, the {_f.trade#fact} from {_f.town#fact}. [s=']",
        ),
        (
            2,
            "",
            '[_q~a|b] [_r=other[_q]] "Where does {_f~people} live?" asked {_q#choice}.'
            ' "In {_f.town#fact}," said {_r#name}. [s=_r]',
        ),
        (
            2,
            "",
            '[_q~a|b] [_r=other[_q]] "What does {_f~people} do?" asked {_q#choice}.'
            ' "{^_f.he#pronoun} is a {_f.trade#fact}," said {_r#name}. [s=_r]',
        ),
        (
            2,
            "",
            '"{_f~people} has {_f.pet.a#fact} {_f.pet#fact}," said {_p~a|b}. [s=_p]',
        ),
    ],
    "sky": [
        (2, "", "They were {weather.effect#lore}. [s=']"),
        (1, "weather!='sunny", "Then the sun came out. [weather='sunny] [s=']"),
        (1, "weather!='rainy", "Then it began to rain. [weather='rainy] [s=']"),
    ],
    "like": [
        (
            1,
            "",
            '"I love {_k~paints}," said {_p~a|b}. [_r=other[_p]] So'
            " {_r#name} painted a picture, all in {_k#recall}. [s=_r]",
        ),
    ],
    "flavour": [
        (2, "", "[_k~animals] A cloud looked like {_k.a#choice} {_k#choice}. [s=']"),
        (1, "", "They laughed until they had to sit down. [s=']"),
        (1, "", "[_p~a|b] <Who> told a joke that nobody understood."),
        (1, "", "They counted the clouds until there were {_n~many}. [s=']"),
        (1, "", "[_p~a|b] <Who> hummed a song without words."),
        (1, "", "A snail crossed the path, and they waited for {'it#pronoun}. [s=']"),
        (1, "", "Somewhere a clock struck {_n~few}. [s=']"),
        (1, "", "The air smelled of fresh bread. [s=']"),
    ],
}

CLOSING: Rules = {
    "closing": [
        (5, "holder[x]", "<carry> <bye>"),
        (
            3,
            "spot[x]",
            "When the moon came up, the {x#state} was still {spot[x]#where}. <bye>",
        ),
        (2, "", "At last {a#name} and {b#name} went home. <bye>"),
        (
            2,
            "",
            "The stars came out. {_p~a|b} counted {_n~many} of them and fell asleep."
            " <bye>",
        ),
        (1, "", "They ate bread with honey and went to bed. <bye>"),
        (2, "c", "The {colour#recall} {c#recall} followed them home. <bye>"),
    ],
    "carry": [
        (1, "", "In the evening {holder[x]#who} carried <the> home."),
        (
            1,
            "",
            "That night {holder[x]#who} fell asleep with <the> under the pillow.",
        ),
    ],
    "bye": [
        (3, "", "Good night, {a#name}. Good night, {b#name}."),
        (2, "", "The end."),
        (3, "", ""),
    ],
}

RULES: Rules = {
    **OPENING,
    **MENTIONS,
    **EVENTS,
    **HANDS,
    **WAYS,
    **KNOWLEDGE,
    **CLOSING,
}
