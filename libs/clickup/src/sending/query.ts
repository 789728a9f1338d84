import { AppError } from '#libs/core';

/** More values than this in one query are a mistake or an attack; ClickUp's own limits are at most 100. */
const MAX_VALUES = 100;

type Scalar = string | number | boolean;

/**
 * A typed query as it goes over the wire: `''` or `?a=1&b[]=x&b[]=y` (percent-encoded). Undefined values are left out.
 * An array `x` becomes repeated `x[]`, unless `csv` names it, then `x=a,b`, or `repeated`, then `x=a&x=b`.
 * @throws AppError `invalid_parameters` for what has no wire form
 */
export function serializeQuery(
  query: Readonly<Record<string, unknown>>,
  csv: readonly string[] = [],
  repeated: readonly string[] = [],
): string {
  // URLSearchParams encodes keys and values alike, so no value can start another parameter.
  const params = new URLSearchParams();
  for (const name of Object.keys(query)) {
    const value = query[name];
    if (value === undefined) continue;
    if (!Array.isArray(value)) params.append(name, wire(name, value));
    else if (value.length > MAX_VALUES) throw refusal(name, `takes at most ${MAX_VALUES} values`);
    else if (csv.includes(name)) params.append(name, value.map((item) => csvItem(name, item)).join(','));
    else
      for (const item of value)
        params.append(name.endsWith('[]') || repeated.includes(name) ? name : `${name}[]`, wire(name, item));
  }
  const text = params.toString();
  return text && `?${text}`;
}

function wire(name: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)))
    return String(value satisfies Scalar);
  throw refusal(name, 'must be a text, a number or a boolean');
}

function csvItem(name: string, value: unknown): string {
  const text = wire(name, value);
  if (text.includes(',')) throw refusal(name, 'must not contain commas');
  return text;
}

const refusal = (parameter: string, problem: string) =>
  new AppError('invalid_parameters', `Missing or invalid parameters: ${parameter} ${problem}`, {
    details: { parameter },
  });
