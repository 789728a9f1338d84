import { type Approvals, type Asked, type Change } from '#libs/approvals';
import { AppError } from '#libs/core';

/** As long as a change waits where it is stored. */
const WAITS_MS = 15 * 60_000;
/** A model that asks again and again does not fill the memory. */
const MOST = 50;

interface Kept extends Omit<Asked, 'secondsLeft'> {
  hash: string;
  /** By `performance.now()`. */
  until: number;
}

/**
 * Changes that wait for the person at this client, in this process. There is no page: what may not be decided in the form of the client is
 * refused.
 */
export class MemoryApprovals implements Pick<
  Approvals,
  'hasPage' | 'find' | 'ask' | 'answer' | 'use' | 'outdate' | 'standing'
> {
  readonly hasPage = false;
  private kept: Kept[] = [];
  private asked = 0;

  find(_by: unknown, callHash: Buffer): Promise<Asked | undefined> {
    const now = performance.now();
    this.kept = this.kept.filter(({ until }) => until > now);
    const found = this.kept.findLast(({ hash }) => hash === callHash.toString('hex'));
    return Promise.resolve(found && { ...found, secondsLeft: Math.ceil((found.until - now) / 1000) });
  }

  /** @throws AppError (by rejecting) `forbidden` for what only a page could decide, and when too many wait */
  async ask(by: unknown, { callHash }: Pick<Change, 'callHash'>, call: Asked['call']): Promise<Asked> {
    if (!call.inClient || this.kept.length >= MOST) throw noPage();
    const id = String((this.asked += 1));
    const until = performance.now() + WAITS_MS;
    this.kept.push({ id, state: 'waiting', call: structuredClone(call), hash: callHash.toString('hex'), until });
    return (await this.find(by, callHash))!;
  }

  /** @returns false when it was decided before */
  answer(_by: unknown, id: string, answer: 'approve' | 'refuse'): Promise<boolean> {
    return this.become(id, 'waiting', answer === 'approve' ? 'approved' : 'refused');
  }

  use(_by: unknown, id: string): Promise<boolean> {
    return this.become(id, 'approved', 'used');
  }

  outdate(_by: unknown, id: string): Promise<void> {
    this.kept = this.kept.filter((each) => each.id !== id);
    return Promise.resolve();
  }

  standing(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  private become(id: string, from: Asked['state'], to: Asked['state']): Promise<boolean> {
    const found = this.kept.find((each) => each.id === id && each.state === from);
    if (found) found.state = to;
    return Promise.resolve(found !== undefined);
  }
}

const noPage = () =>
  new AppError(
    'forbidden',
    'This change needs the approval of a person, and over stdio there is no page where one could give it. Nothing was changed.',
    { details: { reason: 'no page for approvals over stdio' } },
  );
