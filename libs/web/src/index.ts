export { Form } from './form.js';
export { languageOf } from './language.js';
export { notConfigured } from './not-configured.js';
export { PageError } from './page-error.js';
export { isBrowser, Pages } from './pages.service.js';
export { PublicUrl } from './public-url.js';
export { allowedMethods, corsPaths, type RoutePolicy, routePolicy, ROUTES } from './routes.js';
export { WebModule } from './web.module.js';
