type Listener = (() => void) | { handleEvent(): void };

/** Says that somebody no longer waits. It is the part of an AbortSignal that is used here, and every AbortSignal is one. */
export interface LeavingSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: Listener): void;
  removeEventListener(type: 'abort', listener: Listener): void;
}

/**
 * An AbortController and its signal in one object. Every request and every read of ClickUp's has one, and an AbortController with its
 * events cost ten times as much.
 */
export class Leaving implements LeavingSignal {
  private left = false;
  private listeners: Set<Listener> | undefined;

  get aborted(): boolean {
    return this.left;
  }

  abort(): void {
    if (this.left) return;
    this.left = true;
    // One that is taken away by another's work is not called any more, as with an AbortSignal.
    for (const listener of this.listeners ?? []) {
      if (typeof listener === 'function') listener();
      else listener.handleEvent();
    }
    this.listeners = undefined;
  }

  addEventListener(_type: 'abort', listener: Listener): void {
    if (!this.left) (this.listeners ??= new Set()).add(listener);
  }

  removeEventListener(_type: 'abort', listener: Listener): void {
    this.listeners?.delete(listener);
  }

  /** For those who need the platform's own: the SDK, and what Node does. */
  toAbortSignal(): AbortSignal {
    const controller = new AbortController();
    if (this.left) controller.abort();
    this.addEventListener('abort', () => controller.abort());
    return controller.signal;
  }
}
