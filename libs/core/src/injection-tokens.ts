/** Injection tokens: the parsed configuration, the 32-byte master key (undefined = UNCONFIGURED), the pino logger, traces (undefined = off). */
export const CONFIG = Symbol('CONFIG');
export const MASTER_KEY = Symbol('MASTER_KEY');
export const LOGGER = Symbol('LOGGER');
export const TRACING = Symbol('TRACING');
