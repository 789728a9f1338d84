import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { messages, sqlOf } from './postgres-proxy.js';

/** Stands between a program and PostgreSQL and notes what the one has waited for the other. */
export interface RoundTrips {
  /** Of the database, by way of this. */
  url: string;
  /** What was sent since the last call, BEGIN and COMMIT too, each the beginning of a statement: one round trip each, because the driver waits for each answer. */
  take(): string[];
  close(): Promise<void>;
}

/** What replicas do by themselves, whatever is asked of them: the queue, the budget, what was revoked. */
const BY_ITSELF = /pgboss|upstream_budgets|\bLISTEN\b/;

export async function countRoundTrips(databaseUrl: string): Promise<RoundTrips> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let sent: string[] = [];
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname);
    for (const socket of [client, database]) sockets.add(socket.setNoDelay());
    const cut = () => [client, database].forEach((socket) => socket.destroy());
    for (const socket of [client, database]) socket.on('error', cut).on('close', cut);
    database.pipe(client);
    let statement = '';
    messages(client, true, (message) => {
      statement = sqlOf(message) ?? statement;
      // A simple query (Q), or the end (S = Sync) of one with parameters.
      if ([0x51, 0x53].includes(message[0]!) && !BY_ITSELF.test(statement))
        sent.push(statement.replace(/\s+/g, ' ').trim().slice(0, 100));
      database.write(message);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    take: () => {
      const taken = sent;
      sent = [];
      return taken;
    },
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
