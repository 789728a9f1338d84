import { Connections, Invalidations, type EncryptionContext, type Vault } from '#libs/connections';
import { type Logger } from 'pino';
import { type DataSource } from 'typeorm';
import { query } from './postgres.js';

/** Stores connections of one person with API keys, as people make them. Returns the API keys' ids and secrets. */
export async function storeConnections(
  database: DataSource,
  vault: Vault,
  workspaceId: string,
  credentials: readonly string[],
): Promise<{ grantId: string; secret?: string }[]> {
  const store = new Connections(
    database,
    vault,
    new Invalidations(database, { DATABASE_URL_DIRECT: undefined }, {} as Logger),
    {
      MAX_GRANTS_PER_PERSON: 10_000,
    },
  );
  const stored: { grantId: string; secret?: string }[] = [];
  for (const credential of credentials) {
    stored.push(
      await store.connect({
        workspaceId,
        person: { id: '7', name: 'Ada' },
        credential,
        policy: { mode: 'write' },
        grant: { kind: 'api_key', label: 'test' },
      }),
    );
  }
  return stored;
}

/** Every sealed credential with its context, past row-level security, in a fixed order. */
export async function sealedCredentials(url: string): Promise<{ context: EncryptionContext; sealed: Buffer }[]> {
  const rows = await query<{ tenant: string; row: string; sealed: Buffer }>(
    url,
    'SELECT tenant_id AS tenant, id::text AS row, sealed_credential AS sealed FROM connections ORDER BY 1, 2',
  );
  return rows.map(({ tenant, row, sealed }) => ({
    context: { table: 'connections', column: 'sealed_credential', tenant, row },
    sealed,
  }));
}
