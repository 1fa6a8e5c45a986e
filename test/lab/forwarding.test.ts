// The methods of forwarding, by packets: where they go, what they carry, and what is left when the cluster is given back.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { on, shell, Stack } from "./support/stack";

describe("try", () => {
  it("nat", async () => {
    const stack = new Stack(`${__dirname}/programs/cluster`, {
      hosts: JSON.stringify(["d1", "r1", "r2", "r3"]),
      cluster: JSON.stringify({ vips: ["198.18.0.100"], forwarding: "nat", services: [{ port: 80, scheduler: "rr" }], webServer: { kind: "nginx" } }),
    });
    console.log(await stack.preview());
    console.log(await stack.up());
    console.log(await stack.unchanged());
    console.log(await shell("d1", "ipvsadm -Sn; sysctl -a 2>/dev/null | grep -E 'forwarding|send_redirects'; ip a"));
    console.log(await shell("r1", "ip rule; ip route show table all; ip a"));
    console.log(await shell("x1", "for i in 1 2 3 4 5 6; do curl -s -m 3 http://198.18.0.100/ || echo failed $?; done"));
    console.log(await shell("c1", "for i in 1 2 3 4 5 6; do curl -s -m 3 http://198.18.0.100/ || echo failed $?; done"));
    console.log(await stack.destroy());
    console.log(await shell("r1", "ip rule; ip route show table all; ip a"));
    stack.forget();
  }, 300_000);
});
