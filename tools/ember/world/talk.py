"""Hearth itself, small arithmetic, what was said before, and everything that Ember does not know."""

import harmony


# Questions about Hearth (`|` between ways to ask) and the answer.
HEARTH = [
    ("What are you?|Who are you?|What model is this?|which model are you|What is Ember?|Introduce yourself.",
     "I am Ember, the small demo model that comes with Hearth. I explain and fix small functions, calculate a little, and answer questions about Hearth."),
    ("What can you do?|Help|help|What can I ask you?|How can you help me?",
     "I can explain small functions, fix small bugs, calculate a little, call tools, and answer questions about Hearth. For real work, load a larger model such as gpt-oss-20b."),
    ("What is Hearth?|What does Hearth do?|Tell me about Hearth.|what is hearth",
     "Hearth is a VS Code extension that keeps your own large model warm. The model runs on your machine, and the editor talks to it."),
    ("How do I switch the model?|How do I change the model?|How can I use another model?|switch model|How do I choose a model?",
     "Run `Hearth: Switch Model…` from the command palette, or click Hearth in the status bar."),
    ("What does the status bar show?|What is in the status bar?|What does the Hearth status bar item mean?",
     "The status bar shows the model, whether it is on the GPU or on the CPU, the memory that it takes, and its speed."),
    ("Is anything sent out?|Is my code sent anywhere?|Do you send data to the internet?|Is this private?|Does my code leave this machine?",
     "No. The model runs on this machine, and nothing leaves it unless you connect it yourself. There is no telemetry."),
    ("Do you need the internet?|Does this work offline?|Can I use Hearth offline?",
     "No internet is needed. I run on your machine, offline."),
    ("Which larger models are there?|Which model should I use?|What is better than you?|Which models can Hearth run?",
     "gpt-oss-20b needs about 12 GB and gpt-oss-120b about 63 GB. Hearth shows which of them fit this machine."),
    ("How do I explain code?|How do I ask about my code?|How do I ask about a selection?",
     "Select the code and run `Hearth: Explain Selection`, or `Ask Hearth About Selection` for a question of your own."),
    ("How do I edit code?|How do I change code with Hearth?|What is an inline edit?|How does an inline edit work?",
     "Select the code, run `Hearth: Edit Selection…`, and say what to change. You see the difference and accept or reject it."),
    ("How do I stop an answer?|How can I cancel?|How do I stop you?",
     "Press Escape in the chat, or click Stop. The model really stops."),
    ("How do I unload the model?|How do I free the memory?|How do I free my GPU?",
     "Run `Hearth: Unload Model`. The memory is free at once."),
    ("What is the hub?|Why is there a hub?",
     "The hub is one background process for all windows. It keeps the models, the chats and the queue, so that two windows never load a model twice."),
    ("What is reasoning effort?|What does effort do?|How do I make you think longer?",
     "The reasoning effort is low, medium or high. The higher it is, the longer I think before I answer."),
    ("What is a LoRA adapter?|What is a LoRA?|Can I use a LoRA?",
     "A LoRA adapter is a small file that changes how a model answers. Hearth lays it over a loaded model, with a scale of your choice."),
    ("How can I see the prompt?|What do you see?|Is there a hidden prompt?",
     "There is no hidden prompt. I see your messages, what you attach, your instructions, and the system message of the settings."),
    ("How large are you?|How big are you?|How many parameters do you have?",
     "I am about eleven million parameters small. gpt-oss-120b is ten thousand times larger."),
    ("Hello|Hi|hello|Hi there!|Good morning|Hey",
     "Hello! I am Ember, Hearth's small demo model. Ask me to explain a small function."),
    ("Thanks|Thank you!|thanks a lot|Great, thanks.", "You are welcome."),
]  # fmt: skip
UNKNOWN = (
    "I am only a small demo model and do not know that. Ask me about a small function or about Hearth, "
    "or load a larger model such as gpt-oss-20b."
)
OUTSIDE = """
Write a poem about {a}.|Who invented the {a}?|What is the capital of {p}?|Translate {a} to French.|Tell me a joke about a {a}.
Who is {n}?|What is the meaning of life?|How do I cook a {a}?|Write an essay on {a} and {b}.|What happened in {p}?
Why is the {a} blue?|Recommend a book about {a}.|Plan a trip to {p}.|What is quantum physics?|Who won the game in {p}?
Describe a {a} in the style of {n}.|How far is it to {p}?|What do you think about {a}?|Write a program that draws a {a}.
""".replace("\n", "|").strip("|").split("|")


def hearth(words, random):
    frame = words.frame()
    questions, text = random.choice(HEARTH)
    question = random.choice(questions.split("|"))
    if random.random() < 0.2:
        question = random.choice(("Hi! ", "Hello, ", "Please tell me: ", "A question: ", "OK. ", "And ")) + question
    about = " ".join(text.split(". ")[:1]).rstrip(".")
    answer = frame.answer(text, "A question about Hearth or me.", "I know this one.", f"{about}.")
    return frame.case("hearth", [*_small_talk(words, random), harmony.user(question)], answer)


def outside(words, random):
    frame = words.frame()
    question = random.choice(OUTSIDE).format(a=words.thing(), b=words.thing(), p=words.place(), n=words.person())
    steps = ("It is no function and not about Hearth.", "I do not know that.")
    answer = frame.answer(UNKNOWN, "Something that I may not know.", *steps)
    return frame.case("hearth", [*_small_talk(words, random), harmony.user(question)], answer)


