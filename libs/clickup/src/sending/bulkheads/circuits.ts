import { type Admission, Circuit, WITHIN_MS } from './circuit.js';

const MAX_TOKENS = 10_000;
/** How many tokens must fail before the cause may be ClickUp itself and not the tokens. */
const SEVERAL = 3;

/**
 * One circuit per ClickUp token, so that a tenant whose requests are not answered does not stop others. While several tokens fail and
 * none has succeeded within 10 s, every token is treated with care: it may send one request at a time, and the first failure opens its
 * circuit. No token ever waits for the probe of another.
 */
export class Circuits {
  /** Of tokens with failures only, the newest failure last; a success throws the circuit away. */
  private readonly failing = new Map<string, Circuit>();
  /** The tokens that failed last, each once, the newest last. */
  private latest: { tokenHash: string; at: number }[] = [];
  private succeededAt = -Infinity;

  isOpen(tokenHash: string, now: number): boolean {
    return this.failing.get(tokenHash)?.isOpen(now) ?? false;
  }

  /** How many circuits are open. */
  openAt(now: number): number {
    return [...this.failing.values()].filter((circuit) => circuit.isOpen(now)).length;
  }

  /** When the circuit of a token opened; undefined while it is closed. */
  openedAt(tokenHash: string): number | undefined {
    return this.failing.get(tokenHash)?.openedAt;
  }

  /** The earliest time at which a token that was not let through may be; see `Circuit.opensAt`. */
  opensAt(tokenHash: string): number {
    return this.failing.get(tokenHash)?.opensAt ?? 0;
  }

  /** Whether a request may leave now, and as what. Each admission must be followed by `succeeded`, `failed` or `undecided`. */
  admits(tokenHash: string, now: number): Admission | undefined {
    const careful = this.areAllInDoubt(now);
    const circuit = this.failing.get(tokenHash);
    return circuit || careful ? (circuit ?? this.put(tokenHash, new Circuit())).admits(now, careful) : 'normal';
  }

  succeeded(tokenHash: string, now: number): void {
    this.succeededAt = now;
    if (this.failing.size > 0) this.failing.delete(tokenHash);
  }

  failed(tokenHash: string, now: number, as: Admission): void {
    this.put(tokenHash, this.failing.get(tokenHash) ?? new Circuit()).failed(now, as);
    this.latest = [...this.latest.filter((one) => one.tokenHash !== tokenHash), { tokenHash, at: now }].slice(-SEVERAL);
  }

  undecided(tokenHash: string, as: Admission): void {
    this.failing.get(tokenHash)?.undecided(as);
  }

  private areAllInDoubt(now: number): boolean {
    const [oldest] = this.latest;
    return this.latest.length === SEVERAL && oldest!.at > now - WITHIN_MS && this.succeededAt <= now - WITHIN_MS;
  }

  /** Puts a circuit at the end of the map, so that the one whose failures are oldest is forgotten first. */
  private put(tokenHash: string, circuit: Circuit): Circuit {
    this.failing.delete(tokenHash);
    if (this.failing.size >= MAX_TOKENS) this.failing.delete(this.failing.keys().next().value!);
    this.failing.set(tokenHash, circuit);
    return circuit;
  }
}
