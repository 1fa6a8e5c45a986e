// What the Pulumi CLI loads for programs in other languages. It stands here because the CLI wants no folder that is a
// plugin and a project at once, and the repository's root is a project.
export * from "../index";
