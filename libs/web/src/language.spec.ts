import { languageOf, translator } from './language.js';

test.each([
  [undefined, 'en'],
  ['', 'en'],
  ['de', 'de'],
  ['de-AT,de;q=0.9,en;q=0.8', 'de'],
  ['en-US,en;q=0.9,de;q=0.8', 'en'],
  ['fr-FR,de;q=0.5,en;q=0.4', 'de'],
  ['fr', 'en'],
  ['de;q=0, en;q=0.1', 'en'],
  ['DE', 'de'],
  ['*', 'en'],
  ['constructor, __proto__', 'en'],
  ['de;q=abc', 'en'],
])('Accept-Language %p is %s', (header, language) => expect(languageOf(header)).toBe(language));

describe('translator', () => {
  test('fills in values and leaves what they hold alone', () => {
    expect(translator('en')('access.lead', { person: '{workspace}', workspace: '<b>$&' })).toBe(
      'You are {workspace}, in the Workspace <b>$&.',
    );
  });

  test('refuses a key that has no text', () => expect(() => translator('de')('no.such.key')).toThrow('no.such.key'));
});
