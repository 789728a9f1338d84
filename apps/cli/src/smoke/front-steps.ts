import { z } from 'zod';
import { type Answer, ask, askJson, askMcp } from './ask.js';
import { type Step, type Trial, Wrong } from './step.js';

/** How the smoke test calls itself; equal registrations are one client, so a gateway keeps one however often it is tried. */
const CLIENT_NAME = 'Smoke test';
/** On no allow list: `.invalid` is nobody's. */
const STRANGER = 'https://smoke-test.invalid/callback';
const ALL = ['dcr', 'whole', 'code'] as const;

/** What everybody may ask of a gateway: whether it is there, what it calls itself, and that clients may register. */
export const FRONT_STEPS: readonly Step[] = [
  {
    what: 'live',
    ways: ALL,
    async run({ base }) {
      const { status, json } = await ask(`${base}/health/live`);
      if (status !== 200 || json?.status !== 'ok')
        throw new Wrong(
          `/health/live answers ${status}, not as a gateway does`,
          'Let the proxy pass every path to the gateway, unchanged',
        );
      return 'it answers';
    },
  },
  {
    what: 'ready',
    ways: ALL,
    async run({ base }) {
      const answer = await ask(`${base}/health/ready`);
      if (answer.status !== 200)
        throw new Wrong(
          `/health/ready answers ${inShort(answer)}`,
          'Run clickup-mcp doctor where the gateway runs: it says what is missing',
        );
      return 'database and key are there';
    },
  },
  {
    what: 'authorization server',
    ways: ALL,
    async run(trial) {
      const { base } = trial;
      const { status, json = {} } = await ask(`${base}/.well-known/oauth-authorization-server`);
      if (status !== 200) throw new Error(`its metadata are answered with ${status}`);
      named(base, 'issuer', json.issuer, base);
      for (const endpoint of ['authorization_endpoint', 'token_endpoint', 'revocation_endpoint'] as const)
        named(base, endpoint, String(json[endpoint]).slice(0, base.length + 1), `${base}/`);
      const methods = json.code_challenge_methods_supported;
      if (!Array.isArray(methods) || !methods.includes('S256')) throw new Error('it does not offer PKCE with S256');
      trial.issuer = base;
      return `it calls itself ${base}, with PKCE`;
    },
  },
  {
    what: 'protected resource',
    ways: ALL,
    async run({ base }) {
      const { status, json = {} } = await ask(`${base}/.well-known/oauth-protected-resource/mcp`);
      if (status !== 200) throw new Error(`its metadata are answered with ${status}`);
      named(base, 'resource', json.resource, `${base}/mcp`);
      return `${base}/mcp`;
    },
  },
  {
    what: 'without a credential',
    ways: ALL,
    async run({ base }) {
      const answer = await askMcp(base, '', 'tools/list');
      const challenge = answer.headers.get('www-authenticate') ?? '';
      if (answer.status !== 401) throw new Error(`/mcp answers ${inShort(answer)} where it should be 401`);
      if (!challenge.includes('resource_metadata='))
        throw new Wrong(
          'the 401 of /mcp does not say where to sign in',
          'Let the proxy pass the header WWW-Authenticate',
        );
      return '401, and where to sign in';
    },
  },
  {
    what: 'registration',
    ways: ['dcr', 'whole'],
    needs: 'issuer',
    async run(trial) {
      const answer = await register(trial, trial.redirectUri);
      const id = answer.json?.client_id;
      if (answer.status !== 201 || typeof id !== 'string')
        throw new Wrong(
          `/register answers ${inShort(answer)}`,
          'See DCR_ENABLED, REDIRECT_URI_ALLOWLIST and REDIRECT_URI_DEFAULTS, or name an allowed address with --redirect-uri',
        );
      trial.client = { client_id: id, redirect_uri: trial.redirectUri };
      return `client ${id}`;
    },
  },
  {
    what: "a stranger's address",
    ways: ['dcr', 'whole'],
    async run(trial) {
      const answer = await register(trial, STRANGER);
      if (answer.status !== 400 || answer.json?.error !== 'invalid_redirect_uri')
        throw new Error(`a redirect to ${STRANGER} is answered ${inShort(answer)} where it should be refused`);
      return 'is refused as a redirect';
    },
  },
];

const register = ({ base }: Trial, redirectUri: string): Promise<Answer> =>
  askJson(`${base}/register`, {
    client_name: CLIENT_NAME,
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: 'none',
  });

function named(base: string, what: string, is: unknown, should: string): void {
  if (is !== should)
    throw new Wrong(
      `${what} is ${String(is)}, not ${should}: clients refuse to sign in`,
      `Set BASE_URL of the gateway to ${base}, or give --base-url as the gateway calls itself`,
    );
}

/** How errors look: as OAuth has them, or as an object with code and message. */
const SAID = z.union([
  z.object({ error: z.string(), error_description: z.string().default('') }),
  z.object({
    error: z.object({
      code: z.union([z.string(), z.number()]),
      message: z.string(),
      details: z.object({ reason: z.string() }).optional().catch(undefined),
    }),
  }),
]);

/** Status, and what the answer says of itself. */
export function inShort({ status, json }: Answer): string {
  const said = SAID.safeParse(json);
  if (!said.success) return String(status);
  if ('error_description' in said.data) return `${status} (${said.data.error}: ${said.data.error_description})`;
  const { code, message, details } = said.data.error;
  return `${status} (${[code, details?.reason, message].filter((part) => part !== undefined).join(': ')})`;
}
