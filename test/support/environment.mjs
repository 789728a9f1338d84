import { TestEnvironment } from 'jest-environment-node';
import vm from 'node:vm';

/** What was compiled in this process, by file; a file that was changed is compiled anew. */
const scripts = new Map();

// Jest compiles every module anew for each spec, some 2,500 of them, although nothing but the global object differs. A script can be run
// in many contexts, and keeps what was compiled of it. Without `importModuleDynamically`, which only ES modules need: we have none here.
vm.compileFunction = (source, parameters, { filename, parsingContext }) => {
  const opening = `(function (${parameters}) {`;
  let known = scripts.get(filename);
  if (known?.source !== source || known.opening !== opening) {
    const script = new vm.Script(`${opening}${source}\n})`, { filename, columnOffset: -opening.length });
    scripts.set(filename, (known = { source, opening, script }));
  }
  return known.script.runInContext(parsingContext);
};

export default TestEnvironment;
