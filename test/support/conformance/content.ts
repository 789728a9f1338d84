/** One grey pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg==';
/** One silent sample. */
const WAV = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQIAAAAAAA==';

export const text = (value: string) => ({ type: 'text' as const, text: value });
export const image = { type: 'image' as const, data: PNG, mimeType: 'image/png' };
export const audio = { type: 'audio' as const, data: WAV, mimeType: 'audio/wav' };
export const embedded = (uri: string, value: unknown) => ({
  type: 'resource' as const,
  resource:
    typeof value === 'string'
      ? { uri, mimeType: 'text/plain', text: value }
      : { uri, mimeType: 'application/json', text: JSON.stringify(value) },
});

/** What resources/list shows and resources/read gives, by URI. */
export const RESOURCES: Readonly<Record<string, { mimeType: string; text?: string; blob?: string }>> = {
  'test://static-text': { mimeType: 'text/plain', text: 'A text that never changes.' },
  'test://static-binary': { mimeType: 'image/png', blob: PNG },
  'test://watched-resource': { mimeType: 'text/plain', text: 'A text to be watched.' },
};

/** The one resource template, and what its URIs look like. */
export const TEMPLATE = { uriTemplate: 'test://template/{id}/data', pattern: /^test:\/\/template\/([^/]+)\/data$/ };
