import { AppError } from '#libs/core';

/** The error of everything that needs the master key while none is set (UNCONFIGURED); it tells the operator what to do. */
export const notConfigured = (): AppError =>
  new AppError('not_configured', undefined, {
    details: { fix: 'Set MASTER_KEY (make one with: openssl rand -hex 32) and restart.' },
  });
