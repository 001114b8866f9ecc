/**
 * What the kernel knows of a process (Linux, `/proc`).
 *
 * @module
 */

/** Clock ticks a second, in which `/proc` counts time. */
const TICKS = 100;

/**
 * The memory of a process in user space, in KiB; what is shared with others counts in proportion. Buffers of the kernel
 * are not in it.
 */
export function memoryOf(pid: number): number {
  const [, kib] = /^Pss:\s+(\d+)/m.exec(Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`)) ?? [];
  return Number(kib);
}

/** How long a process has had a core up to now, in seconds. */
export function secondsOf(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** How many files and sockets a process holds open. */
export function openFilesOf(pid: number): { readonly all: number; readonly sockets: number } {
  const links = [...Deno.readDirSync(`/proc/${pid}/fd`)].map(({ name }) => linkOf(`/proc/${pid}/fd/${name}`));
  return {
    all: links.filter(Boolean).length,
    sockets: links.filter((link) => link.startsWith("socket:")).length,
  };
}

/** Where a link leads; nowhere when it is gone meanwhile. */
function linkOf(path: string): string {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return "";
  }
}
