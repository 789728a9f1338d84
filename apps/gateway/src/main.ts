#!/usr/bin/env node
import { CONFIG_EXIT_CODE, ConfigError, loadConfig } from '#libs/core';
import { startGateway } from './gateway.js';

try {
  const gateway = await startGateway({ config: loadConfig() });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void gateway.close().then(() => process.exit(0)));
  }
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(error instanceof ConfigError ? CONFIG_EXIT_CODE : 1);
}
