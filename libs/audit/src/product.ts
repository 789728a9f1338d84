/** The first product of a User-Agent (RFC 9110 section 10.1.5); the comments after it may say anything. */
const PRODUCT = /^([A-Za-z][\w.-]{0,39})(?:\/([\w.+-]{1,20}))?(?=\s|$)/;

/** What a client's User-Agent calls it, where it does so in a form that may stand in a log. */
export function productOf(userAgent: string | undefined): {
  client?: string | undefined;
  client_version?: string | undefined;
} {
  const [, client, version] = PRODUCT.exec(userAgent ?? '') ?? [];
  return { client, client_version: version };
}
