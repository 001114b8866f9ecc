/**
 * Secrets and their traces: what is given to a person is never stored, only its SHA-256.
 *
 * @module
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** A new secret word of 256 bits, in base64url. */
export const newSecret = (): string => randomBytes(32).toString("base64url");

/** The SHA-256 of a secret, in base64url: all that is ever stored of it. */
export const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("base64url");

/** Whether `secret` has this hash; takes equally long wherever the two differ. */
export function isSecretOf(secret: string, hash: string): boolean {
  const [one, other] = [hashOf(secret), hash].map((text) => new TextEncoder().encode(text));
  return one !== undefined && other !== undefined && one.length === other.length &&
    timingSafeEqual(one, other);
}
