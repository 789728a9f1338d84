import { type Tally } from '#libs/core';
import { Counter, type Registry } from 'prom-client';

/**
 * Registers a counter that is a tally's, read when somebody collects the metrics.
 * @param labels what the words of the tally are about, in their order
 * @param tally undefined where there is nothing to read
 */
export function counterOf(
  registry: Registry,
  { name, help, labels }: { name: string; help: string; labels: readonly string[] },
  tally: () => Tally | undefined,
): void {
  new Counter({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
    collect() {
      this.reset();
      for (const { words, count } of tally() ?? [])
        this.inc(Object.fromEntries(labels.map((label, at) => [label, words[at]!])), count);
    },
  });
}
