// The frame around an example: shows its script, copies the page, and says where the browser gives no microphone.

addEventListener("load", function () {
  const place = document.getElementById("script");
  const said = document.getElementById("copied");
  document.getElementById("insecure").hidden = isSecureContext;
  fetch(place.dataset.src).then((answer) => answer.text()).then((text) => place.textContent = text.trimEnd());

  document.getElementById("copy").onclick = async function () {
    said.textContent = "";
    const isDone = await copy(wholePage());
    said.textContent = isDone ? "Copied" : "Select the text below and copy it by hand";
  };

  /** A page that works wherever it is put, for its script tag names this server. */
  function wholePage() {
    const title = document.querySelector("h1").textContent;
    return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title}</title>
  <script src="${location.origin}/WebphoneAPI"></script>
</head>
<body>
<h1>${title}</h1>
${document.getElementById("elements").textContent}
<script>
${place.textContent}
</script>
</body>
</html>
`;
  }
});

/** By hand first: that needs neither HTTPS nor a permission. Resolves with whether it was done. */
async function copy(text) {
  const area = document.createElement("textarea");
  const before = document.activeElement;
  area.value = text;
  area.readOnly = true;
  area.className = "unseen";
  area.style.whiteSpace = "pre"; // else blanks at the beginning of lines are lost
  document.body.append(area);
  area.focus({ preventScroll: true });
  area.setSelectionRange(0, text.length);
  const isDone = document.execCommand("copy");
  area.remove();
  before.focus({ preventScroll: true });
  if (isDone) return true;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
