import { AppError } from '#libs/core';
import { type Policies } from '#libs/permissions';

/** The error of a call of a tool that a kill switch has taken away; undefined where none has: then it was never granted. */
export function switchedOffTool(policies: Policies, tool: string): AppError | undefined {
  const off = policies.some(({ layer, disabledTools }) => layer === 'kill switch' && disabledTools?.includes(tool));
  return off
    ? new AppError('forbidden', `Switched off: the tool ${tool} was switched off by an administrator.`, {
        details: { reason: 'this tool is switched off', layer: 'kill switch' },
      })
    : undefined;
}
