import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from './make-folder.js';

let base: string;
beforeEach(() => (base = mkdtempSync(join(tmpdir(), 'folder-'))));
afterEach(() => rmSync(base, { recursive: true }));

test.each(['a', 'a/b/c', 'a/./b', ''])('makes %j, and again', (path) => {
  makeFolder(join(base, path));
  makeFolder(join(base, path));
  expect(statSync(join(base, path)).isDirectory()).toBe(true);
});

test.each(['file', 'file/below'])('%j cannot be one', (path) => {
  writeFileSync(join(base, 'file'), '');
  expect(() => makeFolder(join(base, path))).toThrow();
});

const proc = existsSync('/proc/self');
(proc ? test : test.skip)('where no folders can be made it says so, and does not try for ever', () =>
  expect(() => makeFolder('/proc/nothing/below')).toThrow(/ENOENT/),
);
