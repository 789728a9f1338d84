import { AppError } from '#libs/core';

/** The answer to whatever needs the master key while there is none (UNCONFIGURED): it says what the operator can do. */
export const notConfigured = (): AppError =>
  new AppError('not_configured', undefined, {
    details: { fix: 'Set MASTER_KEY (make one with: openssl rand -hex 32) and restart.' },
  });
