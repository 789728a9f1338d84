// What `clickup-mcp stdio` loads of what is shipped, and nothing else of it: prints how many milliseconds that took.
import { type COMMANDS } from '../apps/cli/src/commands.js';

const started = performance.now();
const shipped = (await import(new URL('../../dist/apps/cli/src/commands.js', import.meta.url).href)) as {
  COMMANDS: typeof COMMANDS;
};
await shipped.COMMANDS.stdio!.load();
console.log(performance.now() - started);
