import { contributed } from './contributed.js';

/** The languages that pages speak; each library that has pages has a catalogue of each. */
export const LANGUAGES = ['en', 'de'] as const;
/** A language the pages speak. */
export type Language = (typeof LANGUAGES)[number];

type Catalogue = Readonly<Record<string, string>>;
const CATALOGUES = Object.fromEntries(LANGUAGES.map((language) => [language, texts(language)])) as Record<
  Language,
  Catalogue
>;

/** The texts of all libraries in a language. @throws Error when two libraries use a key */
function texts(language: Language): Catalogue {
  const all: Record<string, string> = {};
  for (const { url, text } of contributed('i18n', `${language}.json`)) {
    for (const [key, value] of Object.entries(JSON.parse(text) as Catalogue)) {
      if (key in all) throw new Error(`${url.pathname}: another library has a text ${key}`);
      all[key] = value;
    }
  }
  return all;
}

/** The text of a key with `{name}` filled in. @throws Error for a key that is not in the catalogue */
export type Translate = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/** The best of our languages for an Accept-Language header (RFC 9110 section 12.5.4); English when it names none of them. */
export function languageOf(header: string | undefined): Language {
  const wanted = (header ?? '')
    .slice(0, 500)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return { language: tag.split('-')[0] ?? '', quality: quality === undefined ? 1 : Number(quality) || 0 };
    });
  const ours = wanted
    .filter(({ language, quality }) => Object.hasOwn(CATALOGUES, language) && quality > 0)
    .sort((a, b) => b.quality - a.quality);
  return (ours[0]?.language ?? 'en') as Language;
}

export const translator =
  (language: Language): Translate =>
  (key, values = {}) => {
    const text = CATALOGUES[language][key];
    if (text === undefined) throw new Error(`no text for ${key} in ${language}`);
    return text.replaceAll(/\{(\w+)\}/g, (_match, name: string) => String(values[name] ?? ''));
  };
