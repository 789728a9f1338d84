/** Everything an operation or a tool can do, as a closed list. Read or write, retries, annotations and consent derive from it. */
export const VERBS = [
  'get',
  'list',
  'search',
  'create',
  'update',
  'delete',
  'add',
  'remove',
  'start',
  'stop',
  'move',
  'merge',
] as const;
export type Verb = (typeof VERBS)[number];

export const RISKS = ['normal', 'destructive', 'admin'] as const;
export type Risk = (typeof RISKS)[number];

/** Which changes wait for a person, the strictest last: `destructive` and large ones, those and every change once texts of others were read, or every change. */
export const APPROVE = ['never', 'destructive', 'tainted', 'all_writes'] as const;
export type Approve = (typeof APPROVE)[number];

const READ_VERBS = ['get', 'list', 'search'] as const satisfies readonly Verb[];
export type ReadVerb = (typeof READ_VERBS)[number];
const READS: ReadonlySet<Verb> = new Set(READ_VERBS);
const IDEMPOTENT: ReadonlySet<Verb> = new Set(['get', 'list', 'search', 'update', 'delete', 'add', 'remove', 'move']);

/** Whether a verb leaves ClickUp unchanged. */
export const isRead = (verb: Verb): boolean => READS.has(verb);

/** All four MCP annotations, stated always: the protocol's defaults are the dangerous ones (MCP 2026-07-28, ToolAnnotations). */
export function annotations(verb: Verb, risk: Risk) {
  return {
    readOnlyHint: isRead(verb),
    destructiveHint: risk !== 'normal',
    idempotentHint: IDEMPOTENT.has(verb),
    openWorldHint: true,
  };
}
