/**
 * Two people in front of their cameras, drawn: nobody real has to sit for a picture of a call.
 *
 * @module
 */

/** Width and height of a portrait, in pixels. */
export const PORTRAIT = { width: 1280, height: 720 } as const;

/** Colours and hair of one person, and the room behind them. */
interface Sitter {
  readonly wall: readonly [string, string];
  readonly light: string;
  readonly room: string;
  readonly skin: readonly [string, string];
  readonly hair: string;
  readonly back: string;
  readonly front: string;
  readonly beard: string;
  readonly shirt: readonly [string, string];
  readonly collar: string;
}

const SHELVES = `<g opacity=".9">
  <rect x="850" y="150" width="330" height="12" rx="3" fill="#8a5a3b"/><rect x="850" y="330" width="330" height="12" rx="3" fill="#8a5a3b"/>
  <rect x="870" y="70" width="26" height="80" fill="#c8553d"/><rect x="900" y="58" width="22" height="92" fill="#e0a458"/>
  <rect x="926" y="78" width="30" height="72" fill="#2d6a6a"/><rect x="962" y="64" width="20" height="86" fill="#f2e8cf"/>
  <circle cx="1090" cy="112" r="38" fill="#6a994e"/><rect x="1064" y="126" width="52" height="24" rx="6" fill="#bc6c4a"/>
  <rect x="880" y="246" width="120" height="84" rx="4" fill="#f2e8cf"/><rect x="890" y="256" width="100" height="64" fill="#9ab8a8"/>
  <rect x="1040" y="250" width="24" height="80" fill="#386fa4"/><rect x="1068" y="262" width="28" height="68" fill="#c8553d"/>
  <rect x="1100" y="244" width="22" height="86" fill="#e0a458"/></g>`;

const WINDOW = `<g><rect x="110" y="40" width="330" height="420" rx="8" fill="#cfe8f5"/>
  <rect x="110" y="300" width="330" height="160" fill="#9cc5a1"/><circle cx="200" cy="310" r="80" fill="#7aa97f"/>
  <circle cx="360" cy="330" r="100" fill="#86b58b"/><rect x="268" y="40" width="14" height="420" fill="#f7f4ee"/>
  <rect x="110" y="220" width="330" height="12" fill="#f7f4ee"/>
  <rect x="104" y="34" width="342" height="432" rx="10" fill="none" stroke="#f7f4ee" stroke-width="16"/></g>`;

const LAMP = `<g><rect x="1066" y="330" width="10" height="400" fill="#3c4a57"/>
  <path d="M1000 330h142l-34-120h-74z" fill="#ffd89b"/><circle cx="1070" cy="300" r="190" fill="#ffd89b" opacity=".14"/>
  <ellipse cx="190" cy="520" rx="130" ry="240" fill="#3f7d58"/><ellipse cx="290" cy="600" rx="90" ry="200" fill="#4f9469"/>
  <rect x="150" y="640" width="170" height="120" rx="14" fill="#d9a679"/></g>`;

const ALICE: Sitter = {
  wall: ["#f3d9c4", "#d9a98a"],
  light: "#fff1de",
  room: WINDOW + SHELVES,
  skin: ["#f0bf9f", "#d9976f"],
  hair: "#5b2e1f",
  back:
    `<path d="M640 108c-150 0-196 110-192 226 3 110-38 190-14 300h412c24-110-17-190-14-300 4-116-42-226-192-226z"/>`,
  front:
    `<path d="M492 318c-4-130 60-186 150-186 92 0 152 58 146 186-16-74-66-104-118-124-44 52-118 64-178 124z"/>`,
  beard: "",
  shirt: ["#2f7f86", "#1f5b66"],
  collar: "M560 560l80 92 80-92 38 18-118 150-118-150z",
};

const BOB: Sitter = {
  wall: ["#b9c9d6", "#7f97ab"],
  light: "#f4f9ff",
  room: LAMP,
  skin: ["#c98f68", "#a86d49"],
  hair: "#241a18",
  back: `<path d="M500 330c-20-150 40-226 140-226s164 74 140 226z"/>`,
  front:
    `<path d="M496 306c-20-124 50-190 146-190s164 66 142 190c-12-60-30-84-58-100-50 22-132 20-172-2-30 20-48 44-58 102z"/>`,
  beard:
    `<path d="M506 372c4 124 66 170 134 170s130-46 134-170c-16 50-44 62-76 50-38-12-78-12-116 0-32 12-60 0-76-50z"/>`,
  shirt: ["#d9753b", "#b3552a"],
  collar: "M548 570l92 70 92-70 30 26-122 96-122-96z",
};

