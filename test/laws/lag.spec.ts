import { readFileSync } from 'node:fs';
import { operationById, serializeQuery, type Task } from '#libs/clickup';
import { AppError, knownZone, parseDuration, parsePeriod, parseWhen } from '#libs/core';
import { CATALOGUE, present, type Tool } from '#libs/tools';
import { DateTime } from 'luxon';
import { type z } from 'zod';
import { chooseWorkspace } from '../../libs/clickup/src/directory/workspaces.js';
import { fold, foldPerson, pathKey, similar } from '../../libs/clickup/src/directory/names.js';
import { findPerson } from '../../libs/clickup/src/directory/find-person.js';
import { placeRef, taskRef } from '../../libs/clickup/src/directory/refs.js';
import { theOne } from '../../libs/clickup/src/directory/the-one.js';
import { safeText, upstreamError } from '../../libs/clickup/src/sending/upstream-errors.js';
import { distance } from '../../libs/core/src/time/distances.js';
import { numeric } from '../../libs/core/src/time/numeric.js';
import { plainly, read } from '../../libs/core/src/time/read.js';
import { mentioning, readMentions } from '../../libs/tools/src/comments/mentions.js';
import { addressOf } from '../../libs/tools/src/arguments/address.js';
import { inputSchemaOf } from '../../libs/tools/src/arguments/schema.js';
import { understand } from '../../libs/tools/src/arguments/understand.js';
import { escapeLine, escapeText } from '../../libs/tools/src/markdown/escape.js';
import { withMarks } from '../../libs/tools/src/markdown/inline.js';
import { isLinkable, tokensOf } from '../../libs/tools/src/markdown/parser.js';
import { known } from '../../libs/tools/src/task-changes/resume.js';
import { toRichText } from '../../libs/tools/src/markdown/to-rich-text.js';
import { toMarkdown } from '../../libs/tools/src/markdown/to-markdown.js';
import { cutTable, cutText } from '../../libs/tools/src/answers/budget.js';
import { searchDocs } from '../../libs/tools/src/docs/search-docs.js';
import { readGoal } from '../../libs/tools/src/goals/read-goal.js';
import { shown } from '../../libs/tools/src/longtail/answer.js';
import { sorted } from '../../libs/tools/src/longtail/flat.js';
import { chosen } from '../../libs/tools/src/longtail/chosen.js';
import { findOperations } from '../../libs/tools/src/longtail/retrieval.js';
import { matcher, nearlyEqual, wordsOf } from '../../libs/tools/src/find/match.js';
import { fieldTexts } from '../../libs/tools/src/answers/custom-fields.js';
import { compared, draftOf, INCLUDE } from '../../libs/tools/src/copying/new-body.js';
import { checklistTable } from '../../libs/tools/src/task-parts/checklists.js';
import { oneLine, short } from '../../libs/tools/src/answers/one-line.js';
import { fieldChanges } from '../../libs/tools/src/task-changes/fields.js';
import { counterpart, statusNamed } from '../../libs/tools/src/task-changes/statuses.js';
import { missing, wantDescription, wantName, wantTags } from '../../libs/tools/src/task-changes/wants.js';
import { visible } from '../../libs/tools/src/answers/visible.js';
import { outline } from '../../libs/tools/src/workspace/outline.js';
import { cpuTime } from '../support/cpu-time.js';
import {
  argumentNames,
  hostileAnswers,
  hostileArguments,
  hostileContext,
  largeDirectory,
} from '../support/hostile-context.js';
import { HOSTILE } from '../support/hostile-text.js';
import { sourcesUnder } from '../support/sources.js';
import { fakeContext, NOW, task, ZONE } from '../support/tool-context.js';

/**
 * No text may block the event loop for long, because that stops all callers: hostile text of every kind, as long as its field allows,
 * through every module that reads or renders text. What is measured is the CPU time of the step, the shortest of a few runs, so that a
 * busy machine does not count. A new reader, parser or renderer is one row; a new kind of text one line in hostile-text.ts.
 * ClickUp's answers of many megabytes are another matter: JSON.parse alone takes longer than this for 10 MB.
 */
const LIMIT_MS = 100;
/** Who reads an answer. */
const READER = fakeContext();

/** More than any field of a ClickUp object was ever seen to hold. */
const STORED = 1_000_000;
/** A long comment or description. */
const FIELD = 100_000;
/** A little more than the schemas let in. */
const REF = 512;
const WORDS = 160;
const COMMENT = 40_000;

