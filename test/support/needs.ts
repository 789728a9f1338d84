import { resolve } from 'node:path';

/**
 * A `describe` for tests that need something the machine may lack. Without it they are skipped and the reason is printed;
 * under CI_STRICT=1 a missing condition fails instead, so that nothing is green because it did not run.
 */
export const describeIf =
  (condition: boolean, reason: string) =>
  (name: string, tests: () => void): void => {
    if (condition) return describe(name, tests);
    describe(name, () => {
      if (process.env.CI_STRICT === '1') {
        it(`needs: ${reason}`, () => {
          throw new Error(`CI_STRICT=1 allows no skipped test, but this one cannot run: ${reason}`);
        });
      } else {
        console.warn(`Skipped "${name}": ${reason}`);
        it.skip(reason, () => undefined);
      }
    });
  };

/** The folder with ClickUp's own OpenAPI documents. They are ClickUp's to publish, so they are no part of this repository. */
export const OPENAPI_FOLDER = resolve(process.env.CLICKUP_OPENAPI_DIR ?? resolve(__dirname, '../../../shared/clickup'));
