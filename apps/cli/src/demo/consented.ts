import { authorization, post } from '../connecting/authorization.js';
import { consent } from '../connecting/consent.js';

/** Loopback, where clients on the same machine wait; nobody listens, because only the address of the last redirect is read. */
const REDIRECT_URI = 'http://127.0.0.1/callback';

/**
 * Connects as a new client does: registers, sends a person to the consent page, and exchanges the code. The person is played here,
 * on the real pages: shows a ClickUp key and ticks one List.
 * @param gateway its URL without a path
 * @returns an access token
 * @throws Error when a page or an answer is not the expected one
 */
export async function consented(gateway: string, clickupKey: string, list: string): Promise<string> {
  const asked = await authorization(gateway, 'OAuth demo', REDIRECT_URI);
  const grant = { mode: 'selective', places: 'shown', place: `list:${list}` };
  const back = await consent(gateway, asked, { clickupKey, grant });
  const { access_token: token } = await post(`${gateway}/token`, {
    grant_type: 'authorization_code',
    code: back.searchParams.get('code') ?? '',
    code_verifier: asked.verifier,
    ...asked.client,
  });
  return String(token);
}
