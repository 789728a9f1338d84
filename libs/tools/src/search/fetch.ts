import {
  getChatMessages,
  getDocPagesPublic,
  getDocPublic,
  getPagePublic,
  GetGoal,
  GetTask,
  GetView,
  GetViewTasks,
  type Operation,
} from '#libs/clickup';
import { z } from 'zod';
import { ANSWER_TOKENS, cutTable } from '../answers/budget.js';
import { oneLine } from '../answers/one-line.js';
import { present, renderTable } from '../answers/render.js';
import { table } from '../answers/table.js';
import { refuseUngranted } from '../arguments/granted.js';
import { Ref } from '../arguments/inputs.js';
import { timeText } from '../arguments/moments.js';
import { cursorAt, PAGED_INPUT, positionOf } from '../arguments/paging.js';
import { DocPosition, readDoc } from '../docs/read-doc.js';
import { readGoal } from '../goals/read-goal.js';
import { findTasks } from '../tasks/find-tasks.js';
import { getTask } from '../tasks/get-task.js';
import { rowsOf } from '../tasks/rows.js';
import { defineTool, type Tool, type ToolContext } from '../tool/tool.js';
import { type Referred, referred } from './referred.js';
import { placeUrl, taskUrl, urlOf } from './urls.js';

interface Piece {
  title: string;
  url: string;
  text: string;
  /** Where this kind of object goes on. */
  next?: unknown;
}

/** The answer of another tool as text, without what fetch says itself. */
const textOf = (tool: Tool, output: Record<string, unknown>): string =>
  present(tool, { ...output, next_cursor: undefined }).text;

const Inner = z.string();
const Chars = z.int().min(0);
const InView = z.tuple([z.int().min(0), z.int().min(0)]);

type Reader = (to: Referred, from: unknown, context: ToolContext) => Promise<Piece>;

const READERS: Record<Referred['kind'], Reader> = {
  async task({ id }, from, context) {
    const args = getTask.input.parse({ task_id: id, ...(from !== undefined && { cursor: Inner.parse(from) }) });
    const output = await getTask.handler(args, context);
    return {
      title: output.name,
      url: output.url ?? taskUrl(id),
      text: textOf(getTask, output),
      next: output.next_cursor,
    };
  },
  async doc({ id, page }, from, context) {
    const { title, url, text, next } = await readDoc(
      { doc: id, page },
      from === undefined ? undefined : DocPosition.parse(from),
      context,
    );
    return { title, url, text, next };
  },
  async goal({ id }, from, context) {
    const { title, url, text, next } = await readGoal(id, from === undefined ? undefined : Chars.parse(from), context);
    return { title, url, text, next };
  },
  /** The open tasks of a place; a Folder or Space also says what lies in it. */
  async place({ place }, from, context) {
    const { kind, id, path, children } = place!;
    const args = findTasks.input.parse({ within: [id], ...(from !== undefined && { cursor: Inner.parse(from) }) });
    const output = await findTasks.handler(args, context);
    const inside = children.map((child) => `- ${child.kind} ${child.id} ${child.name}`).join('\n');
    const head = [
      `${kind === 'list' ? 'List' : kind === 'folder' ? 'Folder' : 'Space'}: ${path}`,
      inside && `In it:\n${inside}`,
    ];
    const { id: team } = await context.directory.workspace();
    return {
      title: path,
      url: placeUrl(team, place!),
      text: [...(from === undefined ? head : []), textOf(findTasks, { ...output })].filter(Boolean).join('\n\n'),
      next: output.next_cursor,
    };
  },
  /** What a view shows, in its own order. */
  async view({ id }, from, context) {
    const [page, row] = from === undefined ? [0, 0] : InView.parse(from);
    const [{ view }, { tasks, last_page }, { id: team }] = await Promise.all([
      context.clickup.call(GetView, { path: { view_id: id } }),
      context.clickup.call(GetViewTasks, { path: { view_id: id }, query: { page } }),
      context.directory.workspace(),
    ]);
    const cut = cutTable(await rowsOf(tasks, [], context), { row }, ANSWER_TOKENS);
    const next = cut.next ? [page, cut.next.row] : last_page ? undefined : [page + 1, 0];
    const more = next
      ? `tasks ${row + 1} to ${row + cut.table.rows.length} of page ${page + 1}; more follow`
      : 'up to the last task';
    return {
      title: oneLine(view.name),
      url: urlOf(team, { kind: 'view', id }),
      text: tasks.length
        ? `View (${view.type}), ${more}:\n${renderTable(cut.table)}`
        : `View (${view.type}): it shows no tasks.`,
      next,
    };
  },
  /** The messages of a channel, newest first, without replies. */
  async channel({ id, name }, from, context) {
    const { id: workspace_id } = await context.directory.workspace();
    const cursor = from === undefined ? undefined : Inner.parse(from);
    const [{ data, next_cursor }, people] = await Promise.all([
      context.clickup.call(getChatMessages, {
        path: { workspace_id, channel_id: id },
        query: { content_format: 'text/md', ...(cursor !== undefined && { cursor }) },
      }),
      context.directory.people(),
    ]);
    const names = new Map(people.map((person) => [String(person.id), person.username]));
    const messages = table(data, {
      id: ({ id: message }) => message,
      date: ({ date }) => timeText(date, context.zone),
      author: ({ user_id }) => names.get(String(user_id)) ?? String(user_id),
      text: ({ content }) => content,
    });
    return {
      title: name,
      url: urlOf(workspace_id, { kind: 'channel', id }),
      text: data.length ? `Messages, newest first:\n${renderTable(messages)}` : 'There are no messages.',
      next: next_cursor || undefined,
    };
  },
};

/** What has to be granted to read one; a place shows its tasks. */
const GRANTED_BY: Record<Referred['kind'], Operation> = {
  task: GetTask,
  doc: getDocPublic,
  goal: GetGoal,
  view: GetView,
  channel: getChatMessages,
  place: GetTask,
};

export const fetch = defineTool({
  name: 'fetch',
  title: 'Fetch',
  description:
    'Read anything by id, URL or exact name: task, Doc with its pages, page, goal, view, channel, List, Folder or Space.',
  toolset: 'search',
  verb: 'get',
  covers: [GetTask, getDocPublic, getDocPagesPublic, getPagePublic, GetGoal, GetView, GetViewTasks, getChatMessages],
  input: z.strictObject({ id: Ref, ...PAGED_INPUT }),
  output: z.strictObject({
    id: z.string(),
    title: z.string(),
    text: z.string(),
    url: z.string(),
    metadata: z.strictObject({ kind: z.string(), next_cursor: z.string().optional() }),
  }),
  text: (output) => JSON.stringify(output),
  async handler(args, context) {
    const position = positionOf(args, z.strictObject({ from: z.unknown() }), context);
    const to = await referred(args.id, context);
    refuseUngranted(GRANTED_BY[to.kind], context);
    const { title, url, text, next } = await READERS[to.kind](to, position?.from, context);
    return {
      id: to.ref,
      title,
      text,
      url,
      metadata: {
        kind: to.page === undefined ? (to.place?.kind ?? to.kind) : 'page',
        ...(next !== undefined && { next_cursor: cursorAt(args, { from: next }, context) }),
      },
    };
  },
});
