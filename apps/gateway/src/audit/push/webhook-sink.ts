import { createHmac } from 'node:crypto';
import { type Sink } from './sink.js';

const TIMEOUT_MS = 15_000;

/**
 * POSTs NDJSON. `X-Audit-Signature: t=<seconds since 1970>,v1=<hex>` is HMAC-SHA-256 of `<t>.<body>` by the secret, so that the other side knows
 * whom it is from and when it was sent. Every 2xx means that it was taken.
 */
export function webhookSink(url: string, secret: string | undefined): Sink {
  return {
    async send(lines) {
      const body = lines.map((line) => `${line}\n`).join('');
      const answer = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-ndjson',
          ...(secret !== undefined && { 'x-audit-signature': signed(body, secret) }),
        },
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await answer.body?.cancel();
      if (!answer.ok) throw new Error(`the sink answered ${answer.status}`);
    },
  };
}

function signed(body: string, secret: string): string {
  const at = Math.floor(Date.now() / 1000);
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
}
