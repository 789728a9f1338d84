import { type Invalidated, Invalidations } from '#libs/connections';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { type TestApp } from './app.js';

/**
 * Makes a change, and waits until another process has heard of it from the database, after its caches have: what then holds there holds
 * because of the message, and not because what was remembered has grown old. Without the message it waits for ever.
 */
export async function heardBy({ gateway: { app } }: TestApp, kind: Invalidated, change: () => Promise<unknown>) {
  const invalidations = app.get(Invalidations);
  const next = (wanted: Invalidated, id?: string) =>
    new Promise<void>((resolve) =>
      invalidations.subscribe({
        drop: (what, which) => void (what === wanted && (id ?? which) === which && resolve()),
        flush: () => undefined,
      }),
    );
  // Messages come in the order of the commits: after this one, none of an earlier change is under way.
  const marker = randomUUID();
  const passed = next('tier', marker);
  await app.get(DataSource).query('SELECT pg_notify($1, $2)', ['clickup_mcp_invalidations', `tier:${marker}`]);
  await passed;
  const heard = next(kind);
  await change();
  await heard;
}
