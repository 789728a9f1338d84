// What the image tells an engine. node docker/check-image.mjs CONFIG.json (docker/check.sh runs it)
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const config = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const env = Object.fromEntries(config.Env.map((line) => line.split(/=(.*)/s)));

assert.equal(config.User, '10001:10001');
assert.equal(config.StopSignal, 'SIGTERM');
assert.equal(config.WorkingDir, '/app');
assert.deepEqual(Object.keys(config.ExposedPorts), ['3000/tcp']);
assert.deepEqual(config.Entrypoint ?? [], [], 'the entry point of the base image is still there');
assert.deepEqual(config.Cmd, ['node', 'dist/apps/cli/src/main.js', 'serve']);
assert.equal(config.Healthcheck.Test[0], 'CMD', 'the health check goes through a shell');
assert.deepEqual([env.NODE_ENV, env.HOST, env.PORT, env.DATA_DIR], ['production', '0.0.0.0', '3000', '/data']);
assert.deepEqual(
  Object.keys(env).filter((name) => /KEY|TOKEN|PASSWORD|SECRET/.test(name)),
  [],
);
assert.equal(config.Labels['org.opencontainers.image.title'], 'ClickUp MCP Gateway');
