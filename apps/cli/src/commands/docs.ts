import { type Flags } from '../commands.js';
import { staleDocuments, writeDocuments } from '../documents.js';

/** Writes what is stale in the working directory, or with `check` only names it. */
export async function run({ check }: Flags): Promise<number> {
  const root = process.cwd();
  const stale = await staleDocuments(root);
  if (!check) await writeDocuments(root);
  for (const path of stale) console.log(check ? `${path} is stale: run npm run docs` : `${path} written`);
  if (stale.length === 0) console.log('Every generated document is up to date.');
  return check && stale.length > 0 ? 1 : 0;
}
