export { type Config, type Key, KEYS, type KeyName } from './keys.js';
export { CONFIG_EXIT_CODE, ConfigError, isSet, loadConfig } from './load.js';
export { renderConfiguration, renderEnvExample } from './render.js';
