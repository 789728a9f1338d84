export { decide, permits } from './decide.js';
export * from './located.js';
export { OPERATOR_POLICY, operatorPolicy } from './operator-policy.js';
export { PermissionsModule } from './permissions.module.js';
export * from './permissions.service.js';
export * from './policy.js';
export { questionOf } from './question.js';
export { Resolver, type Whereabouts } from './resolve/index.js';
export { isLocal, isWorkspaceWide } from './workspace-wide.js';
