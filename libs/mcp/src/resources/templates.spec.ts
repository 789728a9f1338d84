import { CATALOGUE } from '#libs/tools';
import { matching, TEMPLATES, uriOf } from './templates.js';

test.each(TEMPLATES.map((template) => [template.name, template] as const))('%s', (name, template) => {
  const variables = Object.fromEntries(Object.keys(template.variables).map((key, index) => [key, `8c9ix-${index}`]));
  expect(matching(uriOf(name, variables))).toEqual({ template, variables });
  expect(Object.keys(template.variables)).toEqual(
    [...template.uriTemplate.matchAll(/\{(\w+)\}/g)].map(([, key]) => key),
  );
  for (const { tool, ...reading } of template.readings) {
    const found = CATALOGUE.find((each) => each.name === tool)!;
    expect(found.input.safeParse(reading.arguments(variables)).success).toBe(true);
  }
});

test.each([
  'clickup://workspace/1',
  'clickup://workspace/1/task/',
  'clickup://workspace/1/task/a/b',
  'clickup://workspace/1/task/a?x=1',
  'clickup://workspace/1/task/..',
  'clickup://workspace/1/hierarchy\n',
  'CLICKUP://workspace/1/hierarchy',
  `clickup://workspace/1/task/${'a'.repeat(65)}`,
])('%s is none of ours', (uri) => expect(matching(uri)).toBeUndefined());
