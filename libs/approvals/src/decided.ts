/** What a decision does to the row of a change, whoever makes it and wherever: the beginning of an `UPDATE approvals a`. */
export const DECIDED = {
  // There has to be time left to make the call again.
  approve: `SET decision = 'approved', expires_at = greatest(a.expires_at, now() + interval '5 minutes'), decided_at = now()`,
  hour: `SET decision = 'approved', for_hour = true, expires_at = now() + interval '1 hour', decided_at = now()`,
  refuse: `SET decision = 'refused', decided_at = now()`,
  end: `SET for_hour = false, expires_at = now()`,
} as const;
