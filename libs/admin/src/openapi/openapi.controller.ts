import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController, type OpenAPIObject } from '@nestjs/swagger';
import { ApiDocument } from './api-document.service.js';

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
