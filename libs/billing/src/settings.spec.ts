import { loadConfig } from '#libs/core';
import { billingSettings } from './settings.js';

const ALL = { STRIPE_SECRET_KEY: 'sk_test_x', STRIPE_WEBHOOK_SECRET: 'whsec_x', STRIPE_PRICE_ID: 'price_x' };
const settings = (environment: Record<string, string>) => billingSettings(loadConfig(environment));

test('without a key of Stripe there is no billing, whatever else is set', () => {
  expect(settings({ ...ALL, STRIPE_SECRET_KEY: '' })).toBeUndefined();
});

test.each([
  ['sk_test_x', false],
  ['rk_test_x', false],
  ['sk_live_x', true],
  ['rk_live_x', true],
])('%s: real money is %s', (STRIPE_SECRET_KEY, live) => {
  expect(settings({ ...ALL, STRIPE_SECRET_KEY })).toMatchObject({ live, apiUrl: 'https://api.stripe.com' });
});

test('half a configuration stops the start, and names what is missing', () => {
  expect(() => settings({ STRIPE_SECRET_KEY: 'sk_test_x' })).toThrow(
    /STRIPE_WEBHOOK_SECRET: is needed[^]*STRIPE_PRICE_ID: is needed/,
  );
});

test.each([
  ['STRIPE_SECRET_KEY', 'pk_live_published'],
  ['STRIPE_WEBHOOK_SECRET', 'sk_test_x'],
  ['STRIPE_PRICE_ID', 'prod_x'],
  ['STRIPE_API_URL', 'http://stripe.example'],
  ['STRIPE_API_URL', 'https://api.stripe.com/v1'],
  ['STRIPE_API_URL', 'https://user@api.stripe.com'],
])('%s=%s is refused', (key, value) => {
  expect(() => settings({ ...ALL, [key]: value })).toThrow(key);
});
