import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { statePath } from "../host/paths";
import type { Connection, Hop } from "../model/connection";
import type { Become } from "../args/enums";
import { bashAsRoot } from "../remote/bashAsRoot";
import { hooks } from "./hooks";
import { type Look, look } from "./look";
import { plainly } from "./plainly";
import { callbacksWork } from "./transport";
import type { DocumentRequest } from "./request";

/**
 * Declares the Commands of one document; previews look at the host first. Returns them.
 * If the Command of another host depends on all of them, Pulumi deletes that Command before the replaced `NAME-release` of this host.
 */
export function documentCommands(request: DocumentRequest): remote.Command[] {
  const { access, document, secrets } = request;
  const seen = pulumi
    .all([request.place, access, document, request.drift, request.timeout, request.whenUnreachable])
    .apply(([place, known, text, drift, timeout, whenUnreachable]) =>
      look(request, place, known, text, drift, timeout, whenUnreachable),
    );
  const header = seen.apply((each) => each.header);
  const options = common(request, seen);
  // The header contains no credentials, so it is no secret, although it is computed from `access`. Secrets in the document stay secret.
  const stdin = pulumi.all([pulumi.unsecret(header), document]).apply(([first, text]) => `${first}\n${text}`);
  const before =
    secrets === undefined
      ? []
      : [hostCommand(request, options, "secrets", secretText(request, header, secrets), request.after)];
  const change = hostCommand(request, options, "apply", stdin, [...request.after, ...before]);
  const { releaseTriggers } = request;
  return releaseTriggers === undefined
    ? [change]
    : [change, releasedLast(request, options, change, releaseTriggers)];
}

/**
 * The Command `NAME-release`: it gives back what has left the document, after all other changes of all hosts, because Pulumi deletes
 * replaced resources at the end. It runs nothing when it is created. It also runs nothing when its component is removed, because that
 * removal gives everything back.
 */
function releasedLast(
  request: DocumentRequest,
  options: pulumi.CustomResourceOptions,
  change: remote.Command,
  triggers: pulumi.Output<string[]>,
): remote.Command {
  return new remote.Command(
    `${request.name}-release`,
    {
      ...onHost(request),
      delete: commandOf(request, "release"),
      stdin: `# lvs release 1, owner ${request.owner}\n# end\n`,
      triggers,
    },
    { ...options, dependsOn: [change, ...request.releaseBefore], deletedWith: change },
  );
}

/** The input of the secrets' own Command. The whole text is secret. */
function secretText(
  request: DocumentRequest,
  header: pulumi.Output<string>,
  secrets: pulumi.Output<Record<string, string>>,
): pulumi.Output<string> {
  const text = pulumi.all([header, secrets, request.formerly]).apply(([, known, formerly]) => {
    const former = formerly.map((owner) => `formerly = ${owner}`);
    const lines = Object.entries(known).map(([name, value]) => `${name}\t${value}`);
    return [`# lvs secrets 1, owner ${request.owner}`, ...former, ...lines.sort(), "# end", ""].join("\n");
  });
  return pulumi.secret(text);
}

/** The program's verbs for the creation, update and deletion of a Command. */
const verbs = {
  apply: { create: "apply", update: "update", delete: "remove" },
  secrets: { create: "secrets", update: "secrets", delete: "forget" },
} as const;

function hostCommand(
  request: DocumentRequest,
  options: pulumi.CustomResourceOptions,
  verb: keyof typeof verbs,
  stdin: pulumi.Output<string>,
  dependsOn: remote.Command[] = [],
): remote.Command {
  return new remote.Command(
    verb === "apply" ? request.name : `${request.name}-${verb}`,
    {
      ...onHost(request),
      create: commandOf(request, verbs[verb].create),
      update: commandOf(request, verbs[verb].update),
      delete: commandOf(request, verbs[verb].delete),
      stdin,
    },
    {
      ...options,
      dependsOn,
      // If it is replaced (for example, by --replace), the `remove` of the old one must not come after the `apply` of the new one.
      deleteBeforeReplace: true,
      deletedWith: request.deletedWith,
      ...hooks(request, verb),
    },
  );
}

/** The options by which every Command reaches the host. */
function onHost({ access }: DocumentRequest) {
  return {
    connection: pulumi.secret(access.apply((known) => connectionArguments(known.connection))),
    // The provider would show every line of output, and hang on a long one.
    logging: remote.Logging.None,
    // The provider would send the last output in an environment variable, which sshd refuses by default.
    addPreviousOutputInEnv: false,
  };
}

/** The options of every Command of a change. */
function common(
  { parent, whenUnreachable }: DocumentRequest,
  seen: pulumi.Output<Look>,
): pulumi.CustomResourceOptions {
  return {
    parent,
    // A new key or address of the host is shown as `connection: [secret] => [secret]`. If hideDiffs hid it, a change of the connection
    // alone would print every input as if it were new, without a reason.
    additionalSecretOutputs: ["stdout", "stderr"],
    ...(whenUnreachable !== undefined && callbacksWork() ? { transforms: [unchangedIfSkipped(seen)] } : {}),
  };
}

/** Every input of a Command. */
const inputs = ["connection", "create", "update", "delete", "stdin", "triggers"];

/**
 * Makes Pulumi plan no change for a host that is skipped. Only a transform can do so this late, since options are fixed before anything is
 * known.
 */
function unchangedIfSkipped(seen: pulumi.Output<Look>): pulumi.ResourceTransform {
  return async ({ props, opts }) => {
    const look = await plainly<Look | undefined>(seen, undefined);
    return look?.skipped === true ? { props, opts: { ...opts, ignoreChanges: inputs } } : undefined;
  };
}

function commandOf({ access, timeout }: DocumentRequest, verb: HostVerb): pulumi.Output<string> {
  const become = pulumi.unsecret(access.apply((known) => known.become));
  return pulumi.all([become, timeout]).apply(([right, seconds]) => command(verb, right, seconds));
}

type HostVerb = "apply" | "update" | "remove" | "release" | "secrets" | "forget";

export function command(verb: HostVerb, become: Become, timeout: number): string {
  const run = `${bashAsRoot(become, timeout)} ${statePath}/program ${verb}`;
  // A host that was installed again has nothing to give back.
  return verb === "remove" || verb === "release" || verb === "forget"
    ? `[ ! -d ${statePath} ] || ${run}`
    : run;
}

/** Copies each field by name: the provider prints the whole connection, with its secrets, if it finds a field that it does not know. */
function connectionArguments(connection: Connection): Required<remote.CommandArgs>["connection"] {
  const { proxy } = connection;
  return proxy === undefined ? hop(connection) : { ...hop(connection), proxy: hop(proxy) };
}

function hop(from: Hop) {
  return {
    host: from.host,
    port: from.port,
    user: from.user,
    ...(from.privateKey === undefined ? {} : { privateKey: from.privateKey }),
    ...(from.privateKeyPassword === undefined ? {} : { privateKeyPassword: from.privateKeyPassword }),
    ...(from.password === undefined ? {} : { password: from.password }),
    ...(from.agentSocketPath === undefined ? {} : { agentSocketPath: from.agentSocketPath }),
    ...(from.hostKey === undefined ? {} : { hostKey: from.hostKey }),
  };
}
