import { type Program, startProgram } from '../support/program.js';

/** Several processes of the gateway on one database. One that is killed is started anew at once. */
export class Replicas {
  private constructor(
    private readonly env: Record<string, string>,
    private readonly programs: Program[],
  ) {}

  /** @throws with what a process printed, when it does not come up */
  static async start(count: number, env: Record<string, string>): Promise<Replicas> {
    const replicas = new Replicas(env, []);
    // One after the other: the first one migrates.
    for (let at = 0; at < count; at += 1) {
      replicas.programs.push(startProgram(env));
      await replicas.url(at);
    }
    return replicas;
  }

  /** Where the process listens that is, or comes, in this place. */
  async url(at: number): Promise<string> {
    const program = this.programs[at]!;
    return program.url.catch((error: unknown) => {
      if (program === this.programs[at]) throw error;
      return this.url(at);
    });
  }

  get count(): number {
    return this.programs.length;
  }

  /** kill -9, even of one that is only just starting. @returns when the next one listens */
  async kill(at: number): Promise<void> {
    const killed = this.programs[at]!;
    this.programs[at] = startProgram(this.env);
    killed.child.kill('SIGKILL');
    await this.url(at);
  }

  async end(): Promise<void> {
    for (const { child } of this.programs) child.kill('SIGKILL');
    await Promise.all(this.programs.map(({ exit }) => exit));
  }
}
