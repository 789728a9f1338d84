import { CONFIG_EXIT_CODE, ConfigError, loadConfig } from '#libs/core';
import { CLIENT, startSandbox, TOKENS } from './index.js';

try {
  const config = loadConfig();
  const sandbox = await startSandbox({
    port: config.SANDBOX_PORT,
    tasks: config.SANDBOX_TASKS,
    latencyMs: config.SANDBOX_LATENCY_MS,
    rateLimit: config.SANDBOX_RATE_LIMIT,
  });
  console.log(
    `ClickUp sandbox on ${sandbox.url} with ${config.SANDBOX_TASKS} tasks; what was asked: ${sandbox.url}/__sandbox/requests`,
  );
  console.log(`Tokens: ${TOKENS.map(({ token }) => token).join(', ')}`);
  console.log(`OAuth app: ${CLIENT.id} with the secret ${CLIENT.secret}; its page is ${sandbox.url}/api`);
  const stop = () => {
    sandbox.close().catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = CONFIG_EXIT_CODE;
}
