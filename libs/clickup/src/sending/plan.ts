import { AppError, isRead } from '#libs/core';
import { z } from 'zod';
import { encodeForm } from './multipart.js';
import { type Operation, type Parent, type Target } from '../operation.js';
import { buildPath } from './path.js';
import { serializeQuery } from './query.js';
import { type Rule, ruleOf } from './retry.js';
import { outlineOf } from './outline.js';
import { withholding } from '../secrets.js';
import { targetsOf } from '../targets.js';

/** Arguments as they come from a tool, not yet checked. */
export interface Arguments {
  path?: unknown;
  query?: unknown;
  body?: unknown;
  /** Never sent: only the judge reads it. */
  parent?: Parent;
}

/** One call, checked and ready to be sent; what is judged is what is sent. */
export interface Prepared {
  /** Path and query on the wire. */
  url: string;
  /** JSON text, or an encoded form. */
  payload?: string | Buffer;
  /** Content-Type of the payload where it is not JSON. */
  type?: string;
  path: Record<string, string>;
  query: Record<string, unknown>;
  body: unknown;
}

/** A row, compiled once. */
export interface Plan {
  operation: Operation;
  write: boolean;
  rule: Rule;
  /** @throws AppError `invalid_parameters` that names the parameter, never its value */
  prepare(args: Arguments): Prepared;
  targets(prepared: Prepared): Target[];
  /**
   * ClickUp's answer as a tool receives it; undefined when it does not fit the row.
   * @param json undefined for an answer without a body
   */
  accepted(json: unknown): { answer: unknown } | undefined;
  /** ClickUp's answer without the secrets in it; undefined where there can be none. */
  withhold?: (answer: unknown) => unknown;
}

const plans = new WeakMap<Operation, Plan>();

export function planOf(operation: Operation): Plan {
  let plan = plans.get(operation);
  if (!plan) plans.set(operation, (plan = compile(operation)));
  return plan;
}

const strict = (schema: z.ZodType | undefined) => (schema instanceof z.ZodObject ? schema.strict() : schema);
const NOTHING = z.strictObject({});

function compile(operation: Operation): Plan {
  const { csv, repeated, verb, multipart } = operation;
  const template = operation.path as string;
  const querySchema = strict(operation.query as z.ZodType | undefined) ?? NOTHING;
  const bodySchema = strict(operation.body as z.ZodType | undefined);
  const response = operation.response as z.ZodType;
  const fits = outlineOf(response);
  const allows = (nothing: unknown) => response.safeParse(nothing).success;
  // A write that answers nothing has said everything by its status.
  const mayBeEmpty = allows(undefined) || (!isRead(verb) && allows({}));
  return {
    operation,
    write: !isRead(verb),
    rule: ruleOf(verb),
    accepted(json) {
      if (isError(json)) return undefined;
      if (json !== undefined && fits(json)) return { answer: json };
      return mayBeEmpty ? { answer: {} } : undefined;
    },
    targets: ({ path, query, body }) => targetsOf(operation, { path, query, body }),
    withhold: withholding(response),
    prepare(args) {
      const path = { ...(args.path as Record<string, string> | undefined) };
      const route = buildPath(template, path);
      const query =
        args.query === undefined && !operation.query
          ? {}
          : (check(querySchema, args.query ?? {}, 'query') as Record<string, unknown>);
      if (!bodySchema) {
        if (args.body !== undefined) throw refusal('body', 'is not a parameter of this operation');
        return { url: route + serializeQuery(query, csv, repeated), path, query, body: undefined };
      }
      const body = check(bodySchema, args.body ?? {}, 'body');
      const form = multipart ? encodeForm(body as Parameters<typeof encodeForm>[0]) : { payload: JSON.stringify(body) };
      return { url: route + serializeQuery(query, csv, repeated), ...form, path, query, body };
    },
  };
}

/** An error of ClickUp's, whatever its status says: every one of them has these two (developer.clickup.com/docs/common_errors). */
function isError(json: unknown): boolean {
  const { err, ECODE } = (json ?? {}) as { err?: unknown; ECODE?: unknown };
  return typeof err === 'string' && typeof ECODE === 'string';
}

function check(schema: z.ZodType, value: unknown, where: string): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  if (issue.code === 'unrecognized_keys')
    throw refusal(printable([...issue.path, issue.keys[0] ?? '']), 'is not a parameter of this operation');
  throw refusal(
    issue.path.length ? printable(issue.path) : where,
    issue.message,
    'expected' in issue ? String(issue.expected) : undefined,
  );
}

/** Keys of free-form records are the caller's text: named only where they look like names. */
const printable = (path: readonly PropertyKey[]) =>
  path.map((key) => (/^[\w$-]{1,64}$/.test(String(key)) ? String(key) : '?')).join('.');

const refusal = (parameter: string, problem: string, type?: string) =>
  new AppError('invalid_parameters', `Missing or invalid parameters: ${parameter}: ${problem}`, {
    details: { parameter, type },
  });
