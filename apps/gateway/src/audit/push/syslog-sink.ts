import { once } from 'node:events';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { connect as connectTls } from 'node:tls';
import { type Sink } from './sink.js';

const TIMEOUT_MS = 15_000;
/** Facility 13 (log audit), severity 6 (informational): RFC 5424 section 6.2.1. */
const PRIORITY = 13 * 8 + 6;
const PORTS = { 'syslog+tcp:': 601, 'syslog+tls:': 6514 } as const;

/**
 * Sends RFC 5424 messages with their lengths before them (RFC 6587 section 3.4.1, RFC 5425 section 4.3), each with an event as JSON. Syslog
 * has no answer: a connection for each batch, and what was sent counts as taken once the other side, having read to the end, has closed it.
 */
export function syslogSink({ protocol, hostname, port }: URL): Sink {
  // An address of IPv6 stands in brackets, and no address is a name that TLS could ask for (RFC 6066 section 3): it is looked for in the certificate.
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const named = isIP(host) ? {} : { servername: host };
  const to = { host, port: Number(port) || PORTS[protocol as keyof typeof PORTS] };
  return {
    async send(lines) {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const socket: Socket = protocol === 'syslog+tls:' ? connectTls({ ...to, ...named }) : connectPlain(to);
      try {
        await once(socket, protocol === 'syslog+tls:' ? 'secureConnect' : 'connect', { signal });
        socket.resume();
        const read = once(socket, 'end', { signal });
        socket.end(lines.map((line) => framed(message(line))).join(''));
        await read;
      } finally {
        socket.destroy();
      }
    },
  };
}

const framed = (text: string): string => `${Buffer.byteLength(text)} ${text}`;

function message(line: string): string {
  const { at } = JSON.parse(line) as { at: string };
  return `<${PRIORITY}>1 ${at} ${hostname()} clickup-mcp ${process.pid} audit - ${line}`;
}
