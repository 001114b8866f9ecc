import { until } from "../support/until.ts";
import { behindFirewall, ourRelay, relayTest } from "./relays.ts";

/** The ends of the path that media takes, and how it travels to the relay (W3C webrtc-stats). */
async function readPath(): Promise<string> {
  const connection = globalThis.probe.connections.at(-1);
  const reports = [...(await connection?.getStats() ?? new Map()).values()];
  const find = (id: string) => reports.find((report) => report.id === id);
  const pair = find(reports.find(({ type }) => type === "transport")?.selectedCandidatePairId);
  const [local, remote] = [find(pair?.localCandidateId), find(pair?.remoteCandidateId)];
  return `${local?.candidateType}/${local?.relayProtocol} to ${remote?.candidateType}`;
}

const WAYS: readonly [string, string][] = [
  ["udp", "^turn:.*udp$"],
  ["tcp", "^turn:.*tcp$"],
  ["tls", "^turns:"],
];

for (const [way, urls] of WAYS) {
  relayTest(
    `two agents whose networks let nothing through see and hear each other by our relay over ${way}, and are told so`,
    ourRelay,
    async (stage, browser) => {
      const alice = await behindFirewall(stage, browser, "1001", urls);
      const bob = await behindFirewall(stage, browser, "1002", urls);
      for (const phone of [alice, bob]) {
        await phone.faces({ call: "established" });
        await phone.seesAndHears();
        await until(() => phone.page.evaluate(readPath), (path) => path === `relay/${way} to relay`);
        await phone.says(new RegExp(`The call goes over a relay \\(${way.toUpperCase()}\\)`));
      }
    },
  );
}
