import { type Deviation, type Operation } from '#libs/clickup';
import { z } from 'zod';
import { type Documented, type Schema } from './documents.js';

/** One thing that a row and the document say differently. */
export type Difference = Omit<Deviation, 'reason'>;
type Found = Omit<Difference, 'operation'>;

/** A schema reduced to what is compared: no descriptions, bounds or examples, and one spelling for nullable and for alternatives. */
interface Shape {
  type: string;
  enum: string;
  properties: Record<string, Shape>;
  required: string[];
  items?: Shape;
  /** Alternatives that are not told apart by their type, each as JSON. */
  oneOf: string[];
}

const ANY = 'any';
const join = (values: Iterable<string>): string => [...new Set(values)].sort().join('|') || ANY;
const types = ({ type }: Shape): string[] => (type === ANY ? [] : type.split('|'));
const isPlain = ({ properties, items, oneOf }: Shape): boolean =>
  !items && oneOf.length === 0 && Object.keys(properties).length === 0;

function shape(schema: Schema, resolve: Documented['resolve']): Shape {
  if (schema.$ref) return shape(resolve(schema.$ref), resolve);
  // A lone `allOf` is how the documents hang a description on a `$ref`.
  if (schema.allOf?.length === 1 && schema.allOf[0]) return shape(schema.allOf[0], resolve);
  const choices = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map((choice) => shape(choice, resolve));
  if (choices.length > 0) return merge(choices);
  const values = schema.const === undefined ? (schema.enum ?? []) : [schema.const];
  return {
    type: join([
      ...[schema.type ?? (schema.properties ? 'object' : [])].flat(),
      ...(values.includes(null) ? ['null'] : []),
    ]),
    enum: join(values.filter((value) => value !== null).map(String)),
    properties: Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([name, property]) => [name, shape(property, resolve)]),
    ),
    required: [...(schema.required ?? [])].sort(),
    items: schema.items && shape(schema.items, resolve),
    oneOf: [],
  };
}

function merge(choices: Shape[]): Shape {
  const distinct = [...new Map(choices.map((choice) => [JSON.stringify(choice), choice])).values()];
  const structured = distinct.filter((choice) => !isPlain(choice));
  const [only] = structured;
  const empty: Shape = { type: ANY, enum: ANY, properties: {}, required: [], oneOf: [] };
  return {
    ...(only && structured.length === 1 ? only : empty),
    type: join(distinct.flatMap(types)),
    enum: join(distinct.flatMap((choice) => (choice.enum === ANY ? [] : choice.enum.split('|')))),
    oneOf: structured.length > 1 ? structured.map((choice) => JSON.stringify(choice)).sort() : (only?.oneOf ?? []),
  };
}

const different = (where: string, ours: string, documented: string): Found[] =>
  ours === documented ? [] : [{ where, ours, documented }];

/** What each side has and the other lacks. */
const presence = (where: (name: string) => string, ours: readonly string[], documented: readonly string[]): Found[] =>
  [...new Set([...ours, ...documented])].flatMap((name) =>
    different(
      where(name),
      ours.includes(name) ? 'present' : 'absent',
      documented.includes(name) ? 'present' : 'absent',
    ),
  );

function compareShapes(where: string, ours: Shape, documented: Shape): Found[] {
  const names = Object.keys(ours.properties);
  const need = (side: Shape, name: string) => (side.required.includes(name) ? 'required' : 'optional');
  return [
    ...different(where, ours.type, documented.type),
    ...different(`${where} enum`, ours.enum, documented.enum),
    ...presence((name) => `${where}.${name}`, names, Object.keys(documented.properties)),
    ...names.flatMap((name) => {
      const [left, right] = [ours.properties[name], documented.properties[name]];
      if (!left || !right) return [];
      return [
        ...different(`${where}.${name}`, need(ours, name), need(documented, name)),
        ...compareShapes(`${where}.${name}`, left, right),
      ];
    }),
    ...(ours.items && documented.items ? compareShapes(`${where}[]`, ours.items, documented.items) : []),
    ...presence((choice) => `${where} one of ${choice}`, ours.oneOf, documented.oneOf),
  ];
}

const noRefs = (): never => {
  throw new Error('A row uses a recursive schema.');
};
const shapeOfZod = (schema: z.ZodType): Shape =>
  shape(z.toJSONSchema(schema, { io: 'input', reused: 'inline' }) as Schema, noRefs);

/** Ids in a query: the document types many as numbers, on the wire they are the same digits, and ours are strings everywhere. */
const isNumericId = (name: string, type: string): boolean =>
  name.endsWith('_id') && ['number', 'integer'].includes(type);

/** The query as one object, like a row's; array parameters lose their brackets, which some operations spell and others do not. */
function documentedQuery({ parameters, resolve }: Documented): Shape {
  const query = parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name, ...rest }) => ({ ...rest, name: name.replace(/\[\]$/, '') }));
  const properties = query.map(({ name, schema }): [string, Shape] => {
    const found = shape(schema, resolve);
    return [name, isNumericId(name, found.type) ? { ...found, type: 'string' } : found];
  });
  const required = query.flatMap(({ name, required }) => (required ? [name] : [])).sort();
  return { type: 'object', enum: ANY, properties: Object.fromEntries(properties), required, oneOf: [] };
}

const pathNames = (path: string): string[] => [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name ?? '');

/** All differences between a row and ClickUp's document. Headers and answers are not compared. */
export function compare(row: Operation, documents: ReadonlyMap<string, Documented>): Difference[] {
  const documented = documents.get(row.id);
  const named = (found: Found[]): Difference[] => found.map((difference) => ({ operation: row.id, ...difference }));
  if (!documented) return named([{ where: 'id', ours: row.id, documented: 'absent' }]);
  const declared = documented.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
  const body = (row.body as z.ZodType | undefined) && shapeOfZod(row.body as z.ZodType);
  const documentedBody = documented.body && shape(documented.body, documented.resolve);
  return named([
    ...different('method', row.method, documented.method),
    ...different('path', row.path as string, documented.path),
    ...presence((name) => `path.${name}`, pathNames(row.path as string), declared),
    ...compareShapes(
      'query',
      shapeOfZod((row.query as z.ZodType | undefined) ?? z.strictObject({})),
      documentedQuery(documented),
    ),
    ...different('body', body ? 'present' : 'absent', documentedBody ? 'present' : 'absent'),
    ...(body && documentedBody ? compareShapes('body', body, documentedBody) : []),
  ]);
}

const same = (deviation: Difference, found: Difference): boolean =>
  (['operation', 'where', 'ours', 'documented'] as const).every((key) => deviation[key] === found[key]);

/** Compares every row: `unexplained` are the differences without a deviation, `needless` the deviations without a difference. */
export function judge(
  rows: readonly Operation[],
  documents: ReadonlyMap<string, Documented>,
  deviations: readonly Deviation[],
) {
  const found = rows.flatMap((row) => compare(row, documents));
  return {
    unexplained: found.filter((difference) => !deviations.some((deviation) => same(deviation, difference))),
    needless: deviations.filter((deviation) => !found.some((difference) => same(deviation, difference))),
  };
}
