"""Drills: facts, copies and look-ups in rows, which teach in a hundred tokens what a conversation asks for once."""

from . import lookup as reading
from . import talk
from .case import DrillCase
from .code import FLAWLESS_IN_TRAINING
from .functions import Grammar
from .words import camel, snake

_ROWS = 12
_NAMES = 6
_FACTS = 5
_FUNCTIONS = 4
_LINES = 5
_OPERATORS = ("+", "-", "*", "/", "<", ">", "<=", ">=", "==")


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


def places(words, random):
    """Two passages, and for one fact after the other the passage that says it; some say it nowhere."""
    passages = []
    while len(passages) < 2:
        facts, passages = reading.read(words, random)
    asked = [
        (attribute, thing, random.choice((f"It is in {path}.", f"It says that the {attribute} of the {thing} is {value} ({path}).")))
        for attribute, thing, value, path in facts
    ]
    known = {thing for _, thing, _, _ in facts}
    asked += [(words.amount(), thing, "It is not there.") for thing in words.distinct(words.thing, 2) if thing not in known]
    random.shuffle(asked)
    parts = [("\n\n".join(passages) + "\n\n", 0.0)]
    for attribute, thing, where in asked:
        parts += [(f"Look for the {attribute} of the {thing}. ", 0.0), (f"{where}\n", 1.0)]
    return DrillCase("drill", parts)


def explaining(words, random):
    """Functions, or their bodies alone, and what they do: reading code without a conversation around it."""
    parts = []
    for _ in range(_FUNCTIONS):
        function = Grammar(words).draw(free=True)
        if random.random() < 0.5:
            parts += [(function.code() + "\n", 0.0), (function.explanation() + "\n\n", 1.0)]
        else:
            parts += [("\n".join(function.lines) + "\n", 0.0), (" ".join(function.steps) + "\n\n", 1.0)]
    return DrillCase("drill", parts)


def fixing(words, random):
    """Functions with a mistake or without one: gone through, what is wrong, and now and then as they should be."""
    parts = []
    whole = random.random() < 0.4
    for _ in range(_FUNCTIONS - 1):
        function = Grammar(words).draw()
        lines, said = random.choice(function.bugs)
        if random.random() < FLAWLESS_IN_TRAINING:
            lines, said = None, f"I see no bug in `{function.name}`."
        elif whole:
            said += f"\n{function.code()}"
        parts += [(f"{function.code(lines)}\n", 0.0), (f"{function.marked(lines)}\n{said}\n\n", 1.0)]
    return DrillCase("drill", parts)


def repeating(words, random):
    """Lines of a few names that come again and again, and the same lines with other operators: a copy keeps its place."""
    names = words.distinct(random.choice((words.thing, words.amount)), random.choice((2, 3)))
    if random.random() < 0.3:
        names = [f"{words.thing()}.{name}" for name in names]
    before = [[random.choice(names), random.choice(_OPERATORS), random.choice(names)] for _ in range(_LINES)]
    after = [[first, random.choice(_OPERATORS), second] for first, _, second in before]
    parts = [("".join(f"return {' '.join(line)}\n" for line in before) + "\n", 0.0)]
    for first, operator, second in after:
        parts += [("return ", 0.0), (first, 1.0), (f" {operator} ", 0.0), (f"{second}\n", 1.0)]
    return DrillCase("drill", parts)
