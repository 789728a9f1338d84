/** Who changes something that binds others. */
export interface Changer {
  /** Pseudonym, or `operator`. */
  readonly id: string;
  /** Of their credential, or `operator`. */
  readonly kind: string;
  /** Whose pseudonym the audit has: the ClickUp user id, or that of somebody whom the identity provider knows; undefined = nobody who is known. */
  readonly personId?: string;
}
