import { PageController, type PageAnswer, PublicUrl } from '#libs/web';
import { Controller, Get, Header, Injectable, type INestApplication } from '@nestjs/common';
import { ApiExcludeController, type OpenAPIObject } from '@nestjs/swagger';
import { apiDocument } from './document.js';
import { readable } from './readable.js';

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

@ApiExcludeController()
@Controller('api')
export class OpenApiController {
  constructor(private readonly api: ApiDocument) {}

  @Get('openapi.json')
  @Header('cache-control', 'public, max-age=300')
  document(): OpenAPIObject {
    return this.api.document;
  }
}

/** The same to read in a browser: a page of our own, because others need scripts from elsewhere, or inline ones. */
@ApiExcludeController()
@PageController('api')
export class ApiDocsController {
  constructor(private readonly api: ApiDocument) {}

  @Get('docs')
  page(): PageAnswer {
    return { view: 'api-docs', data: { tags: readable(this.api.document) } };
  }
}
