/**
 * The script of the offline page: loads the page that was asked for as soon as the server answers again.
 *
 * @module
 */
const SOONEST = 1_000;
const LATEST = 15_000;

let wait = SOONEST;
let timer: ReturnType<typeof setTimeout>;

/** Asks the server, and asks again after a growing while. */
async function look(): Promise<void> {
  clearTimeout(timer);
  if (await isThere()) return location.reload();
  wait = Math.min(wait * 1.5, LATEST);
  timer = setTimeout(look, wait * (0.75 + Math.random() / 2));
}

async function isThere(): Promise<boolean> {
  try {
    return (await fetch("/health", { cache: "no-store", signal: AbortSignal.timeout(LATEST) })).ok;
  } catch {
    return false;
  }
}

function hurry(): void {
  wait = SOONEST;
  void look();
}

addEventListener("online", hurry);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && hurry());
document.querySelector("button")?.addEventListener("click", hurry);
timer = setTimeout(look, wait);
