import { type Arguments, type Operation, planOf, type Target } from '#libs/clickup';
import { sha256 } from '#libs/core';
import { z } from 'zod';
import { defineTool, type ToolContext } from '../tool.js';
import { addressed, withOwnIds } from './address.js';
import { bounded } from './answer.js';
import { CALL_INPUT, CALL_OUTPUT, textOfAnswer } from './call.js';
import { chosen } from './chosen.js';
import { currentOf, digestible } from './current.js';

/** More objects than this are shown first, whatever is done to them. */
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

const isShown = ({ risk }: Operation, targets: readonly Target[]): boolean =>
  risk !== 'normal' || targets.length > PREVIEW_ABOVE;

/** By the arguments of one call: the handler sends what its preview has resolved, not what the same names mean a moment later. */
const ready = new WeakMap<Given, Promise<Ready>>();

function readied(given: Given, context: ToolContext): Promise<Ready> {
  const known = ready.get(given) ?? resolved(given, context);
  ready.set(given, known);
  return known;
}

async function resolved({ operation, ...given }: Given, context: ToolContext): Promise<Ready> {
  const row = chosen(operation, false, context);
  const plan = planOf(row);
  const args = await addressed(row, given, context);
  const targets = plan.targets(plan.prepare(args));
  if (!isShown(row, targets)) return { row, args, targets };
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
  // What it sends may as well create, and twice is then two.
  idempotent: false,
  covers: [],
  input,
  output: CALL_OUTPUT,
  async preview(given, context) {
    const { row, args, targets } = await readied(given, context);
    if (!isShown(row, targets)) return undefined;
    // What would be refused anyway is not shown.
    await context.clickup.judge(row, [args as never]);
    const { touches, state } = await currentOf(row, args, targets, context);
    return {
      summary: `${row.id} (${row.risk}): ${row.summary}`,
      current: { ...args, touches },
      state: sha256(digestible([row.id, args, touches, state])).toString('base64url'),
    };
  },
  async handler(given, context) {
    const { row, args } = await readied(given, context);
    const answer: unknown = await context.clickup.call(row, args as never);
    if (row.changesDirectory) context.directory.invalidate(row.changesDirectory);
    return bounded(answer);
  },
  text: textOfAnswer,
});
