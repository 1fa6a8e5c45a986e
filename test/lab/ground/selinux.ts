// SELinux enforcing: a web server cannot read a page that was moved from another folder and kept its old label.
import { afterAll, beforeAll, expect, it } from "vitest";
import { on, shell, theLab } from "../support/stack";

const page = "/usr/share/nginx/html/moved.html";
const status = (path: string) =>
  on("c1", "curl", "-s", "-m", "5", "-o", "/dev/null", "-w", "%{http_code}", `http://198.18.0.21/${path}`);

export function selinux(): void {
  beforeAll(async () => {
    await theLab().reset("r1", { selinux: "enforcing" });
    await shell("r1", "dnf -y -q install nginx && systemctl start nginx");
  });

  afterAll(() => theLab().reset("r1", { selinux: "off" }));

  it("is on, and what is installed and started is confined", async () => {
    expect(await on("r1", "getenforce")).toBe("Enforcing");
    expect(await on("r1", "systemctl", "is-system-running")).toBe("running");
    expect(await shell("r1", "ps -o label= -p $(cat /run/nginx.pid)")).toContain(":httpd_t:");
    expect(await status("")).toBe("200");
  });

  it("refuses a page that was moved and kept its label, until restorecon sets the right one", async () => {
    await shell("r1", `echo moved >/root/moved.html && mv /root/moved.html ${page}`);
    expect(await status("moved.html")).toBe("403");
    await on("r1", "restorecon", page);
    expect(await status("moved.html")).toBe("200");
  });

  it("is off for a machine that does not ask for it", async () => {
    expect((await theLab().exec("r2", ["selinuxenabled"])).code).toBe(1);
  });
}
