import { z } from 'zod';

const Value = <T extends z.ZodType>(value: T) => z.strictObject({ id: z.string(), value });

/** A Custom Field set while a task is created; which alternative applies depends on the type of the field. */
export const NewFieldValue = z.union([
  Value(z.string().nullable()),
  z.strictObject({
    id: z.string(),
    value: z.int().nullable(),
    value_options: z.strictObject({ time: z.boolean().optional() }).optional(),
  }),
  Value(z.int().nullable()),
  Value(z.number().nullable()),
  Value(z.boolean().nullable()),
  Value(z.array(z.string())),
  Value(z.strictObject({ add: z.array(z.string()).optional(), rem: z.array(z.string()).optional() })),
  Value(z.strictObject({ add: z.array(z.number()).optional(), rem: z.array(z.number()).optional() })),
  Value(z.strictObject({ current: z.number() })),
  Value(
    z.strictObject({
      location: z.strictObject({ lat: z.number().optional(), lng: z.number().optional() }).optional(),
      formatted_address: z.string().optional(),
    }),
  ),
]);

const Change = <T extends z.ZodType>(value: T) => z.strictObject({ value });

/** A Custom Field set on a task that exists; which alternative applies depends on the type of the field. */
export const FieldChange = z.union([
  Change(z.string()),
  /** A date, Unix milliseconds; `time` shows the time of day. */
  z.strictObject({ value: z.int().optional(), value_options: z.strictObject({ time: z.boolean() }).optional() }),
  Change(z.number()),
  Change(z.int()),
  Change(z.boolean()),
  Change(z.array(z.string())),
  Change(z.strictObject({ add: z.array(z.string()).optional(), rem: z.array(z.string()).optional() })),
  Change(z.strictObject({ add: z.array(z.number()).optional(), rem: z.array(z.number()).optional() })),
  Change(z.strictObject({ current: z.number() })),
  Change(
    z.strictObject({
      location: z.strictObject({ lat: z.number().optional(), lng: z.number().optional() }).optional(),
      formatted_address: z.string().optional(),
    }),
  ),
]);
