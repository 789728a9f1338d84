import { type Dispatcher } from 'undici';
import { Exchange } from './exchange.js';

/** A dispatcher that has no connection free: it keeps the handler until the test gives it one. */
const waiting = () => {
  const parked: { handler?: Dispatcher.DispatchHandler } = {};
  const dispatcher = {
    dispatch: (_: unknown, handler: Dispatcher.DispatchHandler) => ((parked.handler = handler), true),
  } as unknown as Dispatcher;
  const controller = { aborted: false, abort: () => (controller.aborted = true) };
  return { dispatcher, controller, connect: () => parked.handler?.onRequestStart?.(controller as never, undefined) };
};
const request = { path: '/', method: 'POST' };

test.each([true, false])(
  'a request that waits for a connection leaves at once when the caller does, and is not written later (abortable: %s)',
  async (abortable) => {
    const { dispatcher, controller, connect } = waiting();
    const caller = new AbortController();
    const exchange = new Exchange(10_000, false, 1_000, abortable, caller.signal);
    const ended = exchange.send(dispatcher, request);
    caller.abort();
    expect((await ended).ending).toBe('cancelled');
    connect();
    expect({ aborted: controller.aborted, sent: exchange.sent }).toEqual({ aborted: true, sent: false });
  },
);

test('a request that finds no connection in time was not sent, and is not written later', async () => {
  const { dispatcher, controller, connect } = waiting();
  const exchange = await new Exchange(5, false, 1_000, true).send(dispatcher, request);
  expect(exchange.ending).toBe('not_sent');
  connect();
  expect(controller.aborted).toBe(true);
});

test('a request is never written twice', async () => {
  const { dispatcher, controller, connect } = waiting();
  const exchange = new Exchange(5, false, 1_000, true);
  const ended = exchange.send(dispatcher, request);
  connect();
  expect(controller.aborted).toBe(false);
  connect();
  expect(controller.aborted).toBe(true);
  await ended;
});
