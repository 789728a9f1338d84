import { pino } from 'pino';
import { securityEvent } from './security-event.js';

function written(LOG_FULL_IP: boolean, fields: Parameters<typeof securityEvent>[3]) {
  const lines: string[] = [];
  securityEvent(
    pino({ base: null }, { write: (line: string) => void lines.push(line) }),
    { LOG_FULL_IP },
    'redirect_refused',
    fields,
  );
  return lines.map((line) => JSON.parse(line));
}

test('SEC-C6: one line, with the network and not the address', () => {
  expect(written(false, { address: '203.0.113.77', userAgent: 'x' })).toEqual([
    expect.objectContaining({ security: 'redirect_refused', network: '203.0.113.0/24', userAgent: 'x' }),
  ]);
  expect(written(false, { address: '2001:db8:1:2::77' })[0].network).toBe('2001:db8:1::/48');
  expect(JSON.stringify(written(false, { address: '203.0.113.77' }))).not.toContain('.77');
});

test('SEC-C6: the whole address only by switch', () => {
  expect(written(true, { address: '203.0.113.77' })[0]).toMatchObject({ address: '203.0.113.77' });
});

test('what a stranger sent cannot fill the log', () => {
  expect(written(false, { address: '::1', userAgent: 'x'.repeat(10_000) })[0].userAgent).toHaveLength(300);
});
