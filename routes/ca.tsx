/**
 * How a device comes to trust this server's HTTPS, in plain words for each kind of device.
 *
 * @module
 */
import type { HouseContext } from "./house.ts";

/** The URL, in Hono's notation. */
export const path = "/ca";

const FILE = "/ca/outside-line-ca.crt";

interface Platform {
  readonly name: string;
  readonly steps: readonly string[];
}

const PLATFORMS: readonly Platform[] = [
  {
    name: "iPhone and iPad",
    steps: [
      "Open this page in Safari, press Download and allow the profile.",
      "Open Settings, press Profile Downloaded at the top, then Install.",
      "Go to Settings, General, About, Certificate Trust Settings and switch on Outside Line.",
    ],
  },
  {
    name: "Android",
    steps: [
      "Press Download.",
      "Open Settings and search for CA certificate (it is under Security, Encryption and credentials).",
      "Press CA certificate, Install anyway, and choose the file outside-line-ca.crt.",
    ],
  },
  {
    name: "Windows",
    steps: [
      "Press Download and open the file.",
      "Press Install Certificate, choose Current User, then Place all certificates in the following store.",
      "Choose Trusted Root Certification Authorities, finish, and restart the browser.",
    ],
  },
  {
    name: "macOS",
    steps: [
      "Press Download and open the file: Keychain Access takes it into the login keychain.",
      "Double-click Outside Line in the list, open Trust and choose Always Trust.",
      "Close the window, give your password, and restart the browser.",
    ],
  },
  {
    name: "Linux (Chrome, Chromium)",
    steps: [
      "Press Download.",
      "Open chrome://certificate-manager, Custom, Installed by you.",
      "Press Import beside Trusted Certificates and choose outside-line-ca.crt.",
    ],
  },
  {
    name: "Firefox, everywhere",
    steps: [
      "Press Download.",
      "Open Settings, Privacy and Security, View Certificates, Authorities, and press Import.",
      "Choose outside-line-ca.crt and tick Trust this CA to identify websites.",
    ],
  },
];

/** The page. */
export function GET(c: HouseContext): Response {
  const { authority } = c.var.house;
  return c.var.house.page(c.req.raw, {
    title: "Trust this server · Outside Line",
    body: <main class="text">{authority ? <HowToTrust /> : <NothingToDo />}</main>,
  });
}

function HowToTrust() {
  return (
    <>
      <h1>Trust this server</h1>
      <p>
        A browser gives camera and microphone only to pages that come over HTTPS. This server made its own
        certificate for that, and no browser knows it yet. You can click through the browser's warning and
        call right away. To be rid of the warning, and to install the phone as an app, tell your device once
        to trust this server.
      </p>
      <p>
        <a class="button" href={FILE} download="outside-line-ca.crt">Download the certificate</a>
      </p>
      {PLATFORMS.map(({ name, steps }) => (
        <section key={name}>
          <h2>{name}</h2>
          <ol>{steps.map((step) => <li key={step}>{step}</li>)}</ol>
        </section>
      ))}
      <h2>What you trust</h2>
      <p>
        Whoever holds the key to this certificate could pass for other sites on your device. The key was made
        on this server and stays in its data folder. Install the certificate only if you know who runs the
        server, and remove it again in the same place when you no longer need it.
      </p>
    </>
  );
}

function NothingToDo() {
  return (
    <>
      <h1>Nothing to do</h1>
      <p>
        The operator of this server brought a certificate of their own. Your browser decides by itself about
        it.
      </p>
    </>
  );
}
