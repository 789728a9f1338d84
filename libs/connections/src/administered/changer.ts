/** Who changes something that binds others. */
export interface Changer {
  /** Pseudonym, or `operator`. */
  readonly id: string;
  /** Of their credential, or `operator`. */
  readonly kind: string;
  /** ClickUp user id; undefined = nobody who is known. */
  readonly personId?: string;
}
