import { AUDIT_EVENTS, queryAuditLog } from '#libs/clickup';
import { AppError, parsePeriod } from '#libs/core';
import { z } from 'zod';
import { ANSWER_TOKENS, cutTable } from '../answers/budget.js';
import { scope, Scope } from '../answers/scope.js';
import { TABLE, table } from '../answers/table.js';
import { personIds } from '../arguments/address.js';
import { Refs } from '../arguments/inputs.js';
import { timeText, weekStart } from '../arguments/moments.js';
import { naming } from '../arguments/naming.js';
import { cursorAt, PAGED_INPUT, PAGED_OUTPUT, positionOf } from '../arguments/paging.js';
import { defineTool, type ToolContext } from '../tool/tool.js';

const PAGE = 100;
const EVENT_TYPES = AUDIT_EVENTS;
type EventType = (typeof EVENT_TYPES)[number];
const MAX_SUGGESTIONS = 20;

/** Names of events, in any case, or parts of them: `login` means every event with that word. */
function eventsOf(words: readonly string[]): EventType[] {
  return words.flatMap((word) => {
    const key = word
      .trim()
      .toUpperCase()
      .replace(/[\s-]+/g, '_');
    const exact = EVENT_TYPES.filter((type) => type === key);
    const found = exact.length ? exact : EVENT_TYPES.filter((type) => type.includes(key));
    if (found.length) return found;
    throw new AppError(
      'invalid_parameters',
      `events: there is no event "${word.slice(0, 60)}". Some there are: ${EVENT_TYPES.slice(0, MAX_SUGGESTIONS).join(', ')}, and ${EVENT_TYPES.length - MAX_SUGGESTIONS} more.`,
      { details: { parameter: 'events' } },
    );
  });
}

type Row = Record<string, unknown>;
/** The document says nothing of the answer: the first list in it is taken for the events. */
const rowsIn = (answer: Row): Row[] =>
  (Object.values(answer).find(Array.isArray) as Row[] | undefined)?.filter((row) => typeof row === 'object') ?? [];

const text = (value: unknown): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
const timeOf = ({ timestamp, date, eventTime }: Row): number => Number(timestamp ?? date ?? eventTime);
const KNOWN = [
  'id',
  'workspaceId',
  'userId',
  'userEmail',
  'eventType',
  'eventStatus',
  'timestamp',
  'date',
  'eventTime',
];

async function columns({ directory, zone }: ToolContext) {
  const names = new Map((await directory.people()).map(({ id, username }) => [String(id), username]));
  return {
    time: (row: Row) => (Number.isFinite(timeOf(row)) ? timeText(timeOf(row), zone) : ''),
    person: ({ userId, userEmail }: Row) => names.get(text(userId)) ?? text(userEmail ?? userId),
    event: ({ eventType }: Row) => text(eventType),
    status: ({ eventStatus }: Row) => (eventStatus === 'success' ? '' : text(eventStatus)),
    about: (row: Row) => {
      const rest = Object.entries(row).filter(([key]) => !KNOWN.includes(key));
      return rest.map(([, value]) => text(value)).join(' ');
    },
  };
}

/** The time of the last event that was shown, and which events of that time were. */
const Position = z.strictObject({ at: z.number(), shown: z.array(z.string()) });
const positionAfter = (rows: readonly Row[], last: Row): z.output<typeof Position> => ({
  at: timeOf(last),
  shown: rows.filter((row) => timeOf(row) === timeOf(last)).map(({ id }) => text(id)),
});

export const auditLog = defineTool({
  name: 'audit_log',
  title: 'Audit log',
  description:
    'Who did what in the Workspace, newest first: logins, roles, invitations, tasks, fields (Enterprise, owner only).',
  toolset: 'audit',
  verb: 'search',
  listed: false,
  covers: [queryAuditLog],
  input: z.strictObject({
    range: z.string().min(1).max(100).optional().describe('"last 7 days", "2026-11-01..2026-11-15"'),
    people: Refs.optional(),
    events: z.array(z.string().min(1).max(60)).min(1).max(20).optional(),
    ...PAGED_INPUT,
  }),
  output: z.strictObject({ scope: Scope, ...TABLE, ...PAGED_OUTPUT }),
  async handler(args, context) {
    const { clickup, directory, zone } = context;
    const position = positionOf(args, Position, context);
    const { now } = context;
    const period = await naming('range', () =>
      args.range === undefined ? undefined : parsePeriod(args.range, zone, now, { weekStart: weekStart(context) }),
    );
    if (period?.none)
      throw new AppError('invalid_parameters', 'range: every event has a time: name a period.', {
        details: { parameter: 'range' },
      });
    const people = args.people && (await personIds('people', args.people, context));
    const events = args.events && eventsOf(args.events);
    const { id: workspace_id } = await directory.workspace();
    const answer = await clickup.call(queryAuditLog, {
      path: { workspace_id },
      body: {
        filter: {
          ...(period?.from !== undefined && { startTime: period.from }),
          // Both ends are included.
          ...(period?.to !== undefined && { endTime: period.to - 1 }),
          ...(people && { userId: people.map(String) }),
          ...(events && { eventType: events }),
        },
        pagination: {
          pageRows: PAGE,
          // What happened in the same millisecond as the last one that was shown is asked for once more.
          ...(position && { pageTimestamp: position.at + 1, pageDirection: 'before' as const }),
        },
      },
    });
    const read = rowsIn(answer);
    const rows = read.filter(({ id }) => !position?.shown.includes(text(id)));
    const { table: shown } = cutTable(table(rows, await columns(context)), { row: 0 }, ANSWER_TOKENS);
    const last = rows[shown.rows.length - 1];
    const more = last && (shown.rows.length < rows.length || read.length === PAGE) && Number.isFinite(timeOf(last));
    return {
      scope: scope(
        'audit log',
        period?.label,
        args.people && `people: ${args.people.join(', ')}`,
        events && `events: ${events.join(', ')}`,
        more ? 'not complete' : 'complete',
      ),
      ...shown,
      next_cursor: more ? cursorAt(args, positionAfter(rows.slice(0, shown.rows.length), last), context) : undefined,
    };
  },
});
