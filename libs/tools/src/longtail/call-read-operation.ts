import { z } from 'zod';
import { defineTool } from '../tool/tool.js';
import { addressed } from './address.js';
import { bounded } from './answer.js';
import { CALL_INPUT, CALL_OUTPUT, textOfAnswer } from './call.js';
import { chosen } from './chosen.js';

export const callReadOperation = defineTool({
  name: 'call_read_operation',
  title: 'Call a reading operation',
  description:
    'Send one reading operation to ClickUp; answers its JSON, lists as columns and rows. The Workspace id may be left out.',
  toolset: 'longtail',
  verb: 'get',
  covers: [],
  input: z.strictObject(CALL_INPUT),
  output: CALL_OUTPUT,
  async handler({ operation, ...given }, context) {
    const row = chosen(operation, true, context);
    return bounded(await context.clickup.call(row, (await addressed(row, given, context)) as never));
  },
  text: textOfAnswer,
});
