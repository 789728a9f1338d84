import { type Operation, OPERATIONS } from '#libs/clickup';
import { isRead } from '#libs/core';
import { z } from 'zod';
import { tokensOf } from '../answers/budget.js';
import { TABLE, table } from '../answers/table.js';
import { defineTool, type Offered } from '../tool/tool.js';
import { argumentsInWords } from './flat.js';
import { IMPOSSIBLE } from './impossible.js';
import { type Findable, findableOf, retrieval } from './retrieval.js';

const RESULTS = 5;
/** Tokens for the parameters of one, and characters for what it does: five rows cost 300. An error of a call names all parameters. */
const PARAMETERS = 26;
const SUMMARY = 100;
/** Not worth finding: they find and send what was found. */
const OWN = new Set(['search_operations', 'call_read_operation', 'call_write_operation', 'confirm_change']);

/** One thing that can be found. */
interface Found extends Findable {
  shown: { kind: string; parameters: string };
  /** Of an operation. */
  row?: Operation;
}

const kindOf = ({ verb, risk }: Pick<Operation, 'verb' | 'risk'>): string =>
  isRead(verb) ? 'read' : risk === 'destructive' ? 'write, destructive' : 'write';

const ofOperation = (row: Operation): Found => ({
  ...findableOf(row),
  row,
  shown: { kind: kindOf(row), parameters: argumentsInWords(row, 0) },
});

/** A tool as it is found; arguments and values that are not granted are not in its schema. */
const ofTool = ({ tool: { name, title, description, verb, risk, toolset, covers }, schema }: Offered): Found => {
  const names = Object.entries(schema.properties ?? {}).filter(([, { unlisted }]) => !unlisted);
  const words = names.map(
    ([key, { type }]) => `${key}${schema.required?.includes(key) ? '' : '?'}${type === 'array' ? '[]' : ''}`,
  );
  return {
    name,
    kind: 'tool',
    verbs: [...new Set([verb, ...covers.map((row) => row.verb)])],
    risk,
    toolset,
    summary: `${title}. ${description}`,
    parameters: names.map(([key]) => key),
    path: name.split('_').slice(1),
    shown: { kind: 'tool', parameters: words.join(', ') },
  };
};

const NOT_POSSIBLE = IMPOSSIBLE.map(({ name, asked, instead }): Found => ({
  name,
  kind: 'impossible',
  verbs: [],
  summary: name,
  asked,
  parameters: [],
  path: [],
  shown: { kind: 'not possible', parameters: instead },
}));

const indexes = new WeakMap<readonly Offered[], ReturnType<typeof retrieval<Found>>>();

/** The index of what these tools, the operations and the impossibilities are; built on the first search, not before. */
function indexOf(tools: readonly Offered[]) {
  let index = indexes.get(tools);
  if (!index) {
    const named = tools.filter(({ tool }) => !OWN.has(tool.name) && tool.operation === undefined);
    index = retrieval([...named.map(ofTool), ...OPERATIONS.map(ofOperation), ...NOT_POSSIBLE]);
    indexes.set(tools, index);
  }
  return index;
}

/** As many of the names as fit. */
function short(words: string): string {
  const kept: string[] = [];
  let left = PARAMETERS;
  for (const part of words.split(', ')) {
    left -= tokensOf(part) + 1;
    if (left < 0) return `${kept.join(', ')}, …`;
    kept.push(part);
  }
  return kept.join(', ');
}

const brief = (text: string): string =>
  text.length > SUMMARY ? `${text.slice(0, SUMMARY).replace(/\s\S*$/, '')} …` : text;

export const searchOperations = defineTool({
  name: 'search_operations',
  title: 'Search operations',
  description:
    'Find further tools and ClickUp operations by plain words, for what no listed tool does: goals, views, templates, guests, Spaces, webhooks, … Says also what ClickUp cannot do.',
  toolset: 'longtail',
  verb: 'search',
  covers: [],
  input: z.strictObject({ query: z.string().min(1).max(200) }),
  output: z.strictObject(TABLE),
  handler({ query }, context) {
    const found = indexOf(context.tools)(
      query,
      RESULTS,
      ({ row }) => row === undefined || context.permits(row).allowed,
    );
    return Promise.resolve(
      table(found, {
        name: ({ name }) => name,
        kind: ({ shown }) => shown.kind,
        parameters: ({ kind, shown }) => (kind === 'impossible' ? '' : short(shown.parameters)),
        summary: ({ kind, row, shown, summary }) =>
          kind === 'impossible' ? shown.parameters : brief(row ? row.summary : summary.replace(/^[^.]*\. /, '')),
      }),
    );
  },
});
