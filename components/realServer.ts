import * as pulumi from "@pulumi/pulumi";
import type { RealServerArgs } from "./args/realServer";
import { Firewall, ForwardingMethod } from "./args/enums";
import { changeHost } from "./declare/change";
import { validate } from "./declare/validate";
import { addressIn, onlyChangeNameIn, place } from "./declare/placement";
import { defaultForwarding, forwardingRow, tunnelsInWords, waysTo } from "./model/forwarding";
import { completeReturnRoute, repliesInWords } from "./model/nat";
import { completeOpenPorts, openPortsInWords } from "./model/openPorts";
import { realServerArguments } from "./model/realServer";
import { completeTunnels } from "./model/tunnel";
import { realServerDocument } from "./render/realServer";
import { inEachHost } from "./declare/sharedConnection";

/**
 * A host that does the work behind directors. For direct routing it has the VIPs on its loopback interface. For tunneling, VIPs of
 * IPv4 are on the tunnel's device (tunl0, ip6tnl0), and those of IPv6 on the loopback interface. It never answers for them on the
 * network (arp_ignore and arp_announce, kernel documentation, ip-sysctl). For NAT it has no VIP, and
 * its replies go back to the director. It can be given a web server as well, to see a cluster at work.
 *
 * Bad arguments end the program before any host is touched, all of them in one message.
 */
export class RealServer extends pulumi.ComponentResource {
  /** The host's name. */
  public readonly name: pulumi.Output<string>;
  /** The host's own address (RIP). A resource that uses it does not wait for this component: that takes `dependsOn`. */
  public readonly address: pulumi.Output<string>;
  /** The virtual addresses that it answers for. */
  public readonly vips: pulumi.Output<string[]>;

  constructor(name: string, args: RealServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lvs:index:RealServer", name, {}, opts);
    const all = inEachHost(args, "host");
    const valid = validate(this, all, realServerArguments);
    const { host, connection, drift, firewall, applyTimeout, whenUnreachable, ...settings } = all;
    const vips = pulumi
      .all([pulumi.output(all.vips), pulumi.output(all.forwarding), valid])
      .apply(([given = [], methods = [defaultForwarding]]) =>
        methods.some((each) => forwardingRow(each).answersItself) ? given : [],
      );
    // Directors need these until they have drained. Pulumi changes directors after their real servers.
    const needed = pulumi
      .all([
        vips,
        pulumi.output(all.returnRoute),
        pulumi.output(all.forwarding),
        pulumi.output(all.tunnels),
        place(host, valid),
        pulumi.all([all.firewall, pulumi.output(all.openPorts)]),
      ])
      .apply(([each, way, methods = [], tunnels, where, [mode, ports]]) => [
        ...each,
        ...tunnelsInWords(methods, waysTo(where, each), completeTunnels(tunnels)),
        ...(way === undefined ? [] : repliesInWords(completeReturnRoute(way))),
        ...(mode === undefined || mode === Firewall.Manage
          ? openPortsInWords(completeOpenPorts(ports), methods)
          : []),
      ]);
    changeHost(this, {
      type: "RealServer",
      name,
      changeName: onlyChangeNameIn(opts?.parent),
      host,
      valid,
      settings,
      drift,
      firewall,
      applyTimeout,
      deletedWith: opts?.deletedWith,
      whenUnreachable,
      leavesLast: { what: "addresses", wanted: needed },
      document: (
        known,
        { vips: given, forwarding, tunnels, returnRoute, sysctls, openPorts, webServer, removePackages },
      ) =>
        realServerDocument(known, {
          vips: given ?? [],
          methods: Object.values(ForwardingMethod).filter((each) =>
            (forwarding ?? [defaultForwarding]).includes(each),
          ),
          tunnels: completeTunnels(tunnels),
          returnRoute: returnRoute && completeReturnRoute(returnRoute),
          sysctls: sysctls ?? {},
          openPorts: completeOpenPorts(openPorts),
          webServer,
          removePackages: removePackages ?? false,
        }),
    });
    this.name = pulumi.output(host.name);
    this.address = addressIn(host, valid);
    this.vips = vips;
    this.registerOutputs({ name: this.name, address: this.address, vips: this.vips });
  }
}
