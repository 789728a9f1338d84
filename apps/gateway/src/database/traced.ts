import { type Step, type traceHere } from '#libs/core';
import { getMetadataArgsStorage } from 'typeorm';

const WORDS = /\b(SELECT|INSERT|UPDATE|DELETE|START|COMMIT|ROLLBACK|NOTIFY|LISTEN|SET)\b/i;
const CHANGES = /\b(INSERT|UPDATE|DELETE)\b/i;
const TABLES = /\b(?:FROM|INTO|UPDATE|JOIN)\s+"?([a-z_]+)"?/g;
let known: ReadonlySet<unknown> | undefined;

/** The first of our tables that a statement is about. No other word of it may stand in a trace: it can hold values. */
function tableIn(statement: string): string | undefined {
  known ??= new Set(getMetadataArgsStorage().tables.map(({ name }) => name));
  for (const [, name] of statement.matchAll(TABLES)) if (known.has(name)) return name;
  return undefined;
}

/** What is told of a statement: what it does, and to which table. */
export function summaryOf(statement: unknown): { operation: string; table: string | undefined } {
  const text = typeof statement === 'string' ? statement : '';
  // One that begins as a question may change something further on.
  const operation = (/^\s*WITH\b/i.test(text) && CHANGES.exec(text)?.[1]) || WORDS.exec(text)?.[1];
  return { operation: operation?.toUpperCase() ?? 'STATEMENT', table: tableIn(text) };
}

/** Tells a trace of a round trip to the database, once it is answered, by the semantic conventions of databases. */
export function noteStatement(
  trace: NonNullable<ReturnType<typeof traceHere>>,
  statement: unknown,
  answer: Promise<unknown>,
): void {
  const startedAt = performance.now();
  const note = (failed?: { code?: string }) => {
    const { operation, table } = summaryOf(statement);
    const code = failed?.code;
    const step: Step = {
      name: table ? `${operation} ${table}` : operation,
      kind: 'client',
      startedAt,
      endedAt: performance.now(),
      attributes: {
        'db.system.name': 'postgresql',
        'db.operation.name': operation,
        'db.collection.name': table,
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
