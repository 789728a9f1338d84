import { type Operation, OPERATIONS } from '#libs/clickup';
import { isRead } from '#libs/core';
import { z } from 'zod';
import { PAGED_INPUT } from './arguments/paging.js';
import { CATALOGUE } from './catalogue.js';
import { type Tool, type ToolContext } from './tool/tool.js';
import { callReadOperation, FIELDS, readOperation } from './longtail/call-read-operation.js';
import { callWriteOperation, previewOperation, writeOperation } from './longtail/call-write-operation.js';
import { emptyOf, flatOf } from './longtail/flat.js';
import { type Named } from './longtail/parameters.js';
import { readsWords } from './longtail/references.js';

const [MAX_TEXT, MAX_ITEMS] = [100_000, 100];
const MAX_TITLE = 40;

/** The name of an operation in the manner of tools: `GetTask'sTimeinStatus` → `get_tasks_timein_status`. */
const snake = (id: string): string =>
  id
    .replace(/'/g, '')
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase();

const TAKEN = new Set(CATALOGUE.map(({ name }) => name));
/** A tool for a whole job keeps its name; the single request is called differently. */
const nameOf = ({ id }: Operation): string => (TAKEN.has(snake(id)) ? `${snake(id)}_operation` : snake(id));

const text = () => z.string().max(MAX_TEXT);

/** One parameter as the strictest hosts take it: with one type, described as far down as it is known. */
function schemaOf(named: Named): z.ZodType {
  const single = singleOf(named);
  const whole = named.list ? z.array(single).max(MAX_ITEMS) : single;
  return named.optional ? whole.optional() : whole;
}

function singleOf(named: Named): z.ZodType {
  const { type, values, parts } = named;
  // Names, dates and lengths in words stand where ClickUp wants a number.
  if (type === 'string' && values.length) return z.enum(values as [string, ...string[]]);
  if (type === 'string' || (readsWords(named) && type !== 'object')) return text();
  if (type === 'number') return z.number();
  if (type === 'boolean') return z.boolean();
  if (type === 'object')
    return parts.length && !named.loose
      ? z.strictObject(
          Object.fromEntries(
            parts.map((part) => [
              part.name,
              schemaOf({ ...part, optional: part.optional || emptyOf(part) !== undefined }),
            ]),
          ),
        )
      : z.record(z.string().max(200), z.unknown());
  return text().describe('A text; JSON for a list or an object');
}

const title = ({ id }: Operation): string => {
  const words = snake(id).replaceAll('_', ' ');
  return (words.charAt(0).toUpperCase() + words.slice(1)).slice(0, MAX_TITLE);
};

/** JSON text where a parameter has several types. */
function parsed(row: Operation, args: Record<string, unknown>): Record<string, unknown> {
  const mixed = new Set(
    flatOf(row).names.flatMap(({ name, type, list }) => (type === undefined && !list ? [name] : [])),
  );
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name, mixed.has(name) ? fromJson(value) : value]),
  );
}

function fromJson(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*(?:[[{]|-?\d+(?:\.\d+)?\s*$|true$|false$)/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function toolOf(row: Operation): Tool {
  const flat = flatOf(row);
  const named = Object.fromEntries(flat.names.map((each) => [each.name, schemaOf(each)]));
  const shared = {
    name: nameOf(row),
    title: title(row),
    description: row.summary,
    toolset: row.toolset,
    verb: row.verb,
    risk: row.risk,
    covers: [row],
    operation: row,
  };
  if (isRead(row.verb)) {
    const input = z.strictObject({ ...named, fields: FIELDS, ...PAGED_INPUT });
    return {
      ...shared,
      input,
      output: callReadOperation.output,
      handler: ({ fields, cursor, next_cursor, ...args }: z.output<typeof input>, context: ToolContext) =>
        readOperation({ operation: row.id, args: parsed(row, args), fields, cursor, next_cursor }, context),
      text: (output: Parameters<NonNullable<typeof callReadOperation.text>>[0]) => callReadOperation.text!(output),
    } as Tool;
  }
  // Preview and handler of one call get the same arguments, by which they know each other.
  const calls = new WeakMap<object, { operation: string; args: Record<string, unknown> }>();
  const callOf = (args: Record<string, unknown>) => {
    const call = calls.get(args) ?? { operation: row.id, args: parsed(row, args) };
    calls.set(args, call);
    return call;
  };
  return {
    ...shared,
    input: z.strictObject(named),
    output: callWriteOperation.output,
    preview: (args: Record<string, unknown>, context: ToolContext) => previewOperation(callOf(args), context),
    handler: (args: Record<string, unknown>, context: ToolContext) => writeOperation(callOf(args), context),
    text: (output: Parameters<NonNullable<typeof callWriteOperation.text>>[0]) => callWriteOperation.text!(output),
  } as Tool;
}

let tools: readonly Tool[] | undefined;

/** One tool per operation, made from its row: what the profile `full` lists beside the core. Made when they are first asked for. */
export const operationTools = (): readonly Tool[] => (tools ??= OPERATIONS.map(toolOf));
