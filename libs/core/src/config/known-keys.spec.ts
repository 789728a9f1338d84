import { misspeltKeys, unknownKeys } from './known-keys.js';

test.each([
  ['BASEURL', 'BASE_URL'],
  ['base_url', 'BASE_URL'],
  ['CLICKUP_API_TOKN', 'CLICKUP_API_TOKEN'],
  ['DATABSE_URL', 'DATABASE_URL'],
])('%s in .env probably means %s', (written, meant) => {
  expect(unknownKeys([written])).toEqual([`${written} (in .env) is not known; did you mean ${meant}?`]);
});

test('keys, aliases, flags, files of secrets and what Compose takes are known; anything else is not', () => {
  expect(
    unknownKeys([
      'PORT',
      'CLICKUP_API_KEY',
      'READ_ONLY_MODE',
      'MASTER_KEY_FILE',
      'CLICKUP_API_KEY_FILE',
      'POSTGRES_PASSWORD',
    ]),
  ).toEqual([]);
  expect(unknownKeys(['UNRELATED_THING_ALTOGETHER', 'PORT_FILE'])).toHaveLength(2);
});

test('in the real environment only what is very near to a key is told', () => {
  expect(misspeltKeys(['BASE_URI', 'WRITE_MODES'])).toEqual([
    'BASE_URI is not known; did you mean BASE_URL?',
    'WRITE_MODES is not known; did you mean WRITE_MODE?',
  ]);
  expect(misspeltKeys(['PATH', 'HOME', 'PORTS', 'HOSTNAME', 'NODE_OPTIONS', 'PORT', 'npm_config_cache'])).toEqual([]);
});
