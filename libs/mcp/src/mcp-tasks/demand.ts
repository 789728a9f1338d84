import { isObject } from '#libs/core';
import { CODES, RpcError } from '../calls/jsonrpc.js';
import { declaresTasks, TASKS } from './task-state.js';

/**
 * @param envelope the fields that a request of the newer era has in its `_meta`
 * @throws RpcError -32021 where the request does not declare the extension that it makes use of
 */
export function demandTasks(envelope: unknown): void {
  if (declaresTasks(envelope)) return;
  const details = `Declare ${TASKS} among the \`extensions\` of the client's capabilities, in the \`_meta\` of this request.`;
  throw new RpcError(CODES.capability, 'Missing required client capability', details, {
    requiredCapabilities: { extensions: { [TASKS]: {} } },
  });
}

/**
 * A client that wants to be told of tasks has to declare the extension. Those that do are told of none: the acknowledgement of their
 * subscription leaves them out, and they ask by tasks/get.
 * @throws RpcError -32021
 */
export function demandForSubscription({ params }: Record<string, unknown>): void {
  if (!isObject(params) || !isObject(params.notifications) || params.notifications.taskIds === undefined) return;
  demandTasks(params._meta);
}
