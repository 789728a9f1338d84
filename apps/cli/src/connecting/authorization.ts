import { createHash, randomBytes } from 'node:crypto';

/** What a client has to remember between its link and the code. */
export interface Authorization {
  client: { client_id: string; redirect_uri: string };
  verifier: string;
  /** Where the person is sent, below the gateway's URL. */
  path: string;
}

/** Registers a client and makes its authorization request, with PKCE. @throws Error when the gateway refuses it */
export async function authorization(gateway: string, name: string, redirectUri: string): Promise<Authorization> {
  const registered = await post(`${gateway}/register`, {
    client_name: name,
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: 'none',
  });
  return authorizationOf({ client_id: String(registered.client_id), redirect_uri: redirectUri });
}

/** The authorization request of a registered client, with PKCE. @param more parameters, `scope` and `state` among them */
export function authorizationOf(client: Authorization['client'], more: Record<string, string> = {}): Authorization {
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    response_type: 'code',
    ...client,
    ...more,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  return { client, verifier, path: `/authorize?${query.toString()}` };
}

/** The JSON that a POST of JSON is answered with. @throws Error for any other status than 2xx */
export async function post(url: string, body: object): Promise<Record<string, unknown>> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}