const LIBS = 'libs/';
interface Row {
  /** The modules whose work this is, below libs/. */
  of: string;
  what: string;
  length: number;
  run: (text: string, make: (length: number) => string) => unknown;
}

const person = (text: string, id: number) => ({ id, username: `${text.slice(0, 1_000)}${id}`, email: '' });
const people = (text: string) => Array.from({ length: 2_000 }, (_, id) => person(text, id));
/** Half of the text with these attributes, and the other half without. */
const run = (attributes: Record<string, unknown>) => (text: string) => {
  const half = Math.ceil(text.length / 2);
  return toMarkdown([
    { text: 'a' },
    { text: text.slice(0, half), attributes },
    { text: '\n' },
    { text: text.slice(half) },
  ]);
};
const field = (text: string) =>
  (hostileAnswers(text).GetTask as { custom_fields: Parameters<typeof fieldTexts>[0] }).custom_fields;

const PEOPLE_ONLY = fakeContext();
const DAY = DateTime.fromMillis(NOW, { zone: ZONE });
const LARGE = largeDirectory(5_000);

const ROWS: Row[] = [
  ...[
    { bold: true },
    { italic: true },
    { bold: true, italic: true, link: 'x'.repeat(10_000) },
    { code: true },
    {},
    { list: { list: 'ordered' }, indent: 1e9 },
    { 'code-block': { 'code-block': 'x' } },
  ].map((marks): Row => ({
    of: 'tools/src/markdown/to-markdown.ts',
    what: `a run of rich text, ${JSON.stringify(marks).slice(0, 60)}`,
    length: FIELD,
    run: run(marks),
  })),
  {
    of: 'tools/src/markdown/to-markdown.ts',
    what: 'runs of one letter',
    length: 20_000,
    run: (text) => toMarkdown([...text].map((letter) => ({ text: letter, attributes: { bold: true } }))),
  },
  {
    of: 'tools/src/markdown/inline.ts',
    what: 'a line of many looks',
    length: FIELD,
    run: (text) => {
      const runs = Array.from({ length: 200 }, (_, index) => ({
        text: text.slice(index * 500, (index + 1) * 500),
        attributes: {
          bold: index % 2 > 0,
          italic: index % 3 > 0,
          code: index % 7 === 0,
          link: index % 5 ? undefined : text,
        },
      }));
      return [
        withMarks(runs.slice(0, 20)),
        withMarks(
          runs.map(({ text: part, attributes }) => ({ text: part, attributes: { ...attributes, link: undefined } })),
          true,
        ),
      ];
    },
  },
  {
    of: 'tools/src/markdown/escape.ts',
    what: 'escaping',
    length: FIELD,
    run: (text) => [
      escapeText(text, { start: true, end: true, inLabel: false }),
      escapeText(text, { start: false, end: false, inLabel: true }),
      escapeLine(text),
      escapeLine(text, `|${text}`),
    ],
  },
  {
    of: 'tools/src/markdown/parser.ts',
    what: 'parsing Markdown',
    length: FIELD,
    run: (text) => [tokensOf(text), isLinkable(text)],
  },
  {
    of: 'tools/src/comments/mentions.ts',
    what: 'mentions in Markdown',
    length: COMMENT,
    run: (text) => mentioning('text', text, PEOPLE_ONLY),
  },
  {
    of: 'tools/src/comments/mentions.ts',
    what: 'mentions in messages',
    length: FIELD,
    run: readMentions,
  },
  { of: 'tools/src/markdown/to-rich-text.ts', what: 'Markdown', length: FIELD, run: toRichText },
  {
    of: 'tools/src/answers/budget.ts',
    what: 'cutting to a budget',
    length: STORED,
    run: (text) => [
      cutText(text, 0, 5_000),
      cutText(text, Math.floor(text.length / 2), 5_000),
      cutTable({ columns: ['a'], rows: [[text]] }, { row: 0 }, 5_000),
    ],
  },
  {
    of: 'tools/src/answers/visible.ts',
    what: 'making visible',
    length: 500_000,
    run: (text) => visible({ a: [text] }),
  },
  {
    of: 'tools/src/answers/render.ts',
    what: 'rendering',
    length: 2 * FIELD,
    run: (text) => present({} as Tool, { columns: [text], rows: [[text]], note: text, items: [{ name: text }] }),
  },
  {
    of: 'tools/src/longtail/answer.ts',
    what: 'shortening',
    length: STORED,
    run: (text) => shown({ tasks: [{ name: text, [text]: 1 }, { name: text }], text, list: [[text]] }, {}, READER),
  },
  {
    of: 'tools/src/longtail/answer.ts',
    what: 'shortening many small things',
    length: 100,
    run: (text) =>
      shown({ tasks: Array.from({ length: 50_000 }, () => ({ name: text, status: { color: text } })) }, {}, READER),
  },
  {
    of: 'tools/src/longtail/answer.ts',
    what: 'shortening a thousand rows with keys of their own',
    length: 10,
    run: (text) =>
      shown(
        Array.from({ length: 1_000 }, (_, row) =>
          Object.fromEntries(Array.from({ length: 20 }, (__, key) => [`${row} ${key}`, text])),
        ),
        {},
        READER,
      ),
  },
  {
    of: 'tools/src/longtail/answer.ts',
    what: 'shortening what lies deep',
    length: 100,
    run: (text) =>
      shown(
        Array.from({ length: 1_000 }).reduce((inner) => ({ inner, text }), {}),
        {},
        READER,
      ),
  },
  {
    of: 'tools/src/longtail/flat.ts',
    what: 'sorting arguments',
    length: 512,
    run: (text) => sorted(operationById('UpdateTask')!, { args: { task_id: text, name: text, [text]: text } }),
  },
  {
    of: 'tools/src/longtail/retrieval.ts',
    what: 'finding operations',
    length: 200,
    run: (text) => findOperations(text, 8),
  },
  {
    of: 'tools/src/longtail/chosen.ts',
    what: 'naming an operation',
    length: 100,
    run: (text) => chosen(text, true, { permits: () => ({ allowed: true }), tools: [] }),
  },
  {
    of: 'tools/src/find/match.ts',
    what: 'comparing a name with a text',
    length: STORED,
    run: (text) => [matcher('memory leak of the worker')(text), wordsOf(text), nearlyEqual(text, `${text}a`)],
  },
  {
    of: 'tools/src/find/match.ts',
    what: 'comparing a text with as many names as in one go',
    length: 1_000,
    run: (text) => Array.from({ length: 50 }, () => text).map(matcher(text.slice(0, 200))),
  },
  {
    of: 'tools/src/answers/custom-fields.ts',
    what: 'Custom Fields',
    length: 100_000,
    run: (text) => fieldTexts(field(text), ZONE),
  },
  {
    of: 'tools/src/copying/new-body.ts',
    what: 'the copy of a task',
    length: FIELD,
    run(text) {
      const whole = hostileAnswers(text).GetTask as Task;
      const { body } = draftOf(whole, 'copy', undefined, { id: '301', path: 'Sprint 42' }, INCLUDE, ZONE);
      return compared(whole, body, whole, ZONE);
    },
  },
  {
    of: 'tools/src/task-parts/checklists.ts',
    what: 'a checklist whose items hang below each other',
    length: 1_000,
    run: (text) =>
      checklistTable([
        {
          id: 'c',
          task_id: 't',
          name: text,
          orderindex: 0,
          resolved: 0,
          unresolved: 0,
          items: Array.from({ length: 1_000 }, (_, index) => ({
            id: `i${index}`,
            name: text,
            resolved: false,
            parent: `i${(index * 7) % 1_000}`,
          })),
        },
      ]),
  },
  {
    of: 'tools/src/task-changes/wants.ts',
    what: 'what was not applied',
    length: STORED,
    run: (text) =>
      missing(
        [
          wantName(text.slice(0, 2_048)),
          wantDescription(text.slice(0, 100_000), text.slice(0, 50_000)),
          wantTags([text.slice(0, 100)]),
        ],
        task({ name: text, text_content: text, markdown_description: text, tags: [{ name: text }] }),
      ),
  },
  {
    of: 'tools/src/answers/one-line.ts',
    what: 'a text as one line',
    length: STORED,
    run: (text) => [oneLine(text), short(text)],
  },
  {
    of: 'tools/src/task-changes/statuses.ts',
    what: 'a status by name',
    length: FIELD,
    run: (text) => {
      const statuses = [{ name: text, type: 'custom' }];
      counterpart(statuses[0]!, statuses, [{ name: `${text}x`, type: 'open' }]);
      statusNamed('status', text.slice(0, 100), statuses, text);
    },
  },
  {
    of: 'tools/src/task-changes/fields.ts',
    what: 'values of Custom Fields',
    length: 10_000,
    run: async (text) => {
      for (const type of [
        'url',
        'email',
        'phone',
        'currency',
        'drop_down',
        'labels',
        'emoji',
        'manual_progress',
        'location',
      ])
        await fieldChanges(
          'fields',
          [{ name: 'f', value: text }],
          [{ id: 'f', name: text.slice(0, 100), type, type_config: { options: [{ id: '1', name: text }] } }],
          'The List',
          fakeContext(),
        ).catch(onlyRefused);
    },
  },
  {
    of: 'tools/src/workspace/outline.ts',
    what: 'the outline',
    length: FIELD,
    run: (text) => outline([{ kind: 'space', id: '1', name: text, path: text, children: [] }]),
  },
  {
    of: 'clickup/src/directory/names.ts',
    what: 'comparing names',
    length: STORED,
    run: (text) => [fold(text), foldPerson(text), pathKey(text), similar(text, `b${text}`)],
  },
  {
    of: 'clickup/src/directory/find-person.ts',
    what: 'a person of that name among two thousand',
    length: REF,
    run: (text) => findPerson(people('Somebody of a long name '), text),
  },
  {
    of: 'clickup/src/directory/find-person.ts',
    what: 'a person among five hundred of such names',
    length: 100,
    run: (text) => findPerson(people(text).slice(0, 500), 'Somebody Else of some length'),
  },
  {
    of: 'clickup/src/directory/place-finder.ts',
    what: 'a place of that name among five thousand',
    length: 400,
    run: (text) => LARGE.place(text),
  },
  {
    of: 'clickup/src/directory/workspace-directory.ts',
    what: 'a List of that name among five thousand',
    length: 400,
    run: (text) => LARGE.listId(`Space / ${text}`),
  },
  {
    of: 'clickup/src/directory/refs.ts',
    what: 'references',
    length: REF,
    run: (text) => [placeRef(text), taskRef(text)],
  },
  {
    of: 'clickup/src/directory/refs.ts',
    what: 'URLs',
    length: REF,
    run: (text) => [placeRef(`https://app.clickup.com/${text}`), taskRef(`https://app.clickup.com/${text}`)],
  },
  {
    of: 'clickup/src/directory/workspaces.ts',
    what: 'Workspaces',
    length: STORED,
    run: (text) =>
      chooseWorkspace(
        [
          { id: '1', name: text, members: [] },
          { id: '2', name: text, members: [] },
        ],
        undefined,
        text.slice(0, REF),
      ),
  },
  {
    of: 'clickup/src/sending/upstream-errors.ts',
    what: "ClickUp's sentences",
    length: STORED,
    run: (text) => [
      safeText(text),
      upstreamError(400, JSON.stringify({ err: text }), {}),
      upstreamError(400, text, {}),
    ],
  },
  {
    of: 'clickup/src/sending/query.ts',
    what: 'queries',
    length: 20_000,
    run: (text) => serializeQuery({ [text]: text }),
  },
  {
    of: 'core/src/time/dates.ts',
    what: 'dates',
    length: WORDS,
    run: (text) => parseWhen(text.slice(0, 80), ZONE, NOW),
  },
  {
    of: 'core/src/time/words.ts',
    what: 'dates in the past',
    length: 80,
    run: (text) => parseWhen(text, ZONE, NOW, { towards: 'past' }),
  },
  {
    of: 'core/src/time/read.ts',
    what: 'what was said',
    length: WORDS,
    run: (text) => [plainly(text), read(plainly(text).slice(0, 80), DAY, 1)],
  },
  {
    of: 'core/src/time/distances.ts',
    what: 'distances',
    length: 80,
    run: (text) => [distance(text, DAY), distance(`in ${text}`.slice(0, 80), DAY)],
  },
  {
    of: 'core/src/time/numeric.ts',
    what: 'dates in numbers',
    length: 80,
    run: (text) => [numeric(text, DAY), numeric(`2026-${text}`.slice(0, 80), DAY)],
  },
  { of: 'core/src/time/ranges.ts', what: 'ranges', length: WORDS, run: (text) => parsePeriod(text, ZONE, NOW) },
  {
    of: 'core/src/time/periods.ts',
    what: 'periods',
    length: WORDS,
    run: (text) => parsePeriod(`since ${text}`.slice(0, WORDS), ZONE, NOW),
  },
  {
    of: 'core/src/time/durations.ts',
    what: 'durations',
    length: WORDS,
    run: (text) => parseDuration(text.slice(0, 60)),
  },
  { of: 'core/src/time/dates.ts', what: 'zones', length: STORED, run: knownZone },
];

