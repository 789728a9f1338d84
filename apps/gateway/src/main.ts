#!/usr/bin/env node
import { CONFIG_EXIT_CODE, ConfigError, loadConfig } from '#libs/core';
import { Ending } from './ending.js';
import { startGateway } from './gateway.js';
import { createLogger } from './logging.js';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

// Process 1 of a container ignores a signal without a handler: a start that waits for its database has to end too.
const interrupt = (_signal: NodeJS.Signals, number: number) => process.exit(128 + number);
for (const signal of SIGNALS) process.once(signal, interrupt);
try {
  const config = loadConfig();
  const log = createLogger(config);
  const ending = new Ending(config, log);
  ending.watch();
  ending.drains(await startGateway({ config, log }));
  for (const signal of SIGNALS) {
    process.off(signal, interrupt);
    process.once(signal, () => ending.bySignal());
  }
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(error instanceof ConfigError ? CONFIG_EXIT_CODE : 1);
}
