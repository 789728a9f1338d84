import { isLoopback } from './network.js';
import { type Vendor, vendorOf, VENDORS } from './vendors.js';

/** Letters and digits that look like each Latin letter: Cyrillic and Greek ones, Latin ones with a stroke, and digits that are read as one. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  a: 'аαɑᴀ4@',
  b: 'ьвβʙ8ƅ',
  c: 'сϲᴄ¢ⅽ',
  d: 'ԁɗđᴅⅾ',
  e: 'еєҽεɛᴇ3℮',
  g: 'ɡɢց9ǥ',
  h: 'һհнʜħ',
  k: 'кκᴋ',
  // An `i` with a dot, one without, a `1` and an `l` are one line in many fonts, and a capital `I` is exactly an `l`.
  l: 'iіιıɩ1|ⅼӏʟł!',
  m: 'мϻᴍⅿ',
  n: 'пոηɴ',
  o: 'оοσօ0øᴏ',
  p: 'рρᴘ',
  r: 'гʀ',
  s: 'ѕ5$ꜱ',
  t: 'тτᴛ7ŧ',
  u: 'υսцᴜμ',
  v: 'νѵᴠⅴ',
  x: 'хχ×ⅹ',
  y: 'уγүʏ',
};
const LATIN: ReadonlyMap<string, string> = new Map(
  Object.entries(LOOK_ALIKES).flatMap(([latin, others]) => [...others].map((other) => [other, latin] as const)),
);

/** What a name looks like at a glance: without case, accents, spaces, punctuation and characters that are not seen. */
function glance(name: string): string {
  const letters = [...name.normalize('NFKD').toLowerCase()].map((letter) => LATIN.get(letter) ?? letter);
  return letters.join('').replace(/[^\p{L}\p{N}]/gu, '');
}

/** Those with an address to be told from: applications that only ever wait on loopback have none, and "Zed" is a part of many words. */
const KNOWN = VENDORS.filter(({ redirectUris, document }) => redirectUris ?? document);
const GLANCES = KNOWN.map((vendor) => ({ vendor, looks: [vendor.label, ...(vendor.names ?? [])].map(glance) }));

/**
 * The vendor whose name a client bears, while it sends people to an address that is none of that vendor's. Loopback addresses are no
 * imitation: applications on the person's own computer work so, and nothing tells which of them it is.
 * @param name what the client calls itself
 * @param redirectUri in canonical form
 */
export function imitatedVendor(name: string, redirectUri: string): Vendor | undefined {
  if (URL.canParse(redirectUri) && isLoopback(new URL(redirectUri))) return undefined;
  const look = glance(name);
  const named = GLANCES.filter(({ looks }) => looks.some((each) => look.includes(each)));
  const owner = vendorOf(redirectUri);
  // "Claude Code" is told apart from "Claude" by its longer name only, and "Claude for VS Code" goes to one of the two.
  if (owner && named.some(({ vendor }) => vendor === owner)) return undefined;
  return named[0]?.vendor;
}
