import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What becomes of the bytes of a connection: passed on, or taken and thrown away while the connection stays open. */
type Way = 'open' | 'silent';

/** Stands between a gateway and PostgreSQL, and can go silent without closing anything: what a failover looks like whose packets are dropped. */
export interface SilentProxy {
  url: string;
  /** Connections opened so far. */
  opened(): number;
  /** Those that the gateway has not closed. */
  held(): number;
  /** From now on nothing is passed on over the connections that are open now; new ones work. */
  failOver(): void;
  /** Nothing is passed on at all, over old or new connections, until `passOn`. */
  hang(): void;
  /** New connections work again; old ones stay silent. */
  passOn(): void;
  /** What the database sends comes one byte at a time, each after so many milliseconds. 0 ends it. */
  drip(ms: number): void;
  close(): Promise<void>;
}

export async function startSilentProxy(databaseUrl: string): Promise<SilentProxy> {
  const target = new URL(databaseUrl);
  const connections = new Set<{ way: Way; client: Socket; database: Socket }>();
  let [way, opened, dripMs] = ['open' as Way, 0, 0];
  const server = createServer((client) => {
    opened += 1;
    const connection = { way, client, database: connect(Number(target.port), target.hostname) };
    const { database } = connection;
    connections.add(connection);
    const cut = () => {
      connections.delete(connection);
      for (const socket of [client, database]) socket.destroy();
    };
    client.on('error', cut).on('close', cut);
    // The end of a database that is gone does not reach the gateway either.
    const lost = () => void (connection.way === 'open' && cut());
    database.on('error', lost).on('close', lost);
    client.on('data', (chunk) => void (connection.way === 'open' && database.write(chunk)));
    let sent = Promise.resolve();
    database.on('data', (chunk) => {
      if (connection.way === 'silent') return;
      if (!dripMs) return void client.write(chunk);
      for (const byte of chunk)
        sent = sent.then(async () => {
          await new Promise((resolve) => setTimeout(resolve, dripMs));
          if (!client.destroyed) client.write(Buffer.of(byte));
        });
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const silence = () => connections.forEach((connection) => void (connection.way = 'silent'));
  return {
    url: url.href,
    opened: () => opened,
    held: () => connections.size,
    failOver: silence,
    hang: () => {
      way = 'silent';
      silence();
    },
    passOn: () => void (way = 'open'),
    drip: (ms) => void (dripMs = ms),
    close: async () => {
      server.close();
      for (const { client, database } of connections) [client, database].forEach((socket) => socket.destroy());
      await once(server, 'close');
    },
  };
}
