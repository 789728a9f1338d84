/** What the version before could not work with, in a statement about one table. */
const REFUSED: readonly { clause: RegExp; because: string }[] = [
  { clause: /^DROP COLUMN/i, because: 'the version before still reads and writes it' },
  { clause: /^RENAME/i, because: 'the version before knows the old name only' },
  { clause: /^ALTER (?:COLUMN )?\S+ (?:SET DATA )?TYPE\b/i, because: 'the version before sends the old type' },
  { clause: /^ALTER (?:COLUMN )?\S+ SET NOT NULL/i, because: 'the version before may leave it empty' },
  {
    clause:
      /^ADD (?:COLUMN )?(?!CONSTRAINT|CHECK|FOREIGN|UNIQUE|PRIMARY|EXCLUDE)(?=.*\bNOT NULL\b)(?!.*\b(?:DEFAULT|GENERATED)\b)/is,
    because: 'the version before does not fill it: give it a default',
  },
];
const WHOLE = /^DROP (TABLE|VIEW|SCHEMA|TYPE|FUNCTION) (?:IF EXISTS )?([\w."]+)/i;

/**
 * What of a migration the version before could not run with while it is still there, in words. Expand first, contract a release later.
 * @param statements in their order
 */
export function breaksTheVersionBefore(statements: readonly string[]): string[] {
  const found: string[] = [];
  const made = new Set<string>();
  const all = statements.flatMap(split);
  for (const statement of all) {
    const created = /^CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?([\w."]+)/i.exec(statement)?.[1];
    if (created) made.add(created);
    const [, kind = '', name = ''] = WHOLE.exec(statement) ?? [];
    // A function with other columns has to be made anew, in the same transaction.
    const again = new RegExp(`^CREATE (?:OR REPLACE )?${kind} ${name}\\b`, 'i');
    if (name && !(kind.toUpperCase() === 'FUNCTION' && all.some((other) => again.test(other))))
      found.push(`${statement.slice(0, 60)}: the version before still uses it`);
    const [, table = '', rest = ''] = /^ALTER TABLE (?:IF EXISTS )?(?:ONLY )?([\w."]+)\s+(.*)$/is.exec(statement) ?? [];
    if (!table || made.has(table)) continue;
    const clauses = clausesOf(rest);
    for (const clause of clauses)
      for (const { clause: refused, because } of REFUSED)
        if (refused.test(clause)) found.push(`${table}: ${clause.slice(0, 60)}: ${because}`);
    found.push(
      ...newBounds(clauses).map((clause) => `${table}: ${clause.slice(0, 60)}: the version before may not keep to it`),
    );
  }
  return found;
}

/** Constraints of columns that were there, unless they take the place of one (to widen it). */
function newBounds(clauses: readonly string[]): string[] {
  const named = (pattern: RegExp) => clauses.flatMap((clause) => pattern.exec(clause)?.[1] ?? []);
  const dropped = named(/^DROP CONSTRAINT (?:IF EXISTS )?(\w+)/i);
  const added = named(/^ADD (?:COLUMN )(?:IF NOT EXISTS )?(\w+)/i);
  return clauses.filter((clause) => {
    const name = /^ADD CONSTRAINT (\w+)/i.exec(clause)?.[1];
    if (name === undefined) return /^ADD (?:CHECK|FOREIGN|UNIQUE|PRIMARY|EXCLUDE)/i.test(clause);
    return !dropped.includes(name) && !added.some((column) => new RegExp(`\\b${column}\\b`).test(clause));
  });
}

/** Statements without comments and bodies of functions. */
const split = (sql: string): string[] =>
  sql
    .replace(/(\$\w*\$).*?\1/gs, "''")
    .replace(/--.*$/gm, '')
    .split(';')
    .map((statement) => statement.replace(/\s+/g, ' ').trim())
    .filter(Boolean);

/** The parts of ALTER TABLE: commas inside brackets and quotes divide nothing. */
function clausesOf(text: string): string[] {
  const clauses = [''];
  let depth = 0;
  let quoted = false;
  for (const character of text) {
    if (character === "'") quoted = !quoted;
    if (!quoted && character === '(') depth += 1;
    if (!quoted && character === ')') depth -= 1;
    if (character === ',' && depth === 0 && !quoted) clauses.push('');
    else clauses.push(clauses.pop()! + character);
  }
  return clauses.map((clause) => clause.trim());
}
