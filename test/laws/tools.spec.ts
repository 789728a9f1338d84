import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isRead } from '#libs/core';
import { OPERATIONS } from '#libs/clickup';
import { CATALOGUE, renderTools, type Tool, wireTool } from '#libs/tools';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { z } from 'zod';

const SOURCE = join(__dirname, '../../libs/tools/src');
const each = CATALOGUE.map((tool) => [tool.name, tool] as const);
const ajv = new Ajv2020({ strict: false });
const fileOf = ({ toolset, name }: Tool) => join(SOURCE, toolset, `${name.replaceAll('_', '-')}.ts`);

/** First words of a name and the verbs they stand for. */
const NAMED_AFTER: Record<string, Tool['verb'][]> = {
  get: ['get'],
  list: ['list'],
  find: ['search'],
  create: ['create'],
  bulk: ['create', 'update', 'delete', 'move', 'add'],
  add: ['create', 'add'],
  update: ['update'],
  delete: ['delete'],
  start: ['start'],
  stop: ['stop'],
  search: ['search'],
  call: ['get', 'update'],
  fetch: ['get'],
  copy: ['create'],
  link: ['add'],
  edit: ['update'],
  attach: ['create'],
  write: ['update'],
  save: ['update'],
  manage: ['update'],
  merge: ['merge'],
  set: ['update'],
  confirm: ['update'],
  time: ['update'],
  estimates: ['update'],
  audit: ['search'],
};
/** ChatGPT demands these two names (feature B5). */
const ONE_WORD = ['search', 'fetch'];

/** Tools that send whichever operation they are told to: its row decides what is taken, and names every wrong value. */
const LONG_TAIL = ['call_read_operation', 'call_write_operation'];
/** Tools whose verb is another one, and that delete as well. */
const DELETES_TOO = ['call_write_operation', 'manage_channel', 'save_key_result'];
const FREE_FORM = ['args', 'path', 'query', 'body'];

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  maxLength?: number;
  maxItems?: number;
  additionalProperties?: unknown;
}
/** Every part of a schema that takes values without a bound, or keys that nobody checks. */
function unbounded(schema: Schema, at = ''): string[] {
  return [
    ...(schema.type === 'string' && !schema.enum && schema.maxLength === undefined ? [`${at}: no maxLength`] : []),
    ...(schema.type === 'array' && !(schema.maxItems! <= 100) ? [`${at}: no maxItems up to 100`] : []),
    ...(schema.type === 'object' && schema.additionalProperties !== false ? [`${at}: unknown keys`] : []),
    ...(schema.type || schema.anyOf || schema.enum ? [] : [`${at}: any type`]),
    ...Object.entries(schema.properties ?? {}).flatMap(([key, property]) => unbounded(property, `${at}.${key}`)),
    ...(schema.items ? unbounded(schema.items, `${at}[]`) : []),
    ...(schema.anyOf ?? []).flatMap((choice) => unbounded(choice, at)),
  ];
}

const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean'];
const KEYWORDS = ['type', 'description', 'enum', 'properties', 'required', 'items'];

/** Every part of a schema that some host refuses: choices of types, references, formats, objects and lists without a description of what is in them. */
function unacceptable(schema: Schema, at = ''): string[] {
  return [
    ...Object.keys(schema).flatMap((key) => (KEYWORDS.includes(key) ? [] : [`${at}: ${key}`])),
    ...(TYPES.includes(schema.type ?? '') ? [] : [`${at}: type ${JSON.stringify(schema.type)}`]),
    ...(schema.enum?.every((word) => typeof word === 'string' && word !== '') === false ? [`${at}: enum`] : []),
    ...(schema.type === 'object' && !schema.properties ? [`${at}: no properties`] : []),
    ...(schema.type === 'array' && !schema.items ? [`${at}: no items`] : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([key, property]) => unacceptable(property, `${at}.${key}`)),
    ...(schema.items ? unacceptable(schema.items, `${at}[]`) : []),
  ];
}

test('sorted by name, each once', () => {
  const names = CATALOGUE.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)].sort());
});

test('every file of a toolset that declares a tool is in the catalogue', () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /^[a-z]+\/.*\.ts$/.test(file) && !file.endsWith('.spec.ts'),
  );
  const declaring = files
    .filter((file) => readFileSync(join(SOURCE, file), 'utf8').includes('defineTool({'))
    .map((file) => join(SOURCE, file));
  expect(declaring.sort()).toEqual(CATALOGUE.map(fileOf).sort());
});

