"""Explaining, fixing and continuing small functions."""

import harmony

from .case import RawCase
from .functions import Grammar, listed

EXPLAIN = """
Explain this code.|Explain this function.|explain this function|What does this do?|What does this function do?
Explain this code|What is this?|explain|Please explain this function.|Can you explain this code?|Explain `{name}`.
What does `{name}` do?|Tell me what this function does.|How does this work?
""".replace("\n", "|").strip("|").split("|")
FIX = """
Fix this code.|Fix this function.|Fix the bug.|fix this|Find the bug and fix it.|There is a bug in `{name}`. Fix it.
What is wrong here?|Please fix this code.|Is there a bug?|Fix `{name}`.|Does it do what its name says?
""".replace("\n", "|").strip("|").split("|")
EDIT = """
Fix the bug.|Fix this.|fix the bug|fix|Fix this function.|Repair it.|Correct the mistake.|Fix the bug in `{name}`.
Make it do what its name says.|There is a bug.
""".replace("\n", "|").strip("|").split("|")


# Of the functions to be fixed. In training there are more: else the name alone tells what is wrong, and nothing is read.
FLAWLESS = 0.1
FLAWLESS_IN_TRAINING = 0.25


def _path(function, words, random):
    folder = random.choice(("", "src/", "lib/", "app/", f"{words.thing()}/"))
    file = words.thing()
    if random.random() < 0.3:
        file += f"{random.choice('-_')}{words.thing()}"
    return f"{folder}{file}.{function.language.extension}"


def _selection(function, words, random, code, question):
    path = _path(function, words, random)
    start = random.randrange(1, 200)
    if random.random() < 0.3:
        code += "\n"
    return harmony.selection(path, function.language.id, code, start, question.format(name=function.name))


def explain(words, random):
    frame, function = words.frame(), Grammar(words).draw(free=True)
    question = random.choice(EXPLAIN)
    code = function.code()
    if function.owner or random.random() < 0.05:
        # A method stands deeper in its file, and a selection may begin at its name.
        code = code.replace("\n", f"\n{function.language.indent}")
        if random.random() < 0.5:
            code = function.language.indent + code
    message = harmony.user(_selection(function, words, random, code, question))
    ask = f"Explain `{function.name}`."
    steps = [f"It is written in {function.language.name}.", function.takes(), *function.steps]
    answer = frame.answer(function.explanation(), ask, *steps)
    if random.random() < 0.75:
        return frame.case("explain", [message], answer)
    return _explain_more(frame, function, message, answer, random)


def _explain_more(frame, function, message, answer, random):
    """A follow-up about the same function."""
    names = function.parameter_names
    question, text = random.choice(
        (
            ("What are its parameters?", _parameters(function)),
            ("What does it return?", function.steps[-1]),
            ("Which language is it?", f"It is {function.language.name}."),
            ("What is it called?", f"It is called `{function.name}`."),
            ("How many parameters does it have?", f"`{function.name}` has {len(names)} parameter{'' if len(names) == 1 else 's'}."),
        )
    )
    messages = [message, answer, harmony.user(question)]
    return frame.case("explain", messages, frame.answer(text, f"One more about `{function.name}`.", function.takes(), text))


def _parameters(function):
    names = function.parameter_names
    if not names:
        return f"`{function.name}` has no parameters."
    many = len(names) > 1
    return f"The parameter{'s' if many else ''} of `{function.name}` {'are' if many else 'is'} {listed(names)}."


def fix(words, random):
    frame, function = words.frame(), Grammar(words).draw()
    question = random.choice(FIX)
    ask = f"Find the bug in `{function.name}`."
    if random.random() < (FLAWLESS_IN_TRAINING if words.pieces else FLAWLESS):
        message = harmony.user(_selection(function, words, random, function.code(), question))
        text = f"I see no bug in `{function.name}`."
        answer = frame.answer(text, ask, function.takes(), "It does what its name says.", read=function.marked())
        return frame.case("fix", [message], answer)
    lines, wrong = random.choice(function.bugs)
    message = harmony.user(_selection(function, words, random, function.code(lines), question))
    text = f"{wrong}\n\n{_fenced(function)}"
    return frame.case("fix", [message], frame.answer(text, ask, function.takes(), wrong, read=function.marked(lines)))


def edit(words, random):
    frame, function = words.frame(), Grammar(words).draw()
    lines, wrong = random.choice(function.bugs)
    instruction = random.choice(EDIT).format(name=function.name)
    path = _path(function, words, random)
    message = harmony.user(harmony.inline_edit(path, function.language.id, function.code(lines), instruction))
    ask = f"Replace `{function.name}`."
    return frame.case("edit", [message], frame.answer(_fenced(function), ask, function.takes(), wrong))


def _fenced(function):
    return f"```{function.language.id}\n{function.code()}\n```"


def raw(words, random):
    """A file with a few functions; the cut comes where the rest is settled."""
    grammar = Grammar(words)
    function = grammar.draw(records=False)
    before = [grammar.draw(function.language, records=False).code() for _ in range(random.choice((0, 0, 1)))]
    rows = function.code().split("\n")
    head = next(i for i, row in enumerate(rows) if function.name in row)
    # A local's name and a tier's figures are free, so the cut comes after them.
    names = {word for row in function.lines[:1] for word in row.replace(":=", "=").split()} if len(function.lines) > 1 else set()
    settled = head + (2 if names else 1)
    cut = len(rows) - 1 if function.name.lower().startswith("tier") else settled
    prefix = "\n\n".join([*before, "\n".join(rows[:cut]) + "\n"])
    return RawCase("raw", prefix, "\n".join(rows[cut:]) + "\n")
