// Persistence by the Call-ID of a SIP message, tested with packets: which messages reach one real server, and which do not. Beside it are services
// without the engine, which send the same messages elsewhere.
import type * as lvs from "@pulumi-lvs/lvs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fingerprint } from "../../lab/fingerprint";
import { answerUdp } from "./support/answering";
import { fingerprints, leftBesidesPackages, nothing, resetClusterHosts } from "./support/leftovers";
import { service, Services } from "./support/services";
import { on, shell, theLab } from "./support/stack";
import { rules } from "./support/table";
import { tally } from "./support/traffic";

const names = ["r1", "r2", "r3"];
const port = 5060;

const vip = {
  calls: "198.18.0.101",
  eachMessage: "198.18.0.102",
  anyClient: "198.18.0.103",
  severalPorts: "198.18.0.104",
  plain: "198.18.0.105",
  byAddress: "198.18.0.106",
};

const udp = (address: string, rest: Partial<lvs.ServiceArgs>) =>
  service(address, port, { protocol: "udp", ...rest });
const sip = (rest: Partial<lvs.PersistenceArgs> = {}): lvs.PersistenceArgs => ({
  timeout: 600,
  engine: "sip",
  ...rest,
});

const services = (calls: lvs.PersistenceArgs = sip()): lvs.ServiceArgs[] => [
  udp(vip.calls, { persistence: calls }),
  udp(vip.eachMessage, { persistence: sip(), onePacket: true }),
  udp(vip.anyClient, { persistence: sip({ netmask: "0.0.0.0" }) }),
  udp(vip.severalPorts, { persistence: sip(), port: undefined, ports: [port, port + 2], mark: 7 }),
  udp(vip.plain, {}),
  udp(vip.byAddress, { persistence: { timeout: 600 } }),
];

/** Two addresses of the client that are in no common network smaller than 198.18.0.0/24. */
const [one, other] = ["198.18.0.41", "198.18.0.201"];

/** A message from this port of the client, or from any. Without a Call-ID it is no message of SIP. */
interface Message {
  call?: string;
  from?: string;
  fromPort?: number;
}

const client = `
import json, socket, sys
vip, port, messages = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
for message in messages:
    asked = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    asked.bind((message.get("from", "${one}"), message.get("fromPort", 0)))
    asked.settimeout(5)
    lines = ["OPTIONS sip:all@example.org SIP/2.0", "CSeq: 1 OPTIONS"]
    if "call" in message:
        lines.insert(1, "Call-ID: " + message["call"])
    asked.sendto(("\\r\\n".join(lines + ["", ""])).encode(), (vip, port))
    try:
        print(asked.recv(99).decode())
    except TimeoutError:
        print("nobody")
    except socket.timeout:
        print("nobody")
    asked.close()
`;

/** Who answers each of these messages. */
async function answers(address: string, messages: Message[], at = port): Promise<string[]> {
  const output = await on("c1", "python3", "-c", client, address, `${at}`, JSON.stringify(messages));
  return output.split("\n");
}

const times = (count: number, of: (index: number) => Message) =>
  Array.from({ length: count }, (_, index) => of(index));
/** Calls that no test has had so far. */
let called = 0;
const newCall = () => `${++called}-4f1c@198.18.0.41`;
const newCalls = (count: number) => times(count, () => ({ call: newCall() }));

const line = (address: string, options: string) => `-A -u ${address}:${port} -s rr ${options}`.trim();
const byCall = line(vip.calls, "-p 600 --pe sip");
const loaded = async (module: string) =>
  (await shell("d1", `[ ! -d /sys/module/${module} ] || echo loaded`)) === "loaded";

const addresses = (verb: "add" | "del") =>
  shell("c1", [one, other].map((each) => `ip address ${verb} ${each}/24 dev eth0`).join("; "));

let before: Record<string, Fingerprint>;

beforeAll(async () => {
  await resetClusterHosts();
  await addresses("add");
  before = await fingerprints();
});

afterAll(async () => {
  await addresses("del");
  await resetClusterHosts();
});

