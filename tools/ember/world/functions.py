"""A grammar of small functions: what they do, what their lines say, and which mistakes are easily made in them.

The first word of a name says what the function is for (`add`, `largest`), so that a line that does something else is a
mistake; the other words are free and have to be read.
"""

import re
from dataclasses import dataclass, field

from .languages import LANGUAGES
from .records import Records, free_comment
from .words import plural


@dataclass
class Function:
    language: object
    name: str
    parameters: list
    result: str
    lines: list
    # What it does, in sentences; the last one says what comes back.
    steps: list
    # (lines, what is wrong with them)
    bugs: list = field(default_factory=list)
    style: bool = False
    comment: str = ""
    # The type that it is a method of.
    owner: str = ""

    def code(self, lines=None, comment=True):
        build = self.language.method if self.owner else self.language.function
        rows = build(self.name, self.parameters, self.result, lines or self.lines, self.owner or self.style)
        return "\n".join([*([self.language.comment(self.comment)] if comment and self.comment else []), *rows])

    def marked(self, lines=None):
        """The code with these lines, word for word, and behind a mistake what should be there."""
        return marked(self.code(lines, comment=False), self.code(comment=False))

    @property
    def parameter_names(self):
        return [name for name, _ in self.parameters]

    def takes(self):
        return f"`{self.name}` takes {listed(self.parameter_names)}."

    def explanation(self):
        return " ".join([self.takes(), *self.steps])


_WORD = re.compile(r"\s+|\w+|[()\[\]{};,]|[^\w\s()\[\]{};,]+")


def marked(code, right):
    """`return a - should be + b`: the two differ in one place, where the right one has something."""
    have, need = _WORD.findall(code), _WORD.findall(right)
    if have == need:
        return code
    start = next((i for i, (one, other) in enumerate(zip(have, need)) if one != other), min(len(have), len(need)))
    most = min(len(have), len(need)) - start
    end = next((i for i in range(most) if have[-1 - i] != need[-1 - i]), most)
    should = "".join(need[start : len(need) - end])
    space = "" if should[0].isspace() else " "
    return "".join([*have[: len(have) - end], " should be", space, should, *have[len(have) - end :]])


def listed(names):
    if not names:
        return "nothing"
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + f" and {quoted[-1]}"


ARITHMETIC = {
    "add": ("+", "the sum of `{a}` and `{b}`", "-"),
    "subtract": ("-", "`{a}` minus `{b}`", "+"),
    "multiply": ("*", "the product of `{a}` and `{b}`", "+"),
    "divide": ("/", "`{a}` divided by `{b}`", "*"),
    "remainder": ("%", "the remainder of `{a}` divided by `{b}`", "/"),
}
COMPARISONS = {
    "exceeds": (">", "greater than", "<"),
    "under": ("<", "less than", ">"),
    "reaches": (">=", "at least", "<="),
    "within": ("<=", "at most", ">="),
}
WRONG = "It uses `{bad}` instead of `{good}`."


