"""Tools to call and passages to read: the answer is in a result or in the prompt, or nowhere."""

import json

import harmony

from . import talk

_FIXED = [
    ("get_weather", "Gets the weather of a city.", "city", ("What is the weather in {v}?", "How is the weather in {v}?", "weather in {v}"), "p"),
    ("read_file", "Reads a file of the workspace.", "path", ("Read {v}.", "What is in {v}?", "Show me {v}."), "f"),
    ("search_docs", "Searches the documentation.", "query", ("Search the docs for {v}.", "Look up {v} in the docs."), "t"),
    ("get_time", "Gets the time in a city.", "city", ("What time is it in {v}?", "What is the time in {v}?"), "p"),
    ("find_person", "Finds a person.", "name", ("Find {v}.", "Where is {v}?", "Look for {v}."), "n"),
    ("run_tests", "Runs the tests of a folder.", "folder", ("Run the tests of {v}.", "Do the tests in {v} pass?"), "t"),
]  # fmt: skip
_WEATHER = ("sunny", "cloudy", "rain", "snow", "windy", "fog")


def _value(kind, words):
    return {
        "p": words.place,
        "f": lambda: f"{words.thing()}/{words.thing()}.{words.random.choice(('txt', 'ts', 'py', 'md'))}",
        "t": words.thing,
        "n": words.person,
    }[kind]()


def _tool(words, random):
    """(definition, parameter, ways to ask, kind of value)"""
    if random.random() < 0.5:
        name, description, parameter, questions, kind = random.choice(_FIXED)
    else:
        thing = words.thing()
        amount = words._of_half(words.amount)
        name, parameter = f"get_{amount}", thing
        description = f"Gets the {amount} of a {thing}."
        kind = random.choice("npt")
        questions = (f"What is the {amount} of {{v}}?", f"Get the {amount} of {{v}}.", f"Tell me the {amount} of the {thing} {{v}}.")
    parameters = {"type": "object", "properties": {parameter: {"type": "string"}}, "required": [parameter]}
    if random.random() < 0.4:
        parameters["properties"][parameter]["description"] = f"The {parameter}."
    return {"name": name, "description": description, "parameters": parameters}, parameter, questions, kind


def _result(name, random, words):
    if name == "get_weather":
        return f"{random.randrange(-9, 36)} degrees, {random.choice(_WEATHER)}"
    if name == "get_time":
        return f"{random.randrange(24):02}:{random.randrange(60):02}"
    if random.random() < 0.3:
        return str(random.randrange(1000))
    return " ".join(words.thing() for _ in range(random.choice((1, 1, 2, 3))))


def offer(words, random):
    """One to three tools."""
    offered = []
    while len(offered) < random.choice((1, 1, 2, 3)):
        tool = _tool(words, random)
        if tool[0]["name"] not in [other[0]["name"] for other in offered]:
            offered.append(tool)
    return offered


def tools(words, random):
    frame = words.frame()
    offered = words.shared_tools or offer(words, random)
    definitions = [tool[0] for tool in offered]
    if random.random() < 0.25:
        return _without(frame, definitions, words, random)
    definition, parameter, questions, kind = random.choice(offered)
    name, value = definition["name"], _value(kind, words)
    message = harmony.user(random.choice(questions).format(v=value))
    arguments = json.dumps({parameter: value})
    ask = f"Use `{name}`."
    called = frame.answer("", ask, f"`{parameter}` is {value}.", f"I call `{name}` with {value}.", calls=[harmony.call(name, arguments)])
    if random.random() < 0.5:
        return frame.case("tools", [message], called, definitions)
    result = _result(name, random, words)
    text = f"`{name}` says: {result}"
    messages = [message, called, harmony.tool_result(name, result)]
    return frame.case("tools", messages, frame.answer(text, f"`{name}` has answered.", f"It says: {result}", "I pass it on."), definitions)


def _without(frame, definitions, words, random):
    """Tools are there, but the question needs none, or one that is not there."""
    if random.random() < 0.5:
        other = random.choice((talk.arithmetic, talk.hearth, talk.memory))(words, random)
        frame.effort = other.prompt["effort"]
        frame.instructions = other.prompt["instructions"]
        frame.bare = other.prompt["system"] == ""
        return frame.case("tools", other.prompt["messages"], other.answer, definitions)
    names = [definition["name"] for definition in definitions]
    while True:
        definition, _, questions, kind = _tool(words, random)
        if definition["name"] not in names:
            break
    question = random.choice(questions).format(v=_value(kind, words))
    text = "None of my tools can do that."
    return frame.case("tools", [harmony.user(question)], frame.answer(text, "No tool fits.", "I look at the tools.", text), definitions)


def passages(words, random):
    return ask(words, random, words.frame(), *read(words, random))


def read(words, random):
    """Facts as (attribute, thing, value, path), and the passages that say them."""
    paths = words.distinct(lambda: f"{random.choice(('docs/', 'notes/', ''))}{words.thing()}.md", random.choice((1, 1, 2)))
    facts = []
    parts = []
    for path in paths:
        sentences = []
        for thing in words.distinct(words.thing, random.choice((1, 2, 3))):
            attribute = words.amount()
            value = random.choice((words.thing, words.person, lambda: random.randrange(1000)))()
            if any(thing == other for _, other, _, _ in facts):
                continue
            facts.append((attribute, thing, value, path))
            sentences.append(f"The {attribute} of the {thing} is {value}.")
        separator = random.choice((" ", "\n"))
        parts.append(harmony.selection(path, "markdown", separator.join(sentences), 1, "").rstrip("\n"))
    return facts, parts


def ask(words, random, frame, facts, parts, attached=True, fact=None):
    """A question about passages, which its message contains; or an earlier one did."""
    one = len(parts) == 1
    attribute, thing, value, path = fact or random.choice(facts)
    missing = random.random() < 0.25
    if missing:
        while any(thing == other for _, other, _, _ in facts):
            attribute = words.amount()
            thing = words.thing()
        text = "That is not in the passage." if one else "That is not in the passages."
    else:
        # Not "The …": that would point at every sentence of the passages.
        text = f"It says that the {attribute} of the {thing} is {value} ({path})."
    question = random.choice(("What is the {a} of the {t}?", "Which {a} does the {t} have?", "Tell me the {a} of the {t}.")).format(a=attribute, t=thing)
    message = harmony.user("\n\n".join([*(parts if attached else []), question]))
    where = "It is not there." if missing else f"It is in {path}."
    answer = frame.answer(text, f"Look for the {attribute} of the {thing}.", "I read the passage." if one else "I read the passages.", where)
    return frame.case("passages", [message], answer)
