import { CreateTaskComment } from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { MAX_IDS, Ref } from '../arguments/inputs.js';
import { timeText } from '../arguments/moments.js';
import { naming } from '../arguments/naming.js';
import { addressOf } from '../arguments/address.js';
import { defineTool, type ToolContext } from '../tool/tool.js';
import { toRichText } from './to-rich-text.js';
import { type Run } from '../answers/to-markdown.js';

/** Whom a run mentions: `toRichText` gives each mention the name that was written. */
const mentioned = (run: Run): string => (run.user as { username: string }).username;

/** The runs with every mention's name replaced by its person. Each name is looked up once: a text can hold ten thousand mentions. */
async function withPeople(runs: readonly Run[], { directory }: ToolContext): Promise<Run[]> {
  const names = new Set(runs.flatMap((run) => (run.type === 'tag' ? [mentioned(run)] : [])));
  if (names.size > MAX_IDS)
    throw new AppError('invalid_parameters', `text: mentions ${names.size} people; a comment may mention ${MAX_IDS}.`, {
      details: { parameter: 'text' },
    });
  const ids = new Map<string, number>();
  for (const name of names) ids.set(name, (await naming('text', () => directory.person(name))).id);
  return runs.map((run) =>
    run.type === 'tag' ? { ...run, user: { id: ids.get(mentioned(run)), username: mentioned(run) } } : run,
  );
}

/** The text of a comment without its formatting. */
const plainText = (runs: readonly Run[]): string =>
  runs
    .map((run) => run.text ?? `@${mentioned(run)}`)
    .join('')
    .trimEnd();

export const addComment = defineTool({
  name: 'add_comment',
  title: 'Add comment',
  description: 'Comment on a task in Markdown; mention people as @[name].',
  toolset: 'comments',
  verb: 'create',
  covers: [CreateTaskComment],
  input: z.strictObject({ task_id: Ref, text: z.string().min(1).max(40_000), assignee: Ref.optional() }),
  output: z.strictObject({ id: z.string(), task_id: z.string(), date: z.string().optional() }),
  headline: () => 'Comment added',
  async handler({ task_id, text, assignee }, context) {
    const runs = await withPeople(toRichText(text), context);
    const owner =
      assignee === undefined ? undefined : await naming('assignee', () => context.directory.person(assignee));
    const { path, query } = await addressOf('task_id', task_id, context);
    // `comment_text` is required beside `comment`, which ClickUp prefers: Markdown in the former would be mangled (ClickUp fact 33).
    const body = { comment_text: plainText(runs), comment: runs, assignee: owner?.id, notify_all: false };
    const { id, date } = await context.clickup.call(CreateTaskComment, { path, query, body });
    return { id: String(id), task_id: path.task_id, date: timeText(date, context.zone) };
  },
});
