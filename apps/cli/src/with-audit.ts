import { auditedTenants } from '#libs/admin';
import { type Unlocked } from '#libs/connections';
import { ConfigError } from '#libs/core';
import { type DataSource } from 'typeorm';
import { unlockedIfKnown } from './with-database.js';

/** @throws ConfigError where MASTER_KEY is none that the gateways work with: the keys of the audit are sealed under it */
export async function unlockedForAudit(pool: DataSource): Promise<Unlocked> {
  const unlocked = await unlockedIfKnown(pool);
  if (!unlocked)
    throw new ConfigError([
      'MASTER_KEY: has to be the one that the gateways work with: it opens the keys of the audit',
    ]);
  return unlocked;
}

/** The Workspaces that a command is about: the one that was named, or all. */
export const chosenTenants = async (pool: DataSource, workspace: string | undefined): Promise<string[]> =>
  workspace === undefined ? auditedTenants(pool) : [workspace];

/** A day of an option. @throws ConfigError for anything that is none */
export function dayOption(name: string, value: string | undefined): string | undefined {
  const isDay = value === undefined || (/^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)));
  if (!isDay) throw new ConfigError([`--${name}: must be a day such as 2026-11-30`]);
  return value;
}
