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
const [en, de] = [catalogue('en'), catalogue('de')];
const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
const sources = [...files('.ts'), ...files('.eta')];
const all = sources.map(({ text }) => text).join('\n');

describe('texts of the pages', () => {
  test('every language has the same keys', () => expect(Object.keys(de)).toEqual(Object.keys(en)));

  test.each(Object.keys(en))('%s says something everywhere, with the same values', (key) => {
    expect(de[key]).toBeTruthy();
    expect(placeholders(de[key]!)).toEqual(placeholders(en[key]!));
  });

  test('every key is used', () => {
    const used = (key: string) =>
      all.includes(`'${key}'`) || (key.endsWith('.advice') && all.includes(`'${key.slice(0, -'.advice'.length)}'`));
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
    expect(
      raw.filter((code) => !/^(include\(|it\.body$|it\.step === \d \? ' aria-current="step"' : ''$)/.test(code)),
    ).toEqual([]);
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
