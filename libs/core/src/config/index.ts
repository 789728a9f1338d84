export { type GroupRole, groupRoles } from './group-roles.js';
export { type Config, KEYS } from './keys.js';
export { CONFIG_EXIT_CODE, ConfigError, loadConfig, loadKeys, misspeltVariables } from './load.js';
export { renderConfiguration, renderEnvExample } from './render.js';
export { renderConfigMap } from './render-kubernetes.js';
