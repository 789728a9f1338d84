import { cataloguesOf, languageOf, translator } from './language.js';

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

describe('the catalogues of the libraries', () => {
  const file = (path: string, texts: object) => ({
    name: path.replace(/^.*\/|\.json$/g, ''),
    url: new URL(`file:///libs/${path}`),
    text: JSON.stringify(texts),
  });
  const web = [file('web/i18n/en.json', { a: 'A' }), file('web/i18n/de.json', { a: 'Ä' })];

  test('are merged by language', () => {
    const auth = [file('auth/i18n/en.json', { b: 'B' }), file('auth/i18n/de.json', { b: 'Bä' })];
    expect(cataloguesOf([...web, ...auth])).toEqual({ en: { a: 'A', b: 'B' }, de: { a: 'Ä', b: 'Bä' } });
  });

  test.each(['en', 'de'])('stop the start when a library lacks the file of %s', (language) => {
    const auth = web.map(({ name }) => file(`auth/i18n/${name}.json`, { [`${name}.b`]: 'B' }));
    expect(() => cataloguesOf([...web, ...auth.filter(({ name }) => name !== language)])).toThrow(
      `/libs/auth/i18n/${language}.json is missing`,
    );
  });

  test('stop the start when there is a file of a language that pages do not speak', () =>
    expect(() => cataloguesOf([...web, file('web/i18n/fr.json', { a: 'A' })])).toThrow(
      /web\/i18n\/fr\.json: pages do not speak the language fr.* LANGUAGES/,
    ));

  test('stop the start when two libraries use a key', () => {
    const auth = web.map(({ name }) => file(`auth/i18n/${name}.json`, { a: 'B' }));
    expect(() => cataloguesOf([...web, ...auth])).toThrow('another library has a text a');
  });
});
