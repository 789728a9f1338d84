import { setTimeout as sleep } from 'node:timers/promises';
import { type Container, startContainer, type Values } from './container.js';
import { type Image } from './image.js';
import { probing } from './probe.js';
import { type Manifest } from './render.js';

/** A pod of the gateway with the kubelet that looks after it. Its address is one of the loopback network: so its ports are those of the manifests. */
export class Pod {
  readonly url: string;
  /** Since when its readiness probe succeeds without a break, `performance.now()`; undefined while it does not. */
  readySince: number | undefined;
  /** What a cluster's events would tell: restarts, kills, ends. */
  readonly events: string[] = [];
  private readonly container: Container;
  private readonly ended = new AbortController();
  private leaving = false;

  constructor(
    private readonly spec: Manifest['spec'],
    readonly image: Image,
    values: { configMaps: Values; secrets: Values },
    readonly address: string,
  ) {
    if (spec.containers.length !== 1 || spec.containers[0].lifecycle)
      throw new Error('a pod of one container without hooks is all that is understood here');
    this.container = startContainer(spec, image, values, { HOST: address });
    this.url = `http://${address}:${this.port('http')}`;
    void this.container.exit.then((code) => {
      this.readySince = undefined;
      this.ended.abort();
      if (!this.leaving) this.events.push(`${this.name} ended with ${code}: ${this.output.slice(-1_000)}`);
    });
    void this.lookAfter();
  }

  get name(): string {
    return `${this.image.version} at ${this.address}`;
  }

  get output(): string {
    return this.container.output();
  }

  /** Whether it takes requests. */
  get isReady(): boolean {
    return this.readySince !== undefined;
  }

  get hasEnded(): boolean {
    return this.ended.signal.aborted;
  }

  /** SIGTERM, and SIGKILL after the grace of the manifest. Readiness is asked for all the while. @returns when it has ended */
  async terminate(): Promise<void> {
    this.leaving = true;
    const { child, exit } = this.container;
    child.kill('SIGTERM');
    const grace = new AbortController();
    const killed = sleep(this.spec.terminationGracePeriodSeconds * 1000, true, { signal: grace.signal }).catch(
      () => false,
    );
    if (await Promise.race([exit.then(() => false), killed])) {
      this.events.push(`${this.name} was killed: it had not ended in its grace`);
      child.kill('SIGKILL');
    }
    const code = await exit;
    grace.abort();
    if (code !== 0) this.events.push(`${this.name} ended with ${code} after SIGTERM: ${this.output.slice(-1_000)}`);
  }

  /** At once, without a word. */
  async remove(): Promise<void> {
    this.leaving = true;
    this.container.child.kill('SIGKILL');
    await this.container.exit;
  }

  /** Nothing else is asked until the startup probe has succeeded; the liveness probe asks whether the container is to be started again, which no rehearsal should need. */
  private async lookAfter(): Promise<void> {
    const { startupProbe, readinessProbe, livenessProbe } = this.spec.containers[0];
    const there = { address: this.address, port: this.port('http') };
    const startup = new AbortController();
    await probing(startupProbe, { ...there, until: AbortSignal.any([startup.signal, this.ended.signal]) }, (good) => {
      startup.abort();
      if (!good) this.events.push(`${this.name} would be started again: it did not come up`);
    });
    const asked = { ...there, until: this.ended.signal };
    void probing(readinessProbe, asked, (good) => {
      this.readySince = good && !this.hasEnded ? (this.readySince ?? performance.now()) : undefined;
    });
    void probing(livenessProbe, asked, (good) => {
      if (!good && !this.leaving) this.events.push(`${this.name} would be started again: it does not answer`);
    });
  }

  private port(named: string): number {
    const ports = this.spec.containers[0].ports as { name: string; containerPort: number }[];
    return ports.find(({ name }) => name === named)!.containerPort;
  }
}
