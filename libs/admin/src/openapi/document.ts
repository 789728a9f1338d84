import { RIGHTS, ROUTES } from '#libs/web';
import { type INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
const METHODS: readonly Method[] = ['get', 'post', 'put', 'patch', 'delete'];

/** Every answer that is an error (contract item 1). */
const ERROR = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'details'],
      properties: {
        code: { type: 'string', example: 'not_found', description: 'A row of docs/errors.md.' },
        message: { type: 'string', example: 'Not found' },
        details: { type: 'object', additionalProperties: true },
      },
    },
  },
} as const;
const FAILED = {
  description: 'What was wrong, in `error.code`.',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
};

/** How callers show who they are. */
const SCHEMES = {
  key: {
    type: 'http' as const,
    scheme: 'bearer',
    description: 'An API key of your own (`cuk_…`) or the JWT of a session of your own.',
  },
  operator: { type: 'http' as const, scheme: 'bearer', description: 'The operator’s token (`ADMIN_TOKEN`).' },
  browser: {
    type: 'apiKey' as const,
    in: 'cookie' as const,
    name: '__Host-console',
    description: 'A browser that is signed in at the console; changes need `X-CSRF-Token`.',
  },
};

/** The document of the REST API (OpenAPI 3.0), from the controllers and the table of routes. */
export function apiDocument(app: INestApplication, server: string): OpenAPIObject {
  const about = new DocumentBuilder()
    .setTitle('ClickUp MCP Gateway')
    .setDescription(
      'Administration over REST. Lists are `{data, next_cursor}`: pass `next_cursor` as `cursor`. What changes a resource needs the ETag of what it was made on as `If-Match`. What makes something takes an `Idempotency-Key`.',
    )
    .setVersion('1')
    .addServer(server)
    .build();
  const document = SwaggerModule.createDocument(app, about, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  const paths = Object.fromEntries(Object.entries(document.paths).filter(([path]) => path.startsWith('/api/v1/')));
  for (const [path, item] of Object.entries(paths))
    for (const method of METHODS)
      if (item[method]) item[method] = { ...item[method], ...added(path, method, item[method]) };
  return {
    ...document,
    paths,
    components: {
      ...document.components,
      securitySchemes: SCHEMES,
      schemas: { ...document.components?.schemas, Error: ERROR as never },
    },
  };
}

/** What the table of routes says of an operation: who may use it. */
function added(path: string, method: Method, operation: Operation): Partial<Operation> {
  const route = ROUTES[`${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`];
  const right = route?.needs && RIGHTS[route.needs];
  const who = right
    ? [
        `Needs \`${route.needs}\`: ${right.whole.join(', ')}${right.own.length ? `; for their own things: ${right.own.join(', ')}` : ''}.`,
      ]
    : ['For an API key of your own.'];
  return {
    description: [operation.description, ...who].filter(Boolean).join('\n\n'),
    security: right ? [{ key: [] }, { operator: [] }, { browser: [] }] : [{ key: [] }],
    responses: { ...operation.responses, default: FAILED },
  };
}