describe("a persistence engine that the kernel lacks", { timeout: 300_000 }, () => {
  const modules = "/lib/modules/$(uname -r)";

  beforeAll(() =>
    shell(
      "d1",
      `mkdir /root/hidden && find ${modules} -name 'ip_vs_pe_sip.ko*' -exec mv {} /root/hidden/ ';' && depmod`,
    ),
  );
  // (The exact place of a module does not matter to depmod.)
  afterAll(() => shell("d1", `mv /root/hidden/* ${modules}/kernel/ && rmdir /root/hidden && depmod`));

  it("is refused before anything is touched, by host and module", async () => {
    const lacking = new Services(
      { director: { services: [udp(vip.calls, { persistence: sip() })] } },
      "lacking",
    );
    for (const operation of ["preview", "up"] as const) {
      expect(await lacking.refusal(operation)).toMatch(
        /^kernel \S+ of this host has no persistence engine sip \(module ip_vs_pe_sip\): install /,
      );
    }
    expect(await loaded("ip_vs")).toBe(false);
    expect(await shell("d1", "ls /var/lib/pulumi-lvs 2>/dev/null || :")).toBe("");
    lacking.forget();
  });
});

// A machine that is busy with other things takes several times as long.
describe("persistence by Call-ID", { timeout: 600_000 }, () => {
  let stack: Services;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    stack = new Services({ vips: Object.values(vip), director: { services: services() } });
    await stack.up();
    const stops = [await answerUdp(Object.values(vip), port), await answerUdp([vip.severalPorts], port + 2)];
    stop = async () => {
      for (const each of stops) await each();
    };
  });

  afterAll(() => stack.forget());

  it("is in the kernel as declared, and the next preview shows nothing", async () => {
    const table = await rules("d1");
    expect(table.filter((each) => each.startsWith("-A"))).toEqual(
      [
        byCall,
        line(vip.eachMessage, "-p 600 --pe sip -o"),
        line(vip.anyClient, "-p 600 -M 0.0.0.0 --pe sip"),
        "-A -f 7 -s rr -p 600 --pe sip",
        line(vip.plain, ""),
        line(vip.byAddress, "-p 600"),
      ].sort(),
    );
    await stack.unchanged();
  });

  it("sends messages of one call to one real server, whatever their ports, and calls to all in turn", async () => {
    for (const address of [vip.calls, vip.eachMessage, vip.anyClient, vip.severalPorts]) {
      const call = newCall();
      const same = await answers(
        address,
        times(6, () => ({ call })),
      );
      expect(Object.values(tally(same)), `${address}: ${same.join(" ")}`).toEqual([6]);
      expect(tally(await answers(address, newCalls(9)))).toEqual({ r1: 3, r2: 3, r3: 3 });
      expect(await answers(address, [{ call }])).toEqual([same[0]]);
    }
  });

  it("without the engine does neither: a service spreads one call, and persistence by address binds all calls", async () => {
    const call = newCall();
    expect(
      tally(
        await answers(
          vip.plain,
          times(6, () => ({ call })),
        ),
      ),
    ).toEqual({ r1: 2, r2: 2, r3: 2 });
    expect(Object.values(tally(await answers(vip.byAddress, newCalls(6))))).toEqual([6]);
  });

  it("does so for all ports of one service", async () => {
    const call = newCall();
    const seen = [
      ...(await answers(vip.severalPorts, [{ call }, { call }])),
      ...(await answers(vip.severalPorts, [{ call }, { call }], port + 2)),
    ];
    expect(Object.values(tally(seen)), seen.join(" ")).toEqual([4]);
  });

  it("takes messages of several clients for one call only if these clients count as one", async () => {
    const both = (call: string) => [
      { call, from: one },
      { call, from: other },
    ];
    const calls = times(6, () => ({ call: newCall() })).map(({ call }) => both(call!));
    for (const each of calls) {
      const seen = await answers(vip.anyClient, each);
      expect(new Set(seen).size, seen.join(" ")).toBe(1);
    }
    // (In turn: the second client's message goes to the next one.)
    for (const each of calls) expect(new Set(await answers(vip.calls, each)).size).toBe(2);
  });

  it("looks at each message of a client's port with onePacket, and otherwise at its first one", async () => {
    const from = (fromPort: number) => newCalls(6).map((each) => ({ ...each, fromPort }));
    expect(Object.values(tally(await answers(vip.calls, from(6001))))).toEqual([6]);
    expect(tally(await answers(vip.eachMessage, from(6002)))).toEqual({ r1: 2, r2: 2, r3: 2 });
  });

  it("drops a datagram without a Call-ID", async () => {
    expect(await answers(vip.calls, [{}])).toEqual(["nobody"]);
    expect(names).toContain((await answers(vip.plain, [{}]))[0]);
  });

  it("is put right when somebody has removed the engine", async () => {
    await on("d1", "ipvsadm", "-E", "-u", `${vip.calls}:${port}`, "-s", "rr", "-p", "600");
    const preview = await stack.preview();
    expect(preview).toContain(`lost  ${byCall}`);
    expect(preview).toContain(`found ${line(vip.calls, "-p 600")}`);
    await stack.up();
    expect(await rules("d1")).toContain(byCall);
    await stack.unchanged();
  });

  it("comes and goes in place: a client's port stays where it is, and calls are balanced anew", async () => {
    const fromPort = 6003;
    const [kept] = await answers(vip.calls, [{ call: newCall(), fromPort }]);
    stack.declare({ director: { services: services({ timeout: 600 }) } });
    expect(await stack.told("preview")).toContain(
      `service -u ${vip.calls}:${port} changes: open connections stay with their real servers, new ones are scheduled as declared, and what persistence has remembered no longer counts`,
    );
    await stack.up();
    expect(await rules("d1")).toContain(line(vip.calls, "-p 600"));
    expect(await answers(vip.calls, [{ call: newCall(), fromPort }])).toEqual([kept]);
    expect(Object.values(tally(await answers(vip.calls, newCalls(6))))).toEqual([6]);
    stack.declare({ director: { services: services() } });
    await stack.up();
    expect(await rules("d1")).toContain(byCall);
    expect(await answers(vip.calls, [{ call: newCall(), fromPort }])).toEqual([kept]);
    expect(tally(await answers(vip.calls, newCalls(6)))).toEqual({ r1: 2, r2: 2, r3: 2 });
    await stack.unchanged();
  });

  it("is there after a loss of power, with its module", async () => {
    await theLab().crash("d1");
    await theLab().boot("d1");
    await on("c1", "ip", "neigh", "flush", "dev", "eth0");
    expect(await loaded("ip_vs_pe_sip")).toBe(true);
    const call = newCall();
    expect(
      Object.values(
        tally(
          await answers(
            vip.calls,
            times(6, () => ({ call })),
          ),
        ),
      ),
    ).toEqual([6]);
    await stack.unchanged();
  });

  it("says that the module stays while calls are remembered", async () => {
    stack.declare({ director: { services: services().slice(4) } });
    expect(await stack.told("up")).toContain(
      "module ip_vs_pe_sip is still in use and stays loaded: the kernel remembers ",
    );
    expect(await loaded("ip_vs_pe_sip")).toBe(true);
    await stack.unchanged();
    // It is not loaded at the next boot.
    await theLab().crash("d1");
    await theLab().boot("d1");
    expect(await loaded("ip_vs_pe_sip")).toBe(false);
  });

  it("is given back as a whole once no call is remembered", async () => {
    const short = sip({ timeout: 1 });
    const declared = services(short).slice(0, 1);
    stack.declare({ director: { services: declared } });
    await stack.up();
    // (The entry of a client's port otherwise lives for five minutes.)
    await on("d1", "ipvsadm", "--set", "0", "0", "1");
    expect(tally(await answers(vip.calls, newCalls(3)))).toEqual({ r1: 1, r2: 1, r3: 1 });
    const entries = async () => (await on("d1", "ipvsadm", "-Lnc")).split("\n").length - 2;
    await expect.poll(entries, { timeout: 120_000 }).toBe(0);
    await stack.destroy();
    await stop();
    expect(await leftBesidesPackages(before)).toEqual(nothing);
  });
});
