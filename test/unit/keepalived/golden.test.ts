// What a host of each release gets, as files to read.
import { describe, expect, test } from "vitest";
import { renderDocument } from "../../../components/render/document";
import { fragmentDocument, pairDocument } from "../../../components/render/keepalived/pair";
import { completePairService } from "../../../components/model/keepalived/service";
import { everyRelease, everything } from "./everything";
import { fragment, main, releases, resolveFile } from "./resolve";
import { d1, owner, pairService, wish } from "./samples";

test("a document with every option", async () => {
  const text = renderDocument(owner, pairDocument(d1, wish(everything), owner));
  await expect(text).toMatchFileSnapshot("golden/everything.txt");
});

test("a document of a pair that says only what it must", async () => {
  const text = renderDocument(owner, pairDocument(d1, wish({ services: [pairService()] }), owner));
  await expect(text).toMatchFileSnapshot("golden/pair.txt");
});

test("a document of a service that is declared alone", async () => {
  const services = [completePairService(pairService({ healthCheck: { http: { path: "/healthz" } } }))];
  const own = "web/prod/VirtualService/http-198.18.0.11";
  const document = fragmentDocument(d1, { services, drain: 30, removePackages: false }, own);
  await expect(renderDocument(own, document)).toMatchFileSnapshot("golden/fragment.txt");
});

describe.each(releases)("keepalived %s", (release) => {
  const document = pairDocument(d1, wish(everyRelease), owner);
  test("nothing in it needs another release", () => {
    expect(document.requires).toEqual([]);
  });
  test("main file", async () => {
    await expect(resolveFile(document, main, release)).toMatchFileSnapshot(
      `golden/${release}/keepalived.conf`,
    );
  });
  test("services", async () => {
    await expect(resolveFile(document, fragment, release)).toMatchFileSnapshot(
      `golden/${release}/services.conf`,
    );
  });
});
