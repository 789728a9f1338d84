export { CATALOGUE } from './catalogue.js';
export { renderTools } from './render-tools.js';
export { present } from './answers/render.js';
export { type Tool, type ToolContext } from './tool/tool.js';
export { visible, visibleText } from './answers/visible.js';
export { wireTool } from './wire.js';
