import { type Outcome } from '../scenario.js';
import { type Needs, Site } from '../site.js';

/** Runs a scenario on a site of its own, which is taken down whatever happens. What a replica died of is wrong. */
export async function onSite(needs: Needs, run: (site: Site) => Promise<Outcome>): Promise<Outcome> {
  const site = await Site.start(needs);
  try {
    const outcome = await run(site);
    for (let at = 0; at < site.replicas.count; at += 1) {
      const program = site.replicas.program(at);
      const [{ child }, output] = [program, program.output()];
      if (child.exitCode !== null)
        outcome.wrong.push(`a replica has ended with ${child.exitCode}: ${output.slice(-500)}`);
      if (output.includes('nobody caught'))
        outcome.wrong.push(`a replica has let something escape: ${output.slice(-500)}`);
    }
    return outcome;
  } finally {
    await site.close();
  }
}
