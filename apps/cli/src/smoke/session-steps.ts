import { setTimeout as sleep } from 'node:timers/promises';
import { authorizationOf } from '../connecting/authorization.js';
import { consent } from '../connecting/consent.js';
import { type Answer, ask, askJson, askMcp } from './ask.js';
import { codeByBrowser } from './code-by-browser.js';
import { inShort } from './front-steps.js';
import { type Step, type Trial } from './step.js';

/** Where other replicas hear of a revocation by their caches alone, it takes so long (docs/reliability.md), and a little. */
const REVOKED_WITHIN_MS = 40_000;
const LOOK_MS = 500;
const READ = { name: 'get_workspace_hierarchy', arguments: {} };
/** A List that no Workspace has: if the refusal failed, still nothing would be made. */
const WRITE = { name: 'create_task', arguments: { list_id: '0', name: 'Smoke test: this must not exist' } };
/** How the gateway itself refuses a write. */
const REFUSALS = ['insufficient_scope', 'forbidden', 'tool_not_found'];
const CONNECTED = ['whole', 'code'] as const;

/** What a client and its person do: sign in, read, be refused a write, and end it. */
export const SESSION_STEPS: readonly Step[] = [
  {
    what: 'sign-in',
    ways: ['whole'],
    needs: 'client',
    async run(trial) {
      const { client, base, clickupKey, workspace } = trial;
      // The token is to read only, whatever the person chooses.
      const asked = authorizationOf(client!, { scope: 'read', state: 'smoke' });
      const back = clickupKey
        ? await consent(base, asked, { clickupKey, workspace, grant: { mode: 'read' } })
        : await codeByBrowser(trial, asked);
      const said = Object.fromEntries(back.searchParams);
      if (said.error) throw new Error(`the client is told ${said.error}: ${said.error_description ?? ''}`);
      if (said.state !== 'smoke' || said.iss !== base)
        throw new Error(`state is ${said.state ?? 'missing'} and iss ${said.iss ?? 'missing'}, not as they were asked`);
      if (!said.code) throw new Error('the client is sent no code');
      trial.client = asked.client;
      [trial.code, trial.verifier] = [said.code, asked.verifier];
      return 'the client has got a code';
    },
  },
  {
    what: 'wrong verifier',
    ways: ['whole'],
    needs: 'code',
    async run(trial) {
      const answer = await redeem(trial, 'w'.repeat(43));
      if (answer.status !== 400) throw new Error(`the code is taken: ${inShort(answer)}`);
      return 'is refused';
    },
  },
  {
    what: 'token',
    ways: CONNECTED,
    needs: 'code',
    async run(trial) {
      const answer = await redeem(trial, trial.verifier);
      const { access_token: token, expires_in: seconds, scope } = answer.json ?? {};
      if (answer.status !== 200 || typeof token !== 'string') throw new Error(`/token answers ${inShort(answer)}`);
      trial.token = token;
      return `for ${String(seconds)} seconds, ${typeof scope === 'string' ? `to ${scope}` : 'as was chosen'}`;
    },
  },
  {
    what: 'tools/list',
    ways: CONNECTED,
    needs: 'token',
    async run({ base, token }) {
      const answer = await askMcp(base, token!, 'tools/list');
      const { tools } = (answer.json?.result ?? {}) as { tools?: unknown[] };
      if (answer.status !== 200 || !tools?.length) throw new Error(`it answers ${inShort(answer)}, and no tools`);
      return `${tools.length} tools`;
    },
  },
  {
    what: 'a read',
    ways: CONNECTED,
    needs: 'token',
    async run({ base, token }) {
      const answer = await askMcp(base, token!, 'tools/call', READ);
      if (answer.status !== 200 || resultOf(answer).isError !== false)
        throw new Error(`${READ.name} answers ${inShort(answer)} ${textOf(answer)}`);
      return `${READ.name}: ${textOf(answer).length} characters from ClickUp`;
    },
  },
  {
    what: 'a write',
    ways: CONNECTED,
    needs: 'token',
    async run({ base, token, way }) {
      const answer = await askMcp(base, token!, 'tools/call', WRITE);
      const code = refusalOf(answer);
      if (code === undefined) throw new Error(`${WRITE.name} was not refused: ${textOf(answer)}`);
      if (REFUSALS.includes(code)) return `is refused: ${code}`;
      // What a person chose on /connect may include writing: then only ClickUp refuses, which does not know the List.
      if (way === 'code') return `this session may write, so ClickUp was asked for a List that is not there: ${code}`;
      throw new Error(`a session that only reads was refused by ClickUp, not here: ${code}`);
    },
  },
  {
    what: 'revocation',
    ways: CONNECTED,
    needs: 'token',
    async run({ base, token, client }) {
      const form = { token: token!, ...(client && { client_id: client.client_id }) };
      const answer = await ask(`${base}/revoke`, { method: 'POST', body: new URLSearchParams(form) });
      if (answer.status !== 200) throw new Error(`/revoke answers ${inShort(answer)}`);
      const until = Date.now() + REVOKED_WITHIN_MS;
      while ((await askMcp(base, token!, 'tools/list')).status !== 401) {
        if (Date.now() > until) throw new Error('the token works still');
        await sleep(LOOK_MS);
      }
      return 'the token is refused, and the session over';
    },
  },
];

const redeem = ({ base, client, code, redirectUri }: Trial, verifier: string | undefined): Promise<Answer> =>
  askJson(`${base}/token`, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    ...client,
    ...(verifier && { code_verifier: verifier }),
  });

interface Result {
  isError?: boolean;
  content?: { text?: string }[];
  _meta?: { error?: { code?: string } };
}
const resultOf = ({ json }: Answer): Result => json?.result ?? {};
const textOf = (answer: Answer): string => resultOf(answer).content?.[0]?.text ?? '';

/** The code that a call was refused with, over HTTP, JSON-RPC or as the result of the tool; undefined: it was done. */
function refusalOf(answer: Answer): string | undefined {
  const { error } = answer.json ?? {};
  if (answer.status !== 200) return (error as { code?: string } | undefined)?.code ?? String(answer.status);
  // To a session that may not write, the tool does not exist.
  if (error) return 'tool_not_found';
  const { isError, _meta } = resultOf(answer);
  return isError ? (_meta?.error?.code ?? 'unknown') : undefined;
}
