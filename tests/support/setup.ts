/**
 * Brings what the tests need beyond Deno: as Debian packages when it may install them, else it says what is missing
 * and how to get it. What is there already is left as it is.
 *
 * @module
 */
import { BROWSERS, findProgram, NETWORK, type Packaged, SERVERS } from "./programs.ts";

const missing = lacking();

if (missing.length > 0) {
  const packages = [...new Set(missing.map(({ debian }) => debian))];
  if (mayInstall()) await install(packages);
  else {
    console.log(`Not found: ${packages.join(", ")}. Tests that need them are skipped.`);
    console.log(`On Debian, as root: apt-get install ${packages.join(" ")}`);
    const variables = missing.flatMap(({ variable }) => variable ? [`${variable}=…`] : []).join(" ");
    console.log(
      `Elsewhere, put them on the PATH${variables && `, or tell where they are: ${variables}`}`,
    );
  }
}

function lacking(): readonly Packaged[] {
  // Only Linux has namespaces.
  const network = Deno.build.os === "linux" ? Object.values(NETWORK) : [];
  return [...Object.values(BROWSERS), ...Object.values(SERVERS), ...network]
    .filter((program) => !findProgram(program));
}

/** Only root may, and only where Debian's packages are. */
function mayInstall(): boolean {
  return Deno.build.os === "linux" && Deno.uid() === 0 && findProgram({ names: ["apt-get"] }) !== undefined;
}

async function install(packages: readonly string[]): Promise<void> {
  console.log(`Installing ${packages.join(", ")}`);
  await aptGet("update");
  await aptGet("install", "--yes", "--no-install-recommends", ...packages);
  const absent = lacking();
  if (absent.length > 0) {
    throw new Error(`Cannot find ${absent.map(({ debian }) => debian).join(", ")}, though installed`);
  }
}

async function aptGet(...args: string[]): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command("apt-get", {
    args: ["--quiet", ...args],
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdin: "null",
  }).output();
  if (success) return;
  const [said, complained] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  throw new Error(`Cannot install what the tests need: apt-get ${args.join(" ")}\n${said}${complained}`);
}
