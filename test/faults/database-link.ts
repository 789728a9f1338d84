import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** The way between gateways and PostgreSQL, with what may become of it. */
export interface DatabaseLink {
  url: string;
  /** What the database says arrives that late (ms). */
  delayMs: number;
}

/** A relay on loopback; it ends with the process that it is in. */
export async function startDatabaseLink(databaseUrl: string): Promise<DatabaseLink> {
  const target = new URL(databaseUrl);
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname);
    const cut = () => [client, database].forEach((socket: Socket) => socket.destroy());
    for (const socket of [client, database]) socket.setNoDelay().on('error', cut).on('close', cut);
    client.on('data', (chunk) => database.write(chunk));
    database.on('data', (chunk) => {
      if (!link.delayMs) return void client.write(chunk);
      setTimeout(() => client.destroyed || client.write(chunk), link.delayMs);
    });
  }).listen(0, '127.0.0.1');
  server.unref();
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const link = { url: url.href, delayMs: 0 };
  return link;
}