function drawn(sitter: Sitter): string {
  const { width, height } = PORTRAIT;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
    ${paints(sitter)}
    <rect width="1280" height="720" fill="url(#wall)"/><g filter="url(#far)">${sitter.room}</g>
    <rect width="1280" height="720" fill="url(#light)"/>
    ${figure(sitter)}${face(sitter)}<g fill="${sitter.hair}">${sitter.front}</g></svg>`;
}

const paints = ({ wall, light, skin, shirt }: Sitter): string =>
  `<defs>${gradient("wall", wall)}${gradient("skin", skin)}${gradient("shirt", shirt)}
    <radialGradient id="light" cx=".25" cy=".3" r=".9"><stop stop-color="${light}" stop-opacity=".4"/>
    <stop offset="1" stop-color="#1b1b2a" stop-opacity=".3"/></radialGradient>
    <filter id="far" x="-10%" y="-10%" width="120%" height="120%"><feGaussianBlur stdDeviation="7"/></filter></defs>`;

const gradient = (id: string, [from, to]: readonly [string, string]): string =>
  `<linearGradient id="${id}" x1="0" y1="0" x2=".6" y2="1"><stop stop-color="${from}"/>
    <stop offset="1" stop-color="${to}"/></linearGradient>`;

const figure = ({ hair, back, skin, collar }: Sitter): string =>
  `<g fill="${hair}">${back}</g>
    <path d="M240 760c10-130 90-176 210-200 60-12 100-22 108-60h164c8 38 48 48 108 60 120 24 200 70 210 200z" fill="url(#shirt)"/>
    <path d="M566 430h148v120c0 44-36 70-74 70s-74-26-74-70z" fill="${skin[1]}"/>
    <path d="M566 500c20 46 128 46 148 0v50c0 44-36 70-74 70s-74-26-74-70z" fill="#3a1d12" opacity=".2"/>
    <path d="${collar}" fill="#ffffff" opacity=".82"/>`;

const face = ({ skin, hair, beard }: Sitter): string =>
  `<ellipse cx="500" cy="352" rx="22" ry="36" fill="${
    skin[1]
  }"/><ellipse cx="780" cy="352" rx="22" ry="36" fill="${skin[1]}"/>
    <path d="M502 300c0-100 56-160 138-160s138 60 138 160c0 148-62 232-138 232s-138-84-138-232z" fill="url(#skin)"/>
    <g fill="#fff"><ellipse cx="582" cy="336" rx="23" ry="15"/><ellipse cx="698" cy="336" rx="23" ry="15"/></g>
    <g fill="#2b2320"><circle cx="585" cy="336" r="12"/><circle cx="701" cy="336" r="12"/></g>
    <g fill="#fff"><circle cx="589" cy="332" r="4"/><circle cx="705" cy="332" r="4"/></g>
    <g fill="none" stroke="${hair}" stroke-width="9" stroke-linecap="round"><path d="M550 302q32-20 64-4M666 298q32-16 64 4"/></g>
    <path d="M636 350c-6 34-16 50-10 58 8 8 22 8 32 2" fill="none" stroke="${
    skin[1]
  }" stroke-width="8" stroke-linecap="round"/>
    <g fill="${hair}">${beard}</g>
    <path d="M596 446c26 14 62 14 88 0-6 30-22 42-44 42s-38-12-44-42z" fill="#8c3530"/>
    <path d="M602 449c24 11 52 11 76 0l-5 15c-22 6-44 6-66 0z" fill="#fff"/>
    <g fill="#e07a5f" opacity=".22"><circle cx="546" cy="408" r="28"/><circle cx="734" cy="408" r="28"/></g>`;

/** The portraits by the names of those who sat for them, as SVG. */
export const PORTRAITS = { Alice: drawn(ALICE), Bob: drawn(BOB) } as const;
