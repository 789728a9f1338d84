// What `clickup-mcp stdio` loads of what is shipped, and nothing else of it: prints how many milliseconds that took.
const started = performance.now();
const { COMMANDS } = (await import(
  new URL('../../dist/apps/cli/src/commands.js', import.meta.url).href
)) as typeof import('../apps/cli/src/commands.js');
await COMMANDS.stdio!.load();
console.log(performance.now() - started);
