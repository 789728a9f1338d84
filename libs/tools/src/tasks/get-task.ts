import { GetTask, GetTaskComments, GetTasksTimeInStatus, Gettrackedtime, type Task } from '#libs/clickup';
import { AppError, formatDuration, sha256 } from '#libs/core';
import { z } from 'zod';
import { ANSWER_TOKENS, cutTable, cutText, RowPosition, tokensOf } from '../answers/budget.js';
import { oneLine } from '../answers/one-line.js';
import { TABLE } from '../answers/table.js';
import { people, personName, placeName } from '../answers/task.js';
import { addressOf } from '../arguments/address.js';
import { priorityWord, Ref } from '../arguments/inputs.js';
import { dateText, dayText } from '../arguments/moments.js';
import { cursorAt, PAGED_INPUT, PAGED_OUTPUT, positionOf } from '../arguments/paging.js';
import { Older, type Part, PARTS, type Piece, readPart } from '../task-parts/parts.js';
import { readTask } from '../task-parts/the-task.js';
import { defineTool, type ToolContext } from '../tool/tool.js';

/** Parts under their former names. The description comes always. */
const FORMERLY: Readonly<Record<string, Part | ''>> = { custom_fields: 'fields', links: 'relations', description: '' };
const Include = z
  .array(z.enum([...PARTS, 'all']).meta({ formerly: FORMERLY }))
  .max(PARTS.length + 1)
  .optional();

/** Where the next page starts: in the text of the description, told by its digest, or in a part. */
const Position = z.union([
  z.strictObject({ char: z.int().min(0), digest: z.string() }),
  z.strictObject({ part: z.enum(PARTS), ...RowPosition.shape, older: Older.optional() }),
]);
type Position = z.output<typeof Position>;

/** Less is not worth a part of its own: it starts on the next page. */
const LEAST = 150;

/** What every answer shows; a page that continues another one shows no more than which task it is about. */
function core(task: Task, zone: string) {
  return {
    id: task.id,
    custom_id: task.custom_id ?? undefined,
    name: oneLine(task.name),
    status: task.status.status,
    priority: priorityWord(task.priority?.id),
    assignees: people(task.assignees) || undefined,
    groups: task.group_assignees?.map(({ id, name }) => name ?? id).join(', ') || undefined,
    due: dateText(task.due_date, zone),
    start: dateText(task.start_date, zone),
    list: placeName(task),
    list_id: task.list.id,
    parent: task.parent ?? undefined,
    tags: task.tags.length ? task.tags.map(({ name }) => name) : undefined,
    estimate: task.time_estimate ? formatDuration(Number(task.time_estimate)) : undefined,
    tracked: task.time_spent ? formatDuration(task.time_spent) : undefined,
    creator: personName(task.creator),
    created: dayText(task.date_created, zone),
    updated: dayText(task.date_updated, zone),
    closed: dayText(task.date_closed, zone),
    archived: task.archived || undefined,
    url: task.url,
  };
}

const descriptionOf = (task: Task): string => (task.markdown_description ?? task.description ?? '').trim();
const digestOf = (text: string): string => sha256(text).toString('base64url').slice(0, 8);

type Shown = { part: Part } & Piece['table'];

/** Fills pages: takes what fits, and notes where the next one starts. */
class Page {
  readonly parts: Shown[] = [];
  description: string | undefined;
  next: Position | undefined;

  constructor(private left: number) {}

  describe(text: string, from = 0): void {
    const { text: piece, next } = cutText(text, from, this.left);
    this.description = piece || undefined;
    this.left -= tokensOf(piece);
    if (next !== undefined) this.next = { char: next, digest: digestOf(text) };
  }

  add(part: Part, { table, older }: Piece, from: RowPosition, asked?: Older): void {
    const first = this.parts.length === 0 && this.description === undefined;
    if (this.left < LEAST && !first) {
      this.next = { part, ...from, older: asked };
      return;
    }
    const cut = cutTable(table, from, this.left);
    this.parts.push({ part, ...cut.table });
    this.left -= cut.table.rows.flat().reduce((sum, cell) => sum + tokensOf(cell) + 2, LEAST / 10);
    if (cut.next) this.next = { part, ...cut.next, older: asked };
    else if (older) this.next = { part, row: 0, older };
  }
}

/** So many pictures of one answer are shown; a host pays tokens for each. */
const MAX_PICTURES = 3;
const LARGEST_PICTURE = 1 << 20;
const PICTURE = /^image\/(?:png|jpeg|gif|webp)$/;

