import { type AppError } from '#libs/core';
import { visibleText } from '#libs/tools';
import { type Server } from '@modelcontextprotocol/server';
import { failed } from '../calls/tool-result.js';
import { ObservedServer } from '../http/observed-server.js';

/** The one tool of a server that could not start: where clients show no instructions, its description tells the model. */
const TOOL = 'clickup_is_not_set_up';

/**
 * A server whose start has failed. A process that just ended would be silence to the model, which would then invent a reason: so it is
 * told in the instructions, in the one tool that there is, and as the answer of every call, by whatever name.
 */
export function failedStart(problem: AppError): Server {
  const told = visibleText(problem.message);
  const server = new ObservedServer(
    { capabilities: { tools: {} }, instructions: `ClickUp cannot be used: tell the user. ${told}` },
    undefined,
    () => undefined,
  );
  server.setRequestHandler('tools/list', () => ({
    tools: [
      {
        name: TOOL,
        title: 'ClickUp is not set up',
        description: `The ClickUp server could not start, so none of its tools are here. Tell the user: ${told}`,
        inputSchema: { type: 'object' as const, properties: {} },
        annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
      },
    ],
  }));
  server.setRequestHandler('tools/call', () => failed(problem) as never);
  return server;
}
