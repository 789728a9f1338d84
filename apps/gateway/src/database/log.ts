/** What the database code tells the operator: sentences without data. A pino logger fits. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
}
