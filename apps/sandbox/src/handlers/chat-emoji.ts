/** Lower-case names only: no pictures, no colons, no capitals. */
const NAME = /^(?:[a-z][a-z0-9_-]{0,63}|[+-]1|100|1234)$/;

export const isEmoji = (name: string): boolean => NAME.test(name);
