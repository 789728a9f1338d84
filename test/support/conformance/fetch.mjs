// Installs the official conformance suite, and a Node.js for it where ours is too old, into .cache/conformance; does nothing
// when both are there. Prints their paths as JSON. They are no dependencies of the project: 240 MB that one test needs.
import { join } from 'node:path';
import { installed } from '../install.mjs';

const PLATFORM = process.platform === 'win32' ? 'win' : process.platform;
const SUITE = '@modelcontextprotocol/conformance';
const NODE = `node-${PLATFORM}-${process.arch}`;
// The suite calls fs.globSync.
const OWN_NODE_WILL_DO = Number(process.versions.node.split('.')[0]) >= 22;

const folder = installed('conformance', {
  [SUITE]: '0.2.0-alpha.12',
  ...(OWN_NODE_WILL_DO ? {} : { [NODE]: '22.23.3' }),
});
console.log(
  JSON.stringify({
    node: OWN_NODE_WILL_DO
      ? process.execPath
      : join(folder, 'node_modules', NODE, 'bin', PLATFORM === 'win' ? 'node.exe' : 'node'),
    suite: join(folder, 'node_modules', SUITE, 'dist', 'index.js'),
  }),
);
