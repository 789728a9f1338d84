import { type Caller } from '#libs/connections';
import { type Server } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { type Origin } from '../calls/origin.js';
import { type McpTasks } from './mcp-tasks.js';

const METHODS = [
  ['tasks/get', 'get'],
  ['tasks/update', 'update'],
  ['tasks/cancel', 'cancel'],
] as const;

/**
 * Registers the methods of the extension, which the SDK knows by name only, so that it compares the header `Mcp-Name` with the id.
 * @param guarded makes of what is thrown what the SDK may answer
 */
export function serveTasks(
  server: Server,
  tasks: McpTasks,
  by: { caller: Caller; from: Origin },
  guarded: <T>(work: () => Promise<T>) => Promise<T>,
): void {
  for (const [method, name] of METHODS)
    // What is wrong with the arguments is said after the capability was asked for.
    server.setRequestHandler(
      method,
      { params: z.looseObject({}) },
      (params, { mcpReq: { envelope, inputResponses } }) =>
        guarded(() => tasks[name]({ ...by, params: { ...params, inputResponses }, envelope })),
    );
}
