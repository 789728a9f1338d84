import { serve } from '../../../gateway/src/serve.js';

/** Runs the gateway; a signal ends the process, with its own status. */
export async function run(): Promise<number> {
  await serve();
  return new Promise(() => undefined);
}
