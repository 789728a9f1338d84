/** An application that people connect: all that the gateway knows about it, so that a further one is one more row. */
export interface Vendor {
  /** As people know it. */
  label: string;
  /** Other names that people take for its own: its maker, or a longer form of the label. */
  names?: readonly string[];
  /** Where its users may be sent back to with a code. `{id}` stands for one path segment that is different for each of its connectors. */
  redirectUris?: readonly string[];
  /** Origins of its own pages, which may call `/mcp` from a browser. */
  origins?: readonly string[];
  /** Its Client ID Metadata Document, where the vendor's own server does not serve it to us. */
  document?: { url: string; redirectUris: readonly string[] };
  /** What its user copies to connect with an API key. */
  setup?: (url: string, key: string) => Setup;
  /** What its user copies to connect with a server URL, which is the address and the credential in one. */
  server?: (url: string) => Setup;
  /** A link that adds the server to it, after a question of its own. It holds the address and no credential: the client then signs in. */
  install?: (url: string) => string;
  /** What its user copies so that it starts `clickup-mcp stdio` itself; `TOKEN` stands for a ClickUp token. */
  local?: Setup;
}

/** Something to copy into a client. */
export interface Setup {
  /** File to put it into; absent = a command for the terminal. */
  file?: string;
  text: string;
}

const json = (value: unknown) => JSON.stringify(value, null, 2);
const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });
/** The package is made by `npm pack`; npx installs it the first time. */
const NPX = {
  command: 'npx',
  args: ['-y', '--package=/path/to/clickup-mcp-gateway-0.1.0.tgz', 'clickup-mcp', 'stdio'],
};
const LOCAL = { ...NPX, env: { CLICKUP_API_TOKEN: 'TOKEN' } };
const CLAUDE_CALLBACKS = ['https://claude.ai/api/mcp/auth_callback', 'https://claude.com/api/mcp/auth_callback'];

/**
 * The vendors. The two documents are here because claude.ai answers requests from data centres with a challenge page instead; their
 * redirects are those that Anthropic documents.
 */
