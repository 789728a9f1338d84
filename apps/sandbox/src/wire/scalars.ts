/** Milliseconds as ClickUp writes them: digits in a string. */
export const ms = (value: number | null): string | null => (value === null ? null : String(value));

/** What a priority written as a number is read as. */
export const PRIORITIES: Readonly<Record<number, { id: string; priority: string; color: string; orderindex: string }>> =
  {
    1: { id: '1', priority: 'urgent', color: '#f50000', orderindex: '1' },
    2: { id: '2', priority: 'high', color: '#f8ae00', orderindex: '2' },
    3: { id: '3', priority: 'normal', color: '#6fddff', orderindex: '3' },
    4: { id: '4', priority: 'low', color: '#d8d8d8', orderindex: '4' },
  };
