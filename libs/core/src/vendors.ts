/** An application that people connect: all that the gateway knows about it, so that a further one is one more row. */
interface Vendor {
  /** As people know it. */
  label: string;
  /** Where its users may be sent back to with a code. `{id}` stands for one path segment that is different for each of its connectors. */
  redirectUris?: readonly string[];
  /** Origins of its own pages, which may call `/mcp` from a browser. */
  origins?: readonly string[];
  /** Its Client ID Metadata Document, where the vendor's own server does not serve it to us. */
  document?: { url: string; redirectUris: readonly string[] };
  /** What its user copies to connect with an API key. */
  setup?: (url: string, key: string) => Setup;
}

/** Something to copy into a client. */
export interface Setup {
  /** File to put it into; absent = a command for the terminal. */
  file?: string;
  text: string;
}

const json = (value: unknown) => JSON.stringify(value, null, 2);
const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });
const CLAUDE_CALLBACKS = ['https://claude.ai/api/mcp/auth_callback', 'https://claude.com/api/mcp/auth_callback'];

/**
 * The vendors. The two documents are here because claude.ai answers requests from data centres with a challenge page instead; their
 * redirects are those that Anthropic documents.
 */
export const VENDORS: readonly Vendor[] = [
  {
    label: 'ChatGPT',
    redirectUris: [
      'https://chatgpt.com/connector/oauth/{id}',
      'https://chatgpt.com/connector_platform_oauth_redirect',
      'https://chat.openai.com/aip/{id}/oauth/callback',
    ],
    origins: ['https://chatgpt.com'],
  },
  {
    label: 'Claude',
    redirectUris: CLAUDE_CALLBACKS,
    origins: ['https://claude.ai', 'https://claude.com'],
    document: { url: 'https://claude.ai/oauth/mcp-oauth-client-metadata', redirectUris: CLAUDE_CALLBACKS },
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
  },
  {
    label: 'Cursor',
    setup: (url, key) => ({
      file: '~/.cursor/mcp.json',
      text: json({ mcpServers: { clickup: { url, headers: bearer(key) } } }),
    }),
  },
  {
    label: 'VS Code',
    setup: (url, key) => ({
      file: '.vscode/mcp.json',
      text: json({ servers: { clickup: { type: 'http', url, headers: bearer(key) } } }),
    }),
  },
  { label: 'Postman', redirectUris: ['https://oauth.pstmn.io/v1/callback'] },
];

/** Origins of the vendors' pages. */
export const VENDOR_ORIGINS: readonly string[] = VENDORS.flatMap(({ origins }) => origins ?? []);

/** Redirect URIs that are allowed unless the operator switches them off. */
export const VENDOR_REDIRECTS: readonly string[] = VENDORS.flatMap(({ redirectUris }) => redirectUris ?? []);
