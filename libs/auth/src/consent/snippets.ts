/** Something to copy into a client. */
export interface Snippet {
  client: string;
  /** File it belongs into; absent = a command for the terminal. */
  file?: string;
  text: string;
}

const json = (value: unknown) => JSON.stringify(value, null, 2);

/** Ready-made configuration of common clients. */
export function snippets(url: string, key: string): Snippet[] {
  const headers = { Authorization: `Bearer ${key}` };
  return [
    {
      client: 'Claude Code',
      text: `claude mcp add --transport http clickup ${url} --header "Authorization: Bearer ${key}"`,
    },
    { client: 'Cursor', file: '~/.cursor/mcp.json', text: json({ mcpServers: { clickup: { url, headers } } }) },
    {
      client: 'VS Code',
      file: '.vscode/mcp.json',
      text: json({ servers: { clickup: { type: 'http', url, headers } } }),
    },
    {
      client: 'curl',
      text: [
        `curl ${url}`,
        `-H 'Authorization: Bearer ${key}'`,
        `-H 'Content-Type: application/json'`,
        `-d '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'`,
      ].join(' \\\n  '),
    },
  ];
}
