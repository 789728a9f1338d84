import { type Step, type traceHere } from '#libs/core';
import { getMetadataArgsStorage } from 'typeorm';

const WORDS = /\b(SELECT|INSERT|UPDATE|DELETE|START|COMMIT|ROLLBACK|NOTIFY|LISTEN|SET)\b/i;
const CHANGES = /\b(INSERT|UPDATE|DELETE)\b/i;
const TABLES = /\b(?:FROM|INTO|UPDATE|JOIN)\s+"?([a-z_]+)"?/g;
/** Functions of ours in the database, which statements ask instead of tables. */
const FUNCTIONS: readonly unknown[] = ['find_grant', 'own_grants', 'workspace_policy', 'keep_audit_months'];
/** Names stand near the beginning; a statement may hold megabytes of values. */
const LOOKED_AT = 2_000;
let tables: ReadonlySet<unknown> | undefined;

/** What of ours a statement is about first. No other word of it may stand in a trace: it can hold values. */
function nameIn(statement: string): { table?: string; procedure?: string } {
  tables ??= new Set(getMetadataArgsStorage().tables.map(({ name }) => name));
  for (const [, name] of statement.matchAll(TABLES)) {
    if (tables.has(name)) return { table: name };
    if (FUNCTIONS.includes(name)) return { procedure: name };
  }
  return {};
}

/** What is told of a statement: what it does, and to which table, or by which function of the database. */
export function summaryOf(statement: unknown): { operation: string; table?: string; procedure?: string } {
  const text = typeof statement === 'string' ? statement.slice(0, LOOKED_AT) : '';
  // One that begins as a question may change something further on.
  const operation = (/^\s*WITH\b/i.test(text) && CHANGES.exec(text)?.[1]) || WORDS.exec(text)?.[1];
  return { operation: operation?.toUpperCase() ?? 'STATEMENT', ...nameIn(text) };
}

/** Tells a trace of a round trip to the database, once it is answered, by the semantic conventions of databases. */
export function noteStatement(
  trace: NonNullable<ReturnType<typeof traceHere>>,
  statement: unknown,
  answer: Promise<unknown>,
): void {
  const startedAt = performance.now();
  const note = (failed?: { code?: string }) => {
    const { operation, table, procedure } = summaryOf(statement);
    const code = failed?.code;
    const step: Step = {
      name: [operation, table ?? procedure].filter(Boolean).join(' '),
      kind: 'client',
      startedAt,
      endedAt: performance.now(),
      attributes: {
        'db.system.name': 'postgresql',
        'db.operation.name': operation,
        'db.collection.name': table,
        'db.stored_procedure.name': procedure,
        'db.response.status_code': code,
      },
    };
    if (failed) step.error = code ?? 'error';
    trace.note(step);
  };
  answer.then(
    () => note(),
    (error: { code?: string }) => note(error),
  );
}
