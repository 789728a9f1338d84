import { DataSource } from 'typeorm';
import { ENTITIES } from '../../apps/gateway/src/app.module.js';
import { migrate } from '../../apps/gateway/src/database/migrate.js';
import { dataSourceOptions } from '../../apps/gateway/src/database/options.js';

const quiet = { info: () => undefined, warn: () => undefined };

/** A pool as the gateway has it, of the login that it makes for itself. Destroy it before the database is dropped. */
export const openPool = async (owner: string): Promise<DataSource> =>
  new DataSource(
    dataSourceOptions({ url: await migrate({ url: owner }, quiet), entities: ENTITIES, poolSize: 4, log: quiet }),
  ).initialize();
