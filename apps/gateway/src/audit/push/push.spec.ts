import { type AuditEvent, type AuditTrail } from '#libs/audit';
import { vaultOf } from '#libs/connections';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { type DataSource } from 'typeorm';
import { openPool } from '../../../../../test/support/pool.js';
import { execute, query, type TestDatabase, testDatabase } from '../../../../../test/support/postgres.js';
import { syslogMessages } from '../../../../../test/support/syslog.js';
import { TEST_CERTIFICATE, TEST_KEY } from '../../../../../test/support/tls.js';
import { auditTrail } from '../index.js';
import { AuditPusher } from './audit-pusher.service.js';
import { sinkName } from './sink.js';

const SECRET = 'a secret of the sink';
const log = { warn: () => undefined };
let database: TestDatabase;
let pool: DataSource;
beforeAll(async () => {
  database = await testDatabase();
  pool = await openPool(database.url);
});
afterAll(async () => {
  await pool.destroy();
  await database.drop();
});

const event = (tenant: string, tool: string): AuditEvent => ({
  event: 'call',
  tenant,
  at: Date.now(),
  decision: 'allowed',
  tool,
});
async function store(trail: AuditTrail, tenant: string, tools: readonly string[]): Promise<void> {
  for (const tool of tools.slice(0, -1)) trail.note(event(tenant, tool));
  await trail.durable(event(tenant, tools.at(-1)!));
}
const pusher = (url: string) => {
  const made = new AuditPusher(pool, { AUDIT_PUSH_URL: url, AUDIT_PUSH_SECRET: SECRET }, log);
  made.onApplicationBootstrap();
  return made;
};
const listening = async (server: { listen: Server['listen']; address: Server['address'] }) => {
  await once(server.listen(0, '127.0.0.1') as never, 'listening');
  return (server.address() as AddressInfo).port;
};
const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => `t${from + at}`);

interface Line {
  workspace: string;
  tool: string;
  cursor: string;
}
/** A sink that can be told to refuse, and to take without saying so. */
class Webhook {
  readonly lines: Line[] = [];
  answers = 200;
  refused = 0;
  readonly server = createServer((request, response) => {
    void this.take(request).then((status) => response.writeHead(status).end());
  });

  of(workspace: string): string[] {
    return this.lines.filter((line) => line.workspace === workspace).map(({ tool }) => tool);
  }

  private async take(request: IncomingMessage): Promise<number> {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk as string;
    const [, at, mac] = /^t=(\d+),v1=([\da-f]{64})$/.exec(request.headers['x-audit-signature'] as string)!;
    if (createHmac('sha256', SECRET).update(`${at}.${body}`).digest('hex') !== mac) return 401;
    if (this.answers !== 200) {
      this.refused += 1;
      return this.answers;
    }
    for (const line of body.trimEnd().split('\n')) this.lines.push(JSON.parse(line) as Line);
    return 200;
  }
}

test('a sink that was away has every event in the end, in order and signed; two replicas send nothing twice', async () => {
  const webhook = new Webhook();
  const url = `http://127.0.0.1:${await listening(webhook.server)}/audit`;
  const trail = auditTrail(pool, vaultOf(Buffer.alloc(32, 7)), log, url);
  // Stored before anybody sends: what is there is sent too.
  await store(trail, '1', numbered(0, 700));
  webhook.answers = 503;
  const first = [pusher(url), pusher(url)];
  while (webhook.refused < 2) await sleep(20);
  await store(trail, '1', numbered(700, 720));
  await store(trail, '2', ['other']);
  for (const each of first) await each.beforeApplicationShutdown();
  expect(webhook.lines).toEqual([]);
  webhook.answers = 200;
  const second = [pusher(url), pusher(url)];
  while (webhook.of('1').length < 720 || webhook.of('2').length < 1) await sleep(20);
  await store(trail, '1', ['last']);
  while (!webhook.of('1').includes('last')) await sleep(20);
  for (const each of second) await each.beforeApplicationShutdown();
  expect(webhook.of('1')).toEqual([...numbered(0, 720), 'last']);
  expect(webhook.of('2')).toEqual(['other']);
  await trail.close();
  webhook.server.close();
});

test('what a killed replica had claimed is sent by another, once its time is over', async () => {
  const webhook = new Webhook();
  const url = `http://127.0.0.1:${await listening(webhook.server)}/killed`;
  const trail = auditTrail(pool, vaultOf(Buffer.alloc(32, 7)), log, url);
  await store(trail, '3', ['kept']);
  await execute(
    database.url,
    `UPDATE audit_pushes SET claim = gen_random_uuid(), news = false, again_at = now() - interval '1 second' WHERE chain = '3' AND sink = '${sinkName(url)}'`,
  );
  const other = pusher(url);
  while (webhook.of('3').length < 1) await sleep(20);
  await other.beforeApplicationShutdown();
  expect(webhook.of('3')).toEqual(['kept']);
  await trail.close();
  webhook.server.close();
});

test('a syslog server has the events as RFC 5424 messages with their lengths; a connection that breaks is no delivery', async () => {
  const received: string[] = [];
  let breaks = true;
  const server = createTcpServer({ allowHalfOpen: true }, (socket) => {
    let text = '';
    socket.on('error', () => undefined).setEncoding('utf8');
    if (breaks) {
      breaks = false;
      return void socket.resetAndDestroy();
    }
    socket
      .on('data', (chunk) => (text += String(chunk)))
      .on('end', () => {
        received.push(...syslogMessages(text));
        socket.end();
      });
  });
  const url = `syslog+tcp://127.0.0.1:${await listening(server as never)}`;
  const trail = auditTrail(pool, vaultOf(Buffer.alloc(32, 7)), log, url);
  await store(trail, '4', ['één', 'two']);
  const one = pusher(url);
  while (!received.some((message) => message.includes('"two"'))) await sleep(20);
  await one.beforeApplicationShutdown();
  const own = received.filter((message) => message.includes('"workspace":"4"'));
  expect(own).toHaveLength(2);
  expect(own[0]).toMatch(/^<110>1 \d{4}-\d\d-\d\dT[\d:.]+Z \S+ clickup-mcp \d+ audit - \{"cursor":"4\//);
  await trail.close();
  server.close();
});

test('a syslog server whose certificate nobody vouches for hears nothing; the audit waits', async () => {
  let text = '';
  const server = createTlsServer({ cert: TEST_CERTIFICATE, key: TEST_KEY }, (socket) =>
    socket.on('data', (chunk) => (text += String(chunk))),
  );
  // The other side breaks the connection off.
  const refused = once(server, 'tlsClientError');
  const url = `syslog+tls://127.0.0.1:${await listening(server as never)}`;
  const trail = auditTrail(pool, vaultOf(Buffer.alloc(32, 7)), log, url);
  await store(trail, '5', ['secret']);
  const one = pusher(url);
  await refused;
  await one.beforeApplicationShutdown();
  expect(text).toBe('');
  const [row] = await query<{ news: boolean; failures: number }>(
    database.url,
    `SELECT news, failures FROM audit_pushes WHERE sink = '${sinkName(url)}' AND failures > 0`,
  );
  expect(row).toEqual({ news: true, failures: 1 });
  await trail.close();
  server.close();
});
