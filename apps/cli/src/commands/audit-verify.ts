import { ConfigError, loadConfig } from '#libs/core';
import { readFileSync } from 'node:fs';
import { type AnchoredHead, AuditKeys, verifyTenant } from '../../../gateway/src/audit/index.js';
import { type Flags, type Options } from '../commands.js';
import { chosenTenants, dayOption, unlockedForAudit } from '../with-audit.js';
import { withDatabase } from '../with-database.js';

/** Goes through the audit, and prints a line per Workspace and per finding. Status 1 if something was found. */
export async function run(_flags: Flags, _operands: readonly string[], options: Options): Promise<number> {
  const { AUDIT_RETENTION_DAYS: retentionDays } = loadConfig();
  const anchored = options.heads === undefined ? [] : readHeads(options.heads);
  const extent = { from: dayOption('from', options.from), to: dayOption('to', options.to), retentionDays, anchored };
  return withDatabase(async (pool) => {
    const keys = new AuditKeys((await unlockedForAudit(pool)).vault);
    const known = await chosenTenants(pool, options.workspace);
    // A Workspace that was removed altogether has left its heads elsewhere.
    const named = options.workspace === undefined ? anchored.map(({ workspace }) => workspace) : [];
    let found = 0;
    for (const tenant of new Set([...known, ...named])) {
      const { days, rows, removed, findings } = await verifyTenant(pool, keys, tenant, extent);
      found += findings.length;
      for (const { day, seq, problem } of findings)
        console.log(`Workspace ${tenant}, ${day}${seq === undefined ? '' : `, event ${seq}`}: ${problem}`);
      const gone = removed.days > 0 ? ` Removed by retention: ${removed.days} days, ${removed.rows} events.` : '';
      console.log(`Workspace ${tenant}: ${days} days, ${rows} events, ${findings.length} findings.${gone}`);
    }
    return found > 0 ? 1 : 0;
  });
}

function readHeads(file: string): AnchoredHead[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => headIn(JSON.parse(line) as Partial<AnchoredHead>));
  } catch (cause) {
    throw Object.assign(
      new ConfigError([
        `--heads: ${file} cannot be read as lines of \`clickup-mcp audit heads\`: ${(cause as Error).message}`,
      ]),
      { cause },
    );
  }
}

function headIn({ workspace, day, rows, mac }: Partial<AnchoredHead>): AnchoredHead {
  if (typeof workspace !== 'string' || typeof day !== 'string' || typeof rows !== 'number' || typeof mac !== 'string')
    throw new Error('a line has no workspace, day, rows and mac');
  return { workspace, day, rows, mac };
}
