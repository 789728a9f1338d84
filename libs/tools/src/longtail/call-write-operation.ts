import { planOf, type Target } from '#libs/clickup';
import { sha256 } from '#libs/core';
import { z } from 'zod';
import { defineTool } from '../tool.js';
import { addressed } from './address.js';
import { bounded } from './answer.js';
import { CALL_INPUT, CALL_OUTPUT, textOfAnswer } from './call.js';
import { chosen } from './chosen.js';

/** Operations after which names and ids that were read before may be wrong. */
const PLACE = /\/(space|folder|list|\w+_template|user)(\/\{[^}]+\})*$/;
const named = ({ kind, id }: Target): string => `${kind} ${id}`;

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
    if (row.risk === 'normal') return undefined;
    const plan = planOf(row);
    const args = await addressed(row, given, context);
    const prepared = plan.prepare(args);
    const touches = plan.targets(prepared).map(named);
    return {
      summary: `${row.id} (${row.risk}): ${row.summary}`,
      current: { ...args, touches: touches.join(', ') },
      state: sha256(JSON.stringify([row.id, args])).toString('base64url'),
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
