// The import directions of ARCHITECTURE.md. A rule's comment is what whoever breaks it reads.

/** Tests and what only they use (`testing/`) may reach across: they see the testkit and other features' insides. */
const TEST = '\\.test\\.tsx?$|/testing/';

/** Features that everything else stands on. */
const KERNEL = 'identity|server-keys|federation-client|room-events|rooms|membership';
/** Features that gather what others offer; compose.ts hands it to them. */
const HUBS = 'sync|federation-inbox|federation-outbox';

/** `name` may import from the workspaces in `allowed` (regular expression) and from its own. */
const workspace = (name, folder, allowed, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: `^${folder}/`, pathNot: TEST },
  to: { path: '^(packages|policies|apps|tests|benches|tools)/', pathNot: `^(${folder}|${allowed})/` },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Two files that need each other are one idea or hide a third; types count as well.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'imports-resolve',
      severity: 'error',
      comment: 'An import that leads nowhere would escape all other rules.',
      from: {},
      to: { couldNotResolve: true, pathNot: '\\?(worker|url|raw)$|^virtual:|\\.css$' },
    },
    {
      name: 'protocol-depends-on-nothing',
      severity: 'error',
      comment: 'The protocol core is pure: no I/O, no dependency, runs anywhere.',
      from: { path: '^packages/protocol/src/', pathNot: TEST },
      to: { pathNot: '^packages/protocol/src/' },
    },
    workspace(
      'contracts-know-protocol',
      'packages/contracts',
      'packages/protocol',
      'Contracts are data over identifiers.',
    ),
    workspace(
      'policy-knows-protocol',
      'packages/policy',
      'packages/protocol',
      'What a policy is says nothing about servers.',
    ),
    workspace(
      'policies-are-pure',
      'policies/[^/]+',
      'packages/policy|packages/protocol',
      'A policy sees neither database nor services: it gets a candidate and a read-only view.',
    ),
    workspace(
      'client-knows-contracts',
      'packages/client',
      'packages/contracts|packages/protocol',
      'Derived from contracts.',
    ),
    workspace('ui-knows-nobody', 'packages/ui', 'packages/ui', 'The design system knows no Matrix and no server.'),
    workspace(
      'homeserver-knows-libraries',
      'apps/homeserver',
      'packages/(protocol|contracts|client|policy)|policies/[^/]+',
      'The server imports no other application.',
    ),
    workspace(
      'web-knows-ui-and-protocol',
      'apps/web',
      'packages/(ui|protocol)',
      'The web client is a Matrix client like any other: what it knows of the server is the protocol.',
    ),
    workspace(
      'cli-knows-client-and-server',
      'apps/cli',
      'packages/(client|contracts|protocol)|apps/homeserver',
      'The command line starts the server and talks to it.',
    ),
    {
      name: 'sdk-in-one-folder',
      severity: 'error',
      comment: 'Only apps/web/src/matrix knows the SDK; tests and tools are clients of their own.',
      from: { path: '^(apps|packages|policies)/', pathNot: '^apps/web/src/matrix/' },
      to: { path: 'node_modules/matrix-js-sdk/' },
    },
    {
      name: 'no-test-code-in-products',
      severity: 'error',
      comment: 'What ships does not import what tests it.',
      from: { path: '^(apps|packages|policies)/', pathNot: `${TEST}|^packages/testkit/|\\.config\\.ts$` },
      to: {
        path: `^packages/testkit/|^(tests|benches|tools)/|${TEST}|node_modules/(vitest|fast-check|playwright-core)/`,
      },
    },
    {
      name: 'only-main-composes',
      severity: 'error',
      comment: 'compose.ts constructs everything; what it constructs does not know it.',
      from: { path: '^apps/homeserver/src/(features|database|streams|platform|config|http)/', pathNot: TEST },
      to: { path: '^apps/homeserver/src/((compose|main|index)\\.ts$|compose/)' },
    },
    {
      name: 'platform-knows-nothing-inside',
      severity: 'error',
      comment: 'Clock, randomness, log and network stand at the bottom.',
      from: { path: '^apps/homeserver/src/platform/', pathNot: TEST },
      to: { path: '^apps/homeserver/src/', pathNot: '^apps/homeserver/src/platform/' },
    },
    {
      name: 'database-knows-platform',
      severity: 'error',
      comment: 'The database layer knows no feature and no HTTP.',
      from: { path: '^apps/homeserver/src/database/', pathNot: TEST },
      to: { path: '^apps/homeserver/src/', pathNot: '^apps/homeserver/src/(database|platform)/' },
    },
    {
      name: 'http-knows-no-feature',
      severity: 'error',
      comment: 'HTTP binds contracts to handlers that compose.ts hands over.',
      from: { path: '^apps/homeserver/src/http/', pathNot: TEST },
      to: { path: '^apps/homeserver/src/features/' },
    },
    {
      name: 'features-see-handler-types-of-http',
      severity: 'error',
      comment: 'A feature writes handlers; how they are bound to routes is not its business.',
      from: { path: '^apps/homeserver/src/features/', pathNot: TEST },
      to: { path: '^apps/homeserver/src/http/', pathNot: '^apps/homeserver/src/http/(handler|requester)\\.ts$' },
    },
    {
      name: 'features-through-index',
      severity: 'error',
      comment: 'Another feature is entered through its index.ts; its store and its insides are its own.',
      from: { path: '^apps/homeserver/src/features/([^/]+)/', pathNot: TEST },
      to: {
        path: '^apps/homeserver/src/features/[^/]+/',
        pathNot: '^apps/homeserver/src/features/($1/|[^/]+/index\\.ts$)',
      },
    },
    {
      name: 'compose-through-index',
      severity: 'error',
      comment: 'compose.ts sees what a feature exports.',
      from: { path: '^apps/homeserver/src/([^/]+\\.ts$|compose/)', pathNot: TEST },
      to: { path: '^apps/homeserver/src/features/[^/]+/', pathNot: '^apps/homeserver/src/features/[^/]+/index\\.ts$' },
    },
    {
      name: 'endpoints-use-own-service',
      severity: 'error',
      comment: 'An endpoint parses, calls one function of its own service and shapes the answer.',
      from: { path: '^apps/homeserver/src/features/([^/]+)/endpoints/', pathNot: TEST },
      to: {
        path: '^apps/homeserver/src/(features|database|platform|streams)/',
        pathNot: '^apps/homeserver/src/(features/$1/|features/[^/]+/index\\.ts$)',
      },
    },
    {
      name: 'stores-use-the-database',
      severity: 'error',
      comment: 'A store is SQL over its own tables; decisions are the service’s.',
      from: { path: '^apps/homeserver/src/features/([^/]+)/store\\.ts$' },
      to: {
        path: '^apps/homeserver/src/(features|http|streams)/',
        pathNot: '^apps/homeserver/src/(features/$1/(?!service|endpoints)|features/[^/]+/index\\.ts$)',
      },
    },
    {
      name: 'kernel-knows-no-leaf',
      severity: 'error',
      comment: 'Kernel features stand below: a leaf listens to them.',
      from: { path: `^apps/homeserver/src/features/(${KERNEL})/`, pathNot: TEST },
      to: { path: '^apps/homeserver/src/features/', pathNot: `^apps/homeserver/src/features/(${KERNEL})/` },
    },
    {
      name: 'hubs-know-the-kernel',
      severity: 'error',
      comment: 'A hub gets its streams and handlers from compose.ts; of a leaf it knows the type at most.',
      from: { path: `^apps/homeserver/src/features/(${HUBS})/`, pathNot: TEST },
      to: {
        path: '^apps/homeserver/src/features/',
        pathNot: `^apps/homeserver/src/features/(${KERNEL}|${HUBS})/`,
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'nobody-knows-hubs',
      severity: 'error',
      comment: 'Hubs are the top: only compose.ts knows them.',
      from: { path: '^apps/homeserver/src/features/', pathNot: `^apps/homeserver/src/features/(${HUBS})/|${TEST}` },
      to: { path: `^apps/homeserver/src/features/(${HUBS})/` },
    },
    {
      name: 'view-models-are-plain',
      severity: 'error',
      comment: 'A view model is plain TypeScript, tested without React, DOM or SDK.',
      from: { path: '^apps/web/src/features/.*-view-model\\.ts$' },
      to: { path: 'node_modules/(react|react-dom|react-aria-components|matrix-js-sdk|virtua|wouter)/|^packages/ui/' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.base.json' },
    // Types are directions too.
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.tsbuild)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.json', '.d.ts'],
    },
  },
};
