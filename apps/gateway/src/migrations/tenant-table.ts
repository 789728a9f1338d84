import { type QueryRunner } from 'typeorm';

/**
 * Shows and accepts only rows of the tenant that the transaction has set (`withTenant`), to the owner of the table too.
 * Once a transaction has set it, PostgreSQL leaves the setting empty rather than missing: hence NULLIF.
 */
export async function protectTenantTable(runner: QueryRunner, table: string): Promise<void> {
  const own = `tenant_id = NULLIF(current_setting('app.tenant_id', true), '')`;
  await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
  await runner.query(`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`);
  await runner.query(`CREATE POLICY tenant ON ${table} FOR ALL USING (${own}) WITH CHECK (${own})`);
}
