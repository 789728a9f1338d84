import { AppError } from '#libs/core';
import { type PathValues } from '../operation.js';

/** Fits every id of ClickUp's, and nothing that a URL parser or a router could read in another way (SEC-D16). */
const ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;
/** Path parameters that hold what people typed; all others hold ids. */
const FREE_TEXT: ReadonlySet<string> = new Set(['tag_name', 'reaction']);
const FREE_TEXT_MAX = 512;
/** Control characters and lone surrogates; encodeURIComponent throws on the latter. */
const UNSENDABLE = /[\p{Cc}\p{Cs}]/u;
const ANY_HOST = 'https://host.invalid';

/** A path template, taken apart once: literal, parameter, literal, … */
const templates = new Map<string, readonly string[]>();

/**
 * The only way to make a URL path: the result is always the template with one segment per parameter; no value can change that.
 * @throws AppError `invalid_parameters` that names the parameter, never its value
 */
export function buildPath<P extends string>(template: P, values: PathValues<P>): string {
  const parts = partsOf(template);
  let path = parts[0]!;
  for (let index = 1; index < parts.length; index += 2) {
    const name = parts[index]!;
    path += segment(name, (values as Readonly<Record<string, unknown>> | undefined)?.[name]) + parts[index + 1]!;
  }
  // The URL parser itself has the last word on what the checks above promise: encodeURIComponent leaves '..' as it is, for example, and URL
  // would resolve it.
  if (new URL(path, ANY_HOST).pathname !== path) throw refusal(parts[1] ?? 'path', 'would change the path');
  return path;
}

function segment(name: string, value: unknown): string {
  if (value === undefined) throw refusal(name, 'is missing', true);
  if (typeof value !== 'string') throw refusal(name, 'must be a string');
  if (!FREE_TEXT.has(name)) {
    if (!ID.test(value)) throw refusal(name, 'is not an id');
    return value;
  }
  if (value === '' || value === '.' || value === '..' || value.length > FREE_TEXT_MAX || UNSENDABLE.test(value))
    throw refusal(name, 'cannot be part of a URL');
  return encodeURIComponent(value);
}

function partsOf(template: string): readonly string[] {
  let parts = templates.get(template);
  if (!parts) templates.set(template, (parts = template.split(/[{}]/)));
  return parts;
}

const refusal = (parameter: string, problem: string, required?: true) =>
  new AppError('invalid_parameters', `Missing or invalid parameters: ${parameter} ${problem}`, {
    details: { parameter, required },
  });
