import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { OTHER_NAME } from "../support/browsers.ts";
import { until } from "../support/until.ts";
import { facesOf, PhonePage } from "./phone_page.ts";
import { stageTest } from "./stage.ts";

/** Waits until the page says something like this, and answers all that it says. */
const says = (page: Page, words: RegExp) => new PhonePage(page, "").says(words);

stageTest(
  "a wrong key: the page says so, the phone is denied, and nothing of the line is shown",
  async (stage) => {
    const page = await stage.person();
    await page.goto(`${stage.server.origin}/agent/1001#key=${"x".repeat(43)}`);
    await until(() => facesOf(page), ({ phone }) => phone === "denied");
    const words = await says(page, /key|link/i);
    assert.doesNotMatch(words, /1002/, "who else is on the line");
    assert.equal((await page.context().cookies()).length, 0);
  },
);

stageTest("no key and no cookie: the page says that a link is needed", async (stage) => {
  const page = await stage.person();
  await page.goto(`${stage.server.origin}/agent/1001`);
  await until(() => facesOf(page), ({ phone }) => phone === "denied");
  await says(page, /link|sign/i);
});

stageTest("an unknown agent: a page of its own with status 404", async (stage) => {
  const page = await stage.person();
  const response = await page.goto(`${stage.server.origin}/agent/1999#key=${"x".repeat(43)}`);
  assert.equal(response?.status(), 404);
  await says(page, /1999|no such|not found|nobody/i);
});

stageTest("the key is exchanged once: it leaves the address bar, and a reload needs none", async (stage) => {
  const phone = await stage.phone("1001");
  await phone.faces({ phone: "registered" });
  assert.equal(new URL(phone.page.url()).hash, "");
  const cookies = await phone.page.context().cookies();
  assert.deepEqual(cookies.map(({ httpOnly, sameSite }) => ({ httpOnly, sameSite })), [
    { httpOnly: true, sameSite: "Lax" },
  ]);
  await phone.page.reload();
  await phone.faces({ phone: "registered" });
  const key = new URLSearchParams(new URL(stage.server.url("1001")).hash.slice(1)).get("key") ?? "";
  assert.ok(key.length >= 22, "128 bits or more");
  const log = stage.server.output.split("\n").filter((line) => line.startsWith("{"));
  assert.ok(log.length > 0);
  assert.ok(!log.some((line) => line.includes(key)), "the key is in the log");
});

stageTest(
  "plain HTTP under another name: the page says why it cannot call, and links to HTTPS",
  async (stage) => {
    const page = await stage.person({ ignoreHTTPSErrors: true });
    const url = new URL(stage.server.url("1001"));
    url.hostname = OTHER_NAME;
    await page.goto(url.href);
    // The island says so, thus it has run, and has not tried to get on the line.
    await says(page, /secure|HTTPS/i);
    assert.deepEqual(await facesOf(page), { phone: "offline", call: "none" });
    assert.doesNotMatch(stage.server.output, /"event":"registered"/);

    const link = page.getByRole("link", { name: /https|secure/i }).first();
    const href = new URL(await link.getAttribute("href") ?? "", page.url());
    assert.equal(href.protocol, "https:");
    assert.equal(href.hostname, OTHER_NAME);
    assert.equal(href.pathname, "/agent/1001");
    await link.click();
    await until(() => page.url(), (at) => at.startsWith("https:"));
  },
);

stageTest("HTTPS with the server's own certificate: a call stands", async (stage) => {
  const secure = (number: string) => {
    const { pathname, hash } = new URL(stage.server.url(number));
    return stage.server.secureOrigin + pathname + hash;
  };
  const phones: PhonePage[] = [];
  for (const number of ["1001", "1002"]) {
    const page = await stage.person({ ignoreHTTPSErrors: true });
    await page.goto(secure(number));
    phones.push(new PhonePage(page, number));
  }
  for (const phone of phones) {
    await phone.faces({ phone: "registered", call: "established" });
    await phone.seesAndHears();
    const [cookie] = await phone.page.context().cookies();
    assert.equal(cookie?.secure, true);
    assert.match(cookie?.name ?? "", /^__Host-/);
  }
});
