import { serveStdinAndStdout } from '../stdio/serve.js';

/** Serves the client that has started this process. Resolves to 0, and to 78 where the configuration left nothing to serve. */
export const run = (): Promise<number> => serveStdinAndStdout();
