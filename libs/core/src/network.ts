import ipaddr from 'ipaddr.js';

/** How many leading bits of an address are kept. */
interface NetworkBits {
  v4: number;
  v6: number;
}

/**
 * The network an address lies in, as CIDR; an IPv4 address mapped into IPv6 counts as IPv4.
 * @returns `unknown` when it is no address
 */
export function network(address: string, { v4, v6 }: NetworkBits): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const ip = ipaddr.process(address);
  const bits = ip.kind() === 'ipv4' ? v4 : v6;
  const bytes = ip
    .toByteArray()
    .map((byte, index) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - index * 8))) & 0xff);
  return `${ipaddr.fromByteArray(bytes).toString()}/${bits}`;
}

/**
 * Whether an address belongs to a host of the public Internet: not loopback, private, link-local, shared, reserved or multicast, and no
 * IPv6 form that carries an IPv4 address inside (mapped, compatible, NAT64, 6to4, Teredo), because a router may turn it into a private one.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const ip = ipaddr.parse(address);
  // Global unicast is 2000::/3 (RFC 4291 section 2.4); what lies outside is special or not assigned.
  return ip.range() === 'unicast' && (ip.kind() === 'ipv4' || (ip.toByteArray()[0]! & 0xe0) === 0x20);
}

/** The names of this computer, as URLs write them. */
export const LOOPBACK_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** Whether a URL leads to a program on the person's own computer (RFC 8252 section 7.3). */
export const isLoopback = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && LOOPBACK_HOSTS.includes(hostname);
