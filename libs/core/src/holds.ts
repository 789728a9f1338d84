/** Of which kind the values of a column are, for whoever has to protect them. */
export const HOLDING = {
  sealed: 'a secret, sealed under the master key (AES-256-GCM): worth nothing without it',
  hash: 'SHA-256 of a secret, or of what somebody asked for: it can be compared, not read',
  personal: 'personal data: says who somebody is, or is a text that people wrote',
  plain: 'none of these',
} as const;

/** What a column holds. */
export interface Holding {
  kind: keyof typeof HOLDING;
  what: string;
}

const holdings = new Map<unknown, Map<string | symbol, Holding>>();

/** Says of a column of an entity what it holds: docs/storage-columns.md is rendered from it, and a column without it fails a test. */
export const Holds =
  (kind: Holding['kind'], what: string): PropertyDecorator =>
  ({ constructor }, property) => {
    const known = holdings.get(constructor) ?? new Map<string | symbol, Holding>();
    holdings.set(constructor, known.set(property, { kind, what }));
  };

/** What `@Holds` says of a property of an entity; undefined without. */
export const holdingOf = (entity: unknown, property: string): Holding | undefined =>
  holdings.get(entity)?.get(property);
