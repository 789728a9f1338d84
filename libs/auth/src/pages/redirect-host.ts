const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** What the person has to recognise of a redirect URI: its host, with the port where it matters, or the scheme that opens an app. */
export function redirectHost(redirectUri: string): string {
  const { protocol, host } = new URL(redirectUri);
  return protocol === 'https:' ? host : `${protocol}//${host}`;
}

/** Whether it leads to a program on the person's own computer: any program can listen there. */
export function isLoopback(redirectUri: string): boolean {
  return LOOPBACK.includes(new URL(redirectUri).hostname);
}
