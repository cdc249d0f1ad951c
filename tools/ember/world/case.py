"""One case: a prompt as Hearth sends it and the one right answer, or a text and how it goes on."""

from dataclasses import dataclass

import harmony

EFFORTS = ("low", "medium", "high")


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

    def think(self, ask, *steps):
        """The analysis: the task alone, the task and what settles it, or every step."""
        effort = "medium" if self.bare else self.effort
        if effort == "low":
            return ask
        if effort == "medium":
            return f"The user wants this: {ask} {steps[-1]}"
        numbered = "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))
        return f"The user wants this: {ask} Step by step:\n{numbered}\nThat is all that is needed."

    def answer(self, text, ask, *steps, calls=()):
        return harmony.assistant(text, self.think(ask, *steps), calls)
