/**
 * A certificate authority as small as can be: it signs one certificate for one house.
 *
 * @module
 */
const DAY_MILLISECONDS = 86_400_000;
const CA_DAYS = 3650;
/** Browsers refuse server certificates that are valid for more than 398 days. */
const LEAF_DAYS = 397;

/** A certificate and its private key, both as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Makes the authority itself, valid for ten years from `now` (milliseconds since the epoch). */
export function makeAuthority(name: string, now: number): Promise<Certificate> {
  return make(name, now, CA_DAYS, [
    { name: "basicConstraints", cA: true, pathLenConstraint: 0, critical: true },
    { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
  ]);
}

/** Makes a server's certificate for host names and IP addresses, valid for 397 days, signed by `authority`. */
export function makeLeaf(authority: Certificate, names: Names, now: number): Promise<Certificate> {
  const altNames = [
    ...names.hosts.map((value) => ({ type: 2 as const, value })),
    ...names.addresses.map((ip) => ({ type: 7 as const, ip })),
  ];
  return make("Outside Line", now, LEAF_DAYS, [
    { name: "basicConstraints", cA: false, critical: true },
    { name: "keyUsage", digitalSignature: true, critical: true },
    { name: "extKeyUsage", serverAuth: true },
    { name: "subjectAltName", altNames },
  ], authority);
}

/** What a certificate speaks for. */
export interface Names {
  readonly hosts: readonly string[];
  readonly addresses: readonly string[];
}

type Generate = typeof import("selfsigned").generate;
type Extensions = NonNullable<NonNullable<Parameters<Generate>[1]>["extensions"]>;

async function make(name: string, now: number, days: number, extensions: Extensions, ca?: Certificate) {
  // Loaded only here, for it takes a third of a second and most starts make no certificate.
  const { generate } = await import("selfsigned");
  const made = await generate([{ name: "commonName", value: name }], {
    keyType: "ec",
    curve: "P-256",
    algorithm: "sha256",
    // The clocks of phones differ; a day is left out of the length so that it is never longer than promised.
    notBeforeDate: new Date(now - DAY_MILLISECONDS),
    notAfterDate: new Date(now + (days - 1) * DAY_MILLISECONDS),
    extensions,
    ...(ca && { ca: { key: ca.key, cert: ca.cert } }),
  });
  return { cert: made.cert, key: made.private };
}
