import { bare, type Operation, OPERATIONS, planOf, Secret, shapeOf, SMELLS, WITHHELD } from '#libs/clickup';
import { type z } from 'zod';
import { readDocuments, type Documented, type Schema } from '../../apps/cli/src/contract/documents.js';
import { filled } from '../support/filled.js';
import { describeIf, OPENAPI_FOLDER } from '../support/needs.js';

/** Names that may be those of secrets; more of them than are withheld by name alone. */
const SOUNDS = new RegExp(`${SMELLS.source}|key|auth|otp|salt|hash|session`, 'i');

/** Names that only sound like a secret. */
const HARMLESS: Readonly<Record<string, string>> = {
  key_result: 'a target of a Goal',
  key_results: 'targets of a Goal',
  key_result_id: 'the id of a target',
  key_result_count: 'a number of targets',
  authors: 'people who wrote a page',
  show_author_header: 'how a Doc looks',
  show_sub_pages_author: 'how a Doc looks',
};

/** Where a schema says that anything may stand, and why no secret can. */
const OPEN: Readonly<Record<string, string>> = {
  type_config: 'options, currency and bounds of a Custom Field',
  value: 'what somebody filled in',
  values: 'what a view compares with',
  attributes: 'marks of rich text',
  page_defaults: 'how a Doc looks',
  presentation_details: 'how a page looks',
  profileInfo: 'what a person tells of themselves',
  approval: 'who approved of a timesheet',
  group_assignee: 'a user group',
  group_members: 'people',
  reactions: 'emoji and who sent them',
  protected_by: 'a person',
  counts: 'numbers of a channel',
  before: 'a value of a time entry',
  after: 'a value of a time entry',
};

/** Everything in an answer that has a name: the name, and the schema. */
function named(schema: z.ZodType, seen = new Set<z.ZodType>(), name = ''): { name: string; schema: z.ZodType }[] {
  const inner = bare(schema);
  const here = name ? [{ name, schema: inner }] : [];
  if (seen.has(inner) && shapeOf(inner).kind === 'object') return here;
  seen.add(inner);
  const shape = shapeOf(inner);
  if (shape.kind === 'array') return [...here, ...named(shape.element, seen, name)];
  if (shape.kind === 'record') return [...here, ...named(shape.value, seen, name)];
  if (shape.kind === 'union') return [...here, ...shape.options.flatMap((option) => named(option, seen, name))];
  return shape.kind === 'object'
    ? [...here, ...Object.entries(shape.properties).flatMap(([key, property]) => named(property, seen, key))]
    : here;
}

const ROWS = OPERATIONS.map((row) => [row.id, row] as const);
const partsOf = ({ response }: Operation) => named(response as z.ZodType);

test.each(ROWS)('%s: what sounds like a secret is marked as one, and what may be anything cannot be one', (_, row) => {
  const parts = partsOf(row);
  expect(
    parts
      .filter(({ name, schema }) => SOUNDS.test(name) && schema !== Secret && !(name in HARMLESS))
      .map(({ name }) => name),
  ).toEqual([]);
  expect(
    parts.filter(({ name, schema }) => shapeOf(schema).kind === 'unknown' && !(name in OPEN)).map(({ name }) => name),
  ).toEqual([]);
});

test('every excuse is needed', () => {
  const names = new Set([
    ...OPERATIONS.flatMap((row) => partsOf(row).map(({ name }) => name)),
    'show_author_header',
    'show_sub_pages_author',
  ]);
  expect([...Object.keys(HARMLESS), ...Object.keys(OPEN)].filter((name) => !names.has(name))).toEqual([]);
});

const CANARY = 'own';
/** An answer in which all texts are canaries, more of it than its schema says. */
const full = ({ response }: Operation, option: number) => filled(response as z.ZodType, () => true, option);
const secretsIn = (value: unknown, key = ''): unknown[] => {
  if (typeof value !== 'object' || value === null) return /secret|token/i.test(key) ? [value] : [];
  return Object.entries(value).flatMap(([name, each]) => secretsIn(each, Array.isArray(value) ? key : name));
};

test.each(ROWS)('%s hands no secret out, and changes nothing else', (_, row) => {
  for (const option of [0, 1]) {
    const answer = full(row, option);
    const before = JSON.stringify(answer);
    const handedOut = planOf(row).withhold?.(answer) ?? answer;
    expect(secretsIn(handedOut).filter((value) => value !== null && value !== WITHHELD)).toEqual([]);
    expect(JSON.stringify(answer)).toBe(before);
    if (secretsIn(answer).length === 0) expect(handedOut).toEqual(answer);
  }
});

test('the known secrets are withheld', () => {
  const holding = OPERATIONS.filter((row) => partsOf(row).some(({ schema }) => schema === Secret)).map(({ id }) => id);
  for (const id of [
    'GetWebhooks',
    'CreateWebhook',
    'UpdateWebhook',
    'GetAccessToken',
    'GetGoals',
    'GetTask',
    'GetTasks',
    'UpdateTask',
  ])
    expect(holding).toContain(id);
});

test.each(['queryAuditLog', 'publicPatchAcl'])('of %s, whose answer no document describes, the names decide', (id) => {
  const row = OPERATIONS.find((each) => each.id === id)!;
  const answer = {
    events: [
      { type: 'USER_LOGIN', access_token: CANARY, session: { refreshToken: CANARY, tokens: [CANARY] }, keys: 2 },
    ],
    client_secret: CANARY,
  };
  expect(planOf(row).withhold?.(answer)).toEqual({
    events: [
      { type: 'USER_LOGIN', access_token: WITHHELD, session: { refreshToken: WITHHELD, tokens: [WITHHELD] }, keys: 2 },
    ],
    client_secret: WITHHELD,
  });
});

const documents = readDocuments(OPENAPI_FOLDER) ?? new Map<string, Documented>();

/** The names in a documented answer. */
function documented({ answers, resolve: follow }: Documented): string[] {
  const names = new Set<string>();
  const seen = new Set<Schema>();
  const walk = (schema: Schema): void => {
    if (schema.$ref) return walk(follow(schema.$ref));
    if (seen.has(schema)) return;
    seen.add(schema);
    for (const part of [
      ...(schema.anyOf ?? []),
      ...(schema.oneOf ?? []),
      ...(schema.allOf ?? []),
      ...(schema.items ? [schema.items] : []),
    ])
      walk(part);
    if (typeof schema.additionalProperties === 'object') walk(schema.additionalProperties);
    for (const [name, part] of Object.entries(schema.properties ?? {})) {
      names.add(name);
      walk(part);
    }
  };
  answers.forEach(walk);
  return [...names];
}

describeIf(documents.size > 0, `ClickUp's OpenAPI documents in ${OPENAPI_FOLDER} (CLICKUP_OPENAPI_DIR)`)(
  'the OpenAPI documents',
  () => {
    test.each(ROWS.filter(([, { documentedAt }]) => documentedAt === undefined))(
      '%s: what sounds like a secret there is marked in the row',
      (id, row) => {
        const marked = new Set(
          partsOf(row)
            .filter(({ schema }) => schema === Secret)
            .map(({ name }) => name),
        );
        expect(
          documented(documents.get(id)!).filter(
            (name) => SOUNDS.test(name) && !(name in HARMLESS) && !marked.has(name),
          ),
        ).toEqual([]);
      },
    );
  },
);