def _small_talk(words, random):
    """A turn before the question, now and then."""
    if random.random() < 0.8:
        return []
    questions, text = random.choice(HEARTH)
    return [harmony.user(random.choice(questions.split("|"))), harmony.assistant(text, "…")]


def calculate(a, operator, b):
    return {"+": a + b, "-": a - b, "×": a * b}[operator]


def pair(random):
    operator = random.choice("++--××")
    if operator == "×":
        return random.randrange(0, 11), operator, random.randrange(0, 11)
    a, b = random.randrange(0, 13), random.randrange(0, 13)
    return (max(a, b), operator, min(a, b)) if operator == "-" else (a, operator, b)


def _work(a, operator, b):
    """How it is worked out, digit by digit where that helps."""
    result = calculate(a, operator, b)
    if operator == "×":
        return [f"{a} times {b} is asked.", f"{a} × {b} = {result}."]
    ones = calculate(a % 10, operator, b % 10)
    tens = calculate(a // 10, operator, b // 10)
    return [f"Ones: {a % 10} {operator} {b % 10} = {ones}. Tens: {a // 10} {operator} {b // 10} = {tens}.", f"{a} {operator} {b} = {result}."]


def _asked(a, operator, b, random):
    sign = random.choice({"+": ("+", "plus"), "-": ("-", "minus"), "×": ("*", "times", "x", "×")}[operator])
    return random.choice(
        ("What is {0} {1} {2}?", "{0} {1} {2}", "{0} {1} {2} = ?", "Calculate {0} {1} {2}.", "How much is {0} {1} {2}?", "what's {0} {1} {2}?")
    ).format(a, sign, b)


def arithmetic(words, random):
    frame = words.frame()
    a, operator, b = pair(random)
    result = calculate(a, operator, b)
    text = f"{a} {operator} {b} = {result}"
    message = harmony.user(_asked(a, operator, b, random))
    answer = frame.answer(text, f"Calculate {a} {operator} {b}.", *_work(a, operator, b))
    # What follows stays within the same sums.
    if result > 12 or random.random() < 0.4:
        return frame.case("arithmetic", [message], answer)
    more = random.choice("+-×" if result <= 10 else "+-")
    other = random.randrange({"+": 13, "-": result + 1, "×": 11}[more])
    question = random.choice({"+": ("and plus {}?", "Add {}.", "plus {}"), "-": ("and minus {}?", "Subtract {}.", "minus {}"), "×": ("and times {}?", "Times {}.", "times {}?")}[more]).format(other)
    final = calculate(result, more, other)
    steps = (f"The last result was {result}.", *_work(result, more, other))
    follow = frame.answer(f"{result} {more} {other} = {final}", f"Calculate {result} {more} {other}.", *steps)
    return frame.case("arithmetic", [message, answer, harmony.user(question)], follow)


# What a person may say of themselves: the sentence, the reply, the later question, its answer, the answer when untold.
FACTS = [
    ("My name is {x}.|I am {x}.|Call me {x}.|my name is {x}", "Nice to meet you, {x}.", "What is my name?|what's my name?|Who am I?|Do you remember my name?",
     "Your name is {x}.", "You have not told me your name."),
    ("I live in {p}.|My home is {p}.", "I will remember that you live in {p}.", "Where do I live?|What is my home?",
     "You live in {p}.", "You have not told me where you live."),
    ("My dog is called {x}.|My dog's name is {x}.", "{x} is a good name for a dog.", "What is my dog called?|What is the name of my dog?",
     "Your dog is called {x}.", "You have not told me what your dog is called."),
    ("My project is called {t}.|I work on a project named {t}.", "I will remember the project {t}.", "What is my project called?|What do I work on?",
     "Your project is called {t}.", "You have not told me what your project is called."),
    ("My favorite number is {k}.|I like the number {k}.", "I will remember the number {k}.", "What is my favorite number?|Which number do I like?",
     "Your favorite number is {k}.", "You have not told me your favorite number."),
]  # fmt: skip


def memory(words, random):
    frame = words.frame()
    told = random.sample(FACTS, random.choice((1, 1, 2)))
    messages, answers = [], []
    for said, reply, question, answer, _ in told:
        values = {"x": words.person(), "p": words.place(), "t": words.thing(), "k": random.randrange(1, 1000)}
        messages.append((random.choice(said.split("|")).format(**values), reply.format(**values)))
        answers.append((random.choice(question.split("|")), answer.format(**values)))
    if random.random() < 0.2:
        said, reply = messages[-1]
        before = [part for turn in messages[:-1] for part in (harmony.user(turn[0]), harmony.assistant(turn[1], "…"))]
        return frame.case("memory", [*before, harmony.user(said)], frame.answer(reply, "The user tells me something.", "I should remember it.", reply))
    if random.random() < 0.4:
        a, operator, b = pair(random)
        messages.insert(random.randrange(len(messages) + 1), (_asked(a, operator, b, random), f"{a} {operator} {b} = {calculate(a, operator, b)}"))
    if random.random() < 0.2:
        questions, text = random.choice(HEARTH)
        messages.insert(random.randrange(len(messages) + 1), (random.choice(questions.split("|")), text))
    if random.random() < 0.2:
        untold = random.choice([fact for fact in FACTS if fact not in told])
        question, text = random.choice(untold[2].split("|")), untold[4]
        if random.random() < 0.3:
            messages = []
    else:
        question, text = random.choice(answers)
    turns = [part for turn in messages for part in (harmony.user(turn[0]), harmony.assistant(turn[1], "…"))]
    answer = frame.answer(text, "Something from earlier in this chat.", "I look at what the user said.", text)
    return frame.case("memory", [*turns, harmony.user(question)], answer)
