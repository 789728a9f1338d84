import { AppError, type Config } from '#libs/core';

/** Who may come in (ALLOWED_WORKSPACES, ALLOWED_PEOPLE); an empty list lets everybody in. */
export type Doors = Pick<Config, 'ALLOWED_WORKSPACES' | 'ALLOWED_PEOPLE'>;

/** Somebody as ClickUp tells of them. */
export interface Visitor {
  /** ClickUp user id. */
  id: string;
  /** As ClickUp has it; undefined or empty where it tells none. */
  email?: string | null | undefined;
}

export const admitsWorkspace = ({ ALLOWED_WORKSPACES: allowed }: Doors, id: string): boolean =>
  allowed.length === 0 || allowed.includes(id);

/** Compares the whole domain of an address, so that `acme.com` lets in neither `x@sub.acme.com` nor `x@notacme.com`. */
export function admitsPerson(doors: Doors, { id, email }: Visitor): boolean {
  const known = admitsId(doors, id);
  if (known !== undefined) return known;
  const address = (email ?? '').trim().toLowerCase();
  const at = address.lastIndexOf('@');
  return at > 0 && [address, address.slice(at + 1)].some((entry) => doors.ALLOWED_PEOPLE.includes(entry));
}

/** What a ClickUp user id alone decides; undefined when the address has to be known. */
export function admitsId({ ALLOWED_PEOPLE: allowed }: Doors, id: string): boolean | undefined {
  if (allowed.length === 0 || allowed.includes(id)) return true;
  return allowed.every((entry) => /^\d+$/.test(entry)) ? false : undefined;
}

/** It says neither who is let in nor what was decided on. */
export const notAdmitted = () =>
  new AppError('forbidden', 'The operator of this server does not let this ClickUp account or Workspace in.', {
    details: { reason: 'not admitted' },
  });
