import { removeAbandonedRuns, runFolder } from './postgres-run.mjs';

export default async function globalSetup() {
  await removeAbandonedRuns();
  process.env.TEST_POSTGRES_FOLDER = runFolder();
}
