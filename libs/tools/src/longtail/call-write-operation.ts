import { type Arguments, type Operation, planOf, type Target } from '#libs/clickup';
import { sha256 } from '#libs/core';
import { z } from 'zod';
import { defineTool, type ToolContext } from '../tool/tool.js';
import { addressed, withOwnIds } from './address.js';
import { bounded } from './answer.js';
import { CALL_INPUT, CALL_OUTPUT, textOfAnswer } from './call.js';
import { chosen } from './chosen.js';
import { currentOf, digestible } from './current.js';

/** A write that touches more objects than this needs a preview, even if it destroys nothing. */
const PREVIEW_ABOVE = 10;

const input = z.strictObject({
  ...CALL_INPUT,
  body: z.union([CALL_INPUT.body, z.array(z.unknown()).max(100)]).optional(),
});
type Given = z.output<typeof input>;

/** A call with every name resolved: what is shown, confirmed and sent is one and the same. */
interface Ready {
  row: Operation;
  args: Arguments;
  targets: Target[];
}

const needsPreview = ({ risk }: Operation, targets: readonly Target[]): boolean =>
  risk !== 'normal' || targets.length > PREVIEW_ABOVE;

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
  const targets = plan.targets(plan.prepare(args));
  if (!needsPreview(row, targets)) return { row, args, targets };
  const own = await withOwnIds(args, targets, context);
  return { row, args: own, targets: plan.targets(plan.prepare(own)) };
}

export const callWriteOperation = defineTool({
  name: 'call_write_operation',
  title: 'Call a writing operation',
  description: 'Send one changing operation to ClickUp. Destructive and admin ones first show what they would do.',
  toolset: 'longtail',
  verb: 'update',
  risk: 'destructive',
  // It may send a creation, and a repeated creation makes two objects.
  idempotent: false,
  covers: [],
  input,
  output: CALL_OUTPUT,
  async preview(given, context) {
    const { row, args, targets } = await resolvedOnce(given, context);
    if (!needsPreview(row, targets)) return undefined;
    // A call that would be refused gets no preview.
    // The row is chosen by name, so its types are not known here; it checks the arguments itself.
    await context.clickup.judge(row, [args as never]);
    const { touches, state } = await currentOf(row, args, targets, context);
    return {
      summary: `${row.id} (${row.risk}): ${row.summary}`,
      current: { ...args, touches },
      state: sha256(digestible([row.id, args, touches, state])).toString('base64url'),
    };
  },
  async handler(given, context) {
    const { row, args } = await resolvedOnce(given, context);
    const answer: unknown = await context.clickup.call(row, args as never);
    if (row.changesDirectory) context.directory.invalidate(row.changesDirectory);
    return bounded(answer);
  },
  text: textOfAnswer,
});
