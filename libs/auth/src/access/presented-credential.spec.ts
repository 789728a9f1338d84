import { type IncomingMessage } from 'node:http';
import { presentedCredential } from './presented-credential.js';

/** A request as Node makes it: of doubled headers only the first is in `headers`. */
function request(...pairs: [string, string][]): IncomingMessage {
  const headers: Record<string, string> = {};
  for (const [name, value] of pairs) headers[name.toLowerCase()] ??= value;
  return { headers, rawHeaders: pairs.flat() } as unknown as IncomingMessage;
}

test.each<[string, [string, string][], string | undefined, string | undefined]>([
  ['Bearer', [['Authorization', 'Bearer secret']], undefined, 'secret'],
  ['bearer in lower case', [['authorization', 'bearer secret']], undefined, 'secret'],
  ['X-API-Key', [['X-API-Key', 'secret']], undefined, 'secret'],
  ['the query', [], 'secret', 'secret'],
  ['nothing', [], undefined, undefined],
  ['an empty Authorization', [['Authorization', '']], undefined, undefined],
  ['Bearer without a token', [['Authorization', 'Bearer']], undefined, undefined],
  ['an empty X-API-Key', [['X-API-Key', '']], undefined, undefined],
  ['an empty query key', [], '', undefined],
  [
    'X-API-Key beside an empty Authorization',
    [
      ['Authorization', 'Bearer '],
      ['X-API-Key', 'secret'],
    ],
    undefined,
    'secret',
  ],
])('%s', (_, headers, query, token) => {
  expect(presentedCredential(request(...headers), query === undefined ? [] : [query])?.token).toBe(token);
});

test.each<[string, [string, string][], string[]]>([
  [
    'Bearer and X-API-Key',
    [
      ['Authorization', 'Bearer one'],
      ['X-API-Key', 'two'],
    ],
    [],
  ],
  [
    'Bearer and the same key as X-API-Key',
    [
      ['Authorization', 'Bearer one'],
      ['X-API-Key', 'one'],
    ],
    [],
  ],
  ['Bearer and a query key', [['Authorization', 'Bearer one']], ['two']],
  [
    'Basic and X-API-Key',
    [
      ['Authorization', 'Basic YTpi'],
      ['X-API-Key', 'two'],
    ],
    [],
  ],
  ['X-API-Key and a query key', [['X-API-Key', 'one']], ['two']],
  ['two query keys', [], ['one', 'two']],
])('%s are more than one credential', (_, headers, query) => {
  expect(() => presentedCredential(request(...headers), query)).toThrow(
    expect.objectContaining({ code: 'invalid_parameters' }),
  );
});

test.each<[string, [string, string][], string]>([
  [
    'two Authorization headers',
    [
      ['Authorization', 'Bearer a'],
      ['Authorization', 'Bearer b'],
    ],
    'invalid_parameters',
  ],
  [
    'two X-API-Key headers',
    [
      ['X-API-Key', 'a'],
      ['x-api-key', 'b'],
    ],
    'invalid_parameters',
  ],
  ['Basic', [['Authorization', 'Basic YTpi']], 'invalid_token'],
  ['a token with spaces', [['Authorization', 'Bearer a b']], 'invalid_token'],
  ['a token of 1 MB', [['Authorization', `Bearer ${'a'.repeat(1 << 20)}`]], 'invalid_token'],
])('%s is refused', (_, headers, code) => {
  expect(() => presentedCredential(request(...headers), [])).toThrow(expect.objectContaining({ code }));
});
