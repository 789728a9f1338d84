import { deriveKey } from '#libs/core';
import { PublicUrl } from '#libs/web';
import { CompactSign, generateKeyPair, SignJWT } from 'jose';
import { SessionTokens } from './session-tokens.service.js';

const MASTER = Buffer.alloc(32, 7);
const url = new PublicUrl({ BASE_URL: 'https://mcp.example.com', PORT: 0 });
const tokens = new SessionTokens(url, MASTER);
const key = deriveKey(MASTER, 'jwt');
const now = Math.floor(Date.now() / 1000);
const ID = 'i'.repeat(22);
const SECRET = 's'.repeat(43);
const TURN = { id: ID, secret: SECRET, issuedAt: now, expiresAt: now + 86_400 };
const HEADER = { alg: 'HS256', typ: 'session+jwt' };
const CLAIMS = {
  iss: 'https://mcp.example.com',
  aud: 'https://mcp.example.com/mcp',
  sub: ID,
  jti: SECRET,
  iat: now,
  exp: now + 60,
};

/** A JWT as ours, but for what is changed; undefined takes a claim out. */
const other = (claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}, signer: Uint8Array = key) =>
  new SignJWT({ ...CLAIMS, ...claims }).setProtectedHeader({ ...HEADER, ...header }).sign(signer);
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('what is signed is read again', async () => {
  expect(await tokens.read(await tokens.sign(TURN))).toEqual({
    id: ID,
    secret: SECRET,
    expiresAt: TURN.expiresAt,
    expired: false,
  });
  expect(await tokens.read(await other())).toBeDefined();
});

test('an expired one is read, and says so after a minute', async () => {
  expect(await tokens.read(await other({ exp: now - 30 }))).toMatchObject({ expired: false });
  expect(await tokens.read(await other({ exp: now - 120 }))).toMatchObject({ expired: true, expiresAt: now - 120 });
});

test.each<[string, () => Promise<string>]>([
  ['another key', () => other({}, {}, Buffer.alloc(32, 1))],
  ...(['state', 'csrf', 'cursor', 'confirm', 'refresh', 'vault'] as const).map(
    (purpose): [string, () => Promise<string>] => [
      `the key for ${purpose}`,
      () => other({}, {}, deriveKey(MASTER, purpose)),
    ],
  ),
  ['the master key itself', () => other({}, {}, MASTER)],
  ['typ JWT', () => other({}, { typ: 'JWT' })],
  ['typ at+jwt', () => other({}, { typ: 'at+jwt' })],
  ['no typ', () => other({}, { typ: undefined })],
  ['another issuer', () => other({ iss: 'https://evil.example' })],
  ['another audience', () => other({ aud: 'https://mcp.example.com' })],
  ['no audience', () => other({ aud: undefined })],
  ['no subject', () => other({ sub: undefined })],
  ['no jti', () => other({ jti: undefined })],
  ['no exp', () => other({ exp: undefined })],
  ['an exp that is a text', () => other({ exp: '9999999999' })],
  ['a subject of another form', () => other({ sub: "1' OR 1=1" })],
  ['a jti of another form', () => other({ jti: '\0' })],
  ['an expired one of another audience', () => other({ exp: now - 120, aud: 'x' })],
  ['HS512', () => new SignJWT(CLAIMS).setProtectedHeader({ ...HEADER, alg: 'HS512' }).sign(Buffer.alloc(64, 7))],
  ['alg none', () => Promise.resolve(`${part({ ...HEADER, alg: 'none' })}.${part(CLAIMS)}.`)],
  [
    'alg none with our signature',
    async () => `${part({ ...HEADER, alg: 'none' })}.${part(CLAIMS)}.${(await other()).split('.')[2]}`,
  ],
  [
    'RS256',
    async () =>
      new SignJWT(CLAIMS)
        .setProtectedHeader({ ...HEADER, alg: 'RS256' })
        .sign((await generateKeyPair('RS256')).privateKey),
  ],
  [
    'claims changed under our signature',
    async () => {
      const [head, , signature] = (await other()).split('.');
      return `${head}.${part({ ...CLAIMS, sub: 'o'.repeat(22) })}.${signature}`;
    },
  ],
  ['a JWS within a JWS', async () => new CompactSign(Buffer.from(await other())).setProtectedHeader(HEADER).sign(key)],
  [
    'a critical header that is unknown',
    () => Promise.resolve(`${part({ ...HEADER, crit: ['x'], x: 1 })}.${part(CLAIMS)}.AA`),
  ],
  ['64 kB', () => other({ filler: 'x'.repeat(64 << 10) })],
  ['10,000 dots', () => Promise.resolve('.'.repeat(10_000))],
  ['five parts', async () => `${await other()}.AA.AA`],
  ['no JSON', () => Promise.resolve('AA.AA.AA')],
  ['a prototype', () => Promise.resolve(`${part({ ...HEADER, __proto__: { alg: 'none' } })}.e30.AA`)],
  ['nothing', () => Promise.resolve('')],
])('%s is none of ours', async (_, make) => {
  expect(await tokens.read(await make())).toBeUndefined();
});

test('keys and addresses in the header are not looked at', async () => {
  // To a closed port: whoever asked there would wait for an answer or fail.
  const hints = { kid: '../../dev/null', jku: 'http://127.0.0.1:1/keys', x5u: 'http://127.0.0.1:1/cert' };
  const jwk = { kty: 'oct', k: Buffer.alloc(32, 1).toString('base64url') };
  expect(await tokens.read(await other({}, { ...hints, jwk }, Buffer.alloc(32, 1)))).toBeUndefined();
  expect(await tokens.read(await other({}, { ...hints, jwk }))).toMatchObject({ id: ID });
});

test('without a master key nothing is signed, and nothing is ours', async () => {
  const unconfigured = new SessionTokens(url, undefined);
  await expect(unconfigured.sign(TURN)).rejects.toMatchObject({ code: 'not_configured' });
  expect(await unconfigured.read(await other())).toBeUndefined();
});
