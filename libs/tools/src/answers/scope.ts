import { z } from 'zod';

/**
 * What was understood, as the first line of every answer that lists or counts: the places, filters and dates as they were resolved, how
 * old kept data is, and whether the answer is complete. A model that reads it notices at once when it was understood wrongly.
 */
export const Scope = z.string();

/** The parts that say something, in one line. */
export const scope = (...parts: readonly (string | false | undefined)[]): string => parts.filter(Boolean).join('; ');
