import { AppError } from '#libs/core';

/** What every door answers while there is no master key (UNCONFIGURED): what the operator can do. */
export const notConfigured = (): AppError =>
  new AppError('not_configured', undefined, {
    details: { fix: 'Set MASTER_KEY (make one with: openssl rand -hex 32) and restart.' },
  });
