/** The part of JSON Schema that our tools use. */
export interface Schema {
  type?: string;
  description?: string;
  enum?: string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: unknown;
  maxLength?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  /** null says something there: it takes a value away. */
  nullable?: boolean;
  /** Accepted, but not published (`UNLISTED`). */
  unlisted?: boolean;
  /** Of an object: its properties are checked, and published by another tool, which the description names. */
  elsewhere?: boolean;
  /** Former words of an enum, and what they are called now; the empty text for what is done without it. */
  formerly?: Readonly<Record<string, string>>;
}
