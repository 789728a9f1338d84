import { type NewSwitch, workspaceOf } from '#libs/connections';
import { AppError } from '#libs/core';
import { isTool } from '#libs/mcp';
import { type Mandate } from '../access/mandate.js';

/** What is to be switched off under a mandate. @throws AppError `invalid_parameters` for a target that there cannot be */
export function newSwitch(
  { workspaceId }: Pick<Mandate, 'workspaceId'>,
  asked: Pick<NewSwitch, 'kind' | 'target' | 'reason'>,
): NewSwitch {
  const wanted: NewSwitch = { ...asked, workspaceId: workspaceOf(workspaceId) ?? null };
  checkTarget(wanted);
  return wanted;
}

/** A switch that concerns nothing would make somebody feel safe. @throws AppError `invalid_parameters` */
function checkTarget({ kind, target, workspaceId }: NewSwitch): void {
  const problem = {
    workspace: target !== workspaceId && 'must be the Workspace itself',
    connection:
      (workspaceId === null || !/^[\da-f-]{36}$/.test(target)) && 'must be the id of a connection in a Workspace',
    tool: !isTool(target) && 'must be the name of a tool',
    client: false,
  }[kind];
  if (problem) throw new AppError('invalid_parameters', `\`target\` ${problem}.`, { details: { parameter: 'target' } });
}
