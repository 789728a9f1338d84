import { z } from 'zod';

/** ClickUp tokens are printable ASCII; anything else must not be put into a header. */
export const TOKEN = /^[\x21-\x7e]{8,300}$/;

/** Control characters, half surrogate pairs and line separators: the database refuses some of them, and a name is one line. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+/gu;
const name = z.string().transform((text) => text.replace(UNPRINTABLE, ' ').trim().slice(0, 200));
/** ClickUp writes ids of people as numbers, those of Workspaces as strings. */
const id = z.union([z.int(), z.string().regex(/^[\w-]{1,64}$/)]).transform(String);

/** What the pages need of ClickUp's answers; other fields may come and go. */
export const AccessToken = z.object({ access_token: z.string().regex(TOKEN) });
export const AuthorizedUser = z.object({
  user: z.object({
    id,
    username: name.nullish(),
    email: name.nullish(),
    timezone: z.string().nullish().catch(undefined),
  }),
});
export const AuthorizedTeams = z.object({ teams: z.array(z.object({ id, name })) });
