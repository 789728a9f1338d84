import { removeRun, runFolder } from './postgres-run.mjs';

export default async function globalTeardown() {
  await removeRun(runFolder());
}
