// The floor of opening a session: one bare Fastify route that stores three rows in one transaction and answers JSON.
import { fastify } from 'fastify';
import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { openDatabase } from '../apps/gateway/src/database/database.js';

const log = { info: () => undefined, warn: () => undefined };
const database = await openDatabase(
  { DATABASE_URL: undefined, DATA_DIR: process.env.DATA_DIR ?? '', NODE_ENV: 'test' },
  log,
);
const pool = new Pool({ connectionString: database.url, max: 4 });
await pool.query('CREATE TABLE IF NOT EXISTS floor (id uuid PRIMARY KEY, payload jsonb NOT NULL)');
const app = fastify();

app.get('/health', () => ({ status: 'ok' }));
app.post<{ Body: object }>('/session', async ({ body }) => {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    for (let row = 0; row < 3; row += 1) await client.query('INSERT INTO floor VALUES ($1, $2)', [randomUUID(), body]);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
  return { access_token: randomUUID() };
});
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
process.once('SIGTERM', () => {
  void (async () => {
    await app.close();
    await pool.end();
    await database.close();
    process.exit(0);
  })();
});
