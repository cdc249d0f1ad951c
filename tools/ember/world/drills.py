"""Drills: facts, copies and look-ups in rows, which teach in a hundred tokens what a conversation asks for once."""

from . import talk
from .case import DrillCase
from .words import camel, snake

_ROWS = 12
_NAMES = 6
_FACTS = 5


def arithmetic(words, random):
    """`3 + 4 = 7`: the results count, the questions do not."""
    parts = []
    for _ in range(_ROWS):
        a, operator, b = talk.pair(random)
        parts += [(f"{a} {operator} {b} = ", 0.0), (f"{talk.calculate(a, operator, b)}\n", 1.0)]
    return DrillCase("drill", parts)


def copying(words, random):
    """Names, and the same names in another order."""
    names = words.distinct(lambda: _name(words, random), _NAMES)
    again = random.sample(names, len(names))
    return DrillCase("drill", [(_line(names, random) + "\n", 0.0), (_line(again, random) + "\n", 1.0)])


def _name(words, random):
    parts = [random.choice((words.thing, words.amount, words.made_up))() for _ in range(random.choice((1, 1, 2)))]
    return random.choice((camel, snake))(parts)


def _line(names, random):
    before, after = random.choice((("`", "` "), ("(", ") "), ("", ", "), ("", " = 0;\n")))
    return "".join(f"{before}{name}{after}" for name in names)


def lookup(words, random):
    """Facts, and the same facts asked for: only what they say counts."""
    facts = []
    for thing in words.distinct(words.thing, _FACTS):
        value = random.choice((words.thing, words.made_up, words.person, lambda: random.randrange(1000)))()
        facts.append((f"The {words.amount()} of the {thing} is ", f"{value}.\n"))
    again = random.sample(facts, len(facts))
    return DrillCase("drill", [("".join(map("".join, facts)), 0.0), *((text, weight) for fact in again for text, weight in zip(fact, (0.0, 1.0)))])


def operators(words, random):
    """Two fields and an operator, and the same with another operator: the second field is what comes second."""
    parts = []
    for _ in range(_ROWS // 2):
        item = words.thing()
        first, second = (f"{item}.{field}" for field in words.distinct(words.amount, 2))
        wrong, right = random.sample("+-*/", 2)
        parts += [(f"{first} {wrong} {second}\n", 0.0), (f"{first} {right} ", 0.0), (f"{second}\n", 1.0)]
    return DrillCase("drill", parts)
