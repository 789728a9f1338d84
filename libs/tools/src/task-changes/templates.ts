import { GetTaskTemplates } from '#libs/clickup';
import { AppError } from '#libs/core';
import { short } from '../answers/one-line.js';
import { type ToolContext } from '../tool/tool.js';

interface TaskTemplate {
  id: string;
  name: string;
}

const TTL_MS = 5 * 60_000;
/** Far more than any Workspace has. */
const MAX_PAGES = 20;
const MAX_LISTED = 30;

async function load({ clickup, directory }: ToolContext): Promise<TaskTemplate[]> {
  const { id: team_id } = await directory.workspace();
  const all: TaskTemplate[] = [];
  for (let page = 0; page < MAX_PAGES; page++) {
    const { templates } = await clickup.call(GetTaskTemplates, { path: { team_id }, query: { page } });
    all.push(...templates);
    if (templates.length < GetTaskTemplates.pageSize) break;
  }
  return all;
}

/**
 * The task template of this id or exact name, in any case.
 * @throws AppError `invalid_parameters` that names those there are
 */
export async function taskTemplate(argument: string, ref: string, context: ToolContext): Promise<TaskTemplate> {
  const all = await context.cache.read('templates/task', TTL_MS, () => load(context));
  const plain = (text: string) => text.trim().toLowerCase();
  const found = all.filter(({ id, name }) => id === ref.trim() || plain(name) === plain(ref));
  if (found.length === 1) return found[0]!;
  const candidates = (found.length ? found : all).slice(0, MAX_LISTED).map(({ id, name }) => `${short(name)} (${id})`);
  throw new AppError(
    'invalid_parameters',
    `${argument}: ${found.length ? `${found.length} task templates are` : 'no task template is'} called "${short(ref)}". ${found.length ? 'Give an id' : 'There are'}: ${candidates.join(', ') || 'none'}.`,
    { details: { parameter: argument, candidates } },
  );
}
