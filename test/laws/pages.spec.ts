import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const LIBS = fileURLToPath(new URL('../../libs/', import.meta.url));
/** The libraries that have pages. */
const OWNERS = readdirSync(LIBS).filter((lib) => existsSync(`${LIBS}${lib}/i18n`));
const catalogue = (language: string) =>
  Object.assign(
    {},
    ...OWNERS.map((lib) => JSON.parse(readFileSync(`${LIBS}${lib}/i18n/${language}.json`, 'utf8')) as object),
  ) as Record<string, string>;
const files = (extension: string) =>
  OWNERS.flatMap((lib) =>
    readdirSync(`${LIBS}${lib}/src`, { recursive: true, encoding: 'utf8' }).map((name) => `${lib}/src/${name}`),
  )
    .filter((name) => name.endsWith(extension) && !name.includes('.spec.'))
    .map((name) => ({ name, text: readFileSync(LIBS + name, 'utf8') }));
/** Every language that some library speaks, so that a further one needs no line here. */
const LANGUAGES = [...new Set(OWNERS.flatMap((lib) => readdirSync(`${LIBS}${lib}/i18n`)))].map((file) =>
  file.replace('.json', ''),
);
const en = catalogue('en');
const others = LANGUAGES.filter((language) => language !== 'en').map(
  (language) => [language, catalogue(language)] as const,
);
const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
const sources = [...files('.ts'), ...files('.eta')];
const all = sources.map(({ text }) => text).join('\n');

describe('texts of the pages', () => {
  test('there are translations', () => expect(others.length).toBeGreaterThan(0));

  test.each(others)('%s has the same keys as en', (_, texts) => expect(Object.keys(texts)).toEqual(Object.keys(en)));

  test.each(Object.keys(en))('%s says something everywhere, with the same values', (key) => {
    for (const [language, texts] of others) {
      expect([language, Boolean(texts[key])]).toEqual([language, true]);
      expect([language, placeholders(texts[key]!)]).toEqual([language, placeholders(en[key]!)]);
    }
  });

  test('every key is used', () => {
    const used = (key: string) =>
      all.includes(`'${key}'`) ||
      ['.advice', '.heading'].some((end) => key.endsWith(end) && all.includes(`'${key.slice(0, -end.length)}'`));
    expect(Object.keys(en).filter((key) => !used(key))).toEqual([]);
  });

  test('every key that is used exists', () => {
    const asked = [
      ...all.matchAll(/\bt\('([\w.]+)'/g),
      ...all.matchAll(/'((?:problem|error|link|mode|kind)\.[\w.]+)'/g),
    ].map((match) => match[1]!);
    expect(asked.length).toBeGreaterThan(80);
    expect(asked.filter((key) => !(key in en))).toEqual([]);
  });
});

describe('templates', () => {
  const templates = files('.eta');

  test.each(templates)('$name has nothing inline and nothing from elsewhere', ({ text }) => {
    expect(text).not.toMatch(/\sstyle=|<style|\son\w+=|<script(?! src="<%= it\.assets)|javascript:|https?:\/\//i);
  });

  test.each(templates)('$name prints without escaping only what templates themselves made', ({ text }) => {
    const raw = [...text.matchAll(/<%~\s*(.*?)%>/g)].map((match) => match[1]!.trim());
    expect(raw.filter((code) => !/^(include\(|it\.body$)/.test(code))).toEqual([]);
  });

  test.each(templates)('$name: every form that posts carries the token', ({ text }) => {
    const forms = text
      .split('<form')
      .slice(1)
      .filter((form) => form.includes('method="post"'));
    for (const form of forms) expect(form.split('</form>')[0]).toContain('name="csrf"');
  });
});

describe('controllers', () => {
  const controllers = files('.controller.ts');
  const answers = controllers.filter(({ text }) => /\b(?:PageAnswer|View|Redirect)\b|\b(?:view|redirect):/.test(text));

  test('there are some', () => expect(answers.length).toBeGreaterThan(5));

  // Any other would send the data of the page as JSON.
  test.each(answers)('$name returns pages, so it is a PageController and leaves the reply alone', ({ text }) => {
    expect(text).toContain('@PageController(');
    expect(text).not.toMatch(/@Controller\(|@Res\(/);
  });
});
