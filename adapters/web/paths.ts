/**
 * Where things lie on this machine.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** The path of a file or folder given relative to this one. */
export const fromFileUrl = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** The folder that the repository was cloned to. */
export const ROOT = fromFileUrl("../..");
