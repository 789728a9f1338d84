/** An answer with a secret in it: who repeats the request is answered without. */
export class ShownOnce {
  constructor(
    /** What may be shown again. */
    readonly shown: object,
    /** What is shown this time only, by the names of its fields. */
    readonly secrets: Readonly<Record<string, string>>,
  ) {}
}
