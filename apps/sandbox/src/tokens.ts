import { refuse } from './refusal.js';
import { type User } from './world/types.js';
import { type World } from './world/world.js';

/** Who a token belongs to, by e-mail address. Personal tokens are `pk_sandbox_<name>`, OAuth tokens `oauth_sandbox_<name>`. */
const PEOPLE: Readonly<Record<string, string>> = {
  owner: 'anna.fischer@acme.example',
  admin: 'david.miller@acme.example',
  member: 'sarah.chen@acme.example',
  guest: 'gina.hart@acme.example',
  other: 'hank.scorpio@globex.example',
  both: 'chloe.bennett@acme.example',
  nowhere: 'owen.grant@acme.example',
};

/** Every token the sandbox knows, with the header that presents it. */
export const TOKENS: readonly { token: string; header: string; email: string }[] = Object.entries(PEOPLE).flatMap(
  ([name, email]) => [
    { token: `pk_sandbox_${name}`, header: `pk_sandbox_${name}`, email },
    { token: `oauth_sandbox_${name}`, header: `Bearer oauth_sandbox_${name}`, email },
  ],
);

export interface Holder {
  token: string;
  user: User;
  /** Ids of the Workspaces that the token was granted; without it all of the person's. */
  workspaces?: ReadonlySet<string>;
}

/** Whose token each header holds. Made once per world, so that a request costs one look-up. */
export function holders(world: World): ReadonlyMap<string, Holder> {
  const byEmail = new Map([...world.users.values()].map((user) => [user.email, user]));
  return new Map(
    TOKENS.flatMap(({ token, header, email }) => {
      const user = byEmail.get(email);
      return user ? [[header, { token, user }] as const] : [];
    }),
  );
}

/** The caller of a request that needs no token: a member of nothing. */
export const NOBODY: Holder = {
  token: '',
  user: { id: 0, username: '', email: '', color: '', initials: '', timezone: 'UTC', weekStartDay: 0 },
};

/** Personal tokens come raw, OAuth tokens as Bearer; the other way round is refused, so that a client proves it knows. @throws Refusal 401 */
export function authenticate(known: Holder | undefined, header: string | undefined): Holder {
  if (!header) throw refuse.noToken();
  if (known) return known;
  throw /^(Bearer\s+)?pk_/i.test(header) ? refuse.badToken() : refuse.noSuchToken();
}