export const VENDORS: readonly Vendor[] = [
  {
    label: 'ChatGPT',
    names: ['OpenAI'],
    redirectUris: [
      'https://chatgpt.com/connector/oauth/{id}',
      'https://chatgpt.com/connector_platform_oauth_redirect',
      'https://chat.openai.com/aip/{id}/oauth/callback',
    ],
    origins: ['https://chatgpt.com'],
  },
  {
    label: 'Claude',
    names: ['Anthropic'],
    redirectUris: CLAUDE_CALLBACKS,
    origins: ['https://claude.ai', 'https://claude.com'],
    document: { url: 'https://claude.ai/oauth/mcp-oauth-client-metadata', redirectUris: CLAUDE_CALLBACKS },
    // Its connectors take https addresses from the internet; a program on the same computer takes any.
    server: (url) => ({
      file: 'claude_desktop_config.json',
      text: json({ mcpServers: { clickup: { command: 'npx', args: ['-y', 'mcp-remote', url] } } }),
    }),
    local: { file: 'claude_desktop_config.json', text: json({ mcpServers: { clickup: LOCAL } }) },
  },
  {
    label: 'Claude Code',
    document: {
      url: 'https://claude.ai/oauth/claude-code-client-metadata',
      // Without a port: any port is meant (RFC 8252 section 7.3).
      redirectUris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
    },
    setup: (url, key) => ({
      text: `claude mcp add --transport http clickup ${url} --header "Authorization: Bearer ${key}"`,
    }),
    server: (url) => ({ text: `claude mcp add --transport http clickup ${url}` }),
    local: { text: `claude mcp add clickup --env CLICKUP_API_TOKEN=TOKEN -- ${[NPX.command, ...NPX.args].join(' ')}` },
  },
  {
    label: 'Cursor',
    redirectUris: ['cursor://anysphere.cursor-mcp/oauth/callback', 'https://www.cursor.com/agents/mcp/oauth/callback'],
    setup: (url, key) => ({
      file: '~/.cursor/mcp.json',
      text: json({ mcpServers: { clickup: { url, headers: bearer(key) } } }),
    }),
    server: (url) => ({ file: '~/.cursor/mcp.json', text: json({ mcpServers: { clickup: { url } } }) }),
    // cursor.com/docs/mcp/install-links
    install: (url) =>
      `cursor://anysphere.cursor-deeplink/mcp/install?name=clickup&config=${encodeURIComponent(Buffer.from(JSON.stringify({ url })).toString('base64'))}`,
    local: { file: '~/.cursor/mcp.json', text: json({ mcpServers: { clickup: LOCAL } }) },
  },
  {
    label: 'VS Code',
    names: ['Visual Studio Code', 'GitHub Copilot'],
    redirectUris: ['https://vscode.dev/redirect', 'https://insiders.vscode.dev/redirect'],
    setup: (url, key) => ({
      file: '.vscode/mcp.json',
      text: json({ servers: { clickup: { type: 'http', url, headers: bearer(key) } } }),
    }),
    server: (url) => ({ file: '.vscode/mcp.json', text: json({ servers: { clickup: { type: 'http', url } } }) }),
    // code.visualstudio.com/api/extension-guides/ai/mcp
    install: (url) =>
      `vscode:mcp/install?${encodeURIComponent(JSON.stringify({ name: 'clickup', type: 'http', url }))}`,
    local: { file: '.vscode/mcp.json', text: json({ servers: { clickup: { type: 'stdio', ...LOCAL } } }) },
  },
  {
    label: 'Codex',
    setup: (url, key) => ({
      file: '~/.codex/config.toml',
      text: `[mcp_servers.clickup]\nurl = "${url}"\nhttp_headers = { Authorization = "Bearer ${key}" }`,
    }),
    server: (url) => ({ file: '~/.codex/config.toml', text: `[mcp_servers.clickup]\nurl = "${url}"` }),
  },
  {
    label: 'Gemini CLI',
    setup: (url, key) => ({
      text: `gemini mcp add --scope user --transport http --header "Authorization: Bearer ${key}" clickup ${url}`,
    }),
    server: (url) => ({ text: `gemini mcp add --scope user --transport http clickup ${url}` }),
  },
  {
    label: 'Windsurf',
    setup: (url, key) => ({
      file: '~/.codeium/windsurf/mcp_config.json',
      text: json({ mcpServers: { clickup: { serverUrl: url, headers: bearer(key) } } }),
    }),
    server: (url) => ({
      file: '~/.codeium/windsurf/mcp_config.json',
      text: json({ mcpServers: { clickup: { serverUrl: url } } }),
    }),
  },
  {
    label: 'Zed',
    setup: (url, key) => ({
      file: '~/.config/zed/settings.json',
      text: json({ context_servers: { clickup: { url, headers: bearer(key) } } }),
    }),
    server: (url) => ({ file: '~/.config/zed/settings.json', text: json({ context_servers: { clickup: { url } } }) }),
  },
  {
    label: 'Le Chat',
    names: ['Mistral'],
    redirectUris: ['https://callback.mistral.ai/v1/integrations_auth/oauth2_callback'],
  },
  { label: 'Perplexity', redirectUris: ['https://www.perplexity.ai/rest/connections/oauth_callback'] },
  { label: 'Postman', redirectUris: ['https://oauth.pstmn.io/v1/callback'] },
];

/** Origins of the vendors' pages. */
export const VENDOR_ORIGINS: readonly string[] = VENDORS.flatMap(({ origins }) => origins ?? []);

/** Redirect URIs that are allowed unless the operator switches them off. */
export const VENDOR_REDIRECTS: readonly string[] = VENDORS.flatMap(({ redirectUris }) => redirectUris ?? []);

/** What may stand in place of `{id}`. */
const SEGMENT = /^[\w-]{1,200}$/;

/**
 * The vendor whose redirect URI this is; undefined for addresses that are nobody's, and for loopback ones, where any program of the
 * person's computer may listen.
 * @param redirectUri in canonical form: it is compared as it is
 */
export const vendorOf = (redirectUri: string): Vendor | undefined =>
  VENDORS.find(({ redirectUris }) => redirectUris?.some((uri) => isOf(uri, redirectUri)));

function isOf(uri: string, redirectUri: string): boolean {
  const [before = '', after] = uri.split('{id}');
  if (after === undefined) return redirectUri === uri;
  return (
    redirectUri.startsWith(before) &&
    redirectUri.endsWith(after) &&
    SEGMENT.test(redirectUri.slice(before.length, redirectUri.length - after.length))
  );
}
