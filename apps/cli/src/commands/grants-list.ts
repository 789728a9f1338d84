import { allGrants } from '#libs/connections';
import { type Flags } from '../commands.js';
import { printRows } from '../table.js';
import { withDatabase } from '../with-database.js';

/** Prints every grant that is stored, newest first. */
export async function run({ json }: Flags): Promise<number> {
  printRows(await withDatabase(allGrants), json);
  return 0;
}
