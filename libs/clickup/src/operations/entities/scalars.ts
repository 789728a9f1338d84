import { z } from 'zod';

/** Unix milliseconds as ClickUp writes them in most answers: digits in a string. */
export const MsText = z.string().regex(/^-?\d+$/);

/** Unix milliseconds or a length in milliseconds where ClickUp mixes numbers and strings (time entries, estimates). */
export const Ms = z.union([z.int(), MsText]);

/** An answer that carries nothing. */
export const Nothing = z.strictObject({});