/** Of what ClickUp lists, and the Workspace and its places only once. */
const NAMED_KINDS = [
  'group',
  'doc',
  'channel',
  'goal',
  'template',
  'task_type',
  'webhook',
  'view',
  'tag',
  'field',
] as const;

/** A kind of objects, listed and searched for one of that name. */
async function named(kind: (typeof NAMED_KINDS)[number], text: string, ref: string): Promise<void> {
  const { directory } = hostileContext(text);
  await directory.objects(kind);
  await directory.object(kind, ref).catch(onlyRefused);
}

/** Items of earlier calls that nobody knows the outcome of, and a List full of tasks of their name. */
async function resumed(text: string): Promise<void> {
  const context = hostileContext(text);
  const lost = new Map(Array.from({ length: 50 }, (_, item) => [item, { digest: 'd', ageMs: 1e6, unknown: true }]));
  const one = { list_id: '301', list: text, body: { name: text }, wants: [] };
  const items = [...lost.keys()];
  const found = await known(
    'key',
    items.map(() => one),
    items.map(() => 'd'),
    {
      ...context,
      ledger: { ...context.ledger, read: () => Promise.resolve(lost) },
      clickup: {
        ...context.clickup,
        call: (() =>
          Promise.resolve({
            tasks: Array.from({ length: 100 }, () => task({ name: text })),
            last_page: true,
          })) as never,
      },
    },
  );
  expect(found.size).toBe(items.length);
}

