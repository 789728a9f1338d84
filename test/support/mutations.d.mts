export const MUTATIONS: readonly (readonly [
  what: string,
  file: string,
  from: string,
  to: string,
  specs: readonly string[],
])[];
/** Of columns that permissions or caches are decided by: the specs that must notice when a row loses one. */
export const COLUMNS: Readonly<Record<string, readonly string[]>>;
export function however(text: string): RegExp;
