import { checkSsoConfig } from './check-sso-config.js';

const WHOLE = {
  ADMIN_OIDC_ISSUER: 'https://login.acme.example',
  ADMIN_OIDC_CLIENT_ID: 'console',
  ADMIN_OIDC_CLIENT_SECRET: undefined,
  ADMIN_OIDC_ROLES: 'platform=operator',
};
const NONE = {
  ADMIN_OIDC_ISSUER: undefined,
  ADMIN_OIDC_CLIENT_ID: undefined,
  ADMIN_OIDC_CLIENT_SECRET: undefined,
  ADMIN_OIDC_ROLES: undefined,
};

test.each([WHOLE, NONE, { ...WHOLE, ADMIN_OIDC_CLIENT_SECRET: 'secret' }])('%j is usable', (keys) =>
  expect(() => checkSsoConfig(keys)).not.toThrow(),
);

test.each([
  [{ ...WHOLE, ADMIN_OIDC_CLIENT_ID: undefined }, 'ADMIN_OIDC_CLIENT_ID: needed'],
  [{ ...WHOLE, ADMIN_OIDC_ROLES: undefined }, 'ADMIN_OIDC_ROLES: needed'],
  [{ ...NONE, ADMIN_OIDC_ROLES: 'a=operator' }, 'ADMIN_OIDC_ISSUER: needed'],
  [{ ...NONE, ADMIN_OIDC_CLIENT_SECRET: 'secret' }, 'ADMIN_OIDC_ISSUER: needed'],
])('%j stops the start', (keys, problem) => expect(() => checkSsoConfig(keys)).toThrow(problem));
