import { connect, createServer, type Socket } from 'node:net';
import { type AddressInfo } from 'node:net';
import { once } from 'node:events';

/** A statement on its way to the database that changes something, or makes changes last. */
export interface Write {
  /** The beginning of its text, for COMMIT that of what it commits, and how often that was seen since {@link PostgresProxy.forget}. */
  name: string;
  /** The database keeps what was done once it has done this one: COMMIT, or a statement outside of a transaction. */
  lasts: boolean;
}

/** How a statement is interrupted: `act` is called, and the connection is cut. */
export interface Interruption {
  /** `before`: the statement never arrives. `after`: it was carried out, and the answer never arrives. */
  side: 'before' | 'after';
  act(): void;
}

/** Stands between a gateway and PostgreSQL, understands where statements begin and end, and can interrupt at one of them. */
export interface PostgresProxy {
  url: string;
  onWrite: (write: Write) => Interruption | undefined;
  /** Forgets the statements that were counted. */
  forget(): void;
  close(): Promise<void>;
}

/** Alone, or after the last statements of its transaction. */
const COMMIT = /(?:^|;)\s*COMMIT\s*$/i;
/** What replicas tell each other of a token's budget comes now and then, whatever else is done. */
const WRITE = /^\s*(?:WITH \w+ AS \(\s*)?(?:INSERT|UPDATE|DELETE)\b(?![^(]*\bupstream_budgets\b)/i;

/** @param port where it listens; a free one when left out */
export async function startPostgresProxy(databaseUrl: string, port = 0): Promise<PostgresProxy> {
  const target = new URL(databaseUrl);
  const seen = new Map<string, number>();
  const sockets = new Set<Socket>();
  const numbered = (name: string) => {
    seen.set(name, (seen.get(name) ?? 0) + 1);
    return `${name} #${seen.get(name)}`;
  };
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname);
    for (const socket of [client, database]) sockets.add(socket.setNoDelay());
    relay(client, database, (name, lasts) => proxy.onWrite({ name: numbered(name), lasts }));
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const proxy: PostgresProxy = {
    url: url.href,
    onWrite: () => undefined,
    forget: () => seen.clear(),
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
  return proxy;
}

function relay(
  client: Socket,
  database: Socket,
  ask: (name: string, lasts: boolean) => Interruption | undefined,
): void {
  const cut = () => [client, database].forEach((socket) => socket.destroy());
  for (const socket of [client, database]) socket.on('error', cut).on('close', cut);
  let inTransaction = false;
  let lastWrite = '';
  let interruption: Interruption | undefined;
  const interrupt = () => {
    interruption?.act();
    cut();
  };
  messages(client, true, (message) => {
    const sql = sqlOf(message);
    const commits = sql !== undefined && COMMIT.test(sql);
    // What the audit stores by itself begins with no write of its own.
    if (sql !== undefined && (commits ? lastWrite !== '' : WRITE.test(sql))) {
      if (!commits) lastWrite = sql.replace(/\s+/g, ' ').trim().slice(0, 80);
      interruption = ask(commits ? `COMMIT of ${lastWrite}` : lastWrite, commits || !inTransaction);
      // The next transaction on this connection may only read.
      if (commits || !inTransaction) lastWrite = '';
      if (interruption?.side === 'before') return interrupt();
    }
    database.write(message);
  });
  messages(database, false, (message) => {
    const isReady = message[0] === 0x5a;
    if (isReady) inTransaction = message[5] !== 0x49;
    // The driver sends one statement at a time, so everything up to "ready" is the answer to the one in question.
    if (!interruption) client.write(message);
    else if (isReady) interrupt();
  });
}

/** Cuts a stream into messages: a type byte (not in the first one of a client), a length that counts itself, a body. */
export function messages(socket: Socket, fromClient: boolean, take: (message: Buffer) => void): void {
  let rest = Buffer.alloc(0);
  let typeBytes = fromClient ? 0 : 1;
  socket.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= typeBytes + 4 && !socket.destroyed) {
      const length = typeBytes + rest.readInt32BE(typeBytes);
      if (rest.length < length) return;
      take(rest.subarray(0, length));
      rest = rest.subarray(length);
      typeBytes = 1;
    }
  });
}

/** Of a simple query (Q) or a Parse (P: name of the statement, then its text). */
export function sqlOf(message: Buffer): string | undefined {
  const type = message.toString('latin1', 0, 1);
  if (type !== 'Q' && type !== 'P') return undefined;
  const begin = type === 'Q' ? 5 : message.indexOf(0, 5) + 1;
  return message.toString('utf8', begin, message.indexOf(0, begin));
}
