import { type TimeEntry, type User } from './types.js';

/** One field of an entry that somebody changed. */
export interface EntryChange {
  id: string;
  field: string;
  before: unknown;
  after: unknown;
  user: User;
  date: number;
}

const FIELDS: Readonly<Record<string, (entry: TimeEntry) => unknown>> = {
  start: ({ start }) => String(start),
  end: ({ end }) => (end === null ? null : String(end)),
  description: ({ description }) => description,
  billable: ({ billable }) => billable,
  task: ({ task }) => task?.id ?? null,
  tags: ({ tags }) => tags.map(({ name }) => name),
};

const look = (entry: TimeEntry): Record<string, unknown> =>
  Object.fromEntries(Object.entries(FIELDS).map(([field, read]) => [field, read(entry)]));

/** What became of time entries since they were made; goes with the entry. */
export class TimeHistory {
  private readonly changes = new WeakMap<TimeEntry, EntryChange[]>();
  private made = 0;

  /** Oldest first. */
  of(entry: TimeEntry): readonly EntryChange[] {
    return this.changes.get(entry) ?? [];
  }

  /** Does the change and writes down the fields that look different afterwards. */
  track(entry: TimeEntry, user: User, date: number, change: () => void): void {
    const before = look(entry);
    change();
    const after = look(entry);
    const found = Object.keys(FIELDS).filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
    const added = found.map((field) => ({
      id: String(++this.made),
      field,
      before: before[field],
      after: after[field],
      user,
      date,
    }));
    this.changes.set(entry, [...this.of(entry), ...added]);
  }
}
