'use strict';

/**
 * Who may import whom. The table is the source; the rules below it are made from it.
 *
 * A folder may import itself, what its row lists, and nothing else: no other folder, no npm library, no part of Node.
 * A unit test beside a file may import what its folder may, and besides it what `forTests` lists.
 * `hack/checks/planted-violations.test.ts` plants a violation of each rule and expects red.
 */

const corePartsLeftToRight = [
  'amounts',
  'workload',
  'queues',
  'quota',
  'topology',
  'flavors',
  'preemption',
  'cycle',
];

const library = (...names) => names.map((name) => `(^|/)node_modules/(@types/)?${name}/`);
const node = (...names) => names.map((name) => `^(node:)?${name}$`);

const api = '^src/api/';
const core = '^src/core/';
const state = '^src/state/';
const jobs = '^src/jobs/';
const kube = '^src/kube/';
const observability = '^src/observability/';
const controllers = '^src/controllers/';
const webhooks = '^webhooks/';

const testFile = '\\.test\\.ts$';
const ours = '^(src|webhooks|hack|test)/';
const forTests = [
  ...library('vitest', 'fast-check', 'yaml'),
  '^test/(builders|vectors)/',
  '^hack/controlplane/',
  api,
];

const folders = [
  { name: 'api', path: api, mayImport: library('zod') },
  { name: 'core', path: core, mayImport: [api] },
  { name: 'state', path: state, mayImport: [core, api, ...node('assert', 'crypto')] },
  { name: 'jobs', path: jobs, mayImport: [core, api, ...library('zod'), ...node('assert', 'crypto')] },
  { name: 'kube', path: kube, mayImport: [api, ...library('@kubernetes/client-node', 'undici')], node: true },
  {
    name: 'observability',
    path: observability,
    mayImport: [api, ...library('prom-client', 'express')],
    node: true,
  },
  {
    name: 'controllers',
    path: controllers,
    mayImport: [core, api, state, jobs, kube, observability],
    node: true,
  },
  {
    name: 'webhooks',
    path: webhooks,
    mayImport: [core, api, state, jobs, kube, observability, ...library('express', 'node-forge')],
    node: true,
  },
];

/** Two rules a folder: one for its files, one for the unit tests beside them. */
function folderRules({ name, path, mayImport, node: mayImportNode = false }) {
  const notNode = mayImportNode ? { dependencyTypesNot: ['core'] } : {};
  return [
    {
      name: `layer-${name}`,
      comment: `${name} imports only what its row of the table allows.`,
      severity: 'error',
      from: { path, pathNot: testFile },
      to: { pathNot: [path, ...mayImport], ...notNode },
    },
    {
      name: `layer-${name}-tests`,
      comment: `Tests in ${name} import what ${name} may, test libraries, builders and Node.`,
      severity: 'error',
      from: { path: `${path}.*${testFile}` },
      to: { pathNot: [path, ...mayImport, ...forTests], dependencyTypesNot: ['core'] },
    },
  ];
}

/** Inside core only leftwards; the rightmost part may import all others and so has no rule. */
function corePartRules() {
  return corePartsLeftToRight.slice(0, -1).map((part, index) => ({
    name: `core-leftwards-${part}`,
    comment: `core/${part} imports only the parts left of it; pass a function down instead.`,
    severity: 'error',
    from: { path: `${core}${part}/`, pathNot: testFile },
    to: { path: `${core}(${corePartsLeftToRight.slice(index + 1).join('|')})/` },
  }));
}

const otherRules = [
  {
    name: 'core-types-only-from-api',
    comment: 'The core takes types from api, never its parsers or values.',
    severity: 'error',
    from: { path: core, pathNot: testFile },
    to: { path: api, dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'core-known-parts',
    comment: 'A file in core belongs to one of its parts.',
    severity: 'error',
    from: {},
    to: { path: core, pathNot: `${core}(${corePartsLeftToRight.join('|')})/` },
  },
  {
    name: 'core-front-door',
    comment: 'From outside a core folder only its index.ts.',
    severity: 'error',
    from: { path: ours, pathNot: core },
    to: { path: `${core}[^/]+/(?!index\\.ts$)` },
  },
  {
    name: 'core-front-door-inside',
    comment: 'From one core folder to another only through index.ts.',
    severity: 'error',
    from: { path: `${core}([^/]+)/` },
    to: { path: `${core}[^/]+/(?!index\\.ts$)`, pathNot: `${core}$1/` },
  },
  {
    name: 'program-not-to-test-or-hack',
    comment: 'The program runs without its tests and tools.',
    severity: 'error',
    from: { path: ['^src/', webhooks], pathNot: testFile },
    to: { path: '^(test|hack)/' },
  },
  {
    name: 'not-to-a-test-file',
    comment: 'Nothing imports a test; share through test/builders.',
    severity: 'error',
    from: {},
    to: { path: `${ours}.*${testFile}` },
  },
  {
    name: 'not-to-dev-dependency',
    comment: 'What the program imports must be installed with it; types vanish before it runs.',
    severity: 'error',
    from: { path: ['^src/', webhooks], pathNot: testFile },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: '/node_modules/@types/' },
  },
  {
    name: 'not-undeclared',
    comment: 'Every library is named in package.json.',
    severity: 'error',
    from: {},
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'not-unresolvable',
    comment: 'Every import leads somewhere.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'no-cycles',
    comment: 'No cycles, type-only ones included.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-orphans',
    comment: 'A file that imports nothing and that nothing imports is dead.',
    severity: 'error',
    from: { orphan: true, path: ours, pathNot: ['\\.cjs$'] },
    to: {},
  },
  {
    name: 'no-vague-names',
    comment: 'Name the idea: no utils, helpers, common, misc or types.',
    severity: 'error',
    from: {},
    to: {
      path: ['utils?', 'helpers?', 'common', 'misc', 'types'].map(
        (name) => `^(?!.*node_modules).*/${name}(\\.ts$|/)`,
      ),
    },
  },
];

module.exports = {
  forbidden: [...folders.flatMap(folderRules), ...corePartRules(), ...otherRules],
  options: {
    doNotFollow: { path: '(^|/)node_modules/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.cjs', '.mjs', '.json', '.d.ts'],
    },
  },
};
