import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { houseCertificate, ownCertificate } from "./certificates.ts";

const NAMES = { hosts: ["localhost", "house"], addresses: ["127.0.0.1", "::1", "192.0.2.2", "fd00::2"] };
const NOW = Date.parse("2026-11-22T12:00:00Z");
const DAY = 86_400_000;

async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(`${folder}/certificates`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const days = (cert: X509Certificate) => (Date.parse(cert.validTo) - Date.parse(cert.validFrom)) / DAY;

Deno.test("our certificate speaks for every name and address, is signed by our authority and valid as long as browsers take", async () => {
  await withFolder(async (folder) => {
    const { cert, authority } = await houseCertificate(folder, NAMES, NOW);
    const [leaf, ca] = [new X509Certificate(cert), new X509Certificate(authority ?? "")];
    for (const host of NAMES.hosts) assert.ok(leaf.checkHost(host));
    for (const address of NAMES.addresses) assert.ok(leaf.checkIP(address));
    assert.ok(leaf.verify(ca.publicKey) && ca.verify(ca.publicKey));
    assert.deepEqual([leaf.ca, ca.ca], [false, true]);
    assert.ok(days(leaf) <= 397 && days(ca) >= 3649);
  });
});

Deno.test("openssl finds the chain good", async () => {
  await withFolder(async (folder) => {
    await houseCertificate(folder, NAMES, Date.now());
    const verify = ["verify", "-purpose", "sslserver", "-verify_ip", "192.0.2.2"];
    const args = [...verify, "-CAfile", `${folder}/ca.crt`, `${folder}/server.crt`];
    const { success, stderr } = await new Deno.Command("openssl", { args }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
  });
});

Deno.test("keys are readable by nobody else", async () => {
  await withFolder(async (folder) => {
    await houseCertificate(folder, NAMES, NOW);
    const modes = ["", "/ca.key", "/server.key"].map((name) =>
      (Deno.statSync(folder + name).mode ?? 0) & 0o777
    );
    assert.deepEqual(modes, [0o700, 0o600, 0o600]);
  });
});

Deno.test("the certificate is kept while it is good, and made anew by the same authority when it is not", async () => {
  await withFolder(async (folder) => {
    const first = await houseCertificate(folder, NAMES, NOW);
    assert.deepEqual(await houseCertificate(folder, NAMES, NOW + 300 * DAY), first);
    const moved = await houseCertificate(folder, { ...NAMES, addresses: ["127.0.0.1", "198.51.100.9"] }, NOW);
    const late = await houseCertificate(folder, NAMES, NOW + 370 * DAY);
    assert.equal(new Set([first.cert, moved.cert, late.cert]).size, 3);
    assert.deepEqual([moved.authority, late.authority], [first.authority, first.authority]);
  });
});

Deno.test("half a pair that a crash has left is made anew", async () => {
  await withFolder(async (folder) => {
    const first = await houseCertificate(folder, NAMES, NOW);
    await Deno.writeTextFile(`${folder}/server.key`, "-----BEGIN");
    const second = await houseCertificate(folder, NAMES, NOW);
    assert.notEqual(second.cert, first.cert);
    assert.equal(second.authority, first.authority);
  });
});

Deno.test("the operator's own certificate is taken, and what does not fit is refused in words", async () => {
  await withFolder(async (folder) => {
    const { cert, key } = await houseCertificate(folder, NAMES, NOW);
    const files = { cert: `${folder}/server.crt`, key: `${folder}/server.key` };
    assert.deepEqual(await ownCertificate(files), { cert, key });
    const refused = (change: Partial<typeof files>, words: RegExp) =>
      assert.rejects(ownCertificate({ ...files, ...change }), { message: words });
    await refused(
      { key: `${folder}/ca.key` },
      /^Cannot use TLS_CERT=.*: the key belongs to another certificate$/,
    );
    await refused({ key: `${folder}/ca.crt` }, /^Cannot use TLS_CERT=.*: one of them is no PEM$/);
    await refused({ cert: `${folder}/none` }, /^Cannot use TLS_CERT=.*: there is no such file$/);
  });
});
