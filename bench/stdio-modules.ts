// What `clickup-mcp stdio` loads, and nothing else of it: prints how many milliseconds that took.
const started = performance.now();
await import('../apps/cli/src/stdio/serve.js');
console.log(performance.now() - started);
