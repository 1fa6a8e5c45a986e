// The files that a host of each release gets, for readers.
import { describe, expect, test } from "vitest";
import { renderDocument } from "../../../components/render/document";
import { pairServiceDocument } from "../../../components/render/keepalived/pair";
import { completePairService } from "../../../components/model/keepalived/service/complete";
import { everywhere, goldenPairs } from "./everything";
import { documentOf } from "./reading";
import { fragment, main, releases, resolveFile } from "./resolve";
import { d1, owner, pair, pairService, vip, wish } from "./samples";

test.each(Object.entries(goldenPairs))("the document of %s", async (name, given) => {
  wish(given);
  const text = renderDocument(owner, documentOf(pair(given)));
  await expect(text).toMatchFileSnapshot(`golden/${name}.txt`);
});

test("a document of a service that is declared alone", async () => {
  const service = completePairService({
    vip,
    ...pairService({ healthCheck: { http: { path: "/healthz" } } }),
  });
  const own = "web/prod/VirtualService/http-198.18.0.11";
  const document = pairServiceDocument(d1, [service], { drain: 30, sysctls: {}, removePackages: false });
  await expect(renderDocument(own, document)).toMatchFileSnapshot("golden/fragment.txt");
});

describe.each(releases)("keepalived %s", (release) => {
  test.each(Object.entries(everywhere))("%s", async (name, given) => {
    wish(given);
    const document = documentOf(pair(given));
    expect(document.requires).toEqual([]);
    await expect(resolveFile(document, main, release)).toMatchFileSnapshot(`golden/${release}/${name}.conf`);
    await expect(resolveFile(document, fragment, release)).toMatchFileSnapshot(
      `golden/${release}/${name}.services.conf`,
    );
  });
});
