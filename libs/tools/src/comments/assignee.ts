import { type NamedObject, type Person } from '#libs/clickup';
import { naming, namesNothing } from '../arguments/naming.js';
import { type ToolContext } from '../tool/tool.js';

/** Who has to do what a comment says. */
export type Assignee = { person: Person; group?: undefined } | { group: NamedObject; person?: undefined };

/**
 * A person, or a group where no person is called so.
 * @throws AppError `clickup_not_found`, or `invalid_parameters` with the candidates
 */
export function assigneeOf(argument: string, ref: string, { directory }: ToolContext): Promise<Assignee> {
  return naming(argument, async () => {
    try {
      return { person: await directory.person(ref) };
    } catch (thrown) {
      if (!namesNothing(thrown)) throw thrown;
      try {
        return { group: await directory.object('group', ref) };
      } catch {
        // That there is no such person tells more than that there is no such group.
        throw thrown;
      }
    }
  });
}
