// Inserts 1, 2, 3 … one transaction each, and prints a number once PostgreSQL has acknowledged its commit.
import pg from 'pg';

const client = new pg.Client({ connectionString: process.argv[2] });
client.on('error', () => process.exit(0));
await client.connect();
const { rows } = await client.query('SELECT coalesce(max(n), 0)::int AS n FROM written');
for (let n = rows[0].n + 1; ; n += 1) {
  await client.query('INSERT INTO written (n) VALUES ($1)', [n]).catch(() => process.exit(0));
  process.stdout.write(`${n}\n`);
}
