import { type Config, ConfigError } from '#libs/core';

type Keys = Pick<
  Config,
  'ADMIN_OIDC_ISSUER' | 'ADMIN_OIDC_CLIENT_ID' | 'ADMIN_OIDC_CLIENT_SECRET' | 'ADMIN_OIDC_ROLES'
>;

/** @throws ConfigError for an identity provider of which half is told, so that nobody could come in through it */
export function checkSsoConfig({
  ADMIN_OIDC_ISSUER: issuer,
  ADMIN_OIDC_CLIENT_ID,
  ADMIN_OIDC_CLIENT_SECRET: secret,
  ADMIN_OIDC_ROLES,
}: Keys): void {
  const needed = { ADMIN_OIDC_CLIENT_ID, ADMIN_OIDC_ROLES };
  const missing = Object.entries(needed).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (issuer !== undefined && missing.length)
    throw new ConfigError(missing.map((name) => `${name}: needed with ADMIN_OIDC_ISSUER`));
  if (issuer === undefined && (secret !== undefined || missing.length < Object.keys(needed).length))
    throw new ConfigError(['ADMIN_OIDC_ISSUER: needed with the other keys that begin with ADMIN_OIDC_']);
}
