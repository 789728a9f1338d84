import { AppError, CONFIG_EXIT_CODE, ConfigError } from '#libs/core';
import { parseArgs } from 'node:util';
import { quietly } from '../../gateway/src/node-version.js';
import { type Command, COMMANDS, type Flags, type Options } from './commands.js';

/** The status for wrong usage, EX_USAGE of sysexits.h. */
const USAGE_EXIT_CODE = 64;
/** Width of the column of names in the usage text. */
const WIDTH = 16;

/** Runs one command line, without the program's name. Resolves to the exit status; what went wrong was printed. */
export async function cli(args: readonly string[], commands = COMMANDS): Promise<number> {
  const [name, ...rest] = named(args, commands);
  if (name === 'help' || name === '--help') {
    console.log(usage(commands));
    return 0;
  }
  if (name === '--version') {
    const { SERVER_INFO } = await quietly(() => import('#libs/mcp'));
    console.log(SERVER_INFO.version);
    return 0;
  }
  const command = name === undefined || !Object.hasOwn(commands, name) ? undefined : commands[name];
  if (!command) return misused(name === undefined ? 'A command is missing.' : `Unknown command: ${name}`, commands);
  const given = argumentsOf(command, rest);
  if (typeof given === 'string') return misused(given, commands);
  try {
    const { run } = await quietly(() => loaded(name!, command));
    return await run(given.flags, given.operands, given.options);
  } catch (error) {
    // Of an unexpected error only the stack is printed: an error of the database driver also holds the values of its statement.
    console.error(
      error instanceof ConfigError || error instanceof AppError
        ? error.message
        : error instanceof Error
          ? error.stack
          : error,
    );
    return error instanceof ConfigError ? CONFIG_EXIT_CODE : 1;
  }
}

/** @throws AppError for a command that only a clone can run, where this is none */
async function loaded(name: string, { inClone, load }: Command): ReturnType<Command['load']> {
  try {
    return await load();
  } catch (error) {
    const missing = ['ERR_MODULE_NOT_FOUND', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '');
    if (!inClone || !missing) throw error;
    throw new AppError('not_configured', `clickup-mcp ${name} runs in a clone of the repository, after npm ci.`, {
      cause: error,
    });
  }
}

/** A command's name may be two words. */
function named([first, second, ...rest]: readonly string[], commands: typeof COMMANDS): string[] {
  const words = `${first} ${second}`;
  return Object.hasOwn(commands, words)
    ? [words, ...rest]
    : [first, second, ...rest].filter((word) => word !== undefined);
}

/** Flags and operands, or the sentence that says what is wrong with them. */
function argumentsOf(
  { flags, options = {}, operands }: Command,
  args: string[],
): { flags: Flags; operands: string[]; options: Options } | string {
  const named: Record<string, { type: 'boolean'; default: boolean } | { type: 'string' }> = {};
  for (const flag of Object.keys(flags)) named[flag] = { type: 'boolean', default: false };
  for (const option of Object.keys(options)) named[option] = { type: 'string' };
  try {
    const { values, positionals } = parseArgs({
      args: valuesJoined(args, named),
      options: named,
      allowPositionals: operands !== undefined,
    }) as { values: Flags & Options; positionals: string[] };
    return operands !== undefined && positionals.length === 0
      ? `Missing: ${operands}`
      : { flags: values, operands: positionals, options: values };
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * `--option value` as `--option=value`, so that a value may begin with a dash: one in 64 code verifiers does
 * (RFC 7636 section 4.1). The name of an option is no value.
 */
function valuesJoined(args: string[], named: Record<string, { type: 'boolean' | 'string' }>): string[] {
  const isName = (word: string) => word.startsWith('--') && Object.hasOwn(named, word.slice(2).replace(/=.*/s, ''));
  const joined: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    if (word === '--') return [...joined, ...args.slice(at)];
    const value = args[at + 1];
    const takesValue = word.startsWith('--') && named[word.slice(2)]?.type === 'string';
    if (takesValue && value?.startsWith('-') && !isName(value)) joined.push(`${word}=${args[++at]}`);
    else joined.push(word);
  }
  return joined;
}

function misused(problem: string, commands: typeof COMMANDS): number {
  console.error(`${problem}\n\n${usage(commands)}`);
  return USAGE_EXIT_CODE;
}

function usage(commands: typeof COMMANDS): string {
  const lines = Object.entries(commands).flatMap(([name, { summary, flags, options = {}, operands, inClone }]) => [
    `  ${name.padEnd(WIDTH)} ${operands ? `<${operands}…> ` : ''}${summary}${inClone ? ' In a clone of the repository.' : ''}`,
    ...Object.entries(flags).map(([flag, meaning]) => `  ${' '.repeat(WIDTH)}   --${flag}: ${meaning}`),
    ...Object.entries(options).map(([option, meaning]) => `  ${' '.repeat(WIDTH)}   --${option} <value>: ${meaning}`),
  ]);
  return ['Usage: clickup-mcp <command>', '', ...lines, '', '  --version, --help'].join('\n');
}
