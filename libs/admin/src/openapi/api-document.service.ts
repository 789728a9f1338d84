import { PublicUrl } from '#libs/web';
import { Injectable, type INestApplication } from '@nestjs/common';
import { type OpenAPIObject } from '@nestjs/swagger';
import { apiDocument } from './document.js';

/** The document of the API of the application that runs. Made when somebody asks for it first: no start waits for it. */
@Injectable()
export class ApiDocument {
  private app: INestApplication | undefined;
  private made: OpenAPIObject | undefined;

  constructor(private readonly url: PublicUrl) {}

  /** Call it once the routes are registered. */
  describes(app: INestApplication): void {
    this.app = app;
  }

  get document(): OpenAPIObject {
    if (!this.app) throw new Error('nobody has said which application the API document is of');
    return (this.made ??= apiDocument(this.app, this.url.base));
  }
}
