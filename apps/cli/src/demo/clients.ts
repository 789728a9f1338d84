import { type Door } from './stage.js';

type Connection = Pick<Door, 'url' | 'key'>;
const json = (value: unknown) => JSON.stringify(value, null, 2);
const headers = ({ key }: Connection) => ({ Authorization: `Bearer ${key}` });

/** How to connect a client, ready to paste. */
export const CLIENTS: readonly { name: string; snippet: (connection: Connection) => string }[] = [
  {
    name: 'Claude Code',
    snippet: ({ url, key }) => `claude mcp add --transport http clickup ${url} --header "Authorization: Bearer ${key}"`,
  },
  {
    name: 'Cursor (~/.cursor/mcp.json)',
    snippet: (connection) => json({ mcpServers: { clickup: { url: connection.url, headers: headers(connection) } } }),
  },
  {
    name: 'VS Code (.vscode/mcp.json)',
    snippet: (connection) =>
      json({ servers: { clickup: { type: 'http', url: connection.url, headers: headers(connection) } } }),
  },
  {
    name: 'curl',
    snippet: ({ url, key }) =>
      `curl ${url} -H "Authorization: Bearer ${key}" -H "Content-Type: application/json" -d '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'`,
  },
];
