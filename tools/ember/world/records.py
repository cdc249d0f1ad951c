"""Functions over records and methods: fields of items, and of the object that a method belongs to."""

from .words import plural

_COMMENTS = (
    "The {amount} of all {things}.",
    "What the {thing} costs, in {amount}.",
    "Keeps the {things} in order.",
    "One {thing} more; an error if there is no {amount}.",
    "How the {amount} of a {thing} is found.",
    "Used by every {thing}.",
    "Says how many {things} wait.",
    "Removes the oldest {thing}.",
)


def free_comment(words):
    """What somebody might write above a function, whether or not it helps."""
    thing = words.thing()
    return words.random.choice(_COMMENTS).format(amount=words.amount(), thing=thing, things=plural(thing))


class Records:
    """More families for a `Grammar`."""

    def __init__(self, grammar):
        self.grammar = grammar
        self.families = [self.reduced, self.reduced, self.getter, self.adder, self.ratio, self.guarded, self.step]

    def _field(self, words=None):
        language = self.grammar.language
        name = language.spell([words or self.grammar.words.amount()])
        return name[0].upper() + name[1:] if language.id == "go" and self.grammar.random.random() < 0.5 else name

    def reduced(self):
        grammar, words = self.grammar, self.grammar.words
        language = grammar.language.id
        if language == "c":
            return None
        item = words.thing()
        items, kind = plural(item), item.capitalize()
        types = {"typescript": f"readonly {kind}[]", "python": f"list[{kind}]", "rust": f"&[{kind}]", "go": f"[]{kind}"}
        first, second = (f"{item}.{field}" for field in words.distinct(self._field, 2))
        single = grammar.random.random() < 0.4

        def lines(times="*", plus="+", start=0):
            value = first if single else f"{first} {times} {second}"
            if language == "typescript":
                return [f"return {items}.reduce((sum, {item}) => sum {plus} {value}, {start});"]
            if language == "python":
                return [f"return sum({value} for {item} in {items})"]
            if language == "rust":
                return [f"{items}.iter().map(|{item}| {value}).sum()"]
            body = [f"total {plus}= {value}"]
            return [f"total := {start}", *grammar.language.each(item, items, body), "return total"]

        bugs = []
        if not single:
            bugs.append((lines(times="+"), "It uses `+` instead of `*`."))
        if language in ("typescript", "go"):
            bugs.append((lines(plus="-"), f"It uses `-{'=' if language == 'go' else ''}` instead of `+{'=' if language == 'go' else ''}`."))
        if single:
            steps = [f"It reads `{first.split('.')[1]}` of every `{item}` of `{items}`.", "It returns the sum."]
        else:
            names = [field.split(".")[1] for field in (first, second)]
            steps = [f"It multiplies `{names[0]}` by `{names[1]}` for every `{item}` of `{items}`.", "It returns the sum."]
        return grammar.make("total", [(items, types[language])], "number", lines(), steps, bugs)

    # Methods

    def _method(self, verb, parameters, result, lines, steps, bugs):
        made = self.grammar.make(verb, parameters, result, lines, steps, bugs)
        made.owner = self.owner
        return made

    def _own(self, field):
        """A field of the method's object; None where the language has no methods."""
        language = self.grammar.language.id
        if language == "c":
            return None
        prefix = {"typescript": "this", "go": self.owner[0].lower()}.get(language, "self")
        return f"{prefix}.{field}"

    def _begin(self, count):
        self.owner = self.grammar.words.thing().capitalize()
        fields = self.grammar.words.distinct(self._field, count)
        return fields, [self._own(field) for field in fields]

    def getter(self):
        (field,), (own,) = self._begin(1)
        if own is None:
            return None
        return self._method("get", [], "number", self.grammar.language.last(own), [f"It returns `{field}`."], [])

    def adder(self):
        (field,), (own,) = self._begin(1)
        if own is None:
            return None
        (value,) = self.grammar.parameters(1)
        language = self.grammar.language
        verb, operator, bad, phrase = self.grammar.random.choice(
            (("add", "+", "-", f"adds `{value}` to"), ("remove", "-", "+", f"takes `{value}` from"))
        )
        bugs = [(language.change(own, bad, value), f"It uses `{bad}=` instead of `{operator}=`.")]
        steps = [f"It {phrase} `{field}`."]
        return self._method(verb, [(value, "number")], "nothing", language.change(own, operator, value), steps, bugs)

    def ratio(self):
        fields, owns = self._begin(2)
        if owns[0] is None:
            return None
        last = self.grammar.language.last
        bugs = [(last(f"{owns[0]} * {owns[1]}"), "It uses `*` instead of `/`.")]
        steps = [f"It returns `{fields[0]}` divided by `{fields[1]}`."]
        return self._method("ratio", [], "number", last(f"{owns[0]} / {owns[1]}"), steps, bugs)

    def guarded(self):
        fields, owns = self._begin(2)
        if owns[0] is None:
            return None
        language = self.grammar.language
        thing = self.grammar.words.thing()
        if language.id == "python" and self.grammar.random.random() < 0.6:
            check = language.when(f"not {owns[1]}", [f'raise ValueError("no {thing} yet")'])
            first = f"If there is no `{fields[1]}`, it raises an error."
        else:
            check = language.when(language.equal(owns[1], 0), language.result("0"))
            first = f"If `{fields[1]}` is 0, it returns 0."

        def lines(operator="/"):
            return [*check, *language.last(f"{owns[0]} {operator} {owns[1]}")]

        steps = [first, f"Otherwise it returns `{fields[0]}` divided by `{fields[1]}`."]
        return self._method("ratio", [], "number", lines(), steps, [(lines("*"), "It uses `*` instead of `/`.")])

    def step(self):
        fields, owns = self._begin(2)
        if owns[0] is None:
            return None
        language = self.grammar.language

        def lines(plus="+"):
            return [f"{owns[0]} = ({owns[0]} {plus} 1) % {owns[1]}{language.end}"]

        steps = [f"It moves `{fields[0]}` on by 1.", f"At `{fields[1]}` it begins again at 0."]
        return self._method("advance", [], "nothing", lines(), steps, [(lines("-"), "It uses `-` instead of `+`.")])
