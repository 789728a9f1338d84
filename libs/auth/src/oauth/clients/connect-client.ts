/**
 * What the id of a client of `/connect?redirect_uri=` begins with; its redirect URI follows. Nobody registered such a client: the
 * operator's allow list names it.
 */
export const CONNECT_CLIENT = 'connect:';
