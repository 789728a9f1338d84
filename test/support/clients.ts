import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernStdio } from '@modelcontextprotocol/client/stdio';
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OlderStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as OlderTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

/** How one call is watched and given up. */
export interface CallOptions {
  signal?: AbortSignal;
  onprogress?: (progress: { progress: number; total?: number | undefined; message?: string | undefined }) => void;
}

/** What a test needs of a client, whichever generation. */
export interface TestClient {
  listTools(): Promise<{ tools: { name: string; inputSchema: Record<string, unknown> }[] }>;
  call(name: string, args?: Record<string, unknown>, options?: CallOptions): Promise<CallAnswer>;
  close(): Promise<void>;
}

export interface CallAnswer {
  text: string;
  structured: Record<string, any>;
  isError: boolean;
  meta: Record<string, any>;
}

type RawResult = { content?: unknown; structuredContent?: unknown; isError?: boolean; _meta?: unknown };

const answer = ({ content, structuredContent, isError, _meta }: RawResult): CallAnswer => ({
  text: (content as { text?: string }[]).map((item) => item.text ?? '').join('\n'),
  structured: (structuredContent ?? {}) as Record<string, any>,
  isError: isError === true,
  meta: (_meta ?? {}) as Record<string, any>,
});

const info = { name: 'test-client', version: '1.0.0' };
const options = (key: string) => ({ requestInit: { headers: { authorization: `Bearer ${key}` } } });

type Mode = { pin: string } | 'auto';

const modern = (url: string, key: string, mode: Mode): Promise<TestClient> =>
  modernOver(new ModernTransport(new URL(`${url}/mcp`), options(key)), mode);

async function modernOver(transport: Parameters<ModernClient['connect']>[0], mode: Mode): Promise<TestClient> {
  const client = new ModernClient(info, { versionNegotiation: { mode } });
  await client.connect(transport);
  return {
    listTools: () => client.listTools(),
    call: async (name, args = {}, options) => answer(await client.callTool({ name, arguments: args }, options)),
    close: () => client.close(),
  };
}

const older = (url: string, key: string): Promise<TestClient> =>
  olderOver(new OlderTransport(new URL(`${url}/mcp`), options(key)));

async function olderOver(transport: Parameters<OlderClient['connect']>[0]): Promise<TestClient> {
  const client = new OlderClient(info);
  await client.connect(transport);
  return {
    listTools: () => client.listTools(),
    call: async (name, args = {}, options) =>
      answer(await client.callTool({ name, arguments: args }, undefined, options)),
    close: () => client.close(),
  };
}

/** The SDK clients that every scenario runs with: both generations, and the newer one in both of its ways to agree on a revision. */
export const CLIENTS: [string, (url: string, key: string) => Promise<TestClient>][] = [
  ['SDK v2, 2026-07-28', (url, key) => modern(url, key, { pin: '2026-07-28' })],
  ['SDK v2, negotiated', (url, key) => modern(url, key, 'auto')],
  ['SDK v1', older],
];

/** How a client starts a server of its own. */
export interface Command {
  command: string;
  args: string[];
  env: Record<string, string>;
}

/** The same clients, for a server that they start themselves. */
export const STDIO_CLIENTS: [string, (server: Command) => Promise<TestClient>][] = [
  [
    'SDK v2, 2026-07-28',
    (server) => modernOver(new ModernStdio({ ...server, stderr: 'ignore' }), { pin: '2026-07-28' }),
  ],
  ['SDK v2, negotiated', (server) => modernOver(new ModernStdio({ ...server, stderr: 'ignore' }), 'auto')],
  ['SDK v1', (server) => olderOver(new OlderStdio({ ...server, stderr: 'ignore' }))],
];