/**
 * Files of the answer beside its text: small pictures to see, where the files were asked for by name, and links to all others, which cost
 * the model no contents.
 */
async function showFiles(
  parts: readonly Shown[],
  task: Task,
  seen: boolean,
  { picture, show }: ToolContext,
): Promise<void> {
  const shown = parts.find(({ part }) => part === 'attachments');
  if (!shown) return;
  const urls = new Set(shown.rows.map((row) => row[shown.columns.indexOf('url')]));
  const files = (task.attachments ?? []).filter(({ url }) => urls.has(url));
  const small = files.filter(({ mimetype = '', size = 0 }) => PICTURE.test(mimetype) && size <= LARGEST_PICTURE);
  const pictures = new Map(
    await Promise.all(
      (seen ? small.slice(0, MAX_PICTURES) : []).map(async ({ url }) => [url, await picture(url)] as const),
    ),
  );
  for (const { url, title, mimetype } of files) {
    const found = pictures.get(url);
    if (found) show({ type: 'image', ...found });
    else show({ type: 'resource_link', uri: url, name: title, ...(mimetype?.includes('/') && { mimeType: mimetype }) });
  }
}

export const getTask = defineTool({
  name: 'get_task',
  title: 'Get task',
  description: 'One task with its description; include adds parts. next_cursor continues what was too long.',
  toolset: 'tasks',
  verb: 'get',
  covers: [GetTask, GetTaskComments, GetTasksTimeInStatus, Gettrackedtime],
  needs: {
    'include=comments': [GetTaskComments],
    'include=status_history': [GetTasksTimeInStatus],
    'include=time': [Gettrackedtime],
  },
  input: z.strictObject({ task_id: Ref, include: Include, ...PAGED_INPUT }),
  output: z.strictObject({
    id: z.string(),
    custom_id: z.string().optional(),
    name: z.string(),
    status: z.string().optional(),
    priority: z.string().optional(),
    assignees: z.string().optional(),
    groups: z.string().optional(),
    due: z.string().optional(),
    start: z.string().optional(),
    list: z.string().optional(),
    list_id: z.string().optional(),
    parent: z.string().optional(),
    tags: z.array(z.string()).optional(),
    estimate: z.string().optional(),
    tracked: z.string().optional(),
    creator: z.string().optional(),
    created: z.string().optional(),
    updated: z.string().optional(),
    closed: z.string().optional(),
    archived: z.boolean().optional(),
    url: z.string().optional(),
    description: z.string().optional(),
    parts: z.array(z.strictObject({ part: z.string(), ...TABLE })).optional(),
    ...PAGED_OUTPUT,
  }),
  async handler(args, context) {
    const { task_id, include = [] } = args;
    const position = positionOf(args, Position, context);
    const address = await addressOf('task_id', task_id, context);
    const wanted = PARTS.filter((part) => include.includes(part) || include.includes('all'));
    const start = position && 'part' in position ? wanted.indexOf(position.part) : 0;
    const asked = wanted.slice(start);
    const reading = readTask('task_id', task_id, address, context, {
      include_markdown_description: true,
      ...(asked.includes('subtasks') && { include_subtasks: true }),
    });
    // At once, because most pages show all of them; what fails of them is awaited below or not at all.
    const pieces = asked.map((part, index) => {
      const older = index === 0 && position && 'part' in position ? position.older : undefined;
      const piece = readPart(part, { task: reading, address, context, older });
      piece.catch(() => undefined);
      return { part, piece, older };
    });
    const task = await reading;
    const about = position ? { id: task.id, name: oneLine(task.name) } : core(task, context.zone);
    const page = new Page(ANSWER_TOKENS - tokensOf(JSON.stringify(about)));
    if (!position || 'digest' in position) {
      const text = descriptionOf(task);
      if (position && digestOf(text) !== position.digest)
        throw new AppError(
          'invalid_parameters',
          'cursor: the description has changed since its first part was read. Call again without cursor to read it from the start.',
          { details: { parameter: 'cursor' } },
        );
      page.describe(text, position?.char);
    }
    for (const [index, { part, piece, older }] of pieces.entries()) {
      if (page.next) break;
      const from = index === 0 && position && 'part' in position ? position : undefined;
      page.add(part, await piece, { row: from?.row ?? 0, ...(from?.char && { char: from.char }) }, older);
    }
    if (page.parts.length > 0) await showFiles(page.parts, task, include.includes('attachments'), context);
    return {
      ...about,
      description: page.description,
      ...(page.parts.length && { parts: page.parts }),
      next_cursor: page.next && cursorAt(args, page.next, context),
    };
  },
});
