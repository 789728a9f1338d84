import { setTimeout as sleep } from 'node:timers/promises';
import { execute, query } from '../../support/postgres.js';
import { type DatabaseLink, startDatabaseLink } from '../database-link.js';
import { ask, type Call, Load, request } from '../load.js';
import { counted, lateness, p, recovery, rounded, type Scenario } from '../scenario.js';
import { type Site } from '../site.js';
import { onSite } from './on-site.js';

const BACKENDS = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND datname = current_database()`;
/** By PostgreSQL's own hand what a full disk does: 53100 for whatever would take room. */
const FULL = `CREATE FUNCTION public.full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$`;
const TABLES = `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'`;

/** Keys that no replica remembers: each needs the database once. */
const strangers = (site: Site, from: number, count: number) =>
  Promise.all(
    site.keys.slice(from, from + count).map((key) => ask(site.front.url, key, 'get_workspace_hierarchy', {})),
  );
/** Has both replicas remember all who share the load. */
const remembered = (site: Site) =>
  Promise.all(
    site.replicas.listening.flatMap((url) =>
      site.keys.slice(0, 49).map((key) => ask(url, key, 'get_workspace_hierarchy', {})),
    ),
  );
/** Those of them that were neither answered nor told when to come again. */
const illAnswered = (answers: Awaited<ReturnType<typeof strangers>>): string[] =>
  answers
    .filter(({ ended, status, retryAfter }) => ended !== 'success' && !(status === 503 && Number(retryAfter) > 0))
    .map(({ status, code }) => `a caller whom nobody remembers got ${status} ${code ?? ''}`);

