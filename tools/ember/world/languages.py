"""The five languages' spellings of the same small functions, as lists of lines."""

from .words import camel, snake


class Language:
    id = ""
    name = ""
    extension = ""
    indent = "    "
    end = ";"
    both, either = "&&", "||"
    true, false = "true", "false"
    has_lists = True

    def spell(self, words):
        return camel(words)

    def block(self, head, lines):
        return [f"{head} {{", *(self.indent + line for line in lines), "}"]

    def result(self, expression):
        return [f"return {expression}{self.end}"]

    def last(self, expression):
        """A function's last line."""
        return self.result(expression)

    def when(self, condition, lines):
        return self.block(f"if ({condition})", lines)

    def change(self, name, operator, value):
        return [f"{name} {operator}= {value}{self.end}"]

    def length(self, items):
        return f"{items}.length"

    def equal(self, a, b):
        return f"{a} == {b}"

    def comment(self, text):
        return f"// {text}"


class TypeScript(Language):
    id, name, extension, indent = "typescript", "TypeScript", "ts", "  "
    types = {"number": "number", "list": "number[]", "truth": "boolean"}

    def function(self, name, parameters, result, lines, style):
        listed = ", ".join(f"{p}: {self.types.get(t, t)}" for p, t in parameters)
        return self.block(f"{'export ' if style else ''}function {name}({listed}): {self.types[result]}", lines)

    def method(self, name, parameters, result, lines, owner):
        listed = ", ".join(f"{p}: {self.types.get(t, t)}" for p, t in parameters)
        return self.block(f"{name}({listed}): {'void' if result == 'nothing' else self.types[result]}", lines)

    def declare(self, name, value):
        return [f"let {name} = {value};"]

    def empty_list(self, name):
        return [f"const {name}: number[] = [];"]

    def append(self, items, value):
        return [f"{items}.push({value});"]

    def each(self, item, items, lines):
        return self.block(f"for (const {item} of {items})", lines)

    def count(self, i, start, stop, lines, inclusive=False):
        return self.block(f"for (let {i} = {start}; {i} {'<=' if inclusive else '<'} {stop}; {i}++)", lines)

    def equal(self, a, b):
        return f"{a} === {b}"

    def comment(self, text):
        return f"/** {text} */"


class Python(Language):
    id, name, extension, end = "python", "Python", "py", ""
    both, either, true, false = "and", "or", "True", "False"
    types = {"number": "int", "list": "list[int]", "truth": "bool"}

    def spell(self, words):
        return snake(words)

    def block(self, head, lines):
        return [f"{head}:", *(self.indent + line for line in lines)]

    def function(self, name, parameters, result, lines, style):
        if style:
            listed = ", ".join(f"{p}: {self.types.get(t, t)}" for p, t in parameters)
            return self.block(f"def {name}({listed}) -> {self.types[result]}", lines)
        return self.block(f"def {name}({', '.join(p for p, _ in parameters)})", lines)

    def method(self, name, parameters, result, lines, owner):
        """Annotated or not; the owner's name decides, so that the same function always looks the same."""
        if len(owner) % 2:
            listed = ", ".join(["self", *(f"{p}: {self.types.get(t, t)}" for p, t in parameters)])
            return self.block(f"def {name}({listed}) -> {'None' if result == 'nothing' else self.types[result]}", lines)
        return self.block(f"def {name}({', '.join(['self', *(p for p, _ in parameters)])})", lines)

    def declare(self, name, value):
        return [f"{name} = {value}"]

    def empty_list(self, name):
        return [f"{name} = []"]

    def append(self, items, value):
        return [f"{items}.append({value})"]

    def each(self, item, items, lines):
        return self.block(f"for {item} in {items}", lines)

    def count(self, i, start, stop, lines, inclusive=False):
        return self.block(f"for {i} in range({start}, {stop}{' + 1' if inclusive else ''})", lines)

    def when(self, condition, lines):
        return self.block(f"if {condition}", lines)

    def length(self, items):
        return f"len({items})"

    def comment(self, text):
        return f"# {text}"


