import { type Operation } from '#libs/clickup';
import { AppError } from '#libs/core';
import { type ToolContext } from '../tool/tool.js';

/**
 * What a tool reads is not judged request by request, because the tool itself was granted. Where the kind of object that an argument names
 * decides which toolset that is, it is asked here.
 * @throws AppError `forbidden` when the policy grants the operation nowhere
 */
export function refuseUngranted(operation: Operation, { permits }: Pick<ToolContext, 'permits'>): void {
  const decision = permits(operation);
  if (decision.allowed) return;
  throw new AppError('forbidden', `Not allowed: ${decision.reason}.`, {
    details: { operation: operation.id, reason: decision.reason },
  });
}
