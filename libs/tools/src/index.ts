export { CATALOGUE } from './catalogue.js';
export { renderTools } from './docs.js';
export { present, renderText } from './answers/render.js';
export * from './tool/tool.js';
export { visible, visibleText } from './answers/visible.js';
export { type WireTool, wireTool } from './wire.js';
