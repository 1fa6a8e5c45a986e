// What the Pulumi CLI loads for programs in other languages. It stands here because the CLI refuses a folder that is a
// plugin and a project at once, and the repository's root is a project. package.json has the library's name, from which the
// CLI makes the plugin's; tsconfig.json is what Pulumi's analyzer reads the sources by.
export * from "../index";
