import { type Id } from '#libs/mcp';

type Work = () => void;

/** Requests of a client that came in one line, whose answers go back in one. */
interface Batch {
  waiting: Set<Id>;
  answers: unknown[];
}

/** The requests of one connection that were not answered yet, and what is to be done once they are. */
export class Requests {
  private readonly open = new Map<Id, { works: Work[]; batch?: Batch }>();
  private whenIdle: Work | undefined;

  get count(): number {
    return this.open.size;
  }

  has(id: Id): boolean {
    return this.open.has(id);
  }

  /** @param ids of one line: several are a batch */
  begin(ids: readonly Id[], isBatch: boolean): void {
    const batch = isBatch ? { waiting: new Set(ids), answers: [] } : undefined;
    for (const id of ids) this.open.set(id, { works: [], ...(batch && { batch }) });
  }

  /** Has something done once the answer to this request was written in full. */
  whenAnswered(id: Id, work: Work): void {
    this.open.get(id)?.works.push(work);
  }

  /** Takes an answer: what is to be written now, if anything is, and the requests that this answers. */
  answered(id: Id, answer: unknown): { line: unknown; ids: readonly Id[] } | undefined {
    const batch = this.open.get(id)?.batch;
    if (!batch) return { line: answer, ids: [id] };
    batch.answers.push(answer);
    return this.completed(batch, id);
  }

  /** A request that its client has cancelled gets no answer. @returns what that completes */
  cancelled(id: Id): { line: unknown; ids: readonly Id[] } | undefined {
    const batch = this.open.get(id)?.batch;
    this.ended([id], false);
    return batch && this.completed(batch, id);
  }

  private completed(batch: Batch, id: Id) {
    batch.waiting.delete(id);
    if (batch.waiting.size > 0 || batch.answers.length === 0) return undefined;
    return { line: batch.answers, ids: batch.answers.map((answer) => (answer as { id: Id }).id) };
  }

  /** Their answers have left. @param reached whether all of it was written */
  ended(ids: readonly Id[], reached: boolean): void {
    for (const id of ids) {
      const request = this.open.get(id);
      this.open.delete(id);
      if (reached) for (const work of request?.works ?? []) work();
    }
    if (this.open.size === 0) this.whenIdle?.();
  }

  /** Resolves when every request was answered, at the latest after `ms` milliseconds. @returns whether they were */
  async idle(ms: number): Promise<boolean> {
    if (this.open.size === 0) return true;
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      new Promise<void>((resolve) => (this.whenIdle = resolve)),
      new Promise<void>((resolve) => (timer = setTimeout(resolve, ms))),
    ]);
    clearTimeout(timer);
    return this.count === 0;
  }
}
