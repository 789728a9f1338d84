import { type Flow } from '#libs/auth';

/** Signing in at the console with one's own ClickUp credential: the steps are those of all flows, and end in a browser session. */
export const CONSOLE_FLOW: Flow = { kind: 'console', purpose: 'console', base: '/console', start: '/console/sign-in' };