class Go(Language):
    id, name, extension, indent, end = "go", "Go", "go", "\t", ""
    types = {"number": "int", "list": "[]int", "truth": "bool"}

    def function(self, name, parameters, result, lines, style):
        if style:
            name = name[0].upper() + name[1:]
        listed = ", ".join(f"{p} {self.types.get(t, t)}" for p, t in parameters)
        return self.block(f"func {name}({listed}) {self.types[result]}", lines)

    def method(self, name, parameters, result, lines, owner):
        listed = ", ".join(f"{p} {self.types.get(t, t)}" for p, t in parameters)
        head = f"func ({owner[0].lower()} *{owner}) {name}({listed})"
        return self.block(head if result == "nothing" else f"{head} {self.types[result]}", lines)

    def declare(self, name, value):
        return [f"{name} := {value}"]

    def empty_list(self, name):
        return [f"{name} := []int{{}}"]

    def append(self, items, value):
        return [f"{items} = append({items}, {value})"]

    def each(self, item, items, lines):
        return self.block(f"for _, {item} := range {items}", lines)

    def count(self, i, start, stop, lines, inclusive=False):
        return self.block(f"for {i} := {start}; {i} {'<=' if inclusive else '<'} {stop}; {i}++", lines)

    def when(self, condition, lines):
        return self.block(f"if {condition}", lines)

    def length(self, items):
        return f"len({items})"


class Rust(Language):
    id, name, extension = "rust", "Rust", "rs"
    types = {"number": "i64", "list": "&[i64]", "truth": "bool"}

    def spell(self, words):
        return snake(words)

    def last(self, expression):
        return [expression]

    def function(self, name, parameters, result, lines, style):
        listed = ", ".join(f"{p}: {self.types.get(t, t)}" for p, t in parameters)
        result_type = "Vec<i64>" if result == "list" else self.types[result]
        return self.block(f"{'pub ' if style else ''}fn {name}({listed}) -> {result_type}", lines)

    def method(self, name, parameters, result, lines, owner):
        own = "&mut self" if result == "nothing" else "&self"
        listed = ", ".join([own, *(f"{p}: {self.types.get(t, t)}" for p, t in parameters)])
        head = f"fn {name}({listed})"
        return self.block(head if result == "nothing" else f"{head} -> {self.types[result]}", lines)

    def declare(self, name, value):
        return [f"let mut {name} = {value};"]

    def empty_list(self, name):
        return [f"let mut {name} = Vec::new();"]

    def append(self, items, value):
        return [f"{items}.push({value});"]

    def each(self, item, items, lines):
        return self.block(f"for &{item} in {items}", lines)

    def count(self, i, start, stop, lines, inclusive=False):
        return self.block(f"for {i} in {start}..{'=' if inclusive else ''}{stop}", lines)

    def when(self, condition, lines):
        return self.block(f"if {condition}", lines)

    def length(self, items):
        return f"{items}.len()"

    def comment(self, text):
        return f"/// {text}"


class C(Language):
    id, name, extension = "c", "C", "c"
    types = {"number": "int", "list": "const int *", "truth": "bool"}
    has_lists = False

    def spell(self, words):
        return snake(words)

    def function(self, name, parameters, result, lines, style):
        listed = ", ".join(f"{self.types.get(t, t)}{'' if t == 'list' else ' '}{p}" for p, t in parameters)
        return self.block(f"{'static ' if style else ''}{self.types[result]} {name}({listed})", lines)

    def declare(self, name, value):
        return [f"int {name} = {value};"]

    def length(self, items):
        return "count"

    def each(self, item, items, lines):
        return self.count("i", 0, "count", [f"int {item} = {items}[i];", *lines])

    def count(self, i, start, stop, lines, inclusive=False):
        return self.block(f"for (int {i} = {start}; {i} {'<=' if inclusive else '<'} {stop}; {i}++)", lines)


LANGUAGES = [TypeScript(), Python(), Go(), Rust(), C()]