class Grammar:
    def __init__(self, words):
        self.words, self.random = words, words.random
        self.families = [
            self.arithmetic, self.arithmetic, self.scale, self.offset, self.compare, self.divisible, self.between,
            self.larger, self.distance, self.clamp, self.tiers, self.total, self.product, self.count, self.best,
            self.last, self.first, self.mean, self.total_to, self.factorial, self.contains, self.select, self.scaled,
            self.perimeter, self.square, self.logic,
        ]  # fmt: skip

    def draw(self, language=None, records=True, free=False):
        """`records`: methods and fields too; `free`: the name may say nothing about what the function does."""
        self.language = language or self.random.choice(LANGUAGES)
        families = self.families + Records(self).families if records else self.families
        while True:
            made = self.random.choice(families)()
            if made is not None and (free or made.bugs):
                break
        made.style = self.random.random() < 0.4
        if self.random.random() < 0.2:
            made.comment = made.steps[-1].replace("`", "")
        if free and self.random.random() < 0.3:
            draws = self.random.choices((self.words.thing, self.words.amount), k=self.random.choice((1, 2)))
            made.name = self.language.spell(list(dict.fromkeys(draw() for draw in draws)))
        if free and self.random.random() < 0.2:
            made.comment = free_comment(self.words)
        if made.style and self.language.id == "go":
            made.name = made.name[0].upper() + made.name[1:]
        return made

    # Names and pieces

    def name(self, verb, *more):
        words = list(more) or [self.random.choice((self.words.thing, self.words.amount))()]
        if not more and self.random.random() < 0.3:
            words.append(self.words.amount())
        return self.language.spell([*verb.split("-"), *dict.fromkeys(words)])

    def parameters(self, count):
        draw = self.random.choice((self.words.thing, self.words.amount))
        if count == 2 and self.random.random() < 0.25:
            return self.random.choice((["a", "b"], ["x", "y"], ["left", "right"], ["first", "second"]))
        return self.words.distinct(draw, count)

    def make(self, verb, parameters, result, lines, steps, bugs, name=None):
        return Function(self.language, name or self.name(verb), parameters, result, lines, steps, bugs)

    def numbers(self, names):
        return [(name, "number") for name in names]

    def items(self):
        """A list's name, its item's name and the parameters that pass it."""
        item = self.words.thing()
        items = plural(item)
        parameters = [(items, "list")]
        if self.language.id == "c":
            parameters.append(("count", "number"))
        return items, item, parameters

    # Families

    def arithmetic(self):
        verb = self.random.choice(list(ARITHMETIC))
        operator, phrase, bad = ARITHMETIC[verb]
        a, b = self.parameters(2)
        lines = self.language.last(f"{a} {operator} {b}")
        wrong = self.language.last(f"{a} {bad} {b}")
        bugs = [(wrong, WRONG.format(bad=bad, good=operator))]
        if self.random.random() < 0.4:
            local = self.random.choice(("result", "answer", "outcome"))
            lines = [*self.language.declare(local, f"{a} {operator} {b}"), *self.language.last(local)]
            bugs = [
                ([*self.language.declare(local, f"{a} {bad} {b}"), *self.language.last(local)], bugs[0][1]),
                (lines[:1], f"`{local}` is never returned."),
            ]
        return self.make(verb, self.numbers([a, b]), "number", lines, [f"It returns {phrase.format(a=a, b=b)}."], bugs)

    def scale(self):
        verb, factor, bad = self.random.choice((("double", 2, 3), ("triple", 3, 2), ("halve", 2, 4)))
        (a,) = self.parameters(1)
        operator = "/" if verb == "halve" else "*"
        wrong = "*" if verb == "halve" else "+"
        phrase = f"`{a}` divided by {factor}" if verb == "halve" else f"{factor} times `{a}`"
        bugs = [
            (self.language.last(f"{a} {wrong} {factor}"), WRONG.format(bad=wrong, good=operator)),
            (self.language.last(f"{a} {operator} {bad}"), WRONG.format(bad=bad, good=factor)),
        ]
        lines = self.language.last(f"{a} {operator} {factor}")
        return self.make(verb, self.numbers([a]), "number", lines, [f"It returns {phrase}."], bugs)

    def offset(self):
        (a,) = self.parameters(1)
        verb, operator, phrase, bad = self.random.choice(
            (("next", "+", "one more than", "-"), ("previous", "-", "one less than", "+"))
        )
        bugs = [(self.language.last(f"{a} {bad} 1"), WRONG.format(bad=bad, good=operator))]
        lines = self.language.last(f"{a} {operator} 1")
        return self.make(verb, self.numbers([a]), "number", lines, [f"It returns {phrase} `{a}`."], bugs)

    def compare(self):
        verb = self.random.choice(list(COMPARISONS))
        operator, phrase, bad = COMPARISONS[verb]
        a, b = self.parameters(2)
        bugs = [(self.language.last(f"{a} {bad} {b}"), WRONG.format(bad=bad, good=operator))]
        lines = self.language.last(f"{a} {operator} {b}")
        steps = [f"It returns whether `{a}` is {phrase} `{b}`."]
        return self.make(verb, self.numbers([a, b]), "truth", lines, steps, bugs)

    def divisible(self):
        (a,) = self.parameters(1)
        verb, rest, bad = self.random.choice((("even", 0, 1), ("odd", 1, 0)))
        lines = self.language.last(self.language.equal(f"{a} % 2", rest))
        bugs = [(self.language.last(self.language.equal(f"{a} % 2", bad)), WRONG.format(bad=bad, good=rest))]
        return self.make(verb, self.numbers([a]), "truth", lines, [f"It returns whether `{a}` is {verb}."], bugs)

    def between(self):
        (a,) = self.parameters(1)
        low, high = self.random.choice((("low", "high"), ("from", "to"), ("start", "end"), ("min", "max")))
        if self.language.id == "python" and low == "from":
            low, high = "low", "high"
        condition = f"{a} >= {low} {self.language.both} {a} <= {high}"
        bugs = [
            (self.language.last(condition.replace(self.language.both, self.language.either)),
             WRONG.format(bad=self.language.either, good=self.language.both)),
            (self.language.last(condition.replace(">=", "<=", 1)), WRONG.format(bad="<=", good=">=")),
        ]  # fmt: skip
        steps = [f"It returns whether `{a}` is from `{low}` to `{high}`."]
        return self.make("between", self.numbers([a, low, high]), "truth", self.language.last(condition), steps, bugs)

    def larger(self):
        verb, operator, phrase, bad = self.random.choice(
            (("larger", ">", "larger", "<"), ("smaller", "<", "smaller", ">"))
        )
        a, b = self.parameters(2)

        def lines(operator, first=a, second=b):
            return [
                *self.language.when(f"{a} {operator} {b}", self.language.result(first)),
                *self.language.last(second),
            ]

        bugs = [(lines(bad), WRONG.format(bad=bad, good=operator)), (lines(operator, a, a), f"It never returns `{b}`.")]
        steps = [f"It compares `{a}` with `{b}`.", f"It returns the {phrase} of the two."]
        return self.make(verb, self.numbers([a, b]), "number", lines(operator), steps, bugs)

    def distance(self):
        a, b = self.parameters(2)

        def lines(operator, sign="-"):
            return [
                *self.language.when(f"{a} {operator} {b}", self.language.result(f"{a} {sign} {b}")),
                *self.language.last(f"{b} - {a}"),
            ]

        bugs = [(lines("<"), WRONG.format(bad="<", good=">")), (lines(">", "+"), WRONG.format(bad="+", good="-"))]
        steps = [f"It takes the smaller one of `{a}` and `{b}` from the larger one.", "It returns the distance."]
        return self.make("distance", self.numbers([a, b]), "number", lines(">"), steps, bugs)

    def clamp(self):
        (a,) = self.parameters(1)

        def lines(low="<", high=">", back="low"):
            return [
                *self.language.when(f"{a} {low} low", self.language.result(back)),
                *self.language.when(f"{a} {high} high", self.language.result("high")),
                *self.language.last(a),
            ]

        bugs = [
            (lines(low=">"), WRONG.format(bad=">", good="<")),
            (lines(high="<"), WRONG.format(bad="<", good=">")),
            (lines(back="high"), WRONG.format(bad="high", good="low")),
        ]
        steps = ["Below `low` it returns `low`, above `high` it returns `high`.", f"Otherwise it returns `{a}`."]
        return self.make("clamp", self.numbers([a, "low", "high"]), "number", lines(), steps, bugs)

    def tiers(self):
        (a,) = self.parameters(1)
        small, large = sorted(self.random.sample(range(2, 100), 2))
        unit = self.random.choice((1, 10, 100, 1000))
        less, more = sorted(self.random.sample(range(1, 60), 2))

        def lines(operator=">="):
            return [
                *self.language.when(f"{a} >= {large * unit}", self.language.result(more)),
                *self.language.when(f"{a} {operator} {small * unit}", self.language.result(less)),
                *self.language.last("0"),
            ]

        bugs = [(lines("<="), WRONG.format(bad="<=", good=">="))]
        steps = [
            f"From {large * unit} it returns {more}, from {small * unit} it returns {less}.",
            "Otherwise it returns 0.",
        ]
        return self.make("tier", self.numbers([a]), "number", lines(), steps, bugs)

    def _fold(self, verb, operator, start, bad_start, sentence, bad):
        items, item, parameters = self.items()
        local = self.random.choice(("total", "result", "sum") if operator == "+" else ("product", "result"))

        def lines(start=start, operator=operator):
            return [
                *self.language.declare(local, start),
                *self.language.each(item, items, self.language.change(local, operator, item)),
                *self.language.last(local),
            ]

        bugs = [
            (lines(start=bad_start), f"`{local}` starts at {bad_start} instead of {start}."),
            (lines(operator=bad), WRONG.format(bad=f"{bad}=", good=f"{operator}=")),
            (lines()[:-1], f"`{local}` is never returned."),
        ]
        steps = [f"It starts `{local}` at {start} and {sentence.format(item=item, items=items)}.", f"It returns `{local}`."]
        return self.make(verb, parameters, "number", lines(), steps, bugs)

    def total(self):
        return self._fold("sum", "+", 0, 1, "adds every `{item}` of `{items}`", "-")

    def product(self):
        return self._fold("product", "*", 1, 0, "multiplies it by every `{item}` of `{items}`", "+")

    def count(self):
        items, item, parameters = self.items()
        limit = self.random.choice(("limit", "bound", self.words.amount()))
        verb, operator, phrase, bad = self.random.choice(
            (("count", ">", "greater than", "<"), ("count", "<", "less than", ">"))
        )
        found = self.random.choice(("found", "hits", "number"))

        def lines(operator=operator, step=1):
            inner = self.language.when(f"{item} {operator} {limit}", self.language.change(found, "+", step))
            return [
                *self.language.declare(found, 0),
                *self.language.each(item, items, inner),
                *self.language.last(found),
            ]

        bugs = [
            (lines(operator=bad), WRONG.format(bad=bad, good=operator)),
            (lines(step=2), "It counts 2 instead of 1."),
            (lines()[:-1], f"`{found}` is never returned."),
        ]
        steps = [f"It counts every `{item}` of `{items}` that is {phrase} `{limit}`.", f"It returns `{found}`."]
        words = ["count", "above" if operator == ">" else "below"]
        name = self.language.spell([*words, self.words.amount()])
        return self.make(verb, [*parameters, (limit, "number")], "number", lines(), steps, bugs, name)

    def best(self):
        items, item, parameters = self.items()
        verb, operator, phrase, bad = self.random.choice(
            (("largest", ">", "largest", "<"), ("smallest", "<", "smallest", ">"))
        )

        def lines(operator=operator, first=0):
            inner = self.language.when(f"{item} {operator} best", [f"best = {item}{self.language.end}"])
            return [
                *self.language.declare("best", f"{items}[{first}]"),
                *self.language.each(item, items, inner),
                *self.language.last("best"),
            ]

        bugs = [
            (lines(operator=bad), WRONG.format(bad=bad, good=operator)),
            (lines()[:-1], "`best` is never returned."),
        ]
        steps = [f"It starts with the first of `{items}` and keeps every {phrase[:-3]}er `{item}`.", f"It returns the {phrase} one."]
        return self.make(verb, parameters, "number", lines(), steps, bugs)

    def last(self):
        items, _, parameters = self.items()
        length = self.language.length(items)
        lines = self.language.last(f"{items}[{length} - 1]")
        bugs = [(self.language.last(f"{items}[{length}]"), "The index is one too large: the last one is at the length minus 1.")]
        return self.make("last", parameters, "number", lines, [f"It returns the last one of `{items}`."], bugs)

    def first(self):
        items, _, parameters = self.items()
        lines = self.language.last(f"{items}[0]")
        bugs = [(self.language.last(f"{items}[1]"), "The index is one too large: the first one is at 0.")]
        return self.make("first", parameters, "number", lines, [f"It returns the first one of `{items}`."], bugs)

    def mean(self):
        items, item, parameters = self.items()
        if self.language.id == "rust":
            return None

        def lines(start=0, operator="/"):
            return [
                *self.language.declare("total", start),
                *self.language.each(item, items, self.language.change("total", "+", item)),
                *self.language.last(f"total {operator} {self.language.length(items)}"),
            ]

        bugs = [
            (lines(start=1), "`total` starts at 1 instead of 0."),
            (lines(operator="*"), WRONG.format(bad="*", good="/")),
        ]
        steps = [f"It adds every `{item}` of `{items}` to `total`.", "It returns `total` divided by how many there are."]
        return self.make("mean", parameters, "number", lines(), steps, bugs)

    def _range(self, verb, local, start, operator, sentence, bad_start, bad):
        (stop,) = self.parameters(1)

        def lines(start=start, operator=operator, inclusive=True):
            body = self.language.change(local, operator, "i")
            return [
                *self.language.declare(local, start),
                *self.language.count("i", 1, stop, body, inclusive),
                *self.language.last(local),
            ]

        bugs = [
            (lines(inclusive=False), f"The loop stops before `{stop}`."),
            (lines(start=bad_start), f"`{local}` starts at {bad_start} instead of {start}."),
            (lines(operator=bad), WRONG.format(bad=f"{bad}=", good=f"{operator}=")),
            (lines()[:-1], f"`{local}` is never returned."),
        ]
        steps = [f"It {sentence} the numbers from 1 to `{stop}`.", f"It returns `{local}`."]
        return self.make(verb, self.numbers([stop]), "number", lines(), steps, bugs)

    def total_to(self):
        return self._range("sum-to", "total", 0, "+", "adds up", 1, "-")

    def factorial(self):
        return self._range("factorial", "product", 1, "*", "multiplies", 0, "+")

    def contains(self):
        items, item, parameters = self.items()
        (wanted,) = self.parameters(1)
        if wanted in (items, item):
            return None

        def lines(yes=self.language.true, no=self.language.false):
            check = self.language.when(self.language.equal(item, wanted), self.language.result(yes))
            return [*self.language.each(item, items, check), *self.language.last(no)]

        yes, no = self.language.true, self.language.false
        bugs = [
            (lines(yes=no), WRONG.format(bad=no, good=yes)),
            (lines(no=yes), WRONG.format(bad=yes, good=no)),
        ]
        steps = [f"It compares every `{item}` of `{items}` with `{wanted}`.", "It returns whether one is equal."]
        return self.make("contains", [*parameters, (wanted, "number")], "truth", lines(), steps, bugs)

    def select(self):
        if not self.language.has_lists:
            return None
        items, item, parameters = self.items()
        verb, operator, phrase, bad = self.random.choice(
            (("above", ">", "greater than", "<"), ("below", "<", "less than", ">"))
        )
        limit = self.random.choice(("limit", "bound", self.words.amount()))

        def lines(operator=operator, added=item):
            check = self.language.when(f"{item} {operator} {limit}", self.language.append("kept", added))
            return [*self.language.empty_list("kept"), *self.language.each(item, items, check), *self.language.last("kept")]

        bugs = [
            (lines(operator=bad), WRONG.format(bad=bad, good=operator)),
            (lines(added=limit), WRONG.format(bad=limit, good=item)),
            (lines()[:-1], "`kept` is never returned."),
        ]
        steps = [f"It keeps every `{item}` of `{items}` that is {phrase} `{limit}`.", "It returns `kept`."]
        return self.make(verb, [*parameters, (limit, "number")], "list", lines(), steps, bugs)

    def scaled(self):
        if not self.language.has_lists:
            return None
        items, item, parameters = self.items()
        factor = self.random.choice(("factor", self.words.amount()))

        def lines(operator="*"):
            body = self.language.append("scaled", f"{item} {operator} {factor}")
            return [*self.language.empty_list("scaled"), *self.language.each(item, items, body), *self.language.last("scaled")]

        bugs = [
            (lines("+"), WRONG.format(bad="+", good="*")),
            (lines()[:-1], "`scaled` is never returned."),
        ]
        steps = [f"It multiplies every `{item}` of `{items}` by `{factor}`.", "It returns `scaled`."]
        return self.make("scale", [*parameters, (factor, "number")], "list", lines(), steps, bugs)

    def perimeter(self):
        a, b = self.parameters(2)
        verb, good, bad, phrase = self.random.choice(
            (
                ("perimeter", f"2 * ({a} + {b})", f"2 * ({a} - {b})", f"2 times the sum of `{a}` and `{b}`"),
                ("middle", f"({a} + {b}) / 2", f"({a} - {b}) / 2", f"the sum of `{a}` and `{b}`, divided by 2"),
            )
        )
        bugs = [(self.language.last(bad), WRONG.format(bad="-", good="+"))]
        steps = [f"It returns {phrase}."]
        return self.make(verb, self.numbers([a, b]), "number", self.language.last(good), steps, bugs)

    def square(self):
        (a,) = self.parameters(1)
        bugs = [(self.language.last(f"{a} + {a}"), WRONG.format(bad="+", good="*"))]
        steps = [f"It returns `{a}` times itself."]
        return self.make("square", self.numbers([a]), "number", self.language.last(f"{a} * {a}"), steps, bugs)

    def logic(self):
        a, b = self.parameters(2)
        verb, operator, phrase, bad = self.random.choice(
            (
                ("both", self.language.both, "both `{a}` and `{b}` are true", self.language.either),
                ("either", self.language.either, "`{a}` or `{b}` is true", self.language.both),
            )
        )
        parameters = [(name, "truth") for name in (a, b)]
        bugs = [(self.language.last(f"{a} {bad} {b}"), WRONG.format(bad=bad, good=operator))]
        steps = [f"It returns whether {phrase.format(a=a, b=b)}."]
        return self.make(verb, parameters, "truth", self.language.last(f"{a} {operator} {b}"), steps, bugs)