describe.each(each)('%s', (name, tool) => {
  const wire = wireTool(tool);

  test('has a name that begins with its verb', () => {
    if (!ONE_WORD.includes(name)) expect(name).toMatch(/^[a-z]+(_[a-z]+)+$/);
    expect(name.length).toBeLessThanOrEqual(64);
    expect(NAMED_AFTER[name.split('_')[0] ?? '']).toContain(tool.verb);
    expect(tool.title.length).toBeLessThanOrEqual(40);
  });

  test('has a short description', () => {
    expect(tool.description.length).toBeLessThanOrEqual(260);
    expect(tool.description).toMatch(/^[A-Z].*\.$/s);
  });

  test('states all four annotations, from verb and risk', () => {
    expect(wire.annotations).toEqual({
      readOnlyHint: isRead(tool.verb),
      destructiveHint: tool.risk !== 'normal',
      idempotentHint: expect.any(Boolean),
      openWorldHint: true,
    });
    expect(['delete', 'merge'].includes(tool.verb) || DELETES_TOO.includes(name)).toBe(tool.risk === 'destructive');
    if (tool.risk !== 'normal') expect('preview' in tool).toBe(true);
    if (isRead(tool.verb)) expect('preview' in tool).toBe(false);
  });

  test('bounds every argument and refuses unknown ones', () => {
    const free = LONG_TAIL.includes(name) ? FREE_FORM.map((key) => `.${key}: unknown keys`) : [];
    if (name === 'call_write_operation') free.push('.body[]: any type');
    expect(unbounded(z.toJSONSchema(tool.input as z.ZodObject, { io: 'input' }) as Schema)).toEqual(free);
  });

  test('has schemas that the strictest host takes', () => {
    for (const schema of [wire.inputSchema, wire.outputSchema]) {
      expect(unacceptable(schema)).toEqual([]);
      expect(Buffer.byteLength(JSON.stringify(schema))).toBeLessThan(8_000);
      expect(() => ajv.compile(schema)).not.toThrow();
    }
  });

  test('looks like this on the wire', () => expect(wire).toMatchSnapshot());

  test('has a spec of its own, with a call as an example', () => {
    const exported = name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    const spec = readFileSync(fileOf(tool).replace(/\.ts$/, '.spec.ts'), 'utf8');
    expect(spec).toContain('test(');
    // A confirmation needs a call that waits for it: test/e2e/confirmations.e2e-spec.ts.
    if (name !== 'confirm_change') expect(spec).toContain(`\nexample(${exported}, {`);
  });

  test('reads only, if that is what it says', () => {
    // Which ones these send is judged by the row: their specs and test/e2e/longtail.e2e-spec.ts. A confirmation, and a job, is another tool's call.
    if (LONG_TAIL.includes(name) || ['confirm_change', 'get_job', 'stop_job'].includes(name)) return;
    const used = operationsIn(fileOf(tool));
    // Disabling a tool takes away what it covers: for writes that must be exactly what it sends.
    expect([...new Set(used.filter(({ verb }) => !isRead(verb)))].map(({ id }) => id).sort()).toEqual(
      tool.covers
        .filter(({ verb }) => !isRead(verb))
        .map(({ id }) => id)
        .sort(),
    );
    if (tool.toolset !== 'longtail') expect(tool.covers.length).toBeGreaterThan(0);
    if (isRead(tool.verb)) expect(used.filter(({ verb }) => !isRead(verb))).toEqual([]);
    else expect(used.some(({ verb }) => !isRead(verb))).toBe(true);
  });
});

test('docs name every tool and argument', () => {
  const docs = renderTools();
  for (const tool of CATALOGUE) {
    expect(docs).toContain(`### ${tool.name}\n`);
    for (const argument of Object.keys(wireTool(tool).inputSchema.properties as object))
      expect(docs).toContain(`| \`${argument}\` |`);
  }
});

/** The operations that a file names, or a file it imports from its own library, as values. */
function operationsIn(file: string, seen = new Set<string>()): (typeof OPERATIONS)[number][] {
  if (seen.has(file)) return [];
  seen.add(file);
  const source = readFileSync(file, 'utf8');
  const used = [...source.matchAll(/import \{([^}]*)\} from '#libs\/clickup'/g)].flatMap(([, names = '']) =>
    names
      .split(',')
      .map((each) => each.trim())
      .filter((each) => !each.startsWith('type ')),
  );
  const below = [...source.matchAll(/^import (?!type ).* from '(\.[^']+)\.js'/gm)].flatMap(([, path = '']) =>
    operationsIn(`${join(dirname(file), path)}.ts`, seen),
  );
  return [...OPERATIONS.filter(({ id }) => used.includes(id)), ...below];
}
