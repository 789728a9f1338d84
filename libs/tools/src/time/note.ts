import { z } from 'zod';

/** What was done, said of a time entry. */
export const Note = z.string().max(10_000);
