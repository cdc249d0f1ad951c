/**
 * Tool definitions in the TypeScript-like syntax that gpt-oss was trained on.
 * A port of `template_tools_section` and `json_schema_to_typescript` of openai-harmony 0.0.8 (src/encoding.rs):
 * its oddities (no `anyOf`, where a comma or a comment stands) are kept, because the model knows them.
 */
import type { ToolDefinition } from '../../shared/protocol/prompt';

type JsonObject = Record<string, unknown>;

/** The `# Tools` section of the developer message, without a trailing newline. `tools` must not be empty. */
export function renderToolsSection(tools: readonly ToolDefinition[]): string {
  const lines = ['## functions\n', 'namespace functions {\n'];
  for (const tool of tools) {
    for (const line of rustLines(tool.description)) lines.push(`// ${line}`);
    lines.push(
      tool.parameters === undefined
        ? `type ${tool.name} = () => any;\n`
        : `type ${tool.name} = (_: ${schemaToType(tool.parameters, '')}) => any;\n`,
    );
  }
  lines.push('} // namespace functions');
  return `# Tools\n\n${lines.join('\n')}`;
}

/** A JSON schema as a type. Anything that openai-harmony does not know becomes `any`. */
export function schemaToType(schema: unknown, indent: string): string {
  const oneOf = get(schema, 'oneOf');
  if (Array.isArray(oneOf)) return topLevelOneOf(oneOf, indent);
  const type = get(schema, 'type');
  if (Array.isArray(type)) {
    const names = type.filter((name) => typeof name === 'string');
    if (names.length > 0) return names.map((name) => (name === 'integer' ? 'number' : name)).join(' | ');
  }
  switch (type) {
    case 'object':
      return objectType(schema, indent);
    case 'string': {
      const values = enumValues(schema).filter((value) => typeof value === 'string');
      return values.length > 0 ? values.map((value) => `"${value}"`).join(' | ') : 'string';
    }
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'array': {
      const items = get(schema, 'items');
      return items === undefined ? 'Array<any>' : `${schemaToType(items, indent)}[]`;
    }
    default:
      return 'any';
  }
}

function topLevelOneOf(variants: readonly unknown[], indent: string): string {
  let out = '';
  for (const variant of variants) {
    out += `\n${indent} | ${variantType(variant, indent)}`;
    const comments: string[] = [];
    const description = get(variant, 'description');
    if (typeof description === 'string') comments.push(description);
    const value = get(variant, 'default');
    if (value !== undefined) {
      // Unlike everywhere else, an enum's default keeps its JSON quotes here.
      comments.push(
        typeof value === 'string' && !isEnum(variant)
          ? `default: "${value}"`
          : `default: ${JSON.stringify(value)}`,
      );
    }
    if (comments.length > 0) out += ` // ${comments.join(' ')}`;
  }
  return out;
}

function objectType(schema: unknown, indent: string): string {
  let out = '';
  const description = get(schema, 'description');
  if (typeof description === 'string') out += `${indent}// ${description}\n`;
  out += '{\n';
  const properties = get(schema, 'properties');
  if (isObject(properties)) {
    const list = get(schema, 'required');
    const required = new Set<unknown>(Array.isArray(list) ? list : []);
    for (const [key, value] of Object.entries(properties)) {
      out += property(required.has(key) ? key : `${key}?`, value, indent);
    }
  }
  return `${out}${indent}}`;
}

function property(name: string, schema: unknown, indent: string): string {
  let out = '';
  const oneOf = get(schema, 'oneOf');
  const title = get(schema, 'title');
  if (typeof title === 'string') out += `${indent}// ${title}\n${indent}//\n`;
  const description = get(schema, 'description');
  if (oneOf === undefined && typeof description === 'string') out += `${indent}// ${description}\n`;
  const examples = get(schema, 'examples');
  if (Array.isArray(examples) && examples.length > 0) {
    out += `${indent}// Examples:\n`;
    for (const example of examples) if (typeof example === 'string') out += `${indent}// - "${example}"\n`;
  }
  if (Array.isArray(oneOf)) return out + oneOfProperty(name, schema, oneOf, indent);
  out += `${indent}${name}: ${variantType(schema, `${indent} `)},`;
  const value = defaultComment(schema);
  if (oneOf === undefined && value !== undefined) out += ` // ${value}`;
  return `${out}\n`;
}

function oneOfProperty(name: string, schema: unknown, variants: readonly unknown[], indent: string): string {
  let out = '';
  const own = get(schema, 'description');
  const ownDescription = typeof own === 'string' ? own : undefined;
  // The description stands above the property, except where the first variant says the same.
  const above = ownDescription !== undefined && get(variants[0], 'description') !== ownDescription;
  if (above) out += `${indent}// ${ownDescription}\n`;
  const ownDefault = defaultComment(schema);
  if (ownDefault !== undefined) out += `${indent}// ${ownDefault}\n`;
  out += `${indent}${name}:\n`;
  variants.forEach((variant, index) => {
    out += `${indent} | ${variantType(variant, indent)}`;
    const comments: string[] = [];
    const description = get(variant, 'description');
    if (!(index === 0 && above) && typeof description === 'string' && description !== ownDescription) {
      comments.push(description);
    }
    const value = defaultComment(variant);
    if (value !== undefined) comments.push(value);
    if (comments.length > 0) out += ` // ${comments.join(' ')}`;
    out += '\n';
  });
  return `${out}${indent},\n`;
}

/** A nested type, one level (three spaces) deeper than `indent`, with OpenAPI's `nullable` spelled out. */
function variantType(schema: unknown, indent: string): string {
  const type = schemaToType(schema, `${indent}   `);
  return get(schema, 'nullable') === true && !type.includes('null') ? `${type} | null` : type;
}

function defaultComment(schema: unknown): string | undefined {
  const value = get(schema, 'default');
  if (value === undefined) return undefined;
  if (typeof value !== 'string') return `default: ${JSON.stringify(value)}`;
  return isEnum(schema) ? `default: ${value}` : `default: "${value}"`;
}

function enumValues(schema: unknown): unknown[] {
  const values = get(schema, 'enum');
  return Array.isArray(values) ? values : [];
}

function isEnum(schema: unknown): boolean {
  return enumValues(schema).length > 0;
}

/** Rust's `str::lines`: no empty line at the end, `\r\n` counts as one line end. */
function rustLines(text: string): string[] {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  const complete = lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  return last === '' ? complete : [...complete, last];
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function get(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
