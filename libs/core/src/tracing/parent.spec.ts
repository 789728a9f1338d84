import { parentIn } from './parent.js';

const [trace, span] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];

test.each([
  [`00-${trace}-${span}-01`, 1],
  [`00-${trace}-${span}-00`, 0],
  [` 00-${trace}-${span}-03 `, 1],
  // Of a later version, what is known is taken (W3C Trace Context 4.3).
  [`cc-${trace}-${span}-01-more`, 1],
])('%s is a parent', (traceparent, traceFlags) => {
  expect(parentIn(traceparent)).toEqual({ traceId: trace, spanId: span, traceFlags, isRemote: true });
});

test.each([
  undefined,
  7,
  '',
  `00-${trace.toUpperCase()}-${span}-01`,
  `00-${'0'.repeat(32)}-${span}-01`,
  `00-${trace}-${'0'.repeat(16)}-01`,
  `00-${trace}-${span}-01-more`,
  `ff-${trace}-${span}-01`,
  `00-${trace}-${span}`,
  `00-${trace}-${span}-01${'-'.repeat(600)}`,
])('%s is none', (traceparent) => {
  expect(parentIn(traceparent)).toBeUndefined();
});
