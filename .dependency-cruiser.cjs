// Which room of the package may import which other one (docs/architecture.md), types included. Pure in the middle, effects at the edges.
const room = (name) => `^components/${name}/`;

/** A room, and all that its files may import: rooms of the package, and packages. */
const layers = {
  args: { rooms: [], packages: ["@pulumi/pulumi"] },
  host: { rooms: [], packages: [] },
  model: { rooms: ["args"], packages: ["ipaddr.js"] },
  render: { rooms: ["args", "model", "host"], packages: [] },
  remote: { rooms: ["args", "model", "host"], packages: ["ssh2", "@types/ssh2"] },
  declare: {
    rooms: ["args", "model", "render", "remote", "host"],
    packages: ["@pulumi/pulumi", "@pulumi/command"],
  },
};

/** The path of a package's files, wherever npm has put them. */
const inPackage = (name) => `(^|/)node_modules/${name}/`;

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment:
        "A cycle of imports, of types as well: neither file can be read, or changed, without the other one.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    ...Object.entries(layers).map(([name, { rooms, packages }]) => ({
      name: `layer-${name}`,
      comment: `components/${name} imports from ${["itself", ...rooms, ...packages].join(", ")} alone.`,
      severity: "error",
      from: { path: room(name) },
      to: {
        pathNot: [...[name, ...rooms].map(room), ...packages.map(inPackage)],
        dependencyTypesNot: ["core"],
      },
    })),
    {
      name: "pure",
      comment:
        "Pure functions in the middle: of Node.js' own modules they use only node:crypto, for hashes. They read no files and open no connections.",
      severity: "error",
      from: { path: "^components/(args|model|render)/" },
      to: { dependencyTypes: ["core"], pathNot: "^(node:)?crypto$" },
    },
    {
      name: "layer-components",
      comment:
        "A component does not talk to Pulumi's command provider or to a host by itself: components/declare does.",
      severity: "error",
      from: { path: "^components/[^/]+\\.ts$" },
      to: {
        path: [room("remote"), ...["@pulumi/command", "ssh2", "@types/ssh2"].map(inPackage)],
      },
    },
    {
      name: "package-alone",
      comment: "What is published needs nothing of the lab, the tests or the benchmarks.",
      severity: "error",
      from: { path: "^(components/|index\\.ts$)" },
      to: { path: "^(lab|test|bench|scripts|examples|plugin)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    // Imports of types alone are imports, too.
    tsPreCompilationDeps: true,
  },
};
