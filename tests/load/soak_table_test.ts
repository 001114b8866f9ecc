import assert from "node:assert/strict";
import { type Sample, slopeOf, verdicts } from "./soak_table.ts";

const page = { heap: 3000, nodes: 500, listeners: 60, tracks: 0, connections: 0, sockets: 1 };

const samples = (change: (minute: number) => Partial<Sample> = () => ({})): Sample[] =>
  Array.from({ length: 61 }, (_, minute) => ({
    minute,
    calls: minute * 500,
    pageCalls: minute * 20,
    server: 80_000 + (minute % 3) * 4000,
    files: 66,
    sockets: 41,
    liveRows: 5,
    rows: 500,
    phones: 23,
    pages: [page, page],
    ...change(minute),
  }));

Deno.test("slopeOf() draws a line through points that are not quite on it", () => {
  const points = [[0, 1], [1, 3.5], [2, 4.5], [3, 7]].map(([x = 0, y = 0]) => ({ x, y }));
  assert.ok(Math.abs(slopeOf(points) - 1.9) < 1e-9);
  assert.equal(slopeOf([{ x: 1, y: 1 }]), 0);
});

Deno.test("verdicts() lets pass what goes up and down", () => {
  assert.deepEqual(verdicts(samples()), []);
});

Deno.test("verdicts() tells a server and a page that grow, and a page that holds what it needs no more", () => {
  assert.match(
    verdicts(samples((minute) => ({ server: 80_000 + minute * 200 })))[0] ?? "",
    /memory of the server/,
  );
  const heaps = samples((minute) => ({ pages: [page, { ...page, heap: 3000 + minute * 40 }] }));
  assert.match(verdicts(heaps)[0] ?? "", /heap of page 2 grows by 2400 KiB an hour/);
  const tracks = samples((minute) => ({ pages: [{ ...page, tracks: minute === 9 ? 1 : 0 }, page] }));
  assert.match(verdicts(tracks)[0] ?? "", /page 1 held 1 tracks/);
});

Deno.test("verdicts() says nothing of growth while caches still fill", () => {
  assert.deepEqual(verdicts(samples((minute) => ({ server: 80_000 + minute * 2000 })).slice(0, 10)), []);
});
