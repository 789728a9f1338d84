import { AppError, type Config, CONFIG_EXIT_CODE, ConfigError, loadConfig, misspeltVariables } from '#libs/core';
import { type Logger } from 'pino';
import { Ending } from './ending.js';
import { type Gateway, startGateway } from './gateway.js';
import { createLogger } from './logging.js';
import { summarise } from './summary.js';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
/** Ends a process that serves nothing yet, with the status that shells give it: 128 + the signal's number. */
const interrupt = (number: number) => process.exit(128 + number);

/**
 * Runs the gateway in this process until a signal ends it. A start that fails prints one line per problem and ends the process: with
 * status 78 where the operator has to mend something, with 1 otherwise.
 */
export async function serve(): Promise<void> {
  let ending: Ending | undefined;
  // Process 1 of a container ignores a signal without a handler: a start that waits for its database has to end too. One handler from
  // first to last: while one takes the place of another, a signal would get lost, or end the process in the midst of its calls.
  const end = (signal: NodeJS.Signals, number: number) =>
    ending ? ending.bySignal(signal, number) : interrupt(number);
  for (const signal of SIGNALS) process.on(signal, end);
  let started: { config: Config; log: Logger; gateway: Gateway };
  try {
    const config = loadConfig();
    const log = createLogger(config);
    for (const problem of misspeltVariables()) log.warn(problem);
    const watching = new Ending(config, log);
    watching.watch();
    const gateway = await startGateway({ config, log });
    watching.drains(gateway);
    ending = watching;
    started = { config, log, gateway };
  } catch (error) {
    console.error(startProblem(error));
    return process.exit(error instanceof ConfigError ? CONFIG_EXIT_CODE : 1);
  }
  await summarise(started.gateway, started.config, started.log);
}

/** What is printed of a failed start: sentences for what is known, the stack of a fault of ours. Errors of the database driver also hold the values of a statement, and so only text is printed. */
export function startProblem(error: unknown): string {
  if (error instanceof ConfigError || error instanceof AppError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
