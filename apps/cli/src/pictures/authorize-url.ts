import { createHash, randomBytes } from 'node:crypto';

const REDIRECT_URI = 'https://claude.ai/api/mcp/auth_callback';

/** Registers Claude as it registers itself, and returns the address that it sends a person to. */
export async function authorizeUrl(gateway: string): Promise<string> {
  const answer = await fetch(`${gateway}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: 'Claude',
      redirect_uris: [REDIRECT_URI],
      token_endpoint_auth_method: 'none',
    }),
  });
  const { client_id } = (await answer.json()) as { client_id: string };
  const query = new URLSearchParams({
    response_type: 'code',
    client_id,
    redirect_uri: REDIRECT_URI,
    code_challenge: createHash('sha256').update(randomBytes(32).toString('base64url')).digest('base64url'),
    code_challenge_method: 'S256',
  });
  return `${gateway}/authorize?${query.toString()}`;
}
