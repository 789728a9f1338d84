import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline/promises';
import { type Authorization } from '../connecting/authorization.js';
import { type Trial } from './step.js';

/** As long as the gateway waits for a person. */
const PERSON_MS = 30 * 60_000;

/**
 * Sends the person who runs the test to the pages, and waits for the browser to come back: to a port of this machine, or, for a browser
 * elsewhere, as the address that is pasted here.
 * @returns the address that the client was called back at; `asked` then has the redirect that was used
 * @throws Error when nobody comes
 */
export async function codeByBrowser(trial: Trial, asked: Authorization): Promise<URL> {
  const pasted = createInterface({ input: process.stdin });
  const { hostname, pathname, port } = new URL(trial.redirectUri);
  // A loopback address is registered without a port, and holds for any (RFC 8252 section 7.3).
  const here = hostname === '127.0.0.1' && port === '';
  let come: (address: URL) => void;
  const back = new Promise<URL>((resolve) => (come = resolve));
  const server = createServer((request, answer) => {
    const address = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (address.pathname !== pathname) return void answer.writeHead(404).end();
    answer
      .writeHead(200, { 'content-type': 'text/plain' })
      .end('The smoke test goes on in the terminal. Close this page.\n');
    come(address);
  });
  pasted.on('line', (line) => {
    if (URL.canParse(line.trim())) come(new URL(line.trim()));
  });
  const bell = setTimeout(() => come(new URL('?error=nobody_came', 'http://127.0.0.1')), PERSON_MS);
  try {
    if (here) {
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`;
      asked.path = asked.path.replace(encodeURIComponent(asked.client.redirect_uri), encodeURIComponent(own));
      asked.client = { ...asked.client, redirect_uri: own };
    }
    trial.say(
      `Open this in a browser, sign in with ClickUp and connect; it then goes on here:\n\n  ${trial.base}${asked.path}\n\n` +
        'If the browser is on another machine and ends at an address that does not open, paste that address here.',
    );
    return await back;
  } finally {
    clearTimeout(bell);
    pasted.close();
    server.close();
    server.closeAllConnections();
  }
}
