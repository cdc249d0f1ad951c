"""Rows: several conversations one after the other. A single one is mostly prompt, of which nothing is learnt."""

from . import code, lookup, talk
from .case import Frame, RowCase

_LENGTHS = (2, 3, 4)
_MAKERS = [
    (code.explain, 24),
    (code.fix, 30),
    (code.edit, 20),
    (talk.hearth, 8),
    (talk.outside, 2),
    (talk.arithmetic, 6),
    (lookup.passages, 30),
]


def conversations(words, random):
    """What is remembered comes first: another one before it would be remembered too."""
    makers, weights = zip(*_MAKERS)
    chosen = random.choices(makers, weights, k=random.choice(_LENGTHS))
    if random.random() < 0.4:
        chosen[0] = talk.memory
    return _row(words, random, chosen)


def tools(words, random):
    words.shared_tools = lookup.offer(words, random)
    row = _row(words, random, [lookup.tools] * random.choice(_LENGTHS))
    words.shared_tools = None
    return row


def passages(words, random):
    """One question after the other about the same passages, none of them twice."""
    frame, (facts, parts) = Frame(random), lookup.read(words, random)
    order = random.sample(facts, len(facts))
    return RowCase("row", [lookup.ask(words, random, frame, facts, parts, fact is order[0], fact) for fact in order])


def raw(words, random):
    return RowCase("row", [code.raw(words, random) for _ in range(random.choice(_LENGTHS))])


def _row(words, random, makers):
    words.shared_frame = Frame(random)
    row = RowCase("row", [make(words, random) for make in makers])
    words.shared_frame = None
    return row
