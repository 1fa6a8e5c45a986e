// One director, `services` virtual services with `destinations` real servers each; the first one's first real server has
// the weight `weight`. The real servers need not be there: nobody visits.
import * as lvs from "@pulumi-lvs/lvs";
import * as pulumi from "@pulumi/pulumi";
import { machines } from "../../../lab/configured";

const config = new pulumi.Config();
const [host] = machines(config, "directors");
if (host === undefined) throw new Error("the lab has no director");

const vip = config.require("vip");
const addresses = Array.from(
  { length: config.requireNumber("destinations") },
  (_, index) => `198.18.1.${index + 1}`,
);
const services = Array.from({ length: config.requireNumber("services") }, (_, index) => ({
  vip,
  port: 8000 + index,
  realServers: addresses.map((address, place) => ({
    address,
    weight: index === 0 && place === 0 ? config.requireNumber("weight") : 1,
  })),
}));
new lvs.Director(host.name, { host, services });
