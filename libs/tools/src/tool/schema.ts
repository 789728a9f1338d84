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
  /** Accepted, but not published (`UNLISTED`). */
  unlisted?: boolean;
}
