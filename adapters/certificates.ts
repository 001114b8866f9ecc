/**
 * The certificate that HTTPS is served with: the operator's own, or one of our own making that is kept in the data
 * folder and made anew when the machine's addresses change or its end is near.
 *
 * @module
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { type Certificate, makeAuthority, makeLeaf, type Names } from "./certificate_authority.ts";

/** What HTTPS needs, as PEM; `authority` is the certificate that a phone has to trust, if we made it. */
export interface Tls extends Certificate {
  readonly authority?: string | undefined;
}

const RENEW_MILLISECONDS = 30 * 86_400_000;

/** Reads the operator's own certificate and key. Throws in words when a file is missing or they do not match. */
export async function ownCertificate(paths: { cert: string; key: string }): Promise<Tls> {
  const cert = await readPem("TLS_CERT", paths.cert);
  const key = await readPem("TLS_KEY", paths.key);
  let belongs: boolean;
  try {
    belongs = new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    throw new Error(`Cannot use TLS_CERT=${paths.cert} with TLS_KEY=${paths.key}: one of them is no PEM`);
  }
  if (belongs) return { cert, key };
  throw new Error(
    `Cannot use TLS_CERT=${paths.cert} with TLS_KEY=${paths.key}: the key belongs to another certificate`,
  );
}

/**
 * Our own certificate for `names`, from `folder` or made now; the authority is made once and signs every later one.
 * Throws when the folder cannot be written.
 */
export async function houseCertificate(folder: string, names: Names, now: number): Promise<Tls> {
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  const authority = await kept(
    `${folder}/ca`,
    (known) => endsAfter(known, now + RENEW_MILLISECONDS),
    () => makeAuthority(`Outside Line (${names.hosts.at(-1)})`, now),
  );
  const leaf = await kept(
    `${folder}/server`,
    (known) =>
      endsAfter(known, now + RENEW_MILLISECONDS) && speaksFor(known, names) && isBy(known, authority),
    () => makeLeaf(authority, names, now),
  );
  return { ...leaf, authority: authority.cert };
}

/** The certificate kept at `path` if it is still good, or a new one that takes its place. */
async function kept(
  path: string,
  isGood: (known: Certificate) => boolean,
  makeNew: () => Promise<Certificate>,
): Promise<Certificate> {
  const known = await readKept(path);
  if (known && isReadable(known) && isGood(known)) return known;
  const made = await makeNew();
  await writePrivately(`${path}.key`, made.key);
  await writePrivately(`${path}.crt`, made.cert);
  return made;
}

async function readKept(path: string): Promise<Certificate | undefined> {
  try {
    return { cert: await Deno.readTextFile(`${path}.crt`), key: await Deno.readTextFile(`${path}.key`) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** A crash in the midst of writing may have left half a pair; such a pair is made anew. */
function isReadable({ cert, key }: Certificate): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

const endsAfter = ({ cert }: Certificate, time: number): boolean =>
  Date.parse(new X509Certificate(cert).validTo) > time;

function speaksFor({ cert }: Certificate, { hosts, addresses }: Names): boolean {
  const certificate = new X509Certificate(cert);
  return hosts.every((host) => certificate.checkHost(host)) &&
    addresses.every((ip) => certificate.checkIP(ip));
}

const isBy = ({ cert }: Certificate, authority: Certificate): boolean =>
  new X509Certificate(cert).verify(new X509Certificate(authority.cert).publicKey);

/** Written beside its place and then moved there, readable by nobody else at any moment. */
async function writePrivately(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(`${path}.new`, text, { mode: 0o600 });
  await Deno.rename(`${path}.new`, path);
}

async function readPem(name: string, path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    const why = error instanceof Deno.errors.NotFound ? "there is no such file" : "it cannot be read";
    throw new Error(`Cannot use ${name}=${path}: ${why}`);
  }
}
