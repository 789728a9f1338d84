import { VENDORS } from '#libs/core';
import { readFileSync } from 'node:fs';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
/** Laid out in one way, so that a document may break its lines elsewhere than we do. */
const oneLine = (text: string) => text.replace(/\s+/g, ' ');
const labels = (those: typeof VENDORS) => those.map(({ label }) => label);
const enumerated = (names: readonly string[]) => `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

const connecting = read('docs/connecting.md');
const withKeys = VENDORS.filter(({ setup }) => setup);

test('every vendor has a name of its own', () => expect(new Set(labels(VENDORS)).size).toBe(VENDORS.length));

test.each(withKeys)('the quick start shows how $label is connected with a key', ({ label, setup }) => {
  const { file, text } = setup!('URL', 'KEY');
  const shown = oneLine(read('docs/quick-start.md'));
  expect(shown).toContain(file === undefined ? `**${label}** ` : `**${label}**: \`${file}\` `);
  expect(shown).toContain(oneLine(text));
});

test('what is ready to paste is named', () =>
  expect(connecting).toContain(`ready to paste for ${enumerated(labels(withKeys).concat('curl'))}. `));

test('whose redirect URIs are built in is named', () =>
  expect(connecting).toContain(
    `those of ${enumerated(labels(VENDORS.filter(({ redirectUris }) => redirectUris)))} and every loopback address are built in`,
  ));

test.each(VENDORS.filter(({ origins }) => origins))('how $label is connected stands on the start page', ({ label }) => {
  expect(read('libs/auth/src/consent/views/home.eta')).toContain(`<h3>${label}</h3>`);
  expect(connecting).toContain(`\n## ${label}\n`);
});
