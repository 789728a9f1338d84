export { Access } from './access.js';
export { AuthModule } from './auth.module.js';
export { type RoutePolicy, ROUTES } from './routes.js';
