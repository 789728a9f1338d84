/**
 * The client_id of a client of `/connect?redirect_uri=` begins with this; its redirect URI follows. Such a client is not registered: the
 * operator's allow list names it.
 */
export const CONNECT_CLIENT = 'connect:';
