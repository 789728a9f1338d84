import { z } from 'zod';
import { Secret } from '../../secrets.js';

const PlaceId = z.union([z.string(), z.int()]).nullable();

/** A subscription to events. It belongs to the person whose credential made it. */
export const Webhook = z.strictObject({
  id: z.string(),
  userid: z.int(),
  team_id: z.int(),
  endpoint: z.string(),
  /** Of the app whose token made it. */
  client_id: z.string(),
  events: z.array(z.string()),
  task_id: z.string().nullable(),
  list_id: PlaceId,
  folder_id: PlaceId,
  space_id: PlaceId,
  health: z.strictObject({ status: z.enum(['active', 'failing', 'suspended']), fail_count: z.int() }),
  /** Signs the raw body of each delivery: `X-Signature` is its HMAC-SHA256 in hex. */
  secret: Secret,
});
export type Webhook = z.output<typeof Webhook>;
