import { type Query } from './query.js';
import { type Access } from './world/access.js';
import { type User } from './world/types.js';
import { type World } from './world/world.js';

/** One request as a handler sees it: who asks, and for what. */
export interface Call {
  world: World;
  user: User;
  access: Access;
  path: Readonly<Record<string, string | undefined>>;
  query: Query;
  /** `{}` when nothing readable was sent. */
  body: Readonly<Record<string, unknown>>;
  /** Unix milliseconds. */
  now: number;
}

/** An answer of 201 instead of 200. */
export class Created {
  constructor(readonly body: object) {}
}

/** Does the work of one operation and returns the answer; `undefined` is 204, `Created` is 201. Throws a Refusal for anything but success. */
export type Handler = (call: Call) => object | undefined;
