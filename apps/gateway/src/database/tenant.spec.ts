import { DataSource } from 'typeorm';
import { withTenant } from '../../../../libs/connections/src/tenant.js';
import { Confirmation } from '../../../../libs/mcp/src/confirmations/confirmation.entity.js';
import { query, type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { migrate } from './migrate.js';
import { dataSourceOptions } from './options.js';

const log = { info: () => undefined, warn: () => undefined };
let database: TestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await testDatabase();
  dataSource = await new DataSource(
    dataSourceOptions({ url: await migrate(database, log), entities: [Confirmation], poolSize: 2, log }),
  ).initialize();
  const row = (tenantId: string) => ({ tenantId, tokenHash: Buffer.from(tenantId), expiresAt: new Date() });
  for (const tenant of ['1', '2'])
    await withTenant(dataSource, tenant, (manager) => manager.insert(Confirmation, row(tenant)));
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

const visible = (tenant: string) => withTenant(dataSource, tenant, (manager) => manager.find(Confirmation));

describe('a tenant table', () => {
  it('is not empty at all to the owner, a superuser, who passes row-level security', async () => {
    expect(await query(database.url, 'SELECT * FROM confirmations')).toHaveLength(2);
  });

  it('is empty without a tenant, before and after the connection has had one', async () => {
    expect(await dataSource.getRepository(Confirmation).find()).toEqual([]);
    await visible('1');
    expect(await dataSource.getRepository(Confirmation).find()).toEqual([]);
    expect(await dataSource.query('SELECT * FROM confirmations WHERE tenant_id IS NOT NULL')).toEqual([]);
  });

  it('shows a tenant its own rows only, whatever the query asks for', async () => {
    expect((await visible('1')).map(({ tenantId }) => tenantId)).toEqual(['1']);
    expect((await visible('2')).map(({ tenantId }) => tenantId)).toEqual(['2']);
    expect(
      await withTenant(dataSource, '1', (manager) => manager.find(Confirmation, { where: { tenantId: '2' } })),
    ).toEqual([]);
  });

  it('takes no row for another tenant, and changes and deletes none', async () => {
    const foreign = { tenantId: '2', tokenHash: Buffer.from('x'), expiresAt: new Date() };
    await expect(withTenant(dataSource, '1', (manager) => manager.insert(Confirmation, foreign))).rejects.toThrow(
      /row-level security/,
    );
    await expect(
      withTenant(dataSource, '1', (manager) => manager.update(Confirmation, { tenantId: '1' }, { tenantId: '2' })),
    ).rejects.toThrow(/row-level security/);
    const deleted = await withTenant(dataSource, '1', (manager) => manager.delete(Confirmation, { tenantId: '2' }));
    expect(deleted.affected).toBe(0);
    await expect(dataSource.getRepository(Confirmation).insert(foreign)).rejects.toThrow(/row-level security/);
  });

  it('keeps two tenants apart that share the connections of one pool', async () => {
    const seen = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const tenant = String(1 + (index % 2));
        return (await visible(tenant)).every(({ tenantId }) => tenantId === tenant);
      }),
    );
    expect(seen.every(Boolean)).toBe(true);
  });

  it('rolls back and forgets the tenant when the work throws', async () => {
    const row = { tenantId: '1', tokenHash: Buffer.from('gone'), expiresAt: new Date() };
    const work = withTenant(dataSource, '1', async (manager) => {
      await manager.insert(Confirmation, row);
      throw new Error('on purpose');
    });
    await expect(work).rejects.toThrow('on purpose');
    expect(await visible('1')).toHaveLength(1);
    expect(await dataSource.getRepository(Confirmation).find()).toEqual([]);
  });

  it('is refused without a tenant id', async () => {
    await expect(withTenant(dataSource, '', () => Promise.resolve(1))).rejects.toMatchObject({
      code: 'internal_error',
    });
  });
});

describe('every tenant table', () => {
  it('forces row-level security, also on its owner', async () => {
    const rows = await query<{ relname: string }>(
      database.url,
      `
      SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'tenant_id'
      WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
        AND relname NOT IN ('access_grants', 'tenant_expiries') AND (NOT relrowsecurity OR NOT relforcerowsecurity OR NOT EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = pg_class.oid))`,
    );
    expect(rows).toEqual([]);
  });
});
