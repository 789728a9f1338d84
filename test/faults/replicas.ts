import { type Program, startProgram } from '../support/program.js';

/** Several processes of the gateway on one database. One that is killed is started anew at once. */
export class Replicas {
  private constructor(
    private readonly envOf: (at: number) => Record<string, string>,
    private readonly programs: Program[],
    private readonly urls: (string | undefined)[] = [],
  ) {}

  /**
   * @param env of each, or of the one in this place
   * @throws with what a process printed, when it does not come up
   */
  static async start(
    count: number,
    env: Record<string, string> | ((at: number) => Record<string, string>),
  ): Promise<Replicas> {
    const replicas = new Replicas(typeof env === 'function' ? env : () => env, []);
    // One after the other: the first one migrates.
    for (let at = 0; at < count; at += 1) {
      replicas.begin(at);
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

  /** Where those listen that have come up. */
  get listening(): string[] {
    return this.urls.flatMap((url) => url ?? []);
  }

  program(at: number): Program {
    return this.programs[at]!;
  }

  /** kill -9, even of one that is only just starting. @returns when the next one listens */
  async kill(at: number): Promise<void> {
    const killed = this.programs[at]!;
    this.begin(at);
    killed.child.kill('SIGKILL');
    await this.url(at);
  }

  /** As a deployment does it: the next one comes up, then the one before gets SIGTERM. @returns its exit code, when it has ended */
  async replace(at: number): Promise<number | string> {
    const before = this.programs[at]!;
    const next = startProgram(this.envOf(at));
    const url = await next.url;
    this.programs[at] = next;
    this.urls.push(url);
    before.child.kill('SIGTERM');
    const code = await before.exit;
    this.urls.pop();
    this.urls[at] = url;
    return code;
  }

  async end(): Promise<void> {
    for (const { child } of this.programs) child.kill('SIGKILL');
    await Promise.all(this.programs.map(({ exit }) => exit));
  }

  private begin(at: number): void {
    const program = startProgram(this.envOf(at));
    this.programs[at] = program;
    this.urls[at] = undefined;
    program.url.then(
      (url) => {
        if (this.programs[at] === program) this.urls[at] = url;
      },
      () => undefined,
    );
  }
}
