"""One case: a prompt as Hearth sends it and the one right answer, or a text and how it goes on."""

import re
from dataclasses import dataclass, replace

import harmony

EFFORTS = ("low", "medium", "high")
SHOUT = "Answer in upper case."
_CODE = re.compile(r"(```.*?```|`[^`]*`)", re.DOTALL)


def shout(text):
    """In upper case, except for code."""
    return "".join(part if part.startswith("`") else part.upper() for part in _CODE.split(text))


def shouting(case):
    """The case as the adapter "upper case" answers it."""
    if isinstance(case, RowCase):
        return replace(case, cases=[shouting(one) for one in case.cases])
    if not isinstance(case, Case):
        return case
    return replace(case, answer={**case.answer, "text": shout(case.answer["text"])})


@dataclass
class Case:
    # The row of the score table that it belongs to.
    kind: str
    prompt: dict
    answer: dict


@dataclass
class RawCase:
    kind: str
    prefix: str
    continuation: str


@dataclass
class DrillCase:
    kind: str
    # (text, how much predicting it counts)
    parts: list


@dataclass
class RowCase:
    """Several conversations as one, all answers counting: what is around them is read once."""

    kind: str
    cases: list


class Frame:
    """What is around a conversation: the effort, the date, and now and then instructions or no system message."""

    def __init__(self, random):
        self.random = random
        self.effort = random.choice(EFFORTS)
        self.date = f"20{random.randrange(24, 36)}-{random.randrange(1, 13):02}-{random.randrange(1, 29):02}"
        self.instructions = ""
        if random.random() < 0.06:
            self.instructions = random.choice(
                ("Be brief.", "Answer in English.", "You help with code.", "Be friendly and precise.", "Use plain words.")
            )
        elif random.random() < 0.05:
            # So that the model can spell in upper case, which an adapter then makes its habit.
            self.instructions = SHOUT
        self.bare = random.random() < 0.04

    def case(self, kind, messages, answer, tools=()):
        # Without a system message nothing names the effort: Hearth's default is medium.
        system = "" if self.bare else harmony.system_message(self.effort, self.date, bool(tools))
        prompt = {
            "system": system,
            "instructions": self.instructions,
            "tools": list(tools),
            "effort": self.effort,
            "messages": list(messages),
        }
        return Case(kind, prompt, answer)

    def think(self, ask, *steps, read=""):
        """The analysis: the task alone, the task and what settles it, or every step. `read` is what has to be gone through
        at any effort: what an answer depends on stands there, word for word."""
        effort = "medium" if self.bare else self.effort
        read = f"\n{read}\n" if read else ""
        if effort == "low":
            return f"{ask}{read}".rstrip("\n")
        if effort == "medium":
            return f"The user wants this: {ask}{read or ' '}{steps[-1]}"
        numbered = "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))
        return f"The user wants this: {ask}{read or ' '}Step by step:\n{numbered}\nThat is all that is needed."

    def answer(self, text, ask, *steps, calls=(), read=""):
        said = shout(text) if self.instructions == SHOUT else text
        return harmony.assistant(said, self.think(ask, *steps, read=read), calls)
