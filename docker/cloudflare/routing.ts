/** What says who calls, as far as the Worker looks: the same caller comes to the same instance, where its caches are. Any other would answer, too. */
const WHO = ['authorization', 'x-api-key', 'cf-connecting-ip'] as const;

/** Which of so many instances a request is for, by name. */
export function instanceFor({ headers }: { headers: { get(name: string): string | null } }, instances: number): string {
  const who = WHO.map((name) => headers.get(name)).find((value) => value !== null) ?? '';
  // FNV-1a, which spreads short texts evenly. No secret: it only says where the caller is served.
  let hash = 0x811c9dc5;
  for (let at = 0; at < who.length; at += 1) hash = Math.imul(hash ^ who.charCodeAt(at), 0x01000193);
  return String((hash >>> 0) % instances);
}

/** The variables and secrets of the Worker that are the gateway's: all texts but the Worker's own. */
export function keysFor(env: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[0] !== 'INSTANCES',
    ),
  );
}

/** A request as it goes to an instance: who called, by Cloudflare's word, whatever the caller has written there. */
export function forwardedHeaders(request: {
  url: string;
  headers: { get(name: string): string | null };
}): Record<string, string> {
  return {
    'x-forwarded-for': request.headers.get('cf-connecting-ip') ?? '',
    'x-forwarded-proto': new URL(request.url).protocol.slice(0, -1),
  };
}
