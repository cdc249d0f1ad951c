"""Prompts as Hearth renders them (src/worker/harmony/render.ts), and the answers that should follow.

A prompt is Hearth's `Prompt` (src/shared/protocol/prompt.ts) as a dictionary. `make.py check-layout` compares this file
with Hearth's own renderer, segment by segment and token by token.
"""

SYSTEM = """You are ChatGPT, a large language model trained by OpenAI.
Knowledge cutoff: 2024-06
Current date: {date}

Reasoning: {effort}

# Valid channels: analysis, commentary, final. Channel must be included for every message.{tools}"""
TOOLS_LINE = "\nCalls to these tools must go to the commentary channel: 'functions'."

INLINE_EDIT = """{path}:
{fence}{language}
{code}
{fence}

{instruction}

Reply with the code that replaces it, alone, in one fenced block."""

CONTROL_TOKENS = [
    "<|startoftext|>",
    "<|endoftext|>",
    "<|return|>",
    "<|constrain|>",
    "<|channel|>",
    "<|start|>",
    "<|end|>",
    "<|message|>",
    "<|call|>",
    "<|endofprompt|>",
]


def special(text):
    return {"special": text}


def text(text):
    return {"text": text}


def system_message(effort, date, has_tools):
    """`expandSystemMessage` of src/shared/util/system-message.ts with its default template."""
    filled = SYSTEM.replace("{effort}", effort).replace("{date}", date)
    return filled.replace("{tools}", TOOLS_LINE if has_tools else "")


def selection(path, language, code, start_line, question):
    """A question about a selection: `userText` of src/shared/util/user-text.ts."""
    last = start_line + code.rstrip("\n").count("\n")
    lines = f"line {start_line}" if last == start_line else f"lines {start_line}-{last}"
    body = code if code.endswith("\n") else f"{code}\n"
    return f"{path}, {lines}:\n```{language}\n{body}```\n\n{question}"


def inline_edit(path, language, code, instruction):
    """The setting `hearth.prompt.inlineEdit`, filled in."""
    values = {"path": path, "language": language, "code": code, "instruction": instruction, "fence": "```"}
    return INLINE_EDIT.format(**values)


def user(text):
    return {"role": "user", "text": text}


def assistant(text, reasoning="", calls=()):
    return {"role": "assistant", "text": text, "reasoning": reasoning, "toolCalls": list(calls)}


def call(name, arguments_json, id="call_0"):
    return {"id": id, "name": name, "argumentsJson": arguments_json}


def tool_result(name, text, id="call_0"):
    return {"role": "tool", "name": name, "callId": id, "text": text}


def render(prompt):
    out = []
    if prompt["system"]:
        out += _message(["system"], prompt["system"])
    sections = []
    if prompt["instructions"]:
        sections += ["# Instructions", prompt["instructions"]]
    if prompt["tools"]:
        sections.append(_tools_section(prompt["tools"]))
    if sections:
        out += _message(["developer"], "\n\n".join(sections))
    entries = prompt["messages"]
    finals = [i for i, entry in enumerate(entries) if entry["role"] == "assistant" and entry["text"] and not entry["toolCalls"]]
    last_final = finals[-1] if finals else -1
    for index, entry in enumerate(entries):
        out += _entry(entry, index > last_final)
    return out + [special("<|start|>"), text("assistant")]


def completion(answer):
    """What the model writes after the prompt for this assistant message, up to the token that ends its turn."""
    out = _entry(answer, True)[2:]
    if not answer["toolCalls"]:
        out[-1] = special("<|return|>")
    return out


def _entry(entry, keep_analysis):
    if entry["role"] == "user":
        return _message(["user"], entry["text"])
    if entry["role"] == "tool":
        return _message([f"functions.{entry['name']}", " to=assistant"], entry["text"], "commentary")
    out = []
    if keep_analysis and entry["reasoning"]:
        out += _message(["assistant"], entry["reasoning"], "analysis")
    if entry["text"]:
        out += _message(["assistant"], entry["text"], "commentary" if entry["toolCalls"] else "final")
    for made in entry["toolCalls"]:
        out += [special("<|start|>"), text("assistant"), text(f" to=functions.{made['name']}")]
        out += [special("<|channel|>"), text("commentary"), text(" "), special("<|constrain|>"), text("json")]
        out += [special("<|message|>"), *_body(made["argumentsJson"]), special("<|call|>")]
    return out


def _message(header, body, channel=None):
    out = [special("<|start|>"), *(text(part) for part in header)]
    if channel is not None:
        out += [special("<|channel|>"), text(channel)]
    return [*out, special("<|message|>"), *_body(body), special("<|end|>")]


def _body(body):
    return [text(body)] if body else []


def _tools_section(tools):
    lines = ["## functions\n", "namespace functions {\n"]
    for tool in tools:
        lines += [f"// {line}" for line in tool["description"].splitlines()]
        parameters = tool.get("parameters")
        shape = "()" if parameters is None else f"(_: {_object_type(parameters)})"
        lines.append(f"type {tool['name']} = {shape} => any;\n")
    lines.append("} // namespace functions")
    return "# Tools\n\n" + "\n".join(lines)


def _object_type(schema):
    """Only what Ember's own tools use: flat objects of strings, numbers and booleans."""
    out = "{\n"
    for name, value in schema["properties"].items():
        if "description" in value:
            out += f"// {value['description']}\n"
        options = " | ".join(f'"{option}"' for option in value.get("enum", []))
        kind = options or {"integer": "number"}.get(value["type"], value["type"])
        out += f"{name if name in schema.get('required', []) else name + '?'}: {kind},\n"
    return out + "}"
