"""The stories of the world, as rules. See :mod:`sbt_jax.world.template`.

What is remembered: ``a`` and ``b``, the two friends of the story, and for each of
them where they are (``where``), who the other is (``other``) and perhaps what they
are (``role``) and like (``like``); ``x`` and ``y``, two things, each with an
adjective (``adj``) and either a ``holder`` or a ``spot`` where it lies; ``c``, an
animal, with its ``colour`` and perhaps its name (``pet``); ``weather``, ``day``;
``s``, who was spoken of last, and ``it``, which thing was; ``n``, how many events
there have been.

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
            5, "",
            "~Once there was a {_r~roles} called {a~names: a.he=_r.he}. [role[a]=_r]"
            " {^a.his#pronoun} best friend was {b~names: b!=a}. <place> {^a.he#pronoun}"
            " and {b#name} were often {where[a].at#choice} the {where[a]#choice}.",
        ),
        (
            3, "",
            "~Once upon a time there was a {_r~roles} called {a~names: a.he=_r.he}."
            " [role[a]=_r] {^a.he#pronoun} had a friend, a {_q~roles: _q!=_r} called"
            " {b~names: b!=a, b.he=_q.he}. [role[b]=_q] <place> They lived"
            " {where[a].at#choice} the {where[a]#choice}.",
        ),
        (
            6, "",
            "~One {weather~weathers} {_t~times} {a~names} and {b~names: b!=a} <place>"
            " were {where[a].at#choice} the {where[a]#choice}.",
        ),
        (
            4, "",
            "~On {day~days} {a~names} went to the {_p~places}. {b~names: b!=a} was"
            " there too. [where[a]=_p] [where[b]=_p] [other[a]=b] [other[b]=a]",
        ),
        (
            3, "",
            "~It was a {weather~weathers} {_t~times}. {a~names} and {b~names: b!=a}"
            " <place> were playing {where[a].at#choice} the {where[a]#choice}.",
        ),
        (
            3, "",
            "~{a~names} and {b~names: b!=a} <place> were good friends. Every {day~days}"
            " they met {where[a].at#choice} the {where[a]#choice}.",
        ),
        (
            3, "",
            "~Long ago [_p~places] there lived {_p.at#choice} the {_p#choice} a"
            " {_r~roles} called {a~names: a.he=_r.he} and a {_q~roles: _q!=_r} called"
            " {b~names: b!=a, b.he=_q.he}. [role[a]=_r] [role[b]=_q] [where[a]=_p]"
            " [where[b]=_p] [other[a]=b] [other[b]=a]",
        ),
    ],
    "place": [
        (1, "", "[_p~places] [where[a]=_p] [where[b]=_p] [other[a]=b] [other[b]=a]"),
    ],
    "new": [
        (
            1, "",
            "[_k~adjectives: _k!=adj[x]] {_k.a#choice} {_k#choice}"
            " {_o~objects: _o!=x} [adj[_o]=_k] [it=_o]",
        ),
    ],
    "things": [
        (
            4, "",
            "{a#name} had <new> [x=_o] [holder[x]=a] and {b#name} had <new> [y=_o]"
            " [holder[y]=b]. [s=b] [-]",
        ),
        (3, "", "{a#name} had <new>. [x=_o] [holder[x]=a] [s=a] [-]"),
        (
            2, "",
            '{b#name} was carrying <new>. [x=_o] [holder[x]=b] "Look what I found!"'
            " {b.he#pronoun} said. [s=b] [-]",
        ),
        (2, "", "There was <new> {_l~spots}. [x=_o] [spot[x]=_l] [-]"),
        (
            2, "",
            "{a#name} had brought <new> for {b#name}. [x=_o] [holder[x]=b] \"It is"
            ' for you," {a.he#pronoun} said. {b#name} took it and smiled. [s=b] [-]',
        ),
    ],
}  # fmt: skip

# How people and things are spoken of: ``_p`` as a subject, ``_o`` as an object.
MENTIONS: Rules = {
    "Who": [
        (6, "", "{_p#name} [s=_p]"),
        (4, "s=_p, a.he!=b.he", "{^_p.he#pronoun}"),
        (1, "role[_p], role[a]!=role[b]", "The {role[_p]#recall} [s=_p]"),
    ],
    "the": [
        (5, "", "the {_o#state} [it=_o]"),
        (3, "", "the {adj[_o]#recall} {_o#state} [it=_o]"),
    ],
    "it": [
        (5, "", "<the>"),
        (3, "it=_o", "{'it#pronoun}"),
    ],
}

EVENTS: Rules = {
    "events": [
        (1, "n<'2", "[n=n+'1] <event> [-] <events>"),
        (3, "'1<n, n<'6", "[n=n+'1] <event> [-] <events>"),
        (1.2, "'1<n", ""),
    ],
    # ``together`` is where most happens; apart, friends hide things or come back.
    "event": [
        (20, "where[a]=where[b]", "<together>"),
        (6, "where[a]!=where[b]", "<apart>"),
        (2, "holder[x]", "[_o=x] <hide>"),
        (2, "holder[y]", "[_o=y] <hide>"),
        (3, "spot[x]", "[_o=x] <find>"),
        (3, "spot[y]", "[_o=y] <find>"),
        (2, "!y", "<appear>"),
        (1.5, "spot[x]", "[_o=x] <lies>"),
        (1.5, "spot[y]", "[_o=y] <lies>"),
        (1, "weather", "<sky>"),
        (2, "", "<flavour>"),
    ],
    "together": [
        (4, "holder[x]", "[_o=x] <give>"),
        (4, "holder[y]", "[_o=y] <give>"),
        (2, "holder[x], holder[y], holder[x]!=holder[y]", "<swap>"),
        (2, "holder[x]", "[_o=x] <who>"),
        (2, "holder[y]", "[_o=y] <who>"),
        (1, "holder[x]", "[_o=x] <feel>"),
        (1, "holder[y]", "[_o=y] <feel>"),
        (1, "holder[x]", "[_o=x] <fit>"),
        (1, "holder[y]", "[_o=y] <fit>"),
        (4, "", "<move>"),
        (3, "!c", "<arrive>"),
        (3, "c", "<animal>"),
        (3, "", "<sums>"),
        (2, "", "<riddle>"),
        (4, "", "<fact>"),
        (1.5, "day", "<calendar>"),
        (1, "!like[a]", "[_p=a] <like>"),
        (1, "!like[b]", "[_p=b] <like>"),
        (1.5, "like[a]", "[_p=a] <liked>"),
        (1.5, "like[b]", "[_p=b] <liked>"),
    ],
    "apart": [
        (3, "", "[_p~a|b] [_r=other[_p]] <follow> [where[_p]=where[_r]]"),
        (1.5, "", "[_p~a|b] <whereabouts>"),
        (1, "holder[x]", "[_o=x] <kept>"),
        (1, "holder[y]", "[_o=y] <kept>"),
    ],
}

# -- Who has what, and where it is ------------------------------------------
HANDS: Rules = {
    "give": [
        (
            1, "",
            "[_g=holder[_o]] [_r=other[_g]] [_p=_g] <gives> [holder[_o]=_r] [it=_o]"
            " <thanks>",
        ),
    ],
    "gives": [
        (4, "", "<Who> gave <it> to {_r#name}."),
        (3, "", "<Who> gave {_r#name} <the>."),
        (1, "", "<Who> handed <it> to {_r#name}."),
        (
            2, "",
            '"Please give me <the>," said {_r#name}. {_g#name} gave {\'it#pronoun} to'
            " {_r.him#pronoun}. [s=_g]",
        ),
        (
            1, "",
            "{_r#name} asked for <the>, and {_g#name} gave {'it#pronoun} to"
            " {_r.him#pronoun}. [s=_g]",
        ),
    ],
    "thanks": [
        (4, "", ""),
        (2, "", '"Thank you," said {_r#name}. [s=_r]'),
        (1, "", '"Thank you, {_g#name}!" said {_r#name}. [s=_r]'),
        (1, "a.he!=b.he", "{^_r.he#pronoun} was very happy. [s=_r]"),
        (1, "", "{_r#name} smiled. [s=_r]"),
    ],
    "swap": [
        (
            1, "",
            "[_g=holder[x]] [_r=holder[y]] {a#name} and {b#name} traded. Now"
            " {_g#choice} had the {y#who} and {_r#name} had the {x#who}."
            " [holder[x]=_r] [holder[y]=_g] [it=x] [s=_r]",
        ),
        (
            1, "",
            "[_g=holder[x]] [_r=holder[y]] {a#name} and {b#name} traded. Now"
            " {_r#choice} had the {x#who} and {_g#name} had the {y#who}."
            " [holder[x]=_r] [holder[y]=_g] [it=y] [s=_g]",
        ),
    ],
    "who": [
        (
            2, "",
            "Who has the {_o} now? [_g=holder[_o]] {_g#who} has it. [it=_o] [s=_g]",
        ),
        (
            2, "",
            '[_q~a|b] [_r=other[_q]] "Do you have <the>?" asked {_q#choice}. <answer>'
            " [s=_r]",
        ),
        (
            2, "",
            "[_g=holder[_o]] [_r=other[_g]] \"Who has <the>?\" asked {_r#who}."
            ' "I have it," said {_g#name}. [s=_g]',
        ),
        (
            2, "c",
            '[_g=holder[_o]] [_r=other[_g]] "Who has <the>?" asked the {c#recall}.'
            ' "{_g#who} has it," said {_r#who}. [s=_r]',
        ),
    ],
    "answer": [
        (1, "holder[_o]=_r", '"{\'Yes#who}, I have it," said {_r#name}.'),
        (1, "holder[_o]=_q", '"{\'No#who}, you have it," said {_r#name}.'),
    ],
    "feel": [
        (
            2, "",
            "[_g=holder[_o]] {_g#name} was {_k~feelings} because {_g.he#pronoun} had"
            " the {_o#who}. [it=_o] [s=_g]",
        ),
        (
            2, "",
            "[_g=holder[_o]] [_r=other[_g]] {_r#name} was sad because {_g#who} had the"
            " {_o#who}. [it=_o] [s=_g]",
        ),
    ],
    # What was too big, and what too small: the next sentence tells.
    "fit": [
        (
            1, "",
            "[_p=holder[_o]] [_r=other[_p]] <Who> tried to put <the> into the"
            " {_c~boxes}, but {'it#pronoun} was too {_z~sizes}. <fits> [s=_r]",
        ),
    ],
    "fits": [
        (1, "_z='big", '"We need a smaller {_o#referent}," said {_r#name}.'),
        (1, "_z='small", '"We need a bigger {_c#referent}," said {_r#name}.'),
    ],
    "hide": [
        (
            1, "",
            "[_p=holder[_o]] <hides> [spot[_o]=_k] [holder[_o]='] [it=_o]",
        ),
    ],
    "hides": [
        (3, "", "<Who> hid <it> {_k~spots}."),
        (3, "", "<Who> put <it> {_k~spots}."),
        (
            1, "",
            '<Who> hid <it> {_k~spots}. "Nobody will find it there," {_p.he#pronoun}'
            " whispered.",
        ),
    ],
    "find": [
        (
            1, "",
            "[_p~a|b] <finds> [holder[_o]=_p] [spot[_o]='] [it=_o]",
        ),
    ],
    "finds": [
        (3, "", "<Who> found <the> {spot[_o]#where}."),
        (2, "", "<Who> looked {spot[_o]#where} and found <the>."),
        (
            2, "",
            '"I can see <the>!" cried {_p#choice}. It was {spot[_o]#where}. [s=_p]',
        ),
    ],
    "lies": [
        (2, "", "Where is the {_o} now? It is {spot[_o]#where}. [it=_o]"),
        (
            2, "",
            '[_q~a|b] [_r=other[_q]] "Where is <the>?" asked {_q#choice}. "It is'
            ' {spot[_o]#where}," said {_r#name}. [s=_r]',
        ),
    ],
    "appear": [
        (
            3, "",
            "[_p~a|b] <Who> found <new> {_l~spots}. [y=_o] [holder[y]=_p]",
        ),
        (
            1, "",
            "A bird flew by and dropped <new>. {_p~a|b} picked it up. [y=_o]"
            " [holder[y]=_p] [s=_p]",
        ),
    ],
}  # fmt: skip

# -- Where everybody is -----------------------------------------------------
WAYS: Rules = {
    "move": [
        (
            3, "",
            "[_p~a|b] <Who> <went> the {_k~places: _k!=where[_p]}. [where[_p]=_k]",
        ),
        (
            3, "",
            "Then they <went> the {_k~places: _k!=where[a]}. [where[a]=_k]"
            " [where[b]=_k] [s=']",
        ),
        (
            2, "",
            '{_p~a|b} said, "Let us go to the {_k~places: _k!=where[_p]}." So they'
            " went to the {_k#recall}. [where[a]=_k] [where[b]=_k] [s=']",
        ),
        (1, "where[a].water", "They sat on the bank and looked at the water. [s=']"),
        (
            0.5, "",
            "{_p~a|b} took {_p.his#pronoun} coins to the bank and came back. [s=_p]",
        ),
    ],
    "went": [(4, "", "went to"), (1, "", "ran to"), (1, "", "walked to")],
    "follow": [
        (
            2, "",
            "{_p#choice} went to the {where[_r]#where} to see {_r#name}. [s=_p]",
        ),
        (
            2, "",
            "{_p#choice} came to the {where[_r]#where} too. [s=_p]",
        ),
    ],
    "kept": [
        (
            1, "",
            "Where is the {_o} now? [_g=holder[_o]] It is {where[_g].at#where} the"
            " {where[_g]#where}, with {_g#who}. [it=_o] [s=_g]",
        ),
    ],
    "whereabouts": [
        (
            1, "",
            "Where is {_p#choice} now? {^_p.he#pronoun} is {where[_p].at#where} the"
            " {where[_p]#where}. [s=_p]",
        ),
    ],
}  # fmt: skip

# -- What can be known by heart or worked out -------------------------------
KNOWLEDGE: Rules = {
    "arrive": [
        (
            3, "",
            "A little {colour~colours} {c~animals} came by. <hello> [s=']",
        ),
        (
            2, "",
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
            2, "",
            "{_p~a|b} had {_m~few} {_f~fruits}. [_r=other[_p]] {_r#name} gave"
            " {_p.him#pronoun} {_n~more} more. Now {_p#name} had {_m+_n#sum}"
            " {_f#recall}. [s=_p]",
        ),
        (
            2, "",
            "{_p~a|b} had {_m~many} {_f~fruits}. [_r=other[_p]] {^_p.he#pronoun} gave"
            " {_n~some} of them to {_r#name}. Then {_p.he#pronoun} had {_m-_n#sum}"
            " {_f#recall} left. [s=_p]",
        ),
        (
            2, "",
            "{a#name} had {_m~few} {_f~fruits} and {b#name} had {_n~more}. Together"
            " they had {_m+_n#sum} {_f#recall}. [s=']",
        ),
    ],
    "riddle": [
        (
            1, "",
            "[_k~animals] [_q~a|b] [_r=other[_q]] \"Who says {_k.sound#choice}?\" asked"
            ' {_q#choice}. "{^_k.a#lore} {_k#lore}," said {_r#name}. [s=_r]',
        ),
        (
            1, "",
            "[_k~animals] [_q~a|b] [_r=other[_q]] \"What does {_k.a#choice}"
            ' {_k#choice} eat?" asked {_q#choice}. "{^_k.food#lore}," said'
            " {_r#name}. [s=_r]",
        ),
        (
            2, "",
            '[_q~a|b] [_r=other[_q]] "How much is {_m~few} and {_n~more}?" asked'
            ' {_q#choice}. "{^_m+_n#sum}," said {_r#name}. [s=_r]',
        ),
    ],
    "fact": [
        (
            3, "",
            "They met {_f~people}, the {_f.trade#fact} from {_f.town#fact}. [s=']",
        ),
        (
            2, "",
            '[_q~a|b] [_r=other[_q]] "Where does {_f~people} live?" asked {_q#choice}.'
            ' "In {_f.town#fact}," said {_r#name}. [s=_r]',
        ),
        (
            2, "",
            '[_q~a|b] [_r=other[_q]] "What does {_f~people} do?" asked {_q#choice}.'
            ' "{^_f.he#pronoun} is a {_f.trade#fact}," said {_r#name}. [s=_r]',
        ),
        (
            2, "",
            '"{_f~people} has {_f.pet.a#fact} {_f.pet#fact}," said {_p~a|b}. [s=_p]',
        ),
    ],
    "calendar": [
        (
            1, "",
            '[_q~a|b] [_r=other[_q]] "What day is it?" asked {_q#choice}. "It is'
            ' {day#recall}," said {_r#name}. [s=_r]',
        ),
        (1, "", '"Tomorrow is {day.next#lore}," said {_p~a|b}. [s=_p]'),
        (1, "", '"Yesterday was {day.before#lore}," said {_p~a|b}. [s=_p]'),
    ],
    "sky": [
        (2, "", "They were {weather.effect#lore}. [s=']"),
        (1, "weather!='sunny", "Then the sun came out. [weather='sunny] [s=']"),
        (1, "weather!='rainy", "Then it began to rain. [weather='rainy] [s=']"),
    ],
    "like": [
        (
            1, "",
            "{_p#name} said that {_p.his#pronoun} favourite colour was {_k~paints}."
            " [like[_p]=_k] [s=_p]",
        ),
    ],
    "liked": [
        (
            1, "",
            "[_r=other[_p]] {_r#name} painted a picture for {_p#name}, all in"
            " {like[_p]#recall}. [s=_r]",
        ),
    ],
    "flavour": [
        (2, "", "[_k~animals] A cloud looked like {_k.a#choice} {_k#choice}. [s=']"),
        (1, "", "They laughed until they had to sit down. [s=']"),
        (1, "", "{_p~a|b} told a joke that nobody understood. [s=_p]"),
        (1, "", "They counted the clouds until there were {_n~many}. [s=']"),
        (1, "", "{_p~a|b} hummed a song without words. [s=_p]"),
        (1, "", "A snail crossed the path, and they waited for {'it#pronoun}. [s=']"),
        (1, "", "Somewhere a clock struck {_n~few}. [s=']"),
        (1, "", "The air smelled of fresh bread. [s=']"),
    ],
}  # fmt: skip

CLOSING: Rules = {
    "closing": [
        (3, "holder[x]", "[_o=x] <carry> <bye>"),
        (3, "holder[y]", "[_o=y] <carry> <bye>"),
        (
            2, "spot[x]",
            "When the moon came up, the {x#recall} was still {spot[x]#where}. <bye>",
        ),
        (2, "", "At last {a#name} and {b#name} went home. <bye>"),
        (
            2, "",
            "The stars came out. {_p~a|b} counted {_n~many} of them and fell asleep."
            " <bye>",
        ),
        (1, "", "They ate bread with honey and went to bed. <bye>"),
        (2, "c", "The {colour#recall} {c#recall} followed them home. <bye>"),
    ],
    "carry": [
        (1, "", "In the evening {holder[_o]#who} carried <the> home."),
        (
            1, "",
            "That night {holder[_o]#who} fell asleep with <the> under the pillow.",
        ),
    ],
    "bye": [
        (3, "", "Good night, {a#name}. Good night, {b#name}."),
        (2, "", "The end."),
        (3, "", ""),
    ],
}  # fmt: skip

RULES: Rules = {
    **OPENING, **MENTIONS, **EVENTS, **HANDS, **WAYS, **KNOWLEDGE, **CLOSING,
}  # fmt: skip
