import { parseEnv } from 'node:util';
import { type Key, KEYS } from './keys.js';
import { loadConfig } from './load.js';
import { renderConfiguration, renderEnvExample } from './render.js';

const rows = Object.entries<Key>(KEYS);

test('the document has one row per key, with its default, aliases and file name', () => {
  const lines = renderConfiguration().split('\n');
  for (const [name, key] of rows) {
    const line = lines.filter((text) => text.startsWith(`| \`${name}\` |`));
    expect(line).toHaveLength(1);
    for (const part of [key.describe, ...(key.aliases ?? []), ...(key.secret ? [`${name}_FILE`] : [])])
      expect(line[0]).toContain(part);
  }
  expect(lines).toContainEqual(expect.stringContaining('| `PORT` | `3000` |'));
  expect(lines).toContainEqual(expect.stringContaining('| `TRUST_PROXY` | `loopback` |'));
  expect(lines.filter((text) => text.startsWith('## '))).toEqual([
    ...new Set(rows.map(([, key]) => `## ${key.group}`)),
  ]);
});

test('.env.example changes nothing as it is, and nothing when uncommented', () => {
  const example = renderEnvExample();
  expect(parseEnv(example)).toEqual({});
  const uncommented = parseEnv(example.replace(/^# ([A-Z_]+=)/gm, '$1'));
  expect(Object.keys(uncommented).sort()).toEqual(rows.map(([name]) => name).sort());
  expect(loadConfig(uncommented)).toEqual(loadConfig({}));
});
