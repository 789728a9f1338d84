import { ConfigError } from '#libs/core';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** A schema is some hundred kilobytes. */
const MOST_BYTES = 64 << 20;
/** Lines that differ between two runs of pg_dump over the same database: comments, and a word against injection that is drawn by lot. */
const NOISE = /^(?:--.*|\\(?:un)?restrict .*|)$/;

/**
 * Runs a client tool of PostgreSQL, which takes its server from the same PG… variables as this process.
 * @returns what it printed
 * @throws ConfigError where it is not installed, or with what it said
 */
export async function tool(program: 'pg_dump' | 'pg_restore', ...args: string[]): Promise<string> {
  try {
    return (await run(program, args, { maxBuffer: MOST_BYTES })).stdout;
  } catch (cause) {
    const { code, stderr = '' } = cause as { code?: string | number; stderr?: string };
    const words =
      code === 'ENOENT'
        ? 'is not on the PATH; it comes with the client tools of PostgreSQL'
        : stderr.trim().slice(0, 500);
    throw Object.assign(new ConfigError([`${program}: ${words}`]), { cause });
  }
}

/** Everything that is no row: tables, constraints, indexes, policies, functions, triggers. One line each, as pg_dump writes them. */
export const schemaOf = async (database: string, ...more: string[]): Promise<string[]> =>
  (await tool('pg_dump', '--schema-only', '--no-privileges', ...more, database))
    .split('\n')
    .filter((line) => !NOISE.test(line));
