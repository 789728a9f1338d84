import { createServer, request } from 'node:http';
import { type AddressInfo } from 'node:net';

export interface BearerProxy {
  url: string;
  close(): void;
}

/** Passes every request on as it is, Host and Origin included, and adds the key: the suite cannot send one. */
export async function startBearerProxy(target: string, key: string): Promise<BearerProxy> {
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    const { method, url: path, rawHeaders } = incoming;
    const upstream = request(
      { hostname, port, method, path, headers: [...rawHeaders, 'Authorization', `Bearer ${key}`], agent: false },
      (response) => {
        outgoing.writeHead(response.statusCode ?? 502, response.rawHeaders);
        outgoing.flushHeaders();
        response.pipe(outgoing);
      },
    );
    upstream.on('error', () => outgoing.destroy());
    outgoing.on('close', () => upstream.destroy());
    incoming.pipe(upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
