// A cluster whose name, parent and aliases a scenario sets in its config.
import * as lvs from "@pulumi-lvs/lvs";
import * as pulumi from "@pulumi/pulumi";
import { machines } from "../../../../lab/configured";

interface Names {
  name: string;
  /** The name of its parent. */
  parent?: string;
  /** Its former name. */
  was?: string;
  /** The URN of its former parent. */
  wasIn?: string;
}

class Shop extends pulumi.ComponentResource {
  constructor(name: string) {
    super("test:index:Shop", name);
  }
}

const config = new pulumi.Config();
const { name, parent, was, wasIn } = config.requireObject<Names>("names");
const shop = parent === undefined ? undefined : new Shop(parent);
const aliases = [
  ...(was === undefined ? [] : [{ name: was }]),
  ...(wasIn === undefined ? [] : [{ parent: wasIn }]),
];

new lvs.Cluster(
  name,
  {
    vips: [config.require("vip")],
    directors: machines(config, "directors"),
    realServers: machines(config, "realServers"),
    services: [{ port: 80, scheduler: "rr" }],
    webServer: { kind: "nginx" },
  },
  { parent: shop, aliases },
);
