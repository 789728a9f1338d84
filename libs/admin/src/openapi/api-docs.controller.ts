import { type PageAnswer, PageController } from '#libs/web';
import { Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { ApiDocument } from './api-document.service.js';
import { readable } from './readable.js';

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
