import { z } from 'zod';

/** Bounds keep a hostile call cheap (SEC-171): refused by the schema before anything is looked up. */
const REF_LENGTH = 512;
export const MAX_IDS = 100;

/** Names one object: id, custom id, URL, name or path. */
export const Ref = z.string().min(1).max(REF_LENGTH);
export const Refs = z.array(Ref).min(1).max(MAX_IDS);

/** ISO date or words in the person's zone. */
export const When = z.string().min(1).max(100);
export const DurationText = z.string().min(1).max(50);

export const Name = z.string().min(1).max(2048);
export const Markdown = z.string().max(100_000);
/** The description of a time entry. */
export const Note = z.string().max(10_000);

const PRIORITIES = { urgent: 1, high: 2, normal: 3, low: 4, none: null } as const;

const word = (priority: unknown): unknown => priorityWord(priority as number) ?? priority;

/** Word or ClickUp's number; read as the number, `none` as null. Only the words are published. */
export const Priority = z
  .preprocess(word, z.enum(['urgent', 'high', 'normal', 'low', 'none']))
  .transform((priority) => PRIORITIES[priority]);

/** ClickUp's number as a word; undefined for none. */
export function priorityWord(priority: number | string | null | undefined): string | undefined {
  return Object.entries(PRIORITIES).find(([, number]) => number !== null && number === Number(priority))?.[0];
}

/** Marks a property that is accepted but not shown in tools/list: a synonym costs the model nothing. */
export const UNLISTED = { unlisted: true } as const;
