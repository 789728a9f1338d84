import { type McpExtension } from '#libs/mcp';
import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { RESOURCES, TEMPLATE } from './content.js';
import { nextRound } from './input-rounds.js';
import { PROMPTS } from './prompts.js';
import { TOOLS } from './tools.js';

const CACHED = { ttlMs: 60_000, cacheScope: 'private' as const };
const invalid = (message: string, data?: object) => new ProtocolError(ProtocolErrorCode.InvalidParams, message, data);

/** What the official conformance suite demands of a server besides the protocol itself; for tests only. */
export const FIXTURES: McpExtension = {
  tools: TOOLS,
  capabilities: { prompts: {}, resources: { subscribe: true }, completions: {}, logging: {} },
  extend(server) {
    server.setRequestHandler('prompts/list', () => ({
      ...CACHED,
      prompts: Object.entries(PROMPTS).map(([name, prompt]) => ({
        name,
        description: `Fixture ${name}.`,
        arguments: prompt.arguments.map((argument) => ({ name: argument, required: true })),
      })),
    }));
    server.setRequestHandler('prompts/get', async ({ params }, context) => {
      const prompt = PROMPTS[params.name];
      if (!prompt) throw invalid('Unknown prompt');
      const asked = prompt.rounds && (await nextRound(prompt.rounds, context));
      return (
        asked ?? {
          messages: prompt.content(params.arguments ?? {}).map((content) => ({ role: 'user' as const, content })),
        }
      );
    });
    server.setRequestHandler('resources/list', () => ({
      ...CACHED,
      resources: Object.entries(RESOURCES).map(([uri, { mimeType }]) => ({ uri, name: uri, mimeType })),
    }));
    server.setRequestHandler('resources/templates/list', () => ({
      ...CACHED,
      resourceTemplates: [{ name: 'data', uriTemplate: TEMPLATE.uriTemplate }],
    }));
    server.setRequestHandler('resources/read', ({ params: { uri } }) => {
      const [, id] = TEMPLATE.pattern.exec(uri) ?? [];
      const found =
        RESOURCES[uri] ??
        (id === undefined ? undefined : { mimeType: 'application/json', text: JSON.stringify({ id }) });
      if (!found) throw invalid('Resource not found', { uri });
      return { ...CACHED, contents: [{ uri, ...found } as { uri: string; text: string }] };
    });
    server.setRequestHandler('resources/subscribe', () => ({}));
    server.setRequestHandler('resources/unsubscribe', () => ({}));
    server.setRequestHandler('logging/setLevel', () => ({}));
    server.setRequestHandler('completion/complete', ({ params: { argument } }) => ({
      completion: { values: [`${argument.value}-completed`] },
    }));
  },
};
