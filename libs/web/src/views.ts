import { Eta } from 'eta';
import { contributed } from './contributed.js';

const TEMPLATES = new Map<string, string>();
for (const { name, url, text } of contributed('views', '.eta')) {
  if (TEMPLATES.has(name)) throw new Error(`${url.pathname}: another library has a view ${name}`);
  TEMPLATES.set(name, text);
}

const eta = new Eta({ cache: true, autoEscape: true, autoTrim: false });
eta.resolvePath = (name) => name;
eta.readFile = (name) => {
  const template = TEMPLATES.get(name);
  if (template === undefined) throw new Error(`no view ${name}`);
  return template;
};

/** The HTML of a view, `views/<name>.eta` of any library; what `<%= %>` prints is escaped. @throws Error for a view that no library has */
export const renderView = (name: string, data: object): string => eta.render(name, data);
