import { type Arguments, type Operation, planOf, type Target } from '#libs/clickup';
import { sha256 } from '#libs/core';
import { z } from 'zod';
import { NotApplied } from '../answers/changes.js';
import { defineTool, type ToolContext } from '../tool/tool.js';
import { addressed, withOwnIds } from './address.js';
import { shown } from './answer.js';
import { CALL_INPUT, inWords } from './call.js';
import { chosen } from './chosen.js';
import { currentOf, digestible } from './current.js';
import { differences, readBack } from './outcome.js';

/** A write that touches more objects than this needs a preview, even if it destroys nothing. */
const PREVIEW_ABOVE = 10;

/** What is said of the state after a write: the reading operation has the rest. */
const STATE_TOKENS = 1_500;

const input = z.strictObject({
  ...CALL_INPUT,
  body: z
    .union([CALL_INPUT.body, z.array(z.unknown()).max(100)])
    .optional()
    .meta({ unlisted: true }),
});
type Given = z.output<typeof input>;

/** A call with every name resolved: what is shown, confirmed and sent is one and the same. */
interface Ready {
  row: Operation;
  args: Arguments;
  targets: Target[];
  /** The call in words. */
  words: string;
}

const needsPreview = (
  { risk }: Operation,
  targets: readonly Target[],
  { forPerson }: Pick<ToolContext, 'forPerson'>,
): boolean => risk !== 'normal' || targets.length > PREVIEW_ABOVE || forPerson === true;

/** What preview and handler of one call share: the handler sends what the preview resolved, even if the names mean something else by then. */
const ready = new WeakMap<Given, Promise<Ready>>();

function resolvedOnce(given: Given, context: ToolContext): Promise<Ready> {
  const known = ready.get(given) ?? resolved(given, context);
  ready.set(given, known);
  return known;
}

async function resolved({ operation, ...given }: Given, context: ToolContext): Promise<Ready> {
  const row = chosen(operation, false, context);
  const plan = planOf(row);
  const args = await addressed(row, given, context);
  const words = inWords(row, given, args, context);
  const targets = plan.targets(plan.prepare(args));
  if (!needsPreview(row, targets, context)) return { row, args, targets, words };
  const own = await withOwnIds(args, targets, context);
  return { row, args: own, targets: plan.targets(plan.prepare(own)), words };
}

export const callWriteOperation = defineTool({
  name: 'call_write_operation',
  title: 'Call a writing operation',
  description:
    'Call a changing operation that search_operations found. Destructive and admin ones first show what they would do.',
  toolset: 'longtail',
  verb: 'update',
  risk: 'destructive',
  // It may send a creation, and a repeated creation makes two objects.
  idempotent: false,
  covers: [],
  input,
  output: z.strictObject({
    done: z.string(),
    is: z.unknown().optional(),
    not_applied: NotApplied,
    cut: z.string().optional(),
  }),
  preview: previewOperation,
  handler: writeOperation,
  text: ({ done, is, not_applied = [], cut }) =>
    [
      done,
      ...not_applied.map(
        ({ field, wanted, is: now, why }) =>
          `Not applied: ${field}: wanted ${wanted}, is ${now}${why ? ` (${why})` : ''}`,
      ),
      is === undefined ? undefined : JSON.stringify(is),
      cut,
    ]
      .filter(Boolean)
      .join('\n\n'),
});

/** What a destructive, administrative or large call would do. */
export async function previewOperation(given: Given, context: ToolContext) {
  const { row, args, targets } = await resolvedOnce(given, context);
  if (!needsPreview(row, targets, context)) return undefined;
  // A call that would be refused gets no preview.
  // The row is chosen by name, so its types are not known here; it checks the arguments itself.
  await context.clickup.judge(row, [args as never]);
  const { touches, state } = await currentOf(row, args, targets, context);
  return {
    summary: `${row.id} (${row.risk}): ${row.summary}`,
    current: { ...args, touches },
    state: sha256(digestible([row.id, args, touches, state])).toString('base64url'),
  };
}

/** Sends a changing operation; what ClickUp does not say of the result is read back. */
export async function writeOperation(given: Given, context: ToolContext) {
  const { row, args, targets, words } = await resolvedOnce(given, context);
  const answer: unknown = await context.clickup.call(row, args as never);
  const { is, unread } = await readBack(row, args, targets, answer, context);
  const notApplied = differences(args, is ?? answer, context.zone);
  const { part, next } = await shown(is ?? {}, { tokens: STATE_TOKENS }, context);
  const nothing = typeof part === 'object' && part !== null && Object.keys(part).length === 0;
  return {
    done: `Done. ${words}.${unread ? ` ${unread}` : ''}`,
    ...(!nothing && { is: part as unknown }),
    ...(notApplied.length && { not_applied: notApplied }),
    ...(next && { cut: 'More than is shown here: the reading operation of the object has the rest.' }),
  };
}
