import { Getsingulartimeentry, type TimeEntry } from '#libs/clickup';
import { AppError } from '#libs/core';
import { type ToolContext } from '../tool/tool.js';

/**
 * One time entry; one request.
 * @throws AppError `clickup_not_found` that says where ids come from
 */
export async function entryById(
  entry_id: string,
  { clickup, directory }: Pick<ToolContext, 'clickup' | 'directory'>,
): Promise<TimeEntry> {
  const { id: team_id } = await directory.workspace();
  try {
    const { data } = await clickup.call(Getsingulartimeentry, { path: { team_id, timer_id: entry_id }, query: {} });
    return data;
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'clickup_not_found') throw thrown;
    throw new AppError(
      'clickup_not_found',
      `entry_id: there is no time entry "${entry_id}" that you may see; list_time_entries shows ids.`,
      { cause: thrown },
    );
  }
}
