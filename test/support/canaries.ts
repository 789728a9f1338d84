/** A place where a secret was found, written `<name of the secret> in <place>`. It does not hold the secret's value, so two runs can be compared. */
export type Sighting = string;

/** All the ways to write a text that a log, a dump or a page could hold it in: as it is, in a URL, in JSON, hex and base64. */
export function writings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  // Inside of longer data base64 falls in one of three ways; characters that share bits with the neighbours are cut off.
  const inside = [0, 1, 2].map((before) => {
    const padded = Buffer.concat([Buffer.alloc(before), bytes]);
    return padded.toString('base64').slice(Math.ceil((before * 8) / 6), Math.floor((padded.length * 8) / 6));
  });
  return [
    ...new Set([
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      bytes.toString('hex'),
      ...inside,
      ...inside.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    ]),
  ];
}

/** Searches every text for every secret. */
export function sightings(
  secrets: ReadonlyMap<string, ReadonlySet<string>>,
  places: Iterable<readonly [place: string, text: string]>,
): Set<Sighting> {
  const wanted = [...secrets].flatMap(([name, values]) =>
    [...values].flatMap((value) => writings(value).map((text) => [name, text] as const)),
  );
  const found = new Set<Sighting>();
  for (const [place, text] of places)
    for (const [name, writing] of wanted) if (text.includes(writing)) found.add(`${name} in ${place}`);
  return found;
}

/** Records what servers answer to `fetch`, in parts, each named by method, path without ids, and part. */
export class Answers {
  readonly parts: (readonly [place: string, text: string])[] = [];
  private readonly spy: jest.SpyInstance;

  constructor(urls: readonly string[]) {
    const send = globalThis.fetch;
    // A server calls itself by a name of its own; the port is what they agree on.
    const ports = urls.map((url) => new URL(url).port);
    this.spy = jest.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
      const answer = await send(input, init);
      const asked = new URL(input instanceof Request ? input.url : input);
      if (ports.includes(asked.port))
        await this.record(
          `${init?.method ?? 'GET'} ${asked.pathname.replace(/\/[\w-]{20,}(?=\/|$)/g, '/:id')}`,
          answer.clone(),
        );
      return answer;
    });
  }

  restore(): void {
    this.spy.mockRestore();
  }

  private async record(route: string, answer: Response): Promise<void> {
    const location = answer.headers.get('location');
    const cookies = answer.headers.getSetCookie().join('\n');
    const others = [...answer.headers].filter(([name]) => name !== 'location' && name !== 'set-cookie');
    const parts = {
      headers: JSON.stringify(others),
      body: await answer.text(),
      'set-cookie': cookies,
      ...(location && { location }),
    };
    for (const [part, text] of Object.entries(parts)) if (text) this.parts.push([`${part} of ${route}`, text]);
  }
}
