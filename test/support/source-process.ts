/** What Node is started with, in the project's root, to run a script (an ES module) that may import our sources and `#libs/*` as they are. */
export const fromSource = (script: string, ...args: string[]): string[] => [
  '--conditions=source',
  '--import',
  './test/support/from-source.mjs',
  '--input-type=module',
  '--eval',
  script,
  ...args,
];
