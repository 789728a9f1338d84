import Stripe from 'stripe';
import { signedEvent } from './signed-event.js';

const SECRET = 'whsec_test';
const PAYLOAD = JSON.stringify({ id: 'evt_1', object: 'event', type: 'invoice.payment_failed' });
const NOW = 1_795_960_845;
beforeEach(() => void jest.spyOn(Date, 'now').mockReturnValue(NOW * 1_000));
afterEach(() => jest.restoreAllMocks());

const signed = (timestamp: number) =>
  Stripe.webhooks.generateTestHeaderString({ payload: PAYLOAD, secret: SECRET, timestamp });
const read = (header: unknown, body: unknown = Buffer.from(PAYLOAD)) => signedEvent(body, header, SECRET);

test.each([[-300], [0], [300]])('SEC-263: signed %i s from now it is taken', (seconds) => {
  expect(read(signed(NOW + seconds))).toMatchObject({ id: 'evt_1' });
});

test.each([[-301], [301]])('SEC-263: signed %i s from now it is refused', (seconds) => {
  expect(() => read(signed(NOW + seconds))).toThrow('Stripe-Signature');
});

test.each([
  ['none', undefined],
  ['two headers', [signed(NOW), signed(NOW)]],
  ['two moments', `${signed(NOW)},t=${NOW}`],
  ['no moment', signed(NOW).replace(`t=${NOW},`, '')],
  ['a moment that is no number', signed(NOW).replace(String(NOW), 'soon')],
  ['a signature of something else', signed(NOW - 1).replace(`t=${NOW - 1}`, `t=${NOW}`)],
  ['another scheme', signed(NOW).replace('v1=', 'v0=')],
])('a signature that is %s is refused', (_, header) => {
  expect(() => read(header)).toThrow('Stripe-Signature');
});

test('of several signatures one is enough, as while a secret is changed', () => {
  expect(read(`${signed(NOW)},v1=${'0'.repeat(64)}`)).toMatchObject({ id: 'evt_1' });
});

test.each([[null], [JSON.parse(PAYLOAD)], [PAYLOAD]])('a body that is not the bytes that came is refused', (body) => {
  expect(() => read(signed(NOW), body)).toThrow('Stripe-Signature');
});
