import { z } from 'zod';

/** The most that one page of chat holds. */
export const CHAT_PAGE_SIZE = 100;

/** Pages in chat: 50 unless said otherwise, from where `next_cursor` of the page before left off. */
export const ChatPaging = z.strictObject({
  cursor: z.string().optional(),
  limit: z.int().min(1).max(CHAT_PAGE_SIZE).optional(),
});

/** How texts of chat are written; Markdown unless said otherwise. */
export const TextFormat = z.enum(['text/md', 'text/plain']);
