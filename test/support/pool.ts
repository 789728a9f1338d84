import { DataSource } from 'typeorm';
import { ENTITIES } from '../../apps/gateway/src/app.module.js';
import { dataSourceOptions } from '../../apps/gateway/src/database/options.js';

const quiet = { info: () => undefined, warn: () => undefined };

/** A pool as the gateway has it: under row-level security. Destroy it before the database is dropped. */
export const openPool = (url: string): Promise<DataSource> => new DataSource(dataSourceOptions({ url, entities: ENTITIES, poolSize: 4, log: quiet })).initialize();
