import { connect } from 'node:net';

export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
  json: any;
}

/** Sends bytes over a socket and reads until the server closes: nothing in between tidies up what a test wants to be untidy. */
export function raw(url: string, bytes: string | Buffer, timeoutMs = 5000): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.setTimeout(timeoutMs, () => socket.destroy());
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      ['ECONNRESET', 'EPIPE'].includes(error.code ?? '') ? undefined : reject(error),
    );
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
  });
}

/** One request with exactly these headers; the connection is closed after the answer. */
export async function rawRequest(
  url: string,
  method: string,
  path: string,
  headers: Record<string, string | string[]>,
  body = '',
): Promise<RawAnswer> {
  const lines = Object.entries({ Host: new URL(url).host, Connection: 'close', ...headers }).flatMap(([name, value]) =>
    [value].flat().map((item) => `${name}: ${item}`),
  );
  const length = body || method !== 'GET' ? [`Content-Length: ${Buffer.byteLength(body)}`] : [];
  return parse(await raw(url, `${method} ${path} HTTP/1.1\r\n${[...lines, ...length].join('\r\n')}\r\n\r\n${body}`));
}

function parse(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const body = headers['transfer-encoding'] === 'chunked' ? unchunk(rest.join('\r\n\r\n')) : rest.join('\r\n\r\n');
  return {
    status: Number(statusLine.split(' ')[1]),
    headers,
    body,
    json: /[/+]json\b/.test(headers['content-type'] ?? '') && body ? JSON.parse(body) : undefined,
  };
}

function unchunk(text: string): string {
  let out = '';
  for (let rest = Buffer.from(text); rest.length;) {
    const end = rest.indexOf('\r\n');
    const size = parseInt(rest.subarray(0, end).toString(), 16);
    if (!size) break;
    out += rest.subarray(end + 2, end + 2 + size).toString();
    rest = rest.subarray(end + 2 + size + 2);
  }
  return out;
}
