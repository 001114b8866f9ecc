/**
 * What the examples' pages consist of, as text: a browser draws it, and a visitor reads and copies the same.
 *
 * @module
 */

const STATUS = (words: string) =>
  `<p id="status" role="status">${words}</p>
<p id="trouble" role="alert"></p>`;

const HANG_UP = `<button type="button" id="hangUp" class="stop" disabled>Hang up</button>`;

const CALLS = `${STATUS("Connecting")}
<form id="dial">
  <label for="number">Number</label>
  <input id="number" required autocomplete="off" autocapitalize="off" spellcheck="false">
  <button class="go">Call</button>
</form>
<div id="others" class="buttons" role="group" aria-label="Other pages like this one"></div>
<h2>Your calls</h2>
<ul id="calls" aria-live="polite"></ul>
<template id="call">
  <li><span></span> <button type="button"></button> <button type="button" class="stop"></button></li>
</template>
<fieldset id="keys" disabled>
  <legend>Keys</legend>
  ${[..."123456789*0#"].map((key) => `<button type="button" value="${key}">${key}</button>`).join("\n  ")}
</fieldset>`;

const SIP = `${STATUS("Connecting")}
<form id="dial">
  <label for="number">Number</label>
  <input id="number" value="2001" required autocomplete="off" autocapitalize="off" spellcheck="false">
  <button class="go">Call</button>
</form>
<button type="button" id="accept" class="go" hidden>Accept</button>
${HANG_UP}`;

const VOICE = `${STATUS("Connecting")}
${HANG_UP}`;

const VIDEO = `${STATUS("Connecting")}
<div class="pictures">
  <figure>
    <div id="incomingCam"></div>
    <figcaption>Incoming feed</figcaption>
  </figure>
  <figure>
    <div id="yourCam"></div>
    <figcaption>Your camera</figcaption>
  </figure>
</div>
${HANG_UP}`;

const CONFERENCE = `${STATUS("You are not in the conference")}
<button type="button" id="join" class="go">Join</button>
<button type="button" id="mute" aria-pressed="false" disabled>Mute</button>
<button type="button" id="leave" class="stop" disabled>Leave</button>
<h2>With you</h2>
<ul id="people"></ul>`;

const CHAT = `<form id="login">
  <label for="nickname">Nickname</label>
  <input id="nickname" required maxlength="30" autocomplete="nickname">
  <button class="go">Join</button>
</form>
${STATUS("Choose a nickname and join")}
<div id="room" hidden>
  <h2>Who is here</h2>
  <ul id="people"></ul>
  <h2>Messages</h2>
  <div role="log" aria-label="Messages" tabindex="0">
    <ol id="log"></ol>
  </div>
  <form id="write">
    <label for="text">Message</label>
    <input id="text" required maxlength="1000" autocomplete="off">
    <button class="go">Send</button>
  </form>
  <button type="button" id="talk" aria-pressed="false">Talk</button>
</div>`;

const HUD = `<form id="login">
  <label for="token">Token</label>
  <input id="token" required autocomplete="off" autocapitalize="off" spellcheck="false">
  <button class="go">Show</button>
</form>
${STATUS("Not connected")}
<div id="board" hidden>
  <p>
    <label for="number">Number to transfer callers to</label>
    <input id="number" autocomplete="off" autocapitalize="off" spellcheck="false">
  </p>
  <h2>Running calls</h2>
  <ul id="sessions"></ul>
</div>
<template id="session">
  <li>
    <h3></h3>
    <p></p>
    <div class="buttons">
      <button type="button" value="hold">Hold</button>
      <button type="button" value="unhold">Unhold</button>
      <button type="button" value="transfer">Transfer</button>
      <button type="button" value="hangup" class="stop">Hang up</button>
    </div>
  </li>
</template>`;

const ASSISTANT = `<form id="login">
  <label for="extension">Extension</label>
  <input id="extension" required autocomplete="username" placeholder="1001">
  <label for="password">Password</label>
  <input id="password" type="password" required autocomplete="current-password">
  <button class="go">Log in</button>
</form>
${STATUS("Not logged in")}
<div id="desk" hidden>
  ${HANG_UP}
  <h2>Colleagues</h2>
  <ul id="users"></ul>
  <h2>History</h2>
  <pre id="history" tabindex="0">Only a supervisor’s extension may read it.</pre>
</div>
<template id="user">
  <li><b></b> <small>OFFLINE</small> <button type="button" class="go"></button></li>
</template>
<dialog id="popup" role="alertdialog" aria-labelledby="caller">
  <form method="dialog">
    <h2 id="caller"></h2>
    <button value="accept" class="go">Accept</button>
    <button value="reject" class="stop">Reject</button>
  </form>
</dialog>`;

/** The HTML of each example that its script works on, by name. */
export const STAGES = {
  calls: CALLS,
  sip: SIP,
  voice: VOICE,
  video: VIDEO,
  conference: CONFERENCE,
  chat: CHAT,
  hud: HUD,
  assistant: ASSISTANT,
} as const;
