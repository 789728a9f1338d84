import { type Caller } from '#libs/connections';

/** Whose stream it is: nobody else may send messages to it. */
export const ownerOf = ({ kind, id }: Caller): string => `${kind} ${id}`;
