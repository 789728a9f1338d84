import { readFileSync } from 'node:fs';

/**
 * Ends the process with status 78 and one sentence where Node is older than package.json allows. An entry file calls it before it loads
 * anything else, and so this file imports nothing of ours and is written in syntax that old versions know.
 */
export function refuseOldNode(): void {
  const manifest = readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8');
  const wanted = (JSON.parse(manifest) as { engines: { node: string } }).engines.node.replace('>=', '');
  if (!isOlder(process.versions.node, wanted)) return;
  console.error(`Node ${process.versions.node} is too old: install Node ${wanted} or newer (https://nodejs.org).`);
  process.exit(78);
}

/** Whether version `a` comes before `b`; both are numbers with points in between. */
function isOlder(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let part = 0; part < right!.length; part += 1)
    if (left![part] !== right![part]) return left![part]! < right![part]!;
  return false;
}

/** What a library says at each start on a Node that we support and test, and that an operator can do nothing about. */
const NO_NEWS = /oidc-provider.*Unsupported runtime/;

/** Loads a module while that sentence is kept from the terminal; any other warning is printed. */
export async function quietly<T>(load: () => Promise<T>): Promise<T> {
  const warn = console.warn;
  console.warn = (...words: unknown[]) => {
    if (!NO_NEWS.test(words.join(' '))) warn.apply(console, words);
  };
  try {
    return await load();
  } finally {
    console.warn = warn;
  }
}
