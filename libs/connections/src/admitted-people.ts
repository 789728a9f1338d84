import { aroundCalls, type ClickUpClient, GetAuthorizedUser } from '#libs/clickup';
import { admitsId, admitsPerson, type Doors, notAdmitted } from './admission.js';
import { type Caller } from './caller.js';

/** How long ClickUp's word on whose credential it is counts, in milliseconds; a refusal counts for less, because it may be mended in ClickUp. */
const LIFE_MS = { admitted: 5 * 60_000, refused: 30_000 };
const MAX_KNOWN = 10_000;

/**
 * Judges the people behind ClickUp credentials whenever they are used, so that a grant ends with the right to come in. Addresses are
 * not stored for that: ClickUp is asked, and only the verdict is kept, in memory.
 */
export class AdmittedPeople {
  /** By the hash of the credential, oldest first. */
  private readonly verdicts = new Map<string, { until: number; admitted: Promise<boolean> }>();

  /** @param now a monotonic clock in milliseconds */
  constructor(
    private readonly doors: Doors,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * The same client, which sends nothing for somebody who may not come in.
   * @param asking a client of our own with the same credential, which may ask whose it is
   */
  guard(client: ClickUpClient, caller: Caller, asking: () => ClickUpClient): ClickUpClient {
    // The holder of a global key works with the operator's own account.
    if (!caller.connection && caller.kind !== 'client_credentials') return client;
    const known = caller.connection ? admitsId(this.doors, caller.connection.personId) : undefined;
    if (known === true || this.doors.ALLOWED_PEOPLE.length === 0) return client;
    return aroundCalls(client, async (work) => {
      if (known === false || !(await this.verdict(client.credential.hash, asking))) throw notAdmitted();
      return work();
    });
  }

  /** Asked once for calls at the same time. A question that failed decides nothing and is asked again by the next call. */
  private verdict(hash: string, asking: () => ClickUpClient): Promise<boolean> {
    const kept = this.verdicts.get(hash);
    if (kept && kept.until > this.now()) return kept.admitted;
    const asked = asking()
      .call(GetAuthorizedUser, {})
      .then(({ user }) => admitsPerson(this.doors, { id: String(user.id), email: user.email }));
    const entry = { until: this.now() + LIFE_MS.admitted, admitted: asked };
    this.verdicts.delete(hash);
    this.verdicts.set(hash, entry);
    if (this.verdicts.size > MAX_KNOWN) this.verdicts.delete(this.verdicts.keys().next().value!);
    asked.then(
      (admitted) => void (admitted || (entry.until = this.now() + LIFE_MS.refused)),
      () => void (this.verdicts.get(hash) === entry && this.verdicts.delete(hash)),
    );
    return asked;
  }
}
