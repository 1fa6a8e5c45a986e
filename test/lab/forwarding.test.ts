import { it } from "vitest";
import { shell, Stack } from "./support/stack";

it("tun", async () => {
  const stack = new Stack(`${__dirname}/programs/cluster`, {
    hosts: JSON.stringify(["d1", "r1", "r2", "f1"]),
    cluster: JSON.stringify({
      vips: ["198.18.0.100"],
      forwarding: "tun",
      services: [{ port: 80, scheduler: "rr" }],
      webServer: { kind: "nginx" },
    }),
  });
  console.log(await stack.up());
  console.log(await stack.unchanged());
  console.log(await shell("d1", "ipvsadm -Sn; ip a"));
  console.log(
    await shell(
      "f1",
      "lsmod; ip rule; ip a; cat /etc/pulumi-lvs/network /etc/systemd/system/pulumi-lvs.service; cat /var/lib/pulumi-lvs/origins",
    ),
  );
  console.log(
    await shell("x1", "for i in 1 2 3 4 5 6; do curl -s -m 3 http://198.18.0.100/ || echo failed $?; done"),
  );
  console.log(
    await shell("c1", "for i in 1 2 3 4 5 6; do curl -s -m 3 http://198.18.0.100/ || echo failed $?; done"),
  );
  console.log("LOCAL NAT");
  stack.config.hosts = JSON.stringify(["d1", "r1", "r2", "r3"]);
  stack.config.cluster = JSON.stringify({
    vips: ["198.18.0.100"],
    forwarding: "nat",
    localClients: true,
    drain: 2,
    services: [{ port: 80, scheduler: "rr" }],
    webServer: { kind: "nginx" },
  });
  console.log(await stack.preview());
  console.log(await stack.up());
  console.log(await stack.unchanged());
  console.log(
    await shell("d1", "ipvsadm -Sn; sysctl -a 2>/dev/null | grep -E 'v4.*[.]forwarding|send_redirects'"),
  );
  console.log(await shell("r1", "lsmod; ip rule; ip a; cat /etc/pulumi-lvs/network"));
  console.log(
    await shell("x1", "for i in 1 2 3 4 5 6; do curl -s -m 3 http://198.18.0.100/ || echo failed $?; done"),
  );
  console.log(
    await shell("c1", "for i in 1 2 3 4 5 6; do curl -s -m 3 http://198.18.0.100/ || echo failed $?; done"),
  );
  console.log(await shell("f1", "lsmod; ip a; ls /etc/pulumi-lvs /var/lib/pulumi-lvs || :"));
  console.log(await stack.destroy());
  console.log(await shell("r1", "lsmod; ip rule; ip a; ls /etc/pulumi-lvs /var/lib/pulumi-lvs || :"));
  stack.forget();
}, 300_000);
