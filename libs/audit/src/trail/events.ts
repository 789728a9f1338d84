/** What the audit writes down, with what each means; docs/audit.md names every one. */
export const AUDIT_EVENTS = {
  call: 'a tool call has ended',
  call_begun: 'a call is about to send its first write to ClickUp',
  grant_made: 'a session or API key was made',
  grant_ended: 'a session, API key or server URL was ended',
  rights_changed: 'what a grant or connection may do was changed',
  connection_ended: 'a connection was ended, with all grants on it',
  credential_refused: 'ClickUp has refused the credential of a connection',
  credential_accepted: 'ClickUp accepts the credential of a connection again',
  server_url_made: 'a server URL was made',
  server_url_renamed: 'a server URL was given another label',
  server_url_rotated: 'a server URL was given another secret',
  policy_changed: 'what a Workspace allows at most was changed',
  kill_switch_set: 'something was switched off',
  kill_switch_lifted: 'something was switched on again',
  approval_asked: 'a change waits for a person',
  approval_given: 'a person has approved a change, or all like it for an hour',
  approval_refused: 'a person has refused a change',
  approval_ended: 'a person has ended what they had approved for an hour',
  approval_used: 'a change that was approved is about to be carried out',
  signed_on: 'somebody has signed in at the console through the identity provider',
  actor_erased: 'whose the pseudonyms of a person are was erased',
  events_dropped: 'events could not be stored, because the database was away for too long',
} as const;
export type AuditEventKind = keyof typeof AUDIT_EVENTS;

/** Ids of objects: stored as HMACs, never as they are. */
export interface Objects {
  /** Each as `kind:id`. */
  readonly objects: readonly string[];
}

/** A fact about a change. Words of our own, numbers, or ids; a text that a person wrote has no place here. */
export type Fact = string | number | boolean | null | readonly string[] | Objects;

/** Something that happened, as it is told to the audit. No titles, texts or addresses. */
export interface AuditEvent {
  event: AuditEventKind;
  /** Workspace id, or `-`. */
  tenant: string;
  /** Unix milliseconds. */
  at: number;
  /** Id of the call that it belongs to. */
  call?: string | undefined;
  /** Id of the grant that was used; the audit has a random alias of it. */
  grant?: string | undefined;
  /** ClickUp user id of who did it; the audit has a random pseudonym of it. */
  person?: string | undefined;
  /** Kind of the credential; `operator` for what was done by command. */
  kind?: string | undefined;
  client?: string | undefined;
  tool?: string | undefined;
  operation?: string | undefined;
  effect?: string | undefined;
  /** What it was about, each as `kind:id`. */
  objects?: readonly string[] | undefined;
  decision: 'allowed' | 'refused';
  layer?: string | undefined;
  reason?: string | undefined;
  approval?: string | undefined;
  outcome?: string | undefined;
  requests?: number | undefined;
  ms?: number | undefined;
  detail?: Readonly<Record<string, Fact | Readonly<Record<string, Fact>>>> | undefined;
}
