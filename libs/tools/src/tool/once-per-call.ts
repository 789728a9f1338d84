import { type ToolContext } from './tool.js';

/**
 * Work that the preview and the handler of one call share: a confirmed call runs both, a moment apart, and should not ask ClickUp for the
 * same things twice. Kept for as long as the call's client.
 */
export function oncePerCall<A extends object, R>(
  work: (args: A, context: ToolContext) => Promise<R>,
): (args: A, context: ToolContext) => Promise<R> {
  const known = new WeakMap<object, { args: A; now: number; result: Promise<R> }>();
  return (args, context) => {
    const kept = known.get(context.clickup);
    // Words for dates are read at the moment of the preview: at another one they may mean another day.
    if (kept?.args === args && kept.now === context.now) return kept.result;
    const result = work(args, context);
    known.set(context.clickup, { args, now: context.now, result });
    return result;
  };
}
