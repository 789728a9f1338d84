import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { fromSource } from '../support/source-process.js';

const LIBS = readdirSync('libs');
const SCRIPT = `
  for (const lib of process.argv.slice(1)) {
    await import('#libs/' + lib);
    console.log(import.meta.resolve('#libs/' + lib));
  }
`;

// Jest runs them as CommonJS, where a circle of files or a default import can work that plain Node refuses.
test('plain Node loads every library from its sources, without a build', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, fromSource(SCRIPT, ...LIBS));
  const loaded = stdout.trim().split('\n');
  expect(loaded).toEqual(LIBS.map((lib) => expect.stringMatching(`/libs/${lib}/src/index\\.ts$`)));
  expect(loaded.filter((url) => url.includes('/dist/'))).toEqual([]);
});
