import { setTimeout as sleep } from 'node:timers/promises';
import { execute } from './postgres.js';
import { type Program, startProgram } from './program.js';

/**
 * Built programs that the tests of a file kill; what a test leaves is killed after it.
 * @param env of each program, and more of it
 */
export function killedPrograms(env: (more?: Record<string, string>) => Record<string, string>) {
  let programs: Program[] = [];
  const inDatabase = (statement: string) => execute(env().DATABASE_URL!, statement);
  /** What dead processes had under way counts against the token for ten seconds: as if these had gone by. */
  const forgetBudget = () => inDatabase('DELETE FROM upstream_budgets');
  afterEach(async () => {
    for (const { child } of programs) child.kill('SIGKILL');
    await Promise.all(programs.map(({ exit }) => exit));
    programs = [];
    await forgetBudget();
  });
  const start = (more?: Record<string, string>): Program => {
    const program = startProgram(env(more));
    programs.push(program);
    return program;
  };
  /** As if the process had been killed two minutes ago: what it sent has arrived by now, or never will. */
  const later = async (): Promise<void> => {
    await forgetBudget();
    await inDatabase(`UPDATE requested_items SET begun_at = begun_at - interval '2 minutes'`);
    await inDatabase(`UPDATE pgboss.job SET started_on = started_on - interval '2 minutes' WHERE state = 'active'`);
  };
  return { start, later };
}

export async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await done())) await sleep(20);
}