/** Readers of text that no tool of their own calls. */
ROWS.push(
  ...NAMED_KINDS.map((kind): Row => ({
    of: 'clickup/src/directory/kinds.ts',
    what: `every ${kind}`,
    length: 20_000,
    run: (text) => named(kind, text, text.slice(0, REF)),
  })),
  ...NAMED_KINDS.map((kind): Row => ({
    of: 'clickup/src/directory/object-finder.ts',
    what: `a ${kind} of that name`,
    length: 400,
    run: (text) => named(kind, `A name ${text}`, text),
  })),
  {
    of: 'clickup/src/directory/the-one.ts',
    what: 'which of two thousand is meant',
    length: STORED,
    run: (text) => {
      const all = Array.from({ length: 2_000 }, () => ({
        path: text.slice(0, 1_000),
        id: text.slice(0, 1_000),
        kind: text,
      }));
      for (const matches of [all, []])
        expect(() =>
          theOne(
            matches,
            text,
            'List',
            (each) => each,
            () => all,
          ),
        ).toThrow(AppError);
    },
  },
  {
    of: 'tools/src/arguments/address.ts',
    what: 'a task by that name',
    length: REF,
    run: (text) => addressOf('task_id', text, hostileContext(text)),
  },
  {
    of: 'tools/src/arguments/understand.ts',
    what: 'arguments as models send them',
    length: 20_000,
    run: (text) => {
      // Together about as long as a request may be.
      for (const { input } of CATALOGUE.filter(({ name }) => name === 'find_tasks' || name === 'bulk_update_tasks')) {
        const schema = inputSchemaOf(input as z.ZodObject);
        const names = [...Object.keys(schema.properties ?? {}), text, text.slice(0, 64)];
        for (const value of [text, `[${text}`, `{"a":${text}`, [text]])
          understand(Object.fromEntries(names.map((name) => [name, value])), schema);
      }
    },
  },
  {
    of: 'tools/src/task-changes/resume.ts',
    what: 'tasks of earlier calls',
    length: 2_048,
    run: resumed,
  },
  {
    of: 'tools/src/docs/search-docs.ts',
    what: 'pages of Docs, searched',
    length: 50_000,
    run: (text) => searchDocs(text.slice(0, REF), hostileContext(text)),
  },
  {
    of: 'tools/src/goals/read-goal.ts',
    what: 'a goal',
    length: FIELD / 4,
    run: (text) => readGoal('g1', undefined, hostileContext(text)),
  },
);

