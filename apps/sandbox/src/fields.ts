import { refuse } from './refusal.js';

/** Reads values out of bodies the way ClickUp does: numbers may come as digits, null clears, absent is absent. */
type Body = Readonly<Record<string, unknown>>;

const DIGITS = /^-?\d+(\.\d+)?$/;
const numeric = (value: unknown): number | undefined => {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  return typeof value === 'string' && DIGITS.test(value) ? Number(value) : undefined;
};

/** Unix milliseconds. @throws Refusal 400 */
export function dateField(body: Body, name: string): number | null | undefined {
  const value = body[name];
  if (value === undefined || value === null) return value;
  const number = numeric(value);
  if (number === undefined) throw refuse.dateInvalid();
  return Math.trunc(number);
}

/** @throws Refusal 400 */
export function numberField(body: Body, name: string): number | null | undefined {
  const value = body[name];
  if (value === undefined || value === null) return value;
  const number = numeric(value);
  if (number === undefined) throw refuse.numberInvalid();
  return number;
}

/** 1 urgent … 4 low, null none. @throws Refusal 400 */
export function priorityField(body: Body): number | null | undefined {
  const value = body.priority;
  if (value === undefined || value === null) return value;
  if (value !== 1 && value !== 2 && value !== 3 && value !== 4) throw refuse.priorityInvalid();
  return value;
}

export const textField = (body: Body, name: string): string | undefined =>
  typeof body[name] === 'string' ? body[name] : undefined;
export const flagField = (body: Body, name: string): boolean | undefined =>
  typeof body[name] === 'boolean' ? body[name] : undefined;

/** Numbers in an array; anything else in it, or instead of it, is ignored. */
export const numbersIn = (value: unknown): number[] =>
  Array.isArray(value) ? value.flatMap((item) => numeric(item) ?? []) : [];
export const textsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
export const objectIn = (value: unknown): Body | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : undefined;
