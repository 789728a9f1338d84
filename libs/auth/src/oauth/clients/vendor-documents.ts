/**
 * Client ID Metadata Documents that are known here and therefore not fetched: claude.ai answers requests from data centres with a
 * challenge page instead of the document. The client_id is the URL; the redirects are those that Anthropic documents.
 */
const CLAUDE = {
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
};

const DOCUMENTS = [
  {
    ...CLAUDE,
    client_id: 'https://claude.ai/oauth/mcp-oauth-client-metadata',
    client_name: 'Claude',
    redirect_uris: ['https://claude.ai/api/mcp/auth_callback', 'https://claude.com/api/mcp/auth_callback'],
  },
  {
    ...CLAUDE,
    client_id: 'https://claude.ai/oauth/claude-code-client-metadata',
    client_name: 'Claude Code',
    // Without a port: any port is meant (RFC 8252 section 7.3).
    redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
  },
];

/** By client_id. */
export const VENDOR_DOCUMENTS: ReadonlyMap<string, Readonly<Record<string, unknown>>> = new Map(
  DOCUMENTS.map((document) => [document.client_id, document]),
);
