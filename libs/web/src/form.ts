import { PageError } from './page-error.js';

const MAX_CHOICES = 5000;

/** The fields of a submitted form or a query: strings within bounds, whatever was sent. */
export class Form {
  private readonly fields: Readonly<Record<string, unknown>>;

  constructor(source: unknown) {
    this.fields = typeof source === 'object' && source !== null ? (source as Record<string, unknown>) : {};
  }

  /** The trimmed value, '' when absent. @throws PageError when it was sent twice, is longer than `max` characters, or holds what no database column can */
  text(name: string, max = 200): string {
    const value = Object.hasOwn(this.fields, name) ? this.fields[name] : '';
    if (typeof value !== 'string' || value.length > max || value.includes('\0'))
      throw new PageError('invalid_parameters', 'problem.field');
    return value.trim();
  }

  /** Every value of a field that may be ticked several times. @throws PageError */
  all(name: string): string[] {
    const values = Object.hasOwn(this.fields, name) ? [this.fields[name]].flat() : [];
    if (values.length > MAX_CHOICES || !values.every((value) => typeof value === 'string'))
      throw new PageError('invalid_parameters', 'problem.field');
    return values;
  }
}
