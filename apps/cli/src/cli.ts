import { AppError, CONFIG_EXIT_CODE, ConfigError } from '#libs/core';
import { parseArgs } from 'node:util';
import { type Command, COMMANDS, type Flags } from './commands.js';

/** EX_USAGE of sysexits.h. */
const USAGE_EXIT_CODE = 64;

/** Runs one command line, without the program's name. Resolves to the exit status; what went wrong was printed. */
export async function cli([name, ...rest]: readonly string[], commands = COMMANDS): Promise<number> {
  if (name === 'help' || name === '--help') {
    console.log(usage(commands));
    return 0;
  }
  const command = name === undefined || !Object.hasOwn(commands, name) ? undefined : commands[name];
  if (!command) return misused(name === undefined ? 'A command is missing.' : `Unknown command: ${name}`, commands);
  const flags = flagsOf(command, rest);
  if (typeof flags === 'string') return misused(flags, commands);
  try {
    const { run } = await command.load();
    return await run(flags);
  } catch (error) {
    console.error(error instanceof ConfigError || error instanceof AppError ? error.message : error);
    return error instanceof ConfigError ? CONFIG_EXIT_CODE : 1;
  }
}

/** The flags, or the sentence that says what is wrong with them. */
function flagsOf({ flags }: Command, args: string[]): Flags | string {
  const options = Object.fromEntries(Object.keys(flags).map((flag) => [flag, { type: 'boolean', default: false } as const]));
  try {
    return parseArgs({ args, options, allowPositionals: false }).values;
  } catch (error) {
    return (error as Error).message;
  }
}

function misused(problem: string, commands: typeof COMMANDS): number {
  console.error(`${problem}\n\n${usage(commands)}`);
  return USAGE_EXIT_CODE;
}

function usage(commands: typeof COMMANDS): string {
  const lines = Object.entries(commands).flatMap(([name, { summary, flags }]) => [
    `  ${name.padEnd(10)} ${summary}`,
    ...Object.entries(flags).map(([flag, meaning]) => `  ${' '.repeat(10)}   --${flag}: ${meaning}`),
  ]);
  return ['Usage: clickup-mcp <command>', '', ...lines].join('\n');
}
