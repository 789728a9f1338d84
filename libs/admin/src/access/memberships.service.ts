import { ClickUpTransport, type Credential, GetAuthorizedTeams } from '#libs/clickup';
import { admitsPerson, admitsWorkspace } from '#libs/connections';
import { CONFIG, type Config } from '#libs/core';
import { type Role } from '#libs/web';
import { Inject, Injectable } from '@nestjs/common';
import { type Standing } from './administrator.js';

/** How old ClickUp's word may be, in milliseconds. */
const LIFE_MS = 5 * 60_000;
const PATIENCE_MS = 9_000;
const MOST_KNOWN = 1_000;

/** Of ClickUp's numbers; whoever has none of these is taken for the least. */
const ROLES = new Map<number | undefined, Role>([
  [1, 'owner'],
  [2, 'admin'],
  [3, 'member'],
]);
const MANAGERS: readonly Role[] = ['owner', 'admin'];

type Settings = Pick<Config, 'ADMIN_EMAILS' | 'AUDITOR_EMAILS' | 'ALLOWED_PEOPLE' | 'ALLOWED_WORKSPACES'>;

/** What people are in their Workspaces, as ClickUp tells it to the person's own credential. */
@Injectable()
export class Memberships {
  /** By the hash of the credential, oldest first. */
  private readonly known = new Map<string, { until: number; standings: Promise<Standing[]> }>();

  constructor(
    private readonly transport: ClickUpTransport,
    @Inject(CONFIG) private readonly config: Settings,
  ) {}

  /**
   * The Workspaces of a person that are let in here, with their roles; at most five minutes old.
   * @throws AppError (by rejecting) when ClickUp does not answer, or refuses the credential: what was known before does not count then
   */
  of(credential: Credential, personId: string): Promise<Standing[]> {
    const kept = this.known.get(credential.hash);
    if (kept && kept.until > performance.now()) return kept.standings;
    const entry = { until: performance.now() + LIFE_MS, standings: this.ask(credential, personId) };
    this.known.delete(credential.hash);
    this.known.set(credential.hash, entry);
    if (this.known.size > MOST_KNOWN) this.known.delete(this.known.keys().next().value!);
    // A question that failed is asked again by the next request.
    entry.standings.catch(() => void (this.known.get(credential.hash) === entry && this.known.delete(credential.hash)));
    return entry.standings;
  }

  private async ask(credential: Credential, personId: string): Promise<Standing[]> {
    const client = this.transport.client({
      credential,
      person: personId,
      deadline: performance.now() + PATIENCE_MS,
      priority: 'interactive',
    });
    const { teams } = await client.call(GetAuthorizedTeams, {});
    return teams.flatMap(({ id, name, members }) => {
      const me = members.find(({ user }) => String(user.id) === personId)?.user;
      const visitor = { id: personId, email: me?.email };
      if (!me || !admitsWorkspace(this.config, id) || !admitsPerson(this.config, visitor)) return [];
      return [{ workspaceId: id, name, role: roleOf(ROLES.get(me.role) ?? 'guest', me.email, this.config) }];
    });
  }
}

/** What somebody may be here, by what they are in ClickUp: the operator's lists narrow who administers, and say who audits. */
export function roleOf(inClickUp: Role, email: string | undefined, { ADMIN_EMAILS, AUDITOR_EMAILS }: Settings): Role {
  const address = (email ?? '').trim().toLowerCase();
  const manages = MANAGERS.includes(inClickUp);
  if (manages && (ADMIN_EMAILS.length === 0 || ADMIN_EMAILS.includes(address))) return inClickUp;
  if (AUDITOR_EMAILS.includes(address)) return 'auditor';
  return manages ? 'member' : inClickUp;
}