/** Arguments with which a tool reads stored objects. */
const LEADING = {
  task_id: '86abc1',
  entry_id: 't1',
  list_id: '301',
  operation: 'GetTask',
  path: { task_id: '86abc1' },
  query: 'memory leak',
  range: 'last week',
  start: 'today',
  duration: '2h',
  text: 'Hi',
  include: ['all'],
  assignees: ['1'],
  place: '301',
  doc: 'd1',
  page: 'p1',
  mode: 'append',
  goal: 'g1',
  key_result: 'k1',
  current: 1,
  checklist: 'Steps',
  relation: 'waits_on',
  to: ['86abc2'],
  from: ['86abc2'],
  comment_id: '1',
  filename: 'a.txt',
};

async function refused(tool: Tool, args: Record<string, unknown>, text: string): Promise<void> {
  const input = (tool.input as z.ZodObject).safeParse(args);
  if (!input.success) return;
  const context = hostileContext(text);
  await tool.preview?.(input.data, context);
  present(tool, (await tool.handler(input.data, context)) as Record<string, unknown>);
}

const required = (tool: Tool) => {
  const { shape } = tool.input as z.ZodObject;
  return {
    ...Object.fromEntries(Object.entries(LEADING).filter(([name]) => name in shape)),
    // One thing, or several: whichever the tool takes.
    ...(shape.on && { on: shape.on.safeParse(['86abc1']).success ? ['86abc1'] : '86abc1' }),
  };
};
const TOOLS = CATALOGUE.flatMap((tool): Row[] => [
  {
    of: 'tools/src/tool/tool.ts',
    what: `${tool.name}, of what is stored`,
    length: 20_000,
    run: (text) => refused(tool, required(tool), text),
  },
  {
    of: 'tools/src/tool/tool.ts',
    what: `${tool.name}, hostile arguments`,
    length: 100,
    run: (text, make) => refused(tool, hostileArguments(tool, make), text),
  },
  // A call each: what counts is how long one call keeps the others waiting.
  ...argumentNames(tool).map((name): Row => ({
    of: 'tools/src/tool/tool.ts',
    what: `${tool.name}, hostile ${name}`,
    length: 100,
    run: (text, make) => refused(tool, { ...required(tool), ...hostileArguments(tool, make, {}, [name]) }, text),
  })),
]);

