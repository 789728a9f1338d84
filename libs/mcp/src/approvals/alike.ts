/**
 * Tools whose calls can be approved together for an hour. `varying`: the arguments in which these calls may differ, the words and the dates
 * of what is written; all others, and so on what a call acts and who is put on it, have to be the same. `alone`: arguments that make a call
 * one that is approved alone. What destroys, administers or is about many objects is not here.
 */
const ALIKE: Readonly<Record<string, { varying: readonly string[]; alone?: readonly string[] }>> = {
  add_comment: { varying: ['text'] },
  create_task: { varying: ['name', 'description', 'status', 'priority', 'due_date', 'start_date', 'estimate'] },
  create_time_entry: { varying: ['duration', 'start', 'description'] },
  update_task: {
    varying: ['name', 'description', 'description_mode', 'status', 'priority', 'due_date', 'start_date', 'estimate'],
    alone: ['list_id', 'parent', 'archived'],
  },
};

/** What calls that can be approved together have in common; undefined where a call has to be approved alone. */
export function alike(tool: string, input: Record<string, unknown>): Record<string, unknown> | undefined {
  const kind = ALIKE[tool];
  if (!kind || kind.alone?.some((name) => input[name] !== undefined)) return undefined;
  return Object.fromEntries(Object.entries(input).filter(([name]) => !kind.varying.includes(name)));
}
