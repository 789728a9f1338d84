import { setTimeout as sleep } from 'node:timers/promises';
import { type Values, startContainer } from './container.js';
import { type Image } from './image.js';
import { Pod } from './pod.js';
import { type Manifest } from './render.js';

/** Between two looks of the controller (ms). */
const LOOK_MS = 100;

/** A Deployment with its controller: as many pods as it wants, replaced in the order that its strategy says. */
export class Rollout {
  /** Those that are to stay, oldest first. */
  private pods: Pod[] = [];
  private readonly leaving = new Set<Pod>();
  private readonly all: Pod[] = [];
  private readonly ends: Promise<void>[] = [];

  /** @param replicas how many there are to be: the autoscaler's to say where there is one */
  constructor(
    private readonly deployment: Manifest,
    private readonly replicas: number,
    private readonly values: { configMaps: Values; secrets: Values },
    private readonly addresses: Iterator<string>,
  ) {}

  /** Where requests go: pods that leave are among these until their probe says otherwise, as with a controller that hears of it last. */
  get ready(): string[] {
    return [...this.pods, ...this.leaving].filter(({ isReady }) => isReady).map(({ url }) => url);
  }

  /** What went wrong with any pod. */
  get events(): string[] {
    return this.all.flatMap(({ events }) => events);
  }

  /** `kubectl apply` and `rollout status`: brings all pods to this image. @throws Error when a new pod ends, or the deadline passes */
  async to(image: Image): Promise<void> {
    const { progressDeadlineSeconds, minReadySeconds, strategy } = this.deployment.spec;
    const { maxSurge, maxUnavailable } = strategy.rollingUpdate;
    const [old, next]: [Pod[], Pod[]] = [this.pods, []];
    const available = (pod: Pod) =>
      pod.readySince !== undefined && performance.now() - pod.readySince >= minReadySeconds * 1000;
    const deadline = performance.now() + progressDeadlineSeconds * 1000;
    while (old.length > 0 || !(next.length === this.replicas && next.every(available))) {
      while (next.length < this.replicas && old.length + next.length < this.replicas + maxSurge)
        next.push(this.start(image));
      this.pods = [...old, ...next];
      if (old.length > 0 && this.pods.filter(available).length > this.replicas - maxUnavailable)
        this.leave(old.shift()!);
      const ended = next.find(({ hasEnded }) => hasEnded);
      if (ended) throw new Error(ended.events.join('\n'));
      if (performance.now() > deadline) throw new Error(`not rolled out in ${progressDeadlineSeconds} s`);
      await sleep(LOOK_MS);
    }
  }

  /** When every pod that left has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.ends);
  }

  async remove(): Promise<void> {
    await Promise.all(this.all.map((pod) => pod.remove()));
  }

  private start(image: Image): Pod {
    const pod = new Pod(this.deployment.spec.template.spec, image, this.values, this.addresses.next().value as string);
    this.all.push(pod);
    return pod;
  }

  private leave(pod: Pod): void {
    this.leaving.add(pod);
    this.ends.push(pod.terminate().finally(() => this.leaving.delete(pod)));
  }
}

/** A Job to its end. @returns what it printed @throws Error with what it printed, when it fails more often than it may, or with a status that fails it at once */
export async function runJob(
  job: Manifest,
  image: Image,
  values: { configMaps: Values; secrets: Values },
): Promise<string> {
  const { backoffLimit, podFailurePolicy, template } = job.spec;
  const final: unknown[] = podFailurePolicy.rules.flatMap(({ onExitCodes }: Manifest['spec']) => onExitCodes.values);
  for (let attempt = 0; ; attempt += 1) {
    const container = startContainer(template.spec, image, values);
    const code = await container.exit;
    if (code === 0) return container.output();
    if (attempt === backoffLimit || final.includes(code))
      throw new Error(`the Job ended with ${code}: ${container.output()}`);
    await sleep(1_000);
  }
}