/** A refusal is a good answer; any other error is a failure. */
function onlyRefused(thrown: unknown): void {
  if (!(thrown instanceof AppError)) throw thrown;
}

test.each([...ROWS, ...TOOLS])('$what', async ({ length, run: work }) => {
  const slow: string[] = [];
  for (const [kind, make] of Object.entries(HOSTILE)) {
    const text = make(length);
    const ms = await cpuTime(async () => {
      try {
        await work(text, make);
      } catch (thrown) {
        onlyRefused(thrown);
      }
    }, LIMIT_MS);
    if (ms > LIMIT_MS) slow.push(`${kind}: ${Math.round(ms)} ms`);
  }
  expect(slow).toEqual([]);
});

/** A module that reads text is recognised by the functions that it calls. */
const READS =
  /\/[gimsuyv]*\.(test|exec)\(|RegExp|\.(normalize|split|replace|replaceAll|match|matchAll|trim|trimStart|trimEnd|repeat|indexOf|localeCompare)\(/;
const FOLDERS = ['tools/src', 'clickup/src/directory', 'core/src/time'];
/** Modules that handle only text of our own, or that are run by the rows of the tools. */
const COVERED: Readonly<Record<string, string>> = {
  'tools/src/arguments/schema.ts': 'names of our own arguments',
  'tools/src/attachments/attach-file.ts': 'attach_file',
  'tools/src/audit/audit-log.ts': 'audit_log',
  'tools/src/chat/manage-channel.ts': 'manage_channel',
  'tools/src/comments/commentable.ts': 'list_comments',
  'tools/src/comments/list-comments.ts': 'list_comments',
  'tools/src/comments/update-comment.ts': 'update_comment',
  'tools/src/guests/manage-guest.ts': 'manage_guest',
  'tools/src/markdown/flanking.ts': 'one character at a time',
  'tools/src/tags/save-tag.ts': 'save_tag',
  'tools/src/tasks/find-tasks.ts': 'find_tasks',
  'tools/src/tool/own-jobs.ts': 'an id of 64 characters at most',
  'tools/src/views/save-view.ts': 'save_view',
  'tools/src/webhooks/manage-webhook.ts': 'manage_webhook',
  'tools/src/workspace/find-objects.ts': 'find_objects',
  'tools/src/workspace/get-list.ts': 'get_list',
  'tools/src/workspace/get-workspace-hierarchy.ts': 'get_workspace_hierarchy',
  'tools/src/workspace/save-place.ts': 'save_place',
  'tools/src/answers/comment.ts': 'list_comments',
  'tools/src/comments/add-comment.ts': 'add_comment',
  'core/src/time/shown.ts': 'ranges',
  'tools/src/docs/doc-pages.ts': 'write_doc',
  'tools/src/docs/page-changes.ts': 'write_doc',
  'tools/src/workspace/named-place.ts': 'save_place',
  'tools/src/docs/read-doc.ts': 'fetch',
  'tools/src/docs/words.ts': 'pages of Docs, searched',
  'tools/src/docs/write-doc.ts': 'write_doc',
  'tools/src/goals/create-goal.ts': 'create_goal',
  'tools/src/goals/goal-parts.ts': 'update_goal',
  'tools/src/goals/goal-steps.ts': 'update_goal',
  'tools/src/goals/key-result-facts.ts': 'save_key_result',
  'tools/src/goals/read-goal.ts': 'a goal',
  'tools/src/goals/save-key-result.ts': 'save_key_result',
  'tools/src/longtail/address.ts': 'call_read_operation',
  'tools/src/longtail/current.ts': 'call_write_operation',
  'tools/src/longtail/call-write-operation.ts': 'call_write_operation',
  'tools/src/longtail/parameters.ts': 'names of our own table',
  'tools/src/longtail/synonyms.ts': 'words of our own',
  'tools/src/answers/entry.ts': 'list_time_entries',
  'tools/src/find/task-index.ts': 'find_tasks',
  'tools/src/find/task-named.ts': 'get_task',
  'tools/src/find/kept-task.ts': 'find_tasks',
  'tools/src/search/fetch.ts': 'fetch',
  'tools/src/search/referred.ts': 'fetch',
  'tools/src/search/search.ts': 'search',
  'tools/src/tasks/counts.ts': 'find_tasks',
  'tools/src/tasks/filter-fields.ts': 'find_tasks',
  'tools/src/tasks/filter-places.ts': 'find_tasks',
  'tools/src/longtail/impossible.ts': 'words of our own',
  'tools/src/longtail/slim.ts': 'tools/src/longtail/answer.ts',
  'tools/src/longtail/window.ts': 'tools/src/longtail/answer.ts',
  'tools/src/longtail/call.ts': 'call_read_operation',
  'tools/src/longtail/references.ts': 'call_read_operation',
  'tools/src/longtail/search-operations.ts': 'words of our own',
  'tools/src/longtail/outcome.ts': 'call_write_operation',
  'tools/src/operation-tools.ts': 'call_write_operation',
  'tools/src/tasks/filters.ts': 'find_tasks',
  'tools/src/tasks/rows.ts': 'find_tasks',
  'tools/src/tasks/get-task.ts': 'get_task',
  'tools/src/checklists/edit-checklist.ts': 'edit_checklist',
  'tools/src/time/estimates-by-person.ts': 'estimates_by_person',
  'tools/src/time/change-entry.ts': 'update_time_entry',
  'tools/src/time/create-time-entry.ts': 'create_time_entry',
  'tools/src/time/start-timer.ts': 'start_timer',
  'tools/src/time/sums.ts': 'list_time_entries',
  'tools/src/task-changes/later.ts': 'words of our own',
  'tools/src/workspace/left-out.ts': 'the marks at the beginning of a line, without going back',
  'tools/src/task-changes/people.ts': 'update_task',
  'tools/src/task-changes/plan.ts': 'update_task',
  'tools/src/task-changes/resolve.ts': 'update_task',
  'tools/src/task-changes/send.ts': 'update_task',
  'clickup/src/directory/cache.ts': 'keys of our own',
};

test.each(FOLDERS)('every module of %s that reads text has a row', (folder) => {
  const modules = sourcesUnder(LIBS + folder).map((path) => path.slice(LIBS.length));
  const readers = modules.filter((module) => READS.test(readFileSync(LIBS + module, 'utf8')));
  expect(readers.filter((module) => !ROWS.some(({ of }) => of === module) && !(module in COVERED))).toEqual([]);
});
