import { StopatimeEntry, UpdateatimeEntry } from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { Note } from '../arguments/inputs.js';
import { NotApplied } from '../answers/changes.js';
import { ENTRY, entryFacts } from '../answers/entry.js';
import { defineTool } from '../tool/tool.js';
import { changeEntry } from './change-entry.js';

/** What ClickUp says when no timer runs; the document promises an answer without an entry instead. */
const NO_TIMER = /no timer/i;

/** The id under which the timer is judged before it is known which one it is. */
const RUNNING = 'current';

export const stopTimer = defineTool({
  name: 'stop_timer',
  title: 'Stop timer',
  description: 'Stop your running timer.',
  toolset: 'time',
  verb: 'stop',
  covers: [StopatimeEntry, UpdateatimeEntry],
  needs: { description: [UpdateatimeEntry] },
  input: z.strictObject({ description: Note.optional() }),
  output: z.strictObject({ ...ENTRY, not_applied: NotApplied, unverified: z.string().optional() }),
  headline: ({ not_applied }) => `Timer stopped${not_applied?.length ? ', but the description is not changed' : ''}`,
  async handler({ description }, context) {
    const { clickup, directory } = context;
    const { id: team_id } = await directory.workspace();
    if (description !== undefined)
      await clickup.judge(UpdateatimeEntry, [{ path: { team_id, timer_id: RUNNING }, query: {}, body: { tags: [] } }]);
    const { data } = await clickup.call(StopatimeEntry, { path: { team_id } }).catch((thrown: unknown) => {
      if (thrown instanceof AppError && thrown.code === 'clickup_api_error' && NO_TIMER.test(thrown.message))
        return { data: null };
      throw thrown;
    });
    if (!data) throw new AppError('clickup_not_found', 'No timer is running.');
    if (description === undefined || description === data.description) return entryFacts(data, context);
    try {
      const { entry, not_applied, unverified } = await changeEntry({ description }, data, context);
      return { ...entryFacts(entry, context), not_applied: not_applied.length ? not_applied : undefined, unverified };
    } catch (thrown) {
      // The timer is stopped, whatever became of the text.
      const { code, message } = AppError.of(thrown);
      const unknown = code === 'unknown_outcome';
      return {
        ...entryFacts(data, context),
        not_applied: unknown
          ? undefined
          : [{ field: 'description', wanted: description.slice(0, 200), is: data.description || 'none', why: message }],
        unverified: unknown ? `Whether the description was changed is not known: ${message}` : undefined,
      };
    }
  },
});
