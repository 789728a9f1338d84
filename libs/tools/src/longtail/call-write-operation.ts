import { planOf } from '#libs/clickup';
import { sha256 } from '#libs/core';
import { z } from 'zod';
import { defineTool } from '../tool.js';
import { addressed } from './address.js';
import { bounded } from './answer.js';
import { CALL_INPUT, CALL_OUTPUT, textOfAnswer } from './call.js';
import { chosen } from './chosen.js';
import { currentOf } from './current.js';

/** Operations after which names and ids that were read before may be wrong. */
const PLACE = /\/(space|folder|list|\w+_template|user)(\/\{[^}]+\})*$/;
/** More objects than this are shown first, whatever is done to them. */
const PREVIEW_ABOVE = 10;

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
  input: z.strictObject({ ...CALL_INPUT, body: z.union([CALL_INPUT.body, z.array(z.unknown()).max(100)]).optional() }),
  output: CALL_OUTPUT,
  async preview({ operation, ...given }, context) {
    const row = chosen(operation, false, context);
    const plan = planOf(row);
    const args = await addressed(row, given, context);
    const targets = plan.targets(plan.prepare(args));
    if (row.risk === 'normal' && targets.length <= PREVIEW_ABOVE) return undefined;
    // What would be refused anyway is not shown.
    await context.clickup.judge(row, [args as never]);
    const touches = await currentOf(targets.filter(({ custom }) => custom === undefined), context);
    return {
      summary: `${row.id} (${row.risk}): ${row.summary}`,
      current: { ...args, touches },
      state: sha256(JSON.stringify([row.id, args, touches])).toString('base64url'),
    };
  },
  async handler({ operation, ...given }, context) {
    const row = chosen(operation, false, context);
    const answer: unknown = await context.clickup.call(row, (await addressed(row, given, context)) as never);
    if (PLACE.test(row.path as string)) context.directory.invalidate();
    return bounded(answer);
  },
  text: textOfAnswer,
});
