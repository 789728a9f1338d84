import { type Config, network } from '#libs/core';
import { type Logger } from 'pino';

/** What may be written down about a refusal: what was asked and by which program, never a credential, a body or a query string. */
interface SecurityFields {
  /** The caller's address; only its network is written, unless LOG_FULL_IP is set. */
  address: string;
  userAgent?: string | undefined;
  [field: string]: unknown;
}

const LONGEST = 300;

/** Writes one line of the security log (SEC-C6). It is kept apart from the audit, because an address is personal data. */
export function securityEvent(
  log: Logger,
  { LOG_FULL_IP }: Pick<Config, 'LOG_FULL_IP'>,
  event: string,
  { address, ...fields }: SecurityFields,
  level: 'info' | 'warn' = 'warn',
): void {
  const from = LOG_FULL_IP ? { address } : { network: network(address, { v4: 24, v6: 48 }) };
  const short = Object.entries(fields).map(([name, value]) => [
    name,
    typeof value === 'string' ? value.slice(0, LONGEST) : value,
  ]);
  log[level]({ security: event, ...from, ...Object.fromEntries(short) }, 'security event');
}
