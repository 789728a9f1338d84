import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

/** One exchange as it was on the wire. */
export interface Exchange {
  method: string;
  /** Path and query. */
  url: string;
  type: string;
  body: Buffer;
  status: number;
  answer: Buffer;
}

export interface RecordingProxy {
  url: string;
  /** Origin that everything is passed on to; set before the first request. */
  target: string;
  /** What was exchanged since the last call, oldest first. */
  take(): Exchange[];
  close(): Promise<void>;
}

async function all(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Stands between two HTTP parties on 127.0.0.1 and keeps what they say; it changes nothing. */
export async function recordingProxy(): Promise<RecordingProxy> {
  let seen: Exchange[] = [];
  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { method = '', url = '', headers } = incoming;
    const body = await all(incoming);
    const onward = request(new URL(url, proxy.target), {
      method,
      headers: { ...headers, host: new URL(proxy.target).host },
    });
    onward.end(body);
    const [response] = (await once(onward, 'response')) as [IncomingMessage];
    const answer = await all(response);
    const status = response.statusCode ?? 0;
    seen.push({ method, url, type: headers['content-type'] ?? '', body, status, answer });
    outgoing.writeHead(status, response.headers).end(answer);
  };
  const server = createServer((incoming, outgoing) => void pass(incoming, outgoing).catch(() => outgoing.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: RecordingProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target: '',
    take: () => {
      const taken = seen;
      seen = [];
      return taken;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return proxy;
}
