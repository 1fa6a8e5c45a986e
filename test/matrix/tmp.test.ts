import { beforeAll, describe } from "vitest";
import { networkManager } from "../lab/ground/networkManager";
import { theLab } from "../lab/stack";
describe("tmp", { timeout: 300_000 }, () => {
  beforeAll(async () => {
    await theLab().up({ kernel: "ready", release: 9, directors: 2, realServers: 0, clients: 1 });
  });
  describe("NetworkManager", networkManager);
});
