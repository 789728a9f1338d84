import { type Config, ConfigError } from '#libs/core';
import { checkAdminToken, checkGlobalKeys } from './access/credentials.js';
import { RedirectUris } from './oauth/clients/redirect-uris.js';

/**
 * Checks the global keys, the operator's token and the redirect URIs of the configuration, before anything is started.
 * @throws ConfigError that names all that is unsafe
 */
export function checkAuthConfig(config: Config): void {
  const problems = [
    () => checkGlobalKeys(config),
    () => checkAdminToken(config),
    () => new RedirectUris(config),
  ].flatMap((check) => {
    try {
      check();
      return [];
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
      throw error;
    }
  });
  if (problems.length) throw new ConfigError(problems);
}
