/** A query string as ClickUp reads it: what it does not know is ignored, and arrays are only those written `x[]=`. */
export class Query {
  constructor(private readonly values: Readonly<Record<string, string | string[]>>) {}

  text(name: string): string | undefined {
    const value = this.values[name];
    return typeof value === 'string' ? value : value?.[0];
  }

  flag(name: string): boolean {
    return this.text(name) === 'true' || this.text(name) === '1';
  }

  /** Undefined when absent or not a number: ClickUp ignores such values. */
  number(name: string): number | undefined {
    const text = this.text(name);
    const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
    return Number.isFinite(value) ? value : undefined;
  }

  /** The values of `name[]`, or undefined when the key is not there. */
  list(name: string): string[] | undefined {
    const value = this.values[`${name}[]`];
    return value === undefined ? undefined : typeof value === 'string' ? [value] : value;
  }

  /** Every value of a key that is written again and again, without brackets. */
  all(name: string): string[] {
    return [this.values[name] ?? []].flat();
  }

  /** `1,2,3`. */
  csv(name: string): string[] | undefined {
    return this.text(name)
      ?.split(',')
      .map((item) => item.trim())
      .filter(Boolean);
  }
}

/** Keys as they stand on the wire; a repeated key becomes an array. */
export function parseQuery(text: string): Record<string, string | string[]> {
  const values = Object.create(null) as Record<string, string | string[]>;
  if (!text) return values;
  for (const [key, value] of new URLSearchParams(text)) {
    const before = values[key];
    if (before === undefined) values[key] = value;
    else if (typeof before === 'string') values[key] = [before, value];
    else before.push(value);
  }
  return values;
}
