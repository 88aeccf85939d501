// What pages do more with JavaScript than without it: copy, drop a file, say that something is under way.
"use strict";

document.documentElement.classList.add("js");

const wake = (root) => {
  for (const button of root.querySelectorAll("[data-copy], [data-copy-from]")) button.hidden = !navigator.clipboard;
};

const copy = async (button) => {
  const text = button.dataset.copy ?? document.getElementById(button.dataset.copyFrom).value;
  const label = button.textContent;
  await navigator.clipboard.writeText(text);
  button.textContent = document.body.dataset.copied;
  setTimeout(() => { button.textContent = label; }, 1500);
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (button) copy(button);
});

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button?.dataset.busy) return;
  button.textContent = button.dataset.busy;
  setTimeout(() => { button.disabled = true; });
});

for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const place = event.target.closest?.(".drop");
    if (!place) return;
    if (name !== "dragleave") event.preventDefault();
    place.classList.toggle("over", name === "dragenter" || name === "dragover");
    if (name === "drop" && event.dataTransfer.files.length) place.querySelector("input").files = event.dataTransfer.files;
  });
}

// After htmx has put a new part in place: wake its buttons, and take the reader to a page that was exchanged whole.
document.addEventListener("htmx:afterSettle", (event) => {
  wake(document);
  if (event.detail.target === document.body) document.getElementById("main").focus({ preventScroll: true });
});

// Empty choices stay out of the address.
document.addEventListener("htmx:configRequest", (event) => {
  const { parameters } = event.detail;
  for (const name of [...new Set(parameters.keys?.() ?? Object.keys(parameters))]) if (parameters[name] === "") delete parameters[name];
});

wake(document);

// A job's page follows it, and is read again when it has ended.
const follow = () => {
  const place = document.querySelector("[data-events]");
  if (!place || place.dataset.followed) return;
  place.dataset.followed = "yes";
  const source = new EventSource(place.dataset.events);
  source.addEventListener("job", (event) => {
    const { job, ended, far } = JSON.parse(event.data);
    if (ended || !place.isConnected) source.close();
    if (ended && place.isConnected) location.reload();
    const bar = place.querySelector("progress");
    if (job.total) { bar.max = job.total; bar.value = job.done; }
    place.querySelector("#far").textContent = far;
  });
};

document.addEventListener("htmx:afterSettle", follow);
follow();

// Single keys decide on a pair, where nothing is typed and as long as the reader leaves them on.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || !document.getElementById("keys")?.checked) return;
  if (event.target.closest("input:not([type=checkbox], [type=radio]), select, textarea")) return;
  const wanted = event.key.toLowerCase();
  const place = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key.split(" ").includes(wanted));
  if (!place) return;
  event.preventDefault();
  if (place.dataset.says) document.getElementById("said").textContent = place.dataset.says;
  else place.click();
  askWhy(place.parentElement);
});

// A decision that takes a reason opens where it stands: its field takes the keys, Enter decides, Escape closes it.
const askWhy = (place) => {
  if (place.open && place.matches(".deciding > details")) place.querySelector("input:not([type=radio])").focus();
};
document.addEventListener("toggle", (event) => askWhy(event.target), true);
document.addEventListener("keydown", (event) => {
  const place = event.target.closest(".deciding > details[open]");
  if (!place || !event.target.matches("input")) return;
  if (event.key === "Enter") {
    event.preventDefault();
    place.querySelector("[data-enter]").click();
  } else if (event.key === "Escape") {
    place.open = false;
    place.querySelector("summary").focus();
  }
});

// A link with a key behind its # is taken up at once, and nobody who looks at the address reads the key.
for (const form of document.querySelectorAll("form[data-from-link]")) {
  if (location.hash.length < 2) continue;
  form.elements[form.dataset.fromLink].value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  form.requestSubmit();
}
