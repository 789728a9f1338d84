import {
  CallToolResultSchema,
  CompleteResultSchema,
  DiscoverResultSchema,
  EmptyResultSchema,
  GetPromptResultSchema,
  InitializeResultSchema,
  JSONRPCErrorResponseSchema,
  JSONRPCResultResponseSchema,
  ListPromptsResultSchema,
  ListResourcesResultSchema,
  ListResourceTemplatesResultSchema,
  ListToolsResultSchema,
  ReadResourceResultSchema,
} from '@modelcontextprotocol/core';
import { type z } from 'zod';

/** What the protocol wants as the result of a method. */
const RESULTS: Readonly<Record<string, z.ZodType>> = {
  initialize: InitializeResultSchema,
  ping: EmptyResultSchema,
  'server/discover': DiscoverResultSchema,
  'tools/list': ListToolsResultSchema,
  'tools/call': CallToolResultSchema,
  'resources/list': ListResourcesResultSchema,
  'resources/templates/list': ListResourceTemplatesResultSchema,
  'resources/read': ReadResourceResultSchema,
  'prompts/list': ListPromptsResultSchema,
  'prompts/get': GetPromptResultSchema,
  'completion/complete': CompleteResultSchema,
};

interface Message {
  id?: unknown;
  jsonrpc?: unknown;
  method?: string;
  result?: unknown;
}

/** What is wrong with an answer by the protocol's own schema; undefined when it is right, or no message of the protocol. */
export function violation(request: Message, answer: Message): string | undefined {
  // Refusals before dispatch are plain HTTP (contract item 1).
  if (answer.jsonrpc === undefined) return undefined;
  // JSON-RPC 2.0 wants null where the id of a request is not known; the schema of MCP leaves it out.
  const { id, ...rest } = answer;
  const message = id === null ? rest : answer;
  const frame = 'result' in message ? JSONRPCResultResponseSchema : JSONRPCErrorResponseSchema;
  const schemas = [frame, ...('result' in message ? [RESULTS[request.method ?? '']] : [])];
  const [wrong] = [message, message.result].flatMap((part, index) => {
    const checked = schemas[index]?.safeParse(part);
    return checked?.error ? [JSON.stringify(checked.error.issues.slice(0, 3))] : [];
  });
  return wrong && `${request.method}: ${wrong} in ${JSON.stringify(answer).slice(0, 300)}`;
}

/**
 * Checks every JSON answer of `/mcp` that this test file receives, whichever client asked for it. Streams are left alone: reading them
 * here too would keep them open when a test gives one up; the SDK's clients check what comes in them.
 */
export function watchProtocol(): { violations: string[]; stop(): void } {
  const violations: string[] = [];
  const original = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const response = await original(input, init);
    const url = input instanceof Request ? input.url : String(input);
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    if (!/\/mcp(\?|$)/.test(url) || !isJson || typeof init?.body !== 'string') return response;
    const text = await response.clone().text();
    const found = pairs(init.body, text).flatMap(([request, answer]) => violation(request, answer) ?? []);
    violations.push(...found);
    return response;
  };
  return {
    violations,
    stop: () => {
      globalThis.fetch = original;
    },
  };
}

/** Each answer with its request; nothing for bodies that are no JSON, which some tests send. */
function pairs(body: string, text: string): [Message, Message][] {
  const requests = parsed(body);
  return parsed(text).map((answer) => [requests.find(({ id }) => id === answer.id) ?? {}, answer]);
}

function parsed(text: string): Message[] {
  try {
    return [JSON.parse(text) as Message | Message[]].flat().filter((each) => typeof each === 'object' && each !== null);
  } catch {
    return [];
  }
}
