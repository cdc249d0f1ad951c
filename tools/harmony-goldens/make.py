"""Writes test/fixtures/harmony/goldens.json: what openai-harmony makes of the conversations in cases.py.

    python3 -m venv .cache/harmony && .cache/harmony/bin/pip install -r tools/harmony-goldens/requirements.txt
    .cache/harmony/bin/python tools/harmony-goldens/make.py

openai-harmony would download its vocabulary; it is written from js-tiktoken's copy instead (the library checks its hash).
"""

import json
import os
import pathlib
import subprocess
import tempfile

from cases import CASES, KNOWN_DIFFERENCES

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATE = "2025-06-28"
vocabulary = tempfile.TemporaryDirectory()
subprocess.run(
    ["npx", "tsx", "tools/harmony-goldens/write-ranks.ts", f"{vocabulary.name}/o200k_base.tiktoken"], cwd=ROOT, check=True
)
os.environ["TIKTOKEN_ENCODINGS_BASE"] = vocabulary.name

import openai_harmony as oh  # noqa: E402  reads the variable above

encoding = oh.load_harmony_encoding(oh.HarmonyEncodingName.HARMONY_GPT_OSS)


def system_message(prompt):
    if prompt["system"] != "default":
        return oh.Message.from_role_and_content(oh.Role.SYSTEM, prompt["system"])
    content = (
        oh.SystemContent.new()
        .with_reasoning_effort(oh.ReasoningEffort[prompt["effort"].upper()])
        .with_conversation_start_date(DATE)
    )
    return oh.Message.from_role_and_content(oh.Role.SYSTEM, content)


def developer_message(prompt):
    content = oh.DeveloperContent.new()
    if prompt["instructions"]:
        content = content.with_instructions(prompt["instructions"])
    if prompt["tools"]:
        content = content.with_function_tools(
            [oh.ToolDescription.new(t["name"], t["description"], t.get("parameters")) for t in prompt["tools"]]
        )
    return oh.Message.from_role_and_content(oh.Role.DEVELOPER, content)


def assistant(text, channel):
    return oh.Message.from_role_and_content(oh.Role.ASSISTANT, text).with_channel(channel)


def messages_of(message):
    if message["role"] == "user":
        return [oh.Message.from_role_and_content(oh.Role.USER, message["text"])]
    if message["role"] == "tool":
        author = oh.Author.new(oh.Role.TOOL, f"functions.{message['name']}")
        out = oh.Message.from_author_and_content(author, message["text"])
        return [out.with_recipient("assistant").with_channel("commentary")]
    out = []
    if message["reasoning"]:
        out.append(assistant(message["reasoning"], "analysis"))
    if message["text"]:
        out.append(assistant(message["text"], "commentary" if message["toolCalls"] else "final"))
    for call in message["toolCalls"]:
        out.append(
            assistant(call["argumentsJson"], "commentary")
            .with_recipient(f"functions.{call['name']}")
            .with_content_type("<|constrain|>json")
        )
    return out


def dropped(messages):
    """Without the analysis before the last final answer, as docs/format.md of openai-harmony asks for."""
    finals = [i for i, m in enumerate(messages) if m.channel == "final"]
    last = finals[-1] if finals else -1
    return [m for i, m in enumerate(messages) if not (m.channel == "analysis" and i < last)]


def render(messages, auto_drop):
    config = oh.RenderConversationConfig(auto_drop_analysis=auto_drop)
    return encoding.render_conversation_for_completion(
        oh.Conversation.from_messages(messages), oh.Role.ASSISTANT, config=config
    )


def golden(name, prompt):
    head = [] if prompt["system"] == "" else [system_message(prompt)]
    if prompt["instructions"] or prompt["tools"]:
        head.append(developer_message(prompt))
    every = head + [out for message in prompt["messages"] for out in messages_of(message)]
    tokens = render(dropped(every), False)
    same = tokens == render(every, True)
    opened = prompt.get("openAnswer")
    if opened and (opened["reasoning"] or opened["text"]):
        parts = [("analysis", opened["reasoning"]), ("final", opened["text"])]
        tail = [assistant(text, channel) for channel, text in parts if text]
        # An open message is a finished one without its end.
        tokens = tokens[:-2] + [t for m in tail for t in encoding.render(m)][:-1]
    prompt = dict(prompt)
    default_system = prompt["system"] == "default"
    if default_system:
        text = encoding.decode(render(head, False))
        prompt["system"] = text[len("<|start|>system<|message|>") : text.index("<|end|>")]
    out = {"name": name, "defaultSystem": default_system, "prompt": prompt, "tokens": tokens}
    return out | ({"knownDifference": True} if name in KNOWN_DIFFERENCES else {}), same


goldens, same = zip(*(golden(name, prompt) for name, prompt in CASES.items()))
lines = ",\n".join(json.dumps(golden, separators=(",", ":")) for golden in goldens)
target = ROOT / "test/fixtures/harmony/goldens.json"
target.parent.mkdir(parents=True, exist_ok=True)
target.write_text(f'{{"date":"{DATE}","goldens":[\n{lines}\n]}}\n')
print(f"{len(goldens)} conversations; in {sum(same)} openai-harmony drops the same analysis by itself")
for golden_, same_ in zip(goldens, same):
    if not same_:
        print("  not in:", golden_["name"])
