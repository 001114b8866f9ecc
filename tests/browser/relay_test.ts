import { type Browser, chromium } from "playwright-core";
import { chromiumFlags } from "../support/browsers.ts";
import { BROWSERS, findProgram, programTest } from "../support/programs.ts";
import { freePort } from "../support/server.ts";
import { until } from "../support/until.ts";
import { PhonePage } from "./phone_page.ts";
import { Stage } from "./stage.ts";

/** Runs in the page before its scripts, and so stands alone: all ways are closed but the one to the relay by `urls`. */
function relayOnly(urls: string): void {
  const Original = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Original {
    constructor(configuration: RTCConfiguration = {}) {
      const iceServers = configuration.iceServers?.map((server) => ({
        ...server,
        urls: [server.urls].flat().filter((url) => new RegExp(urls).test(url)),
      }));
      super({ ...configuration, iceTransportPolicy: "relay", ...(iceServers && { iceServers }) });
    }
  };
}

/** The ends of the path that media takes, and how it travels to the relay (W3C webrtc-stats). */
async function readPath(): Promise<string> {
  const connection = globalThis.probe.connections.at(-1);
  const reports = [...(await connection?.getStats() ?? new Map()).values()];
  const find = (id: string) => reports.find((report) => report.id === id);
  const pair = find(reports.find(({ type }) => type === "transport")?.selectedCandidatePairId);
  const [local, remote] = [find(pair?.localCandidateId), find(pair?.remoteCandidateId)];
  return `${local?.candidateType}/${local?.relayProtocol} to ${remote?.candidateType}`;
}

/** Trusts our own certificate at the relay too, where a context that ignores errors does not. */
function launch(): Promise<Browser> {
  const args = [...chromiumFlags("given"), "--ignore-certificate-errors"];
  return chromium.launch({ executablePath: findProgram(BROWSERS.chromium) ?? "", args });
}

/** The phone of an agent whose network lets nothing through but what goes to the relay by `urls`. */
async function behindFirewall(
  stage: Stage,
  browser: Browser,
  number: string,
  urls: string,
): Promise<PhonePage> {
  const context = await browser.newContext();
  await stage.watch(context);
  await context.addInitScript(relayOnly, urls);
  const page = await context.newPage();
  await page.goto(stage.server.url(number));
  return new PhonePage(page, number);
}

const WAYS: readonly [string, string][] = [
  ["udp", "^turn:.*udp$"],
  ["tcp", "^turn:.*tcp$"],
  ["tls", "^turns:"],
];

for (const [way, urls] of WAYS) {
  programTest(
    `two agents whose networks let nothing through see and hear each other by our relay over ${way}`,
    ["chromium", "turnserver"],
    async () => {
      const first = Math.min(freePort(), 65_000);
      const TURN = `coturn:?port=${freePort()}&tls=${freePort()}&relay=${first}-${first + 99}`;
      await using stage = await Stage.open({ TURN });
      await using browser = await launch();
      try {
        const alice = await behindFirewall(stage, browser, "1001", urls);
        const bob = await behindFirewall(stage, browser, "1002", urls);
        for (const phone of [alice, bob]) {
          await phone.faces({ call: "established" });
          await phone.seesAndHears();
          await until(() => phone.page.evaluate(readPath), (path) => path === `relay/${way} to relay`);
        }
        stage.assertClean();
      } catch (error) {
        throw new Error(`${error instanceof Error ? error.message : error}\n${stage.report}`, {
          cause: error,
        });
      }
    },
  );
}