const listed = async (url: string, key: string): Promise<Call> => {
  const at = performance.now();
  const { ended, status, code } = await request(url, key, 'tools/list', {});
  return { at, until: performance.now(), kind: 'read', ended, status, code };
};
/** Something that has to be stored. */
const register = async (site: Site): Promise<string[]> => {
  const { status, headers } = await fetch(`${site.front.url}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: ['http://127.0.0.1:9/callback'], client_name: 'fault' }),
  });
  return status === 201 || (status === 503 && Number(headers.get('retry-after')) > 0)
    ? []
    : [`/register is answered ${status}, Retry-After ${headers.get('retry-after')}`];
};

/** The callers who share the load, an odd number so that each comes to both replicas; the rest of the keys is not remembered. */
const WITH_STRANGERS = { callers: 80 };
const loaded = (site: Site) => new Load(site, { callers: 49 });

export const DATABASE: Readonly<Record<string, Scenario>> = {
  'database-killed': {
    title: 'PostgreSQL is killed (SIGKILL) under load, is away for five seconds, and comes back',
    run: () =>
      onSite({ ...WITH_STRANGERS, ownCluster: true }, async (site) => {
        await remembered(site);
        const load = loaded(site);
        await sleep(2_000);
        const killed = performance.now();
        await site.cluster!.kill();
        await sleep(1_000);
        const away = await strangers(site, 50, 10);
        const registered = await register(site);
        await sleep(4_000);
        await site.cluster!.restart();
        const back = performance.now();
        await sleep(7_000);
        const ledger = await load.stop();
        const later = await strangers(site, 50, 10);
        const during = ledger.calls.filter(({ kind, at, until }) => kind === 'read' && at > killed && until < back);
        return {
          figures: [
            ...counted(ledger),
            {
              what: 'reads while it was away, of callers who are remembered',
              measured: during.length,
              unit: '',
            },
            {
              what: 'of them failed',
              measured: during.filter(({ ended }) => ended !== 'success').length,
              unit: '',
              target: ['≤', 0],
            },
            {
              what: 'until the last failure after it was back',
              measured: recovery(ledger, back),
              unit: 's',
              target: ['≤', 5],
            },
          ],
          wrong: [
            ...ledger.wrong,
            ...illAnswered(away),
            ...registered,
            ...later.filter(({ ended }) => ended !== 'success').map(({ code }) => `afterwards: ${code}`),
          ],
        };
      }),
  },
  failover: {
    title:
      'All connections are terminated (57P01), for three seconds the server only reads (25006), then a new primary',
    run: () =>
      onSite(WITH_STRANGERS, async (site) => {
        const [{ name }] = (await query<{ name: string }>(site.databaseUrl, 'SELECT current_database() AS name')) as [
          { name: string },
        ];
        const readOnly = (is: string) =>
          execute(site.databaseUrl, `ALTER DATABASE ${name} SET default_transaction_read_only = ${is}`);
        const load = loaded(site);
        await sleep(6_000);
        const began = performance.now();
        await readOnly('on');
        await execute(site.databaseUrl, BACKENDS);
        await sleep(3_000);
        const during = await strangers(site, 50, 10);
        const registered = await register(site);
        // The owner's own new connections only read, too.
        await execute(
          site.databaseUrl,
          `BEGIN READ WRITE; ALTER DATABASE ${name} SET default_transaction_read_only = off; COMMIT`,
        );
        await execute(site.databaseUrl, BACKENDS);
        await sleep(12_000);
        const ledger = await load.stop();
        const late = ledger.calls.filter(({ at, ended }) => ended !== 'success' && at > began + 10_000);
        return {
          figures: [
            ...counted(ledger),
            { what: 'failures later than 10 s after it began', measured: late.length, unit: '', target: ['≤', 0] },
            { what: 'until the last failure', measured: recovery(ledger, began), unit: 's', target: ['≤', 10] },
          ],
          wrong: [...ledger.wrong, ...illAnswered(during), ...registered],
        };
      }),
  },
  'pool-exhausted': {
    title: '500 callers whom nobody remembers come at once to one replica with ten connections to its database',
    run: () =>
      onSite({ callers: 500, replicas: 1, env: { DATABASE_POOL_SIZE: '10' } }, async (site) => {
        const url = await site.replicas.url(0);
        const took = await Promise.all(site.keys.map((key) => listed(url, key)));
        const after = await listed(url, site.keys[0]!);
        return {
          figures: [
            { what: 'calls', measured: took.length, unit: '' },
            {
              what: 'told to come again (503)',
              measured: took.filter(({ status }) => status === 503).length,
              unit: '',
            },
            { what: 'p99 of all answers', measured: rounded(p(took, 0.99) / 1000), unit: 's', target: ['≤', 2] },
          ],
          wrong: [
            ...took
              .filter(({ ended, status }) => ended !== 'success' && status !== 503)
              .map(({ status, code }) => `answered ${status} ${code}`),
            ...(after.ended === 'success' ? [] : [`afterwards: ${after.code}`]),
          ],
        };
      }),
  },
  'slow-database': {
    title: 'Every answer of the database is two seconds late',
    run: () => {
      let link: DatabaseLink;
      const between = async (url: string) => (link = await startDatabaseLink(url)).url;
      return onSite({ ...WITH_STRANGERS, between }, async (site) => {
        const load = loaded(site);
        await sleep(6_000);
        link.delayMs = 2_000;
        const slow = await strangers(site, 50, 20);
        await sleep(8_000);
        link.delayMs = 0;
        const back = performance.now();
        await sleep(7_000);
        const ledger = await load.stop();
        return {
          figures: [
            ...counted(ledger),
            lateness([site.seen(0), site.seen(1)], 100),
            {
              what: 'until the last failure after it was quick',
              measured: recovery(ledger, back),
              unit: 's',
              target: ['≤', 5],
            },
          ],
          wrong: [...ledger.wrong, ...illAnswered(slow)],
        };
      });
    },
  },
  'disk-full': {
    title: 'The disk of PostgreSQL is full (53100) for five seconds: nothing that takes room can be written',
    run: () =>
      onSite(WITH_STRANGERS, async (site) => {
        const tables = (await query<{ name: string }>(site.databaseUrl, TABLES)).map(({ name }) => name);
        const load = loaded(site);
        await sleep(6_000);
        await execute(site.databaseUrl, FULL);
        for (const table of tables)
          await execute(
            site.databaseUrl,
            `CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON public."${table}" FOR EACH STATEMENT EXECUTE FUNCTION public.full_disk()`,
          );
        const during = await strangers(site, 50, 10);
        const registered = await register(site);
        await sleep(5_000);
        await execute(site.databaseUrl, 'DROP FUNCTION public.full_disk CASCADE');
        const back = performance.now();
        await sleep(5_000);
        const ledger = await load.stop();
        const partial = await query(
          site.databaseUrl,
          'SELECT 1 FROM access_grants g LEFT JOIN connections c ON c.id = g.connection_id WHERE c.id IS NULL',
        );
        return {
          figures: [
            ...counted(ledger),
            {
              what: 'reads that failed',
              measured: ledger.calls.filter(({ kind, ended }) => kind === 'read' && ended !== 'success').length,
              unit: '',
              target: ['≤', 0],
            },
            { what: 'partial rows', measured: partial.length, unit: '', target: ['≤', 0] },
            {
              what: 'until the last failure after there was room',
              measured: recovery(ledger, back),
              unit: 's',
              target: ['≤', 5],
            },
          ],
          wrong: [...ledger.wrong, ...illAnswered(during), ...registered],
        };
      }),
  },
};
